"""
What is printed in the cells of tables, read as typed values.

Each parser reads wholly or refuses with close suggestions: it never guesses.
"""

from __future__ import annotations

from coding.offices import Office, parse_office, parse_offices
from coding.printed_topics import parse_topics
from coding.quantities import parse_personnel
from engagement.tables.printed_dates import parse_printed_date
from engagement.tables.typos import find_typos
from engagement.values.money import parse_amount

__all__ = [
    "Office",
    "find_typos",
    "parse_amount",
    "parse_office",
    "parse_offices",
    "parse_personnel",
    "parse_printed_date",
    "parse_topics",
]
