"""Counts watched as they arrive."""
