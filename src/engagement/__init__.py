"""Temporal event modelling: typed events, counts with exposure, and dated changes."""

__version__ = "0.1.0.dev0"
