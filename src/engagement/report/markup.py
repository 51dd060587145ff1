"""Texts of the data as they stand on a page."""

from __future__ import annotations

from html import escape as escape_markup

from engagement.display import visible

__all__ = ["escape"]


def escape(text: object) -> str:
    r"""
    Write a text so that it is only shown: no markup, no control, no turn of direction.

    Examples
    --------
    >>> print(escape("<b>\u202e'"))
    &lt;b&gt;\u202e&#x27;
    """
    return escape_markup(visible(str(text)))
