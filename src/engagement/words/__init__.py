"""Longer texts of the answers and of the report."""
