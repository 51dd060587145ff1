"""Changes that several series have in common."""
