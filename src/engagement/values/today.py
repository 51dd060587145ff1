"""The day on which the library is asked: nothing that is recorded, or observed, lies after it."""

from __future__ import annotations

from datetime import UTC, date, datetime

__all__ = ["today"]


def today() -> date:
    """Return the present day, by UTC."""
    return _now().date()


def _now() -> datetime:
    return datetime.now(UTC)
