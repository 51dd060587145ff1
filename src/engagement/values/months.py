"""The English names of months and seasons, as tables and pages print them."""

from __future__ import annotations

__all__ = ["MONTHS", "SEASONS"]

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
"""From January to December; three letters of each are its short form."""

SEASONS = {"spring": "21", "summer": "22", "autumn": "23", "fall": "23", "winter": "24"}
"""What stands for a season in place of a month in EDTF, northern."""
