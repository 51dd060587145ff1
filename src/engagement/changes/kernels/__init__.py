"""Compiled arithmetic for long series; whatever imports it loads numba."""
