"""What a file looks like, so that a reader of another format can say so."""

from __future__ import annotations

import io
import re
import zipfile
from typing import NamedTuple

from engagement.values.vocabulary import fold_term

__all__ = ["archive_as", "looks_like", "packed_as"]


class _Guise(NamedTuple):
    """A published layout by columns that only it has."""

    columns: tuple[str, ...]
    name: str
    reader: str


_GUISES = (
    _Guise(("type of violence", "date prec", "side a"), "a UCDP GED file", "read_ucdp_ged"),
    _Guise(("event id cnty", "event date", "sub event type"), "an ACLED export", "read_acled"),
    _Guise(("event date", "actor1", "inter1"), "an ACLED export", "read_acled"),
    _Guise(("event id", "cameo code", "source name"), "an ICEWS file", "read_icews"),
    _Guise(("event id", "event mode", "actor name"), "a POLECAT file", "read_plover"),
    _Guise(("weapon designation", "recipient", "supplier"), "a SIPRI register", "read_sipri"),
    _Guise(("order date", "delivery year", "designation"), "a SIPRI list of deals", "read_sipri"),
    _Guise(("date", "channel", "activity"), "a table of events", "read_events"),
)
_MAGIC = (
    (b"\x1f\x8b", "a file packed by gzip; unpack it"),
    (b"BZh", "a file packed by bzip2; unpack it"),
    (b"\xfd7zXZ\x00", "a file packed by xz; unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it"),
    (b"PAR1", "a Parquet file; name it .parquet and use read_events"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save it as .xlsx or CSV"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"<stata_dta>", "a Stata file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"RDX", "a file of R"),
)
_N_LINES = 40
_OTHERS = "; its export of events is read by read_gdelt"
_HEADLESS = (
    (re.compile(r"\d+\t\d{14}\t\d{14}\t\d\t"), f"a GDELT table of mentions{_OTHERS}"),
    (re.compile(r"\d{14}-T?\d+\t\d{14}\t"), f"a GDELT knowledge graph{_OTHERS}"),
)
_GDELT = re.compile(r"\d+\t\d{8}\t\d{6}\t\d{4}\t\d{4}\.\d*\t")


def packed_as(content: bytes) -> str:
    """
    Say what bytes look like that are no text, as the end of a message.

    Returns
    -------
    str
        ``"; this looks like ..."``, or an empty text where nothing is known.

    Examples
    --------
    >>> packed_as(b"PAR1...")
    '; this looks like a Parquet file; name it .parquet and use read_events'
    """
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return f"; this looks like {_archive(content)}"
    for magic, told in _MAGIC:
        if content.startswith(magic):
            return f"; this looks like {told}"
    return ""


def _archive(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive_as(set(archive.namelist()))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "a damaged zip archive"


def archive_as(names: set[str], suffix: str = "") -> str:
    """
    Say what an archive is by the names of what is in it.

    Parameters
    ----------
    names
        Of its members.
    suffix
        That of its own name, which is not advised to a file that has it.

    Examples
    --------
    >>> archive_as({"xl/workbook.xml"}, ".xlsx")
    'an Excel workbook; use read_events, or save the sheet as CSV'
    """
    if "xl/workbook.xml" in names:
        named = "" if suffix.casefold() == ".xlsx" else "name it .xlsx and "
        return f"an Excel workbook; {named}use read_events, or save the sheet as CSV"
    if "word/document.xml" in names:
        return "a Word document"
    if "content.xml" in names and "mimetype" in names:
        return "an OpenDocument file; save the sheet as .xlsx or CSV"
    return "a zip archive; unpack it"


def looks_like(text: str, *, reader: str = "") -> str:
    """
    Say what a text looks like, as the end of a message.

    Parameters
    ----------
    text
        The text, or its beginning.
    reader
        Which one asks; it is not advised to whoever used it.

    Returns
    -------
    str
        ``"; this looks like ...; use read_..."``, or an empty text where nothing is known.

    Examples
    --------
    >>> looks_like("id,type_of_violence,side_a,date_prec")
    '; this looks like a UCDP GED file; use read_ucdp_ged'
    """
    head = text[:100_000]
    lines = head.split("\n", _N_LINES)[:_N_LINES]
    without_header = next(filter(None, map(_headless, lines)), "")
    if without_header and not (reader and without_header.endswith(f"use {reader}")):
        return f"; this looks like {without_header}"
    for line in lines:
        for delimiter in (",", "\t", ";", "|"):
            cells = {fold_term(cell.strip('"\ufeff\r ')) for cell in line.split(delimiter)}
            for guise in _GUISES:
                if cells.issuperset(guise.columns) and guise.reader != reader:
                    return f"; this looks like {guise.name}; use {guise.reader}"
    if head.lstrip()[:1] in ("{", "["):
        return "; this looks like JSON"
    if head.lstrip()[:1] == "<":
        return "; this looks like a web page"
    return ""


def _headless(line: str) -> str:
    """Say what a line of a layout without a header is of, if it is known."""
    if _GDELT.match(line):
        width = line.count("\t") + 1
        version = "2.0" if width > 58 else "1.0"
        return (
            f"a GDELT {version} export (tab-separated, {width} columns, no header); use read_gdelt"
        )
    return next((told for form, told in _HEADLESS if form.match(line)), "")
