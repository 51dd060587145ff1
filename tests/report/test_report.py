"""The report counts, finds changes, prints and writes."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from engagement import Coverage, EventLog, Exercise, Meeting, load_dataset
from engagement.report.report import make_report


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
        "changes.csv", "changes.png", "counts.csv", "left_out.csv", "records.png", "report.html",
        "timeline-KGZ.png",
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


def test_the_headline_counts_what_was_found():
    """It says how many series changed, how many did not, and how many have too few events."""
    steady = [
        Meeting(date=str(year), channel="bilateral", countries=["TJK"], id=f"t-{year}-{n}")
        for year in range(2000, 2016)
        for n in range(3)
    ]
    panel = make_report(small_log() | EventLog(steady)).panels[0]

    (told,) = panel.headline

    assert told == (
        "Of 2 series with enough events for a test, 1 changed: 1 rise and 0 falls in how many "
        "events there are a year. In 1 no change was found; 1 more have too few events to say."
    )


def test_the_headline_says_when_nothing_could_be_tested():
    """With too few events everywhere, no share of changed series is told."""
    log = EventLog([Meeting(date="2001", channel="bilateral", countries=["KGZ"])])

    assert make_report(log).panels[0].headline == (
        "None of 1 series has enough events for a test, so nothing can be said of change.",
    )


def test_the_headline_warns_of_empty_starts():
    """A change that is not found without an empty start is counted in a sentence of its own."""
    meetings = [
        Meeting(date=str(year), channel="bilateral", countries=["KGZ"], id=f"m-{year}-{n}")
        for year in range(2010, 2016)
        for n in range(3)
    ]
    covered = Coverage(
        [{"country": "KGZ", "channel": "bilateral", "activity": "meeting", "since": "2000",
          "until": "2015"}]
    )  # fmt: skip
    panel = make_report(EventLog(meetings, coverage=covered)).panels[0]

    assert panel.headline[1].startswith("1 change rests on an empty stretch")
    assert panel.rows[0]["change"] == "2010*"


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
    """An event that is only planned is in the notes and in the file of what is left out."""
    planned = Meeting(date="2010", channel="bilateral", countries=["KGZ"], status="planned")

    report = make_report(small_log() | EventLog([planned]))

    assert any(note.startswith("Events not counted: 1 (") for note in report.notes)
    assert report.panels[0].counts.left_out["date"].tolist() == ["2010"]


def test_imprecise_dates_are_spread_in_counts_and_drawn_for_changes():
    """An event of one year or another counts in parts, and the notes tell of the draws."""
    vague = Meeting(date="[2004..2009]", channel="bilateral", countries=["KGZ"])

    report = make_report(small_log() | EventLog([vague]))

    assert report.panels[0].rows[0]["events"] == "73"
    assert [str(change.date) for change in report.panels[0].changes] == ["2008"]
    assert any("their dates were drawn 20 times" in note for note in report.notes)


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
