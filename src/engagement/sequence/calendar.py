"""How the periods of a year are numbered and called."""

from __future__ import annotations

__all__ = ["A_YEAR", "NAMES"]

A_YEAR = {"Y": 1, "Q": 4, "M": 12, "W": 52, "D": 365}
"""Periods in a year; 52 weeks are a year less a day or two."""

NAMES = {"Y": "years", "Q": "quarters", "M": "months", "W": "weeks", "D": "days"}
"""What periods are called."""
