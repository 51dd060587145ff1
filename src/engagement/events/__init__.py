"""Typed events, their parts, and what their sources observed."""
