"""How counts are distributed about a rate."""
