"""Bytes of a file as text, in the encoding that it is in or that the caller says."""

from __future__ import annotations

import codecs
import re

from engagement.errors import FormatError, SettingError, shown

__all__ = ["check_encoding", "decode"]

_MARKS = (  # the longer first: UTF-32's mark begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LIKELY = ("cp1252", "cp1251", "gb18030")
_WORD = re.compile(r"[^\s,;|\"]*$"), re.compile(r"[^\s,;|\"]*")


def check_encoding(encoding: str | None) -> None:
    """
    Raise SettingError unless Python has such an encoding of texts.

    Examples
    --------
    >>> check_encoding("cp1252")
    """
    if encoding is None:
        return
    try:
        "x".encode(encoding)  # an empty text would not be looked at
    except (LookupError, TypeError, ValueError):
        raise SettingError(f"unknown encoding {shown(encoding)}") from None


def decode(content: bytes, name: str, encoding: str | None = None) -> str:
    """
    Decode a file.

    Parameters
    ----------
    content
        Its bytes.
    name
        Of the file, for errors.
    encoding
        ``None`` for the encoding that the mark at its start says, or UTF-8.

    Raises
    ------
    FormatError
        If the bytes are not of the encoding; what they may be is shown and never assumed.
    """
    marked = next((known for mark, known in _MARKS if content.startswith(mark)), None)
    used = encoding or marked or "utf-8"
    if encoding is None and marked is None and content[:2000].count(0) * 5 > len(content[:2000]):
        raise FormatError(
            f"{name}: many bytes are zero, as in UTF-16; give encoding='utf-16-le' or 'utf-16-be'"
        )
    try:
        return content.decode(used).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        place, byte = error.start, content[error.start : error.start + 1]
        told = f"byte {place} is {byte[0]:#04x}" if byte else "the text ends within a character"
        raise FormatError(
            f"{name}: not {used.upper()}, {told}; {_guesses(content, place)}"
        ) from None
    except (UnicodeError, ValueError) as error:
        raise FormatError(f"{name}: not {used.upper()}: {error}") from None


def _guesses(content: bytes, place: int) -> str:
    """Show the word around a byte as it would read in other encodings."""
    shown_as: dict[str, str] = {}
    for encoding in _LIKELY:
        try:
            before = content[max(0, place - 40) : place].decode(encoding, "ignore")
            after = content[place : place + 40].decode(encoding, "ignore")
        except UnicodeError:
            continue
        start, end = _WORD[0].search(before), _WORD[1].match(after)
        word = (start[0] if start else "") + (end[0] if end else "")
        if word and word.isprintable():
            shown_as[encoding] = word
    told = ", ".join(f"{word!r} in {encoding}" for encoding, word in shown_as.items())
    reads = f"there it reads {told}; " if told else ""
    return f"{reads}give encoding= or save the file as UTF-8"
