"""Change points: the best segmentation, the exact posterior, the test, and the table of all."""
