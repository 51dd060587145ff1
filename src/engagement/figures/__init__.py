"""Figures of the answers and of the report."""
