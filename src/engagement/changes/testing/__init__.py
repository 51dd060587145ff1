"""Tests of whether a series changed at all, and the false discovery rate over many."""
