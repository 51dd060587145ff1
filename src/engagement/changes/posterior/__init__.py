"""The exact posterior over segmentations."""
