"""Settings that several readers share, checked before a file is opened."""

from __future__ import annotations

from typing import Literal

from engagement.errors import SettingError, shown
from engagement.values.places import country_code

__all__ = ["Actors", "RelativeDates", "check_choice", "check_flag", "read_focal"]

Actors = Literal["state", "any"]
RelativeDates = Literal["widen", "keep"]


def check_choice(value: object, choices: tuple[str, ...], name: str) -> None:
    """Raise SettingError unless a setting is one of the choices."""
    if not isinstance(value, str) or value not in choices:
        listed = " or ".join(f"'{choice}'" for choice in choices)
        raise SettingError(f"{name} must be {listed}, got {shown(value)}")


def check_flag(value: object, name: str) -> None:
    """Raise SettingError unless a setting is true or false."""
    if not isinstance(value, bool):
        raise SettingError(f"{name} must be True or False, got {shown(value)}")


def read_focal(focal: str | None) -> str | None:
    """Read the focal state, which may be left open."""
    return None if focal is None else country_code(focal)
