"""The main call: which series changed, when, and by how much."""
