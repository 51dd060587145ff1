"""Events together, in order, with their coverage."""
