"""The library, the data and the documents behind them can be cited."""

import re

import pytest

import engagement as eg
from engagement.errors import SettingError
from engagement.report.citation import Reference

LOG = eg.EventLog(
    [
        eg.Measure(date="2001", channel="domestic", sources=[eg.Source(document="a & b.csv")]),
        eg.Measure(date="2002", channel="domestic", sources=[eg.Source(document="yau-2022")]),
        eg.Measure(date="2003", channel="domestic", sources=[eg.Source(document="yau-2022")]),
    ]
)


def test_the_library_and_the_bundled_data_are_cited_with_their_documents():
    """Without a log, the documents of the bundled data are cited in full."""
    cited = eg.cite()

    first, data, report, *news = cited.text().split("\n")
    assert first.startswith("The engagement developers. engagement: temporal event modelling")
    assert f"version {eg.__version__}" in first
    assert "China's security engagement" in data
    assert report.startswith(
        "Niva Yau (2022). China's Security Management towards Central Asia. Foreign Policy"
    )
    assert news[0].startswith("Joe Leahy, Max Seddon and Alice Hancock (2023). Xi Jinping pushes")
    assert len(news) == 4


def test_documents_behind_a_log_are_cited_by_what_is_known_of_them():
    """A known document has its reference, another its name, and both how many events they tell."""
    _, data, *documents = eg.cite(LOG).references

    assert re.search(r"SHA-256 [0-9a-f]{64}", data.note)
    assert [document.key for document in documents] == ["yau-2022", "a-b.csv"]
    assert documents[0].text().endswith("Source of 2 events.")
    assert documents[1].text() == "a & b.csv. Source of 1 event."


def test_bibtex_has_an_entry_for_each_with_marks_escaped():
    """Each reference is an entry with balanced braces, and a key of its own."""
    text = eg.cite(LOG).bibtex()

    keys = re.findall(r"^@(\w+)\{([\w.-]+),$", text, re.MULTILINE)
    assert [kind for kind, _ in keys] == ["software", "misc", "techreport", "misc"]
    assert len(dict(keys)) == 3
    assert len({key for _, key in keys}) == 4
    assert r"title = {{a \& b.csv}}," in text
    assert "author = {Niva Yau}," in text
    assert "institution = {Foreign Policy Research Institute}," in text
    assert "author = {{The engagement developers}}," in text
    assert text.count("{") == text.count("}")


def test_a_text_names_what_is_known_alone():
    """Without author or year, neither is made up."""
    assert Reference(key="a", title="T").text() == "T."
    assert Reference(key="a", title="T", year="2001").text() == "T (2001)."
    assert Reference(key="a", title="T", author="A and B").text() == "A and B. T."


def test_what_is_no_log_is_refused():
    """The parameter is named with what was given."""
    with pytest.raises(SettingError, match="log must be an EventLog or None, got 'x'"):
        eg.cite("x")
