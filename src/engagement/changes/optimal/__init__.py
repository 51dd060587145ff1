"""The best segmentation under a penalty, by dynamic programming."""
