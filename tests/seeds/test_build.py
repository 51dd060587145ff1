"""The build of the bundled data: what it refuses, where it says so, and what the cells are."""

from __future__ import annotations

import csv
import hashlib
import shutil
from pathlib import Path

import pytest

import build
import coded_tables
import prose
from coded_tables import SeedError

SEEDS = Path(__file__).resolve().parents[2] / "seeds"

CHECKSUMS = {
    "appendix1.csv": "bdbe02f4d00adf49",
    "appendix2.csv": "f91990a0b53c4889",
    "appendix3.csv": "31f65a493c0bf9f6",
    "appendix4.csv": "51d9064843670a02",
    "appendix5.csv": "afc517d7c5b1b1b7",
    "appendix6.csv": "791f06172f8cd9f4",
    "claims.csv": "4a22d6f65c2bee35",
    "coverage.csv": "e3db41d6088b3e2d",
    "mentions.csv": "31983d0f4308c284",
    "news.csv": "a29283b0b06ecd9c",
    "sources.csv": "712c5a646df14a39",
    "text.csv": "40fba84c9c36735d",
}
"""What the cells of each table are; a changed cell is a changed line here."""


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """Give a copy of the coded tables that a test may spoil, and let the build read it."""
    folder = Path(shutil.copytree(SEEDS, tmp_path / "seeds"))
    for module in (coded_tables, prose, build):
        monkeypatch.setattr(module, "SEEDS", folder)
    return folder


def spoil(folder, name, old, new):
    """Change the first place where a table has a text."""
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def faults_of():
    """Give what the build tells of tables that it refuses."""
    with pytest.raises(SeedError) as caught:
        build.read_log()
    return caught.value.faults


def checksum(name):
    """Give a checksum of the cells of a table, whatever its line ends and quotes."""
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        cells = "\x1e".join("\x1f".join(row) for row in csv.reader(file))
    return hashlib.sha256(cells.encode()).hexdigest()[:16]


@pytest.mark.parametrize("name", sorted(path.name for path in SEEDS.glob("*.csv")))
def test_cells_of_a_table_are_those_of_its_checksum(name):
    """A cell changes only together with this test, so that nobody changes a print unseen."""
    assert checksum(name) == CHECKSUMS[name]


def test_every_table_has_a_checksum():
    """No table is missing from the list, and none that is gone stands in it."""
    assert set(CHECKSUMS) == {path.name for path in SEEDS.glob("*.csv")}


def test_tables_as_they_are_have_no_fault():
    """The tables of the repository are read whole."""
    assert len(build.read_log()) > 500


@pytest.mark.parametrize(
    "case",
    [
        ("appendix1.csv", "yau-2022,1,7,", "yau-2022,1,6,", 8, "row", "6", "the next number"),
        ("appendix1.csv", "yau-2022,1,7,", "yau-2022,1,07,", 8, "row", "07", "whole number"),
        ("appendix1.csv", "yau-2022,1,7,", "yau-2022,2,7,", 8, "appendix", "2", "none of '1'"),
        ("appendix1.csv", ',3,"drug', ',2,"drug', 3, "topic_count", "2", "has 3 topics"),
        ("appendix2.csv", ",military,", ",militry,", 3, "kind", "militry", "Did you mean 'mil"),
        ("appendix2.csv", ",row 1,", ",row 2,", 3, "inherited", "row 2", "none of 'row 1'"),
        ("appendix2.csv", '2016,"Issyk', '16,"Issyk', 6, "date", "16", "must be a year"),
        ("appendix3.csv", ",attack,Coop", ",atack,Coop", 2, "tasks", "atack", "'attack'"),
        ("appendix4.csv", ",China,,,,,Jal", ",Chna,,,,,Jal", 13, "visitor", "Chna", "'China'"),
        ("appendix4.csv", ",China,,,,,Jal", ",,,,,,Jal", 13, "visitor", "", "must not be empty"),
        (
            *("appendix4.csv", "wildlife smugglers", "wildlife smuglers", 21),
            *("object", "wildlife smuglers", "Did you mean 'wildlife smugglers'"),
        ),
        (
            *("appendix4.csv", "Education,Kyrgyzstan,training", "Educaton,Kyrgyzstan,training", 2),
            *("type", "Educaton", "Did you mean 'Education'?"),
        ),
        (
            *("appendix4.csv", "Education,Kyrgyzstan,training", "Field Visit,Kyrgyzstan,training"),
            *(2, "subkind", "training program", "none of 'delegation', 'inspection'"),
        ),
        (
            *("appendix4.csv", "senior police,MIA,,,", "senior police,MIA,China,,", 2),
            *("visitor", "China", "is read only where 'type' is 'Field Visit'"),
        ),
        ("appendix4.csv", "Kazakhstan;Uzb", "Kazakstan;Uzb", 2, "alike", "Kazakstan;U", "Kazakhst"),
        ("appendix5.csv", ",gift,", ",gfit,", 2, "terms", "gfit", "Did you mean 'gift'?"),
        ("appendix5.csv", "COVID aid", "COVID ad", 3, "kind", "COVID ad", "'COVID aid'"),
        ("appendix6.csv", ",subject,1,", ",subjct,1,", 4, "field", "subjct", "'subject'"),
        ("mentions.csv", "a2-09,", "a2-99,", 15, "id", "a2-99", "no event has this id"),
        ("mentions.csv", "2013-06-13", "2013-06-31", 15, "date", "2013-06-31", "not"),
        ("mentions.csv", "IND=300;", "IND=3OO;", 6, "personnel_by_country", "IND=3OO", "pairs"),
        ("coverage.csv", "0.42", "0,42", 0, "", "", ""),
        ("coverage.csv", ",0.95,", ",95%,", 2, "completeness", "95%", "share"),
        ("coverage.csv", "KGZ,bilateral,meeting", "KGX,bilateral,meeting", 2, "country", "KGX", ""),
        ("sources.csv", "2022-04,report", "2022-13,report", 2, "date", "2022-13", ""),
        ("claims.csv", '""count""', '""cuont""', 0, "query", "", "Did you mean 'count'?"),
    ],
)
def test_what_nobody_can_read_is_refused_with_its_place(copied, case):
    """Table, row, column, value and problem of a spoiled cell are told, as data and in words."""
    name, old, new, row, column, value, problem = case
    if name == "coverage.csv" and new == "0,42":
        row, problem = 37, "cells, the header"
    spoil(copied, name, old, new)

    found = [fault for fault in faults_of() if fault.table == name]

    assert any(
        (not row or fault.row == row)
        and fault.column == column
        and value in fault.value
        and problem in fault.problem
        and str(fault).startswith(name)
        for fault in found
    ), found


def test_a_row_that_stands_twice_is_told_and_no_event_is_lost(copied):
    """Two rows of one number would be one event; the second is refused."""
    spoil(copied, "appendix5.csv", "yau-2022,5,3,May 2020,K", "yau-2022,5,2,May 2020,K")

    told = faults_of()

    assert [(fault.row, fault.column) for fault in told] == [(4, "row"), (5, "row")]
    assert told[0].place == "appendix 5, Kyrgyzstan, row 2"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "is empty"),
        (",,,,,,,,,,,,", "is empty"),
        ("yau-2022,5", "has 2 cells, the header 13"),
    ],
)
def test_an_empty_or_ragged_row_is_told(copied, line, problem):
    """A row without cells, or with too few, is a fault and no traceback."""
    lines = (copied / "appendix5.csv").read_text("utf-8").split("\n")
    (copied / "appendix5.csv").write_text("\n".join([*lines[:5], line, *lines[5:]]), "utf-8")

    assert [(fault.row, fault.problem) for fault in faults_of()] == [(6, problem)]


@pytest.mark.parametrize("name", ["text.csv", "news.csv"])
def test_an_empty_row_of_a_documented_table_is_told(copied, name):
    """Tables that are read by the library have no row without cells either."""
    lines = (copied / name).read_text("utf-8").split("\n")
    empty = "," * lines[0].count(",")
    (copied / name).write_text("\n".join([*lines[:2], empty, *lines[2:]]), "utf-8")

    assert [(fault.table, fault.row, fault.problem) for fault in faults_of()] == [
        (name, 3, "is empty")
    ]


@pytest.mark.parametrize(
    ("old", "new", "column", "problem"),
    [
        ("partner_body", "partner_boddy", "partner_boddy", "Did you mean 'partner_body'"),
        ("partner_body", "kind", "kind", "stands twice"),
        ("kind,goods", "goods,kind", "", "another order"),
    ],
)
def test_a_header_that_is_another_is_told(copied, old, new, column, problem):
    """A column that is unknown, missing, double or misplaced stops the build."""
    spoil(copied, "appendix5.csv", old, new)

    assert any(
        (fault.row, fault.column) == (1, column) and problem in fault.problem
        for fault in faults_of()
    )


@pytest.mark.parametrize("name", sorted(path.name for path in SEEDS.glob("*.csv")))
def test_a_table_that_is_missing_or_no_text_is_told(copied, name):
    """Every table is needed, in UTF-8, and what is neither is told by its name."""
    (copied / name).write_bytes(b"\xff")
    assert any(fault.table == name and "UTF-8" in fault.problem for fault in faults_of())

    (copied / name).unlink()
    assert any(fault.table == name and "no such table" in fault.problem for fault in faults_of())


def test_all_faults_of_all_tables_are_told_at_once(copied):
    """Whoever mends a table mends it once."""
    spoil(copied, "appendix1.csv", "Minister of Justice", "Minster of Justise")
    spoil(copied, "appendix4.csv", "March 2011", "Mach 2011")
    spoil(copied, "appendix4.csv", "wildlife smugglers", "wildlife")
    spoil(copied, "coverage.csv", "0.42", "1.42")
    spoil(copied, "text.csv", "t-rats,2004", "t-rats,2004-13")
    spoil(copied, "news.csv", "Foreign Minister", "Foreign Minster of All")

    told = faults_of()

    assert {fault.table for fault in told} == {
        *("appendix1.csv", "appendix4.csv", "coverage.csv", "text.csv", "news.csv")
    }
    assert len(told) == 6


def test_nothing_is_written_where_anything_is_refused(copied, tmp_path, capsys):
    """The folder stays as it was, and the shell is told in words."""
    spoil(copied, "appendix4.csv", "March 2011", "Mach 2011")
    target = tmp_path / "out"
    target.mkdir()

    assert build.main(["--into", str(target)]) == 1
    assert "nothing is written: 1 fault\n  appendix4.csv, row 82" in capsys.readouterr().err
    assert list(target.iterdir()) == []


def test_a_folder_that_is_missing_is_told(tmp_path, capsys):
    """The build makes no folder, and says which one there is not."""
    assert build.main(["--into", str(tmp_path / "none")]) == 1
    assert f"there is no folder {tmp_path / 'none'}" in capsys.readouterr().err
