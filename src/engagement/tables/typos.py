"""Misprints that are read as what was meant."""

from __future__ import annotations

import re

__all__ = ["find_typos", "mend_typos"]

_MEANT = {
    "counciller": "councillor",
    "feburary": "february",
    "humanitraian": "humanitarian",
    "infomration": "information",
    "janurary": "january",
    "minster": "minister",
    "reginal": "regional",
    "rescus": "rescue",
    "seperatism": "separatism",
    "seperatist": "separatist",
    "seperatists": "separatists",
}
_WORD = re.compile(rf"\b(?:{'|'.join(_MEANT)})\b", re.IGNORECASE)


def _mend(word: re.Match[str]) -> str:
    printed = word[0]
    meant = _MEANT[printed.casefold()]
    if printed.isupper():
        return meant.upper()
    return meant.capitalize() if printed[0].isupper() else meant


def find_typos(text: str) -> tuple[tuple[str, str], ...]:
    """
    Tell which known misprints a text holds.

    Every parser of this layer reads them as what was meant; a note about a row can be made
    from this.

    Parameters
    ----------
    text
        What is printed.

    Returns
    -------
    tuple
        Pairs of what is printed and what was meant, in the order of the text.

    Examples
    --------
    >>> find_typos("Minster of Defense")
    (('Minster', 'Minister'),)
    """
    return tuple((found[0], _mend(found)) for found in _WORD.finditer(text))


def mend_typos(text: str) -> str:
    """
    Write known misprints as what was meant.

    Parameters
    ----------
    text
        What is printed.

    Examples
    --------
    >>> mend_typos("Feburary 2019")
    'February 2019'
    """
    return _WORD.sub(_mend, text)
