"""Intensity: how often events come, how sure that is, and how it runs over time."""
