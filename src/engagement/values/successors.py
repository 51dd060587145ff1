"""States that ended, and which state of today each is counted as where a caller asks for it."""

from __future__ import annotations

__all__ = ["SUCCESSORS", "successor_of"]

SUCCESSORS = {
    "CSK": "CZE",
    "DDR": "DEU",
    "SCG": "SRB",
    "SUN": "RUS",
    "YMD": "YEM",
    "YUG": "SRB",
}
"""By the code of a state that ended that of its successor; the Netherlands Antilles have none."""


def successor_of(code: str) -> str:
    """
    Give the code of the successor of a state that ended, and any other code as it is.

    Examples
    --------
    >>> successor_of("SUN"), successor_of("KGZ")
    ('RUS', 'KGZ')
    """
    return SUCCESSORS.get(code, code)
