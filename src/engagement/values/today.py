"""The day on which the library is asked: nothing that is recorded, or observed, lies after it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

__all__ = ["today"]

_EARLIEST = timedelta(hours=14)  # before UTC: where a day begins first


def today() -> date:
    """Return the present day, where it is the latest on earth."""
    return (_now() + _EARLIEST).date()


def _now() -> datetime:
    return datetime.now(UTC)
