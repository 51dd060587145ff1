"""The report counts, finds changes, prints and writes."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from engagement import Coverage, EventLog, Exercise, Meeting, load_dataset
from engagement.report import make_report


def small_log(**settings):
    """Make a log of one country with a rise, and one exercise."""
    meetings = [
        Meeting(
            date=str(year), channel="bilateral", initiator="CHN", countries=["KGZ"],
            id=f"m-{year}-{n}", **settings,
        )
        for year in range(2000, 2016)
        for n in range(1 if year < 2008 else 8)
    ]  # fmt: skip
    exercise = Exercise(date="2010", channel="bilateral", initiator="CHN", countries=["KGZ"])
    return EventLog([*meetings, exercise])


class Tags(HTMLParser):
    """Collects tags, links to elsewhere and text."""

    def __init__(self):
        super().__init__()
        self.tags, self.addresses, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        """Keep the tag and its addresses."""
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data):
        """Keep the text."""
        self.text += data


def test_the_report_writes_tables_figures_and_a_page(tmp_path):
    """The folder holds the changes, the counts, what was left out, figures and the page."""
    written = make_report(small_log(), title="small").write(tmp_path / "new" / "folder")

    assert sorted(path.name for path in written) == [
        "changes.csv", "counts.csv", "left_out.csv", "report.html", "timeline-KGZ.png",
    ]  # fmt: skip
    assert all(path.stat().st_size for path in written)
    changes = pd.read_csv(tmp_path / "new" / "folder" / "changes.csv", dtype={"date": "str"})
    assert changes.loc[changes["activity"] == "meeting", "date"].tolist() == ["2008"]
    counts = pd.read_csv(tmp_path / "new" / "folder" / "counts.csv")
    assert counts.loc[counts["activity"] == "meeting", "count"].sum() == 8 + 64


def test_the_page_needs_no_other_file(tmp_path):
    """Every address on the page is data of its own."""
    make_report(small_log()).write(tmp_path)
    page = Tags()

    page.feed((tmp_path / "report.html").read_text(encoding="utf-8"))

    assert page.addresses
    assert all(address.startswith("data:image/png;base64,") for address in page.addresses)
    assert "script" not in page.tags
    assert "link" not in page.tags


def test_the_page_escapes_what_came_from_the_data(tmp_path):
    """A text of an event never becomes markup."""
    log = small_log(topics=["<script>alert(1)</script>"])
    make_report(log, title="<b>bold & broken").write(tmp_path)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Tags()

    page.feed(text)

    assert "script" not in page.tags
    assert "b" not in page.tags
    assert "<b>bold & broken" in page.text
    assert "<script>alert(1)</script>" in page.text


def test_the_summary_has_the_table_the_sentences_and_the_notes():
    """The text tells each series with events, in words too, and on what all rests."""
    text = make_report(small_log()).summary()

    assert re.search(r"Kyrgyzstan, bilateral meetings +72 +2000 to 2015 +4\.50 +2008 ", text)
    assert "- China with Kyrgyzstan, bilateral meetings: rose from" in text
    assert "- China with Kyrgyzstan, bilateral exercises: too little observed" in text
    assert "Coverage is not stated" in text
    assert "Channels in all" in text
    assert "Kyrgyzstan, bilateral events" in text


def test_totals_of_a_channel_stand_only_while_all_its_activities_were_observed():
    """A total over meetings and exercises begins where the later of the two begins."""
    log = small_log()
    stated = [
        {"country": "KGZ", "channel": "bilateral", "activity": activity, "since": since,
         "until": "2015"}
        for activity, since in (("meeting", "2000"), ("exercise", "2005"))
    ]  # fmt: skip
    report = make_report(log.with_coverage(Coverage(stated)))

    (verdict,) = report.panels[1].shown

    assert str(verdict.observed_from) == "2005"
    assert verdict.exposure_years == 11
    assert verdict.n_events == 3 + 64 + 1


def test_what_is_not_counted_is_told():
    """An event that fits no period is in the notes and in the file of what is left out."""
    log = small_log() | EventLog([Meeting(date="200X", channel="bilateral", countries=["KGZ"])])

    report = make_report(log)

    assert any(note.startswith("Events not counted: 1 (") for note in report.notes)
    assert report.panels[0].counts.left_out["date"].tolist() == ["200X"]


def test_an_empty_log_gives_an_empty_report(tmp_path):
    """No events at all is no error."""
    report = make_report(EventLog())

    written = report.write(tmp_path)

    assert "0 events" in report.summary()
    assert not any(path.suffix == ".png" for path in written)


def test_the_window_and_the_frequency_are_passed_on():
    """A report by quarter over part of the time counts that part."""
    report = make_report(small_log(), freq="Y", window=("2004", "2007"))

    counts = report.panels[0].counts

    assert [str(period) for period in counts.periods] == ["2004", "2005", "2006", "2007"]


@pytest.mark.slow
def test_the_bundled_data_make_a_whole_report(tmp_path):
    """The main job runs on the bundled data, with a figure for each of the five partners."""
    written = make_report(load_dataset("china-central-asia")).write(tmp_path)

    names = {path.name for path in written}
    assert {f"timeline-{code}.png" for code in ("KAZ", "KGZ", "TJK", "TKM", "UZB")} <= names
