"""Compiled arithmetic, loaded by the modules around it where a series is long enough for that."""

LONG = 128
"""
Periods from which on compiled code simulates, scans and weighs series.

Loading it takes about half a second, for which shorter series do not wait.
"""
