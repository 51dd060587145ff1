"""Readers hold limits, so that a small file takes neither hours nor all memory."""

import io
import json
import os
import time
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engagement import (
    FormatError,
    LimitError,
    SettingError,
    read_acled,
    read_claims,
    read_events,
    read_gdelt,
    read_icews,
    read_plover,
    read_sipri,
    read_ucdp_ged,
)
from engagement.files.limits import Limits
from engagement.files.workbooks import workbook_bytes
from engagement.report.cli import main
from engagement.sources.published import PUBLISHED
from readers_under_test import READERS
from strategies import readers as files

ROW = {"date": "2019", "channel": "domestic", "activity": "measure", "note": "x" * 40}
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def table(folder, suffix, *, n_rows=5, **more):
    """Write a table of some rows, with further columns."""
    rows = [ROW | more | {"id": f"e{number}"} for number in range(n_rows)]
    names = list(rows[0])
    path = folder / f"x{suffix}"
    if suffix == ".xlsx":
        path.write_bytes(workbook_bytes({"events": (names, rows)}))
    elif suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif suffix == ".json":
        path.write_text(json.dumps(rows))
    elif suffix == ".jsonl":
        path.write_text("\n".join(map(json.dumps, rows)))
    else:
        mark = "\t" if suffix == ".tsv" else ","
        path.write_text("\n".join(mark.join(line) for line in [names, *map(dict.values, rows)]))
    return path


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx", ".json", ".jsonl", ".parquet"])
@pytest.mark.parametrize(
    ("limit", "least"), [("rows", 5), ("columns", 5), ("cells", 30), ("characters", 40)]
)
def test_every_reader_holds_every_limit(tmp_path, suffix, limit, least):
    """A table of just so many is read; one of one more is refused with what lifts the limit."""
    path = table(tmp_path, suffix)

    assert len(read_events(path, limits={limit: least})) == 5
    with pytest.raises(LimitError, match=rf"limits={{'{limit}': ...}} reads more"):
        read_events(path, limits={limit: least - 1})


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_the_size_of_a_file_has_a_limit(tmp_path, suffix):
    """So has what a file unpacks to."""
    path = table(
        tmp_path, suffix, n_rows=2, place="Bishkek" * (3000 if suffix == ".xlsx" else 2**18)
    )
    if suffix == ".xlsx":
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/media/picture.png", b"0" * 2**21)

    with pytest.raises(LimitError, match="more than 1 megabytes"):
        read_events(path, limits={"megabytes": 1})
    assert len(read_events(path)) == 2


def sheet(*rows, merged=""):
    """Give a workbook with a header and rows as they stand in XML."""
    names = enumerate(["date", "channel", "activity"])
    head = "".join(f'<c r="{"ABC"[k]}1" t="inlineStr"><is><t>{n}</t></is></c>' for k, n in names)
    text = f'<worksheet xmlns="{SPREADSHEET}"><sheetData><row r="1">{head}</row>{"".join(rows)}'
    text += f"</sheetData>{merged}</worksheet>"
    sink = io.BytesIO()
    base = io.BytesIO(workbook_bytes({"events": (["date"], [])}))
    with zipfile.ZipFile(base) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            is_sheet = member == "xl/worksheets/sheet1.xml"
            new.writestr(member, text if is_sheet else old.read(member))
    return sink.getvalue()


def repeated(n_rows, **texts):
    """Give a Parquet file whose rows are all alike, which takes a few bytes."""
    codes = pa.array(np.zeros(n_rows, dtype=np.int32))
    columns = {
        name: pa.DictionaryArray.from_arrays(codes, pa.array([text]))
        for name, text in (ROW | texts).items()
    }
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, compression="zstd", row_group_size=n_rows)
    return sink.getvalue()


SMALL = {
    "far.xlsx": lambda: sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "wide.xlsx": lambda: sheet(
        *(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 1000))
    ),
    "merged.xlsx": lambda: sheet(
        '<row r="100000"><c r="A100000"><v>1</v></c></row>',
        merged="<mergeCells>" + '<mergeCell ref="A2:A99999"/>' * 16_000 + "</mergeCells>",
    ),
    "blank.xlsx": lambda: sheet(" " * (300 * 2**20)),
    "rows.parquet": lambda: repeated(2_000_000),
    "texts.parquet": lambda: repeated(100_000, note="x" * 2**20),
    "text.parquet": lambda: repeated(2, note="x" * 2**25),
    "columns.csv": ("date," + ",".join(map(str, range(300_000)))).encode,
    "columns.json": lambda: json.dumps([dict.fromkeys(map(str, range(300_000)))]).encode(),
    "blank.csv": lambda: b"date,channel,activity\n" + b"\n" * 1_000_000,
    "cell.csv": lambda: b"date,channel,activity\n" + b"x" * 2**25,
}


@pytest.mark.parametrize("name", SMALL)
def test_small_files_of_large_cost_are_refused(tmp_path, name):
    """A file that a few thousand bytes, or one cell, make large is refused in little time."""
    path = tmp_path / name
    path.write_bytes(SMALL[name]())
    start = time.process_time()

    with pytest.raises(LimitError, match="limits="):
        read_events(path)

    assert time.process_time() - start < 10


def test_a_pipe_is_refused(tmp_path):
    """What may have no end is not waited for, by whichever reader."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes in folders here")
    for name in ("x.csv", "x.json", "x.xlsx", "x.parquet"):
        os.mkfifo(tmp_path / name)
        with pytest.raises(FormatError, match="no regular file"):
            read_events(tmp_path / name)
    with pytest.raises(FormatError, match="no regular file"):
        read_claims(tmp_path / "x.csv")
    for read in (read_gdelt, read_icews, read_ucdp_ged, read_acled, read_sipri, read_plover):
        with pytest.raises(FormatError, match="no regular file"):
            read(tmp_path / "x.csv")


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("limit", "most", "rest"),
    [
        ("rows", 2, lambda row: row * 2),
        ("characters", 2**12, lambda row: b"x" * (2**12 + 1)),
        ("megabytes", 1, lambda row: row * (2**20 // len(row))),
    ],
)
def test_readers_of_published_data_hold_limits(tmp_path, name, limit, most, rest):
    """A file of three rows, of one long line, or of many bytes is read if the limit is lifted."""
    read, _, good = READERS[name]
    row = good.splitlines(keepends=True)[-1]
    path = tmp_path / "x.csv"
    path.write_bytes(good + rest(row))

    with pytest.raises(LimitError, match=rf"limits={{'{limit}': ...}} reads more"):
        read(path, on_error="collect", limits={limit: most})
    read(path, on_error="collect", limits={limit: most + 2**12})
    path.write_bytes(good)
    read(path, on_error="collect", limits={limit: most})


def test_published_workbooks_and_json_hold_their_cells(tmp_path):
    """What is held in memory whole is refused before it is."""
    path = tmp_path / "x.json"
    row = files.acled_row()
    path.write_text(json.dumps([row] * 20))

    assert len(read_acled(path, on_error="collect", limits={"rows": 20})[1]) >= 19
    assert len(read_acled(path, on_error="collect", limits={"characters": 50})[1]) >= 19
    with pytest.raises(LimitError, match="'cells'"):
        read_acled(path, limits={"cells": 100})
    with pytest.raises(LimitError, match="'rows'"):
        read_acled(path, limits={"rows": 19})
    names = list(row)
    path.with_suffix(".xlsx").write_bytes(workbook_bytes({"events": (names, [row] * 20)}))
    for limit in ("cells", "rows", "columns", "characters"):
        with pytest.raises(LimitError, match=f"'{limit}'"):
            read_acled(path.with_suffix(".xlsx"), limits={limit: 5})


def test_limits_of_published_data_are_told():
    """What every reader's documentation says is what holds."""
    for read, _, _ in READERS.values():
        text = " ".join(read.__doc__.split())
        assert f"``rows`` ({PUBLISHED.rows / 1e6:.1f} million)" in text
        assert f"``cells`` of a workbook or of JSON ({PUBLISHED.cells / 1e6:.1f} million)" in text
        assert f"``characters`` of a line ({PUBLISHED.characters / 1e6:.1f} million)" in text
        assert f"``megabytes``, unpacked ({PUBLISHED.megabytes:,})" in text


def test_claims_have_limits_too(tmp_path):
    """A table of claims is held to the same limits."""
    path = tmp_path / "claims.csv"
    path.write_text("id,kind,statement,source,where\n" + "a,b,c,d,e\n" * 3)

    with pytest.raises(LimitError, match="more than 2 rows"):
        read_claims(path, limits={"rows": 2})


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (7, "limits must be a mapping of names to numbers, got 7"),
        ({"row": 7}, r"unknown limit 'row'; the limits are 'rows', .* Did you mean 'rows'\?"),
        ({7: 7}, "unknown limit 7; the limits are"),
        ({"rows": 0}, "limit 'rows' must be a whole number of at least 1, got 0"),
        ({"rows": True}, "limit 'rows' must be a whole number of at least 1, got True"),
        ({"rows": "7"}, "limit 'rows' must be a whole number of at least 1, got '7'"),
        ({"megabytes": 2**50}, "limit 'megabytes' must be a whole number of at most"),
    ],
)
def test_limits_are_checked(tmp_path, limits, message):
    """A limit that is none is a setting at fault."""
    with pytest.raises(SettingError, match=message):
        read_events(table(tmp_path, ".csv"), limits=limits)


def test_the_shell_lifts_limits(tmp_path, capsys):
    """The option names a limit; what is no number is told."""
    path = str(table(tmp_path, ".csv"))

    assert main(["check", path, "--limit", "rows=4"]) == 2
    assert "--limit rows=" in capsys.readouterr().err
    assert main(["check", path, "--limit", "rows=5", "--limit", "cells=30"]) == 0
    assert main(["check", path, "--limit", "rows=many"]) == 2
    assert (
        "limit 'rows' must be a whole number of at least 1, got 'many'" in capsys.readouterr().err
    )


def test_limits_are_told_in_the_settings():
    """What the documentation of the setting says is what holds."""
    from engagement.files import opening

    with open(opening.__file__, encoding="utf-8") as stream:  # noqa: PTH123 - of our own
        text = " ".join(stream.read().split())

    assert f"``rows`` ({Limits().rows:,})" in text
    assert f"``columns`` ({Limits().columns:,})" in text
    assert f"``cells`` ({Limits().cells / 1e6:.1f} million)" in text
    assert f"``characters`` of a cell ({Limits().characters / 1e6:.1f} million)" in text
    assert f"``megabytes`` of a file, unpacked ({Limits().megabytes})" in text
