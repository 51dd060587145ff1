"""Readers of published event data sets, one module a source."""
