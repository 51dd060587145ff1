"""A file of another format is told by what it looks like, whichever reader it is given to."""

import gzip
import io
import json
import zipfile

import openpyxl
import pandas as pd
import pytest

from engagement.errors import EngagementError, FormatError
from engagement.files.event_files import read_events
from engagement.files.table_content import SUFFIXES
from readers_under_test import READERS

GUISES = {
    "gdelt": "a GDELT 2.0 export",
    "ucdp": "a UCDP GED file",
    "icews": "an ICEWS file",
    "acled": "an ACLED export",
    "register": "a SIPRI register",
    "deals": "a SIPRI list of deals",
    "polecat": "a POLECAT file",
}


def zipped(**parts):
    """Pack parts into an archive."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return sink.getvalue()


def workbook():
    """Give a workbook with one cell."""
    sink, book = io.BytesIO(), openpyxl.Workbook()
    book.active.append(["x"])
    book.save(sink)
    return sink.getvalue()


def parquet():
    """Give a small Parquet file."""
    return pd.DataFrame({"x": [1]}).to_parquet()


OTHERS = {
    "workbook": (workbook(), "an Excel workbook"),
    "parquet": (parquet(), "a Parquet file"),
    "gzip": (gzip.compress(b"date,channel\n"), "a file packed by gzip"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old Excel workbook"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\n", "a PDF document"),
    "mentions": (
        b"410\t20150218230000\t20150218230000\t1\tbbc.co.uk\thttp://x\t1" + b"\t1" * 9 + b"\n",
        "a GDELT table of mentions",
    ),
    "graph": (
        b"20150218230000-0\t20150218230000\t1" + b"\t" * 24 + b"\n",
        "a GDELT knowledge graph",
    ),
    "page": (b"<!DOCTYPE html>\n<html><body>Not found</body></html>\n", "a web page"),
    "JSON": (json.dumps({"data": [{"a": 1}]}).encode(), "JSON"),
    "archive": (zipped(a="x", b="y"), "archive"),
}
CONTENTS = {name: (READERS[name][2], told) for name, told in GUISES.items()} | OTHERS


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("reader", READERS)
def test_readers_tell_files_of_other_formats(tmp_path, reader, content):
    """Each reader refuses each other format, and says what the file looks like."""
    raw, told = CONTENTS[content]
    if content == reader or {content, reader} == {"register", "deals"}:
        pytest.skip("its own format")
    path = tmp_path / "file.dat"
    path.write_bytes(raw)

    with pytest.raises(FormatError) as caught:
        READERS[reader][0](path)

    assert str(caught.value).startswith("file.dat: ")
    assert told in str(caught.value)


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_tables_that_are_none_are_told(tmp_path, suffix, content):
    """Under any ending, what is no table of events is refused and told by what it looks like."""
    raw, told = CONTENTS[content]
    path = tmp_path / f"events{suffix}"
    path.write_bytes(raw)
    is_named_so = (content, suffix) in {
        *(("workbook", ".xlsx"), ("parquet", ".parquet"), ("archive", ".xlsx")),
        *(("JSON", ".json"), ("JSON", ".jsonl")),
    }

    with pytest.raises(EngagementError) as caught:
        read_events(path)

    assert str(caught.value).startswith(f"events{suffix}: ")
    assert is_named_so or told in str(caught.value)


def test_table_under_another_ending_is_told(tmp_path):
    """A CSV that is named as something else is told to be one."""
    for suffix in (".json", ".jsonl", ".parquet", ".xlsx"):
        path = tmp_path / f"events{suffix}"
        path.write_text("date,channel,activity\n2019,domestic,visit\n")
        with pytest.raises(FormatError, match=r"looks like a table of events; name it .csv"):
            read_events(path)
