"""The report is a function of a log or of counts, and writes what it says."""

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from attrs import evolve, fields_dict

import engagement as eg
from engagement import (
    CountSeries,
    Coverage,
    EventLog,
    Meeting,
    SeriesError,
    SettingError,
    count_events,
    load_dataset,
    report,
)
from engagement.report.report import _csv
from engagement.report.sentences import sentences_of, told_numbers
from engagement.values.places import _countries
from worked_report import (
    covered_log,
    covered_report,
    hostile_report,
    meeting,
    small_log,
    small_report,
)


def read(folder, name):
    """Read a table that was written, all as text."""
    return pd.read_csv(folder / name, dtype=str, keep_default_na=False)


@pytest.mark.parametrize("first", ["Report", "report", "report.report", "report.cli"])
def test_the_name_is_the_function_whatever_is_imported_first(first):
    """The folder of the same name never takes the place of the function."""
    imported = f"import engagement.{first}" if "." in first else f"from engagement import {first}"
    script = f"{imported}\nimport engagement as eg\nprint(callable(eg.report), eg.Report.__name__)"

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert ended.stdout == "True Report\n"


def test_the_headline_names_what_changed_with_raw_counts():
    """The first finding says where, what, when, up or down, from how many to how many."""
    told = small_report().findings

    assert told[0] == (
        "Kyrgyzstan: bilateral meetings rose about 2008, from 8 in 8 years to 64 in 8."
    )
    assert told[1] == (
        "1 of 2 series with enough events for a test changed (false discovery rate 10 %); "
        "no change was found in 1; 1 has too few events."
    )
    assert told[2].startswith(
        "China with Kyrgyzstan, bilateral meetings: rose in 2008 (95% interval 2008), from 8 in "
        "8 years (2000 to 2007) to 64 in 8 years (2008 to 2015); rate ratio "
    )
    assert str(small_report()) == f"small: {told[0].removesuffix('.')}"


def test_the_headline_names_no_change_that_rests_on_an_empty_start():
    """Such a change is told of after the headline, as one that is not found without it."""
    log = EventLog([meeting(year, n) for year in range(2010, 2016) for n in range(3)])
    stated = {"country": "KGZ", "channel": "bilateral", "activity": "meeting"}
    covered = log.with_coverage(Coverage([{**stated, "since": "2000", "until": "2015"}]))

    told = report(covered, title="x").findings

    assert told[0] == "No change of sure direction in 1 series with enough events for a test."
    assert told[1].startswith("1 change rests on an empty start of observation and is not found")


def test_the_headline_says_when_nothing_could_be_tested():
    """With too few events everywhere, nothing is said of change."""
    told = report(EventLog([meeting(2001, 0)]), title="x").findings

    assert told[0] == "Too few events to say whether anything changed."


def test_counts_and_a_series_are_reported_as_a_log_is():
    """The report takes a log, counts and one series, and finds the same in each."""
    log = small_log()
    counts = count_events(log, by=("country", "channel", "activity"))
    series = counts.series(country="KGZ", channel="bilateral", activity="meeting")

    (of_series,) = report(series, title="x").panels[0].findings
    (of_counts,) = (one for one in report(counts, title="x").panels[0].findings if one.changes)

    assert [str(one.change.date) for one in of_counts.changes] == ["2008"]
    assert [str(one.change.date) for one in of_series.changes] == ["2008"]
    assert of_series.changes[0].after == of_counts.changes[0].after


def test_a_series_with_a_gap_between_its_periods_is_reported():
    """Periods that are left out are not observed, and nothing is counted in them."""
    years = [*range(1990, 1996), *range(1998, 2006)]
    series = CountSeries.from_arrays([1] * 6 + [9] * 8, years, name="visits", missing="unobserved")

    made = report(series)

    (finding,) = made.panels[0].findings
    assert made.title == "visits, 1990 to 2005"
    assert len(finding.series) == 16
    assert finding.changes[0].before.years == 6
    assert "1998 (1996 to 1998)" in made.to_html()


@pytest.mark.parametrize(
    ("source", "settings", "message"),
    [
        ("log", {"date": "May"}, "date must be a day such as 2024-05-01, got 'May'"),
        ("counts", {"freq": "M"}, "by, freq and window say how a log is counted"),
        ("counts", {"by": "country"}, "by, freq and window say how a log is counted"),
        ("log", {"periods": [2001]}, "periods belong to an array of counts, and a log has dates"),
        ("counts", {"periods": [2001]}, "periods belong to an array, and Counts has its own"),
        (None, {}, "Counts or a CountSeries are needed, got NoneType"),
        ("frame", {}, r"a frame of events is read first: report\(EventLog.from_frame\(frame\)\)"),
    ],
)
def test_what_cannot_be_meant_is_refused(source, settings, message):
    """What does not fit is told with what would."""
    log = EventLog([meeting(2001, 0)])
    sources = {"log": log, "counts": count_events(log), "frame": log.to_frame(), None: None}
    given = sources[source]

    with pytest.raises((SettingError, SeriesError), match=message):
        report(given, **settings)


def test_every_form_of_counts_is_reported():
    """A frame, a labelled Series and an array with its periods give the report of their counts."""
    years, values = range(1990, 2004), [1, 0, 2, 1, 0, 1, 1, 9, 8, 7, 9, 8, 7, 9]
    labelled = pd.Series(values, index=years, name="visits")
    forms = [
        report(labelled.to_frame(), title="x", date="2024-05-01"),
        report(labelled, title="x", date="2024-05-01"),
        report(values, periods=years, title="x", date="2024-05-01"),
    ]

    told = {made.panels[0].findings[0].changes[0].after for made in forms}

    assert {str(made.panels[0].findings[0].changes[0].change.date) for made in forms} == {"1997"}
    assert len(told) == 1
    assert [made.findings[0].split()[0] for made in forms] == ["visits", "visits", "series"]


def test_the_date_comes_from_the_caller_or_the_environment(monkeypatch):
    """A date that is given stands before SOURCE_DATE_EPOCH, and that before today."""
    log = EventLog([meeting(2001, 0)])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")

    assert str(report(log).made_on) == "1970-01-02"
    assert str(report(log, date="2024-05-01").made_on) == "2024-05-01"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(SettingError, match="SOURCE_DATE_EPOCH must be a number of seconds"):
        report(log)


def test_the_same_input_gives_the_same_bytes():
    """Two reports on equal logs are the same page, whatever the order of their events."""
    log = covered_log()
    again = report(
        EventLog(list(log)[::-1], coverage=log.coverage), title="covered", date="2024-05-01"
    )

    assert again.to_html() == covered_report().to_html()
    assert again.digest == covered_report().digest


def test_the_digest_is_of_the_content():
    """Another event, other coverage or another count is another digest."""
    log, other = small_log(), covered_log()
    counts = count_events(log)
    digests = {
        report(source, title="x").digest
        for source in (
            *(log[1:], log, log.with_coverage(other.coverage)),
            *(counts, counts.select(country="KGZ")),
        )
    }  # fmt: skip

    assert len(digests) == 5


def test_what_is_written(tmp_path):
    """The folder is made; a log gives the page and four tables, counts give two."""
    written = covered_report().save(tmp_path / "new" / "folder")
    of_counts = report(count_events(small_log(), by="country").resample("2Y")).save(tmp_path)

    names = ["report.html", "changes.csv", "counts.csv", "events.csv", "not_counted.csv"]
    assert [path.name for path in written] == names
    assert all(path.stat().st_size for path in written)
    assert {path.name for path in of_counts} <= set(names)


def test_the_last_digits_of_numbers_are_not_written():
    """Numbers that differ in the last digits, as sums do between machines, give the same file."""
    numbers = [1 / 3, 1 / 3 + 1e-16, 4.333333333333332, 4.333333333333334, 19.0, 0.1 + 0.2]

    told = _csv(pd.DataFrame({"n": numbers})).decode().split()[1:]

    assert told == ["0.3333333333", "0.3333333333", "4.333333333", "4.333333333", "19", "0.3"]


def test_a_report_replaces_a_report_and_nothing_else(tmp_path):
    """Files of a report that the new one lacks go; those of others stay, and are not replaced."""
    of_log, of_counts = covered_report(), report(CountSeries.from_arrays([1, 2], [2001, 2002]))
    for out in (tmp_path / "alone", tmp_path / "beside"):
        out.mkdir()
        if out.name == "beside":
            (out / "mine.txt").write_text("mine")
        of_log.save(out)
        assert {"events.csv", "not_counted.csv"} < {file.name for file in out.iterdir()}
        written = of_counts.save(out)
        left = {file for file in out.iterdir() if file.name != "mine.txt"}
        assert left == set(written)

    (tmp_path / "alone" / "report.html").unlink()
    before = {file.name: file.read_bytes() for file in (tmp_path / "alone").iterdir()}
    with pytest.raises(SettingError, match=r"alone.changes.csv is there and is of no report"):
        of_log.save(tmp_path / "alone")
    assert {file.name: file.read_bytes() for file in (tmp_path / "alone").iterdir()} == before
    (tmp_path / "beside" / "events.csv").write_text("mine")
    with pytest.raises(SettingError, match=r"beside.events.csv is there and is of no report"):
        of_log.save(tmp_path / "beside")
    (tmp_path / "beside" / "report.html").write_text("<html>mine</html>")
    with pytest.raises(SettingError, match=r"beside.report.html is there and is of no report"):
        of_log.save(tmp_path / "beside")


def test_a_folder_without_a_name_is_refused():
    """An empty text is no name of the current folder."""
    with pytest.raises(SettingError, match="the folder of a report must have a name, got ''"):
        covered_report().save("")


def test_changes_carry_what_the_page_says(tmp_path):
    """A row has the raw counts of both sides, the direction and the sentence; others follow."""
    covered_report().save(tmp_path)

    table = read(tmp_path, "changes.csv")

    row = table.iloc[0]
    assert (row["country"], row["date"], row["direction"]) == ("KGZ", "2008", "rise")
    assert (float(row["events_before"]), float(row["years_before"])) == (8, 8)
    assert (float(row["events_after"]), float(row["years_after"])) == (
        60,
        pytest.approx(7.5, abs=0.01),
    )
    assert row["sentence"] in covered_report().findings
    assert set(table["verdict"]) >= {"change", "no change found", "too few events"}
    assert set(table.loc[table["activity"] == "(all)", "country"]) == {"KGZ", "TJK"}
    laws = table[(table["activity"] == "measure") & (table["country"] == "KGZ")]
    assert laws["verdict"].tolist() == ["recorded, not systematically covered"]


def test_counts_list_what_was_observed_unless_asked(tmp_path):
    """Periods that nobody observed are listed only on request, with an empty count."""
    covered_report().save(tmp_path)
    table = read(tmp_path, "counts.csv")
    covered_report().save(tmp_path, unobserved=True)
    everything = read(tmp_path, "counts.csv")

    assert (table["exposure_years"].astype(float) > 0).all()
    gone = everything[everything["exposure_years"].astype(float) == 0]
    assert len(gone) == len(everything) - len(table) > 0
    assert set(gone["count"]) == {""}


def test_events_add_up_to_the_counts(tmp_path):
    """The shares of the events behind a cell sum to its count, an uncertain date's included."""
    covered_report().save(tmp_path)
    cells = ["country", "channel", "activity", "period"]
    events = read(tmp_path, "events.csv").astype({"share": float})
    counts = read(tmp_path, "counts.csv").astype({"count": float})

    summed = events.groupby(cells)["share"].sum()
    counted = counts[counts["count"] > 0].set_index(cells)["count"]

    covered = summed[summed.index.isin(counted.index)]
    pd.testing.assert_series_equal(
        covered.sort_index(), counted.sort_index(), check_names=False, atol=1e-9
    )
    vague = events[(events["id"] == "vague") & (events["activity"] == "measure")]
    assert vague["period"].tolist() == ["2006", "2007"]
    assert vague["share"].sum() == pytest.approx(1)
    assert vague["source_and_place_in_it"].tolist() == ["a book, table 3, row 1"] * 2


def test_numbers_of_what_is_not_counted_are_found_in_the_file(tmp_path):
    """Events counted and not counted make up all; each that is not counted is in the file."""
    covered_report().save(tmp_path)
    (note,) = (text for text in covered_report().notes if "not_counted.csv" in text)
    table = read(tmp_path, "not_counted.csv")

    n_all = len(covered_log())
    gone = table[table["counted"] == "no"].drop_duplicates("id")
    assert f"{n_all} events: {n_all - len(gone)} counted, {len(gone)} not." in note
    for reason, number in gone["reason"].value_counts().items():
        assert f"{number} ({reason})" in note
    counted = set(read(tmp_path, "events.csv").query("id != 'law'")["id"])
    assert len(counted) == n_all - len(gone)
    part = table[table["counted"] == "in part"]["id"].nunique()
    assert f"{part} are counted in part" in note if part else "in part" not in note


def test_a_record_without_coverage_has_numbers_and_no_rate():
    """What nobody covered is told of with its events, without test, rate or zero."""
    (finding,) = (
        one
        for one in covered_report().panels[0].findings
        if (one.axes["country"], one.axes["activity"]) == ("KGZ", "measure")
    )

    assert finding.verdict == "recorded, not systematically covered"
    assert finding.events == 1
    assert not finding.is_tested
    assert np.isnan(finding.series.counts).all()
    page = covered_report().to_html()
    assert "at least 1 event: recorded, not systematically covered; no rate" in page


def test_an_uneven_series_is_told_with_the_window_that_stands_out():
    """A series that is uneven without a dated change has its own sentence and its own number."""
    panel = small_report().panels[0]
    given = next(one for one in panel.findings if one.verdict == "no change found")
    window = {"uneven_from": 2001, "uneven_to": 2002, "uneven_events": 6, "uneven_years": 2}
    own = {name: getattr(given.tested, name) for name in fields_dict(type(given.tested))}
    tested = SimpleNamespace(**own | window)
    uneven = evolve(given, verdict="uneven, no dated change", tested=tested)

    (told,) = sentences_of(uneven, panel.changes)

    assert told.startswith(
        "Tajikistan, bilateral meetings: the counts are uneven, but no change can be dated "
        "(what stands out is 2001 to 2002, with 6 in 2 years); p-value "
    )
    assert "1 more is uneven without a dated change" in told_numbers([uneven], fdr=0.1)


def test_other_axes_and_months_are_reported():
    """A report by one axis and by month has its own names and no total of channels."""
    log = EventLog(
        Meeting(date=f"{year}-{month:02}", channel="bilateral", countries=["KGZ"])
        for year in (2018, 2019)
        for month in range(1, 13)
    )  # fmt: skip

    made = report(log, by="country", freq="M", title="months")

    assert len(made.panels) == 1
    assert made.unit == "month"
    assert "Counted by month, 2018-01 to 2019-12" in made.made_of
    assert "By country and channel" not in made.to_html()


def test_no_table_holds_a_formula_or_a_lone_surrogate(tmp_path):
    """Texts of the data stand in the tables guarded, and always as UTF-8."""
    hostile_report().save(tmp_path)

    for path in tmp_path.glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        assert not [
            cell for column in table for cell in table[column] if cell[:1] in set("=+@\t\r")
        ]


def test_an_empty_log_gives_a_report(tmp_path):
    """No events at all is no error."""
    made = report(EventLog())

    made.save(tmp_path)

    assert "0 events" in made.summary()
    assert "Nothing was found to have changed" in made.to_html()


@pytest.mark.slow
def test_the_bundled_data_make_a_page_that_can_be_sent(tmp_path):
    """The main job gives a page of less than three million bytes with a link behind every bar."""
    made = report(load_dataset(), title="bundled")

    made.save(tmp_path)

    assert (tmp_path / "report.html").stat().st_size < 3_000_000
    assert made.panels[0].n_rows < 3000


@pytest.mark.slow
def test_many_series_and_events_make_a_page_that_can_be_sent():
    """300 series of 20,000 events stay under ten million bytes, and the page says what is short."""
    rng = np.random.default_rng(1)
    kinds = (eg.Meeting, eg.Visit, eg.Exercise, eg.Training, eg.Agreement, eg.Transfer)
    codes = [code for code in sorted(_countries()) if code != "SUN"][:50]
    years, months = rng.integers(1993, 2021, 20_000), rng.integers(1, 13, 20_000)
    log = EventLog(
        kinds[rng.integers(6)](
            id=f"e{number}",
            date=f"{year}-{month:02}",
            channel="bilateral",
            countries=[codes[rng.integers(50)]],
            note="a remark of some length on the event " * int(rng.integers(3)),
            sources=[eg.Source(document=f"news {number % 500}", where=f"row {number}")],
        )
        for number, (year, month) in enumerate(zip(years, months, strict=True))
    )
    log = log.with_coverage(eg.Coverage.since_to(log, "1993", "2020"))

    made = report(log, by=("country", "activity"), rng=1)
    page = made.to_html()

    assert len(made.panels[0].findings) == 300
    assert len(page.encode()) < 10_000_000
    assert "without the script, read them in events.csv" in page
