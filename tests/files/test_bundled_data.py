"""Tests of the bundled data set against the coded tables, which are read here as text."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from coding import parse_office
from engagement import (
    Coverage,
    count_events,
    count_ranks,
    detect_changes,
    load_courses,
    load_dataset,
    read_events,
    write_events,
)
from engagement.events.axes import labels_of
from engagement.events.observed import Observed
from engagement.values.places import country_code
from engagement.values.vocabulary import Basis, Status, Terms, fold_term

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
DATA = Path(sys.modules["engagement"].__file__).parent / "data"
NAMES = sorted(path.name for path in DATA.glob("china-central-asia*"))
EVENTS = "china-central-asia.csv"
UNSEEN = "no public information available"
LANDS = {
    "KAZ": "Kazakhstan",
    "KGZ": "Kyrgyzstan",
    "TJK": "Tajikistan",
    "TKM": "Turkmenistan",
    "UZB": "Uzbekistan",
}
MEMBERS = ("KAZ", "KGZ", "TJK", "UZB")

# Events of the text that fall into what an appendix covers, and the one row that falls out of it.
BESIDE = {
    ("KAZ", "meeting"): {"t-committee-kaz-2014"},
    ("KGZ", "meeting"): {"t-cross-departmental-kgz-2019"},
    ("UZB", "training"): {"t-training-uzb-2019"},
    ("UZB", "visit"): {"t-visit-uzb-2020"},
    ("TJK", "transfer"): {"t-sensors-tjk-2017"},
}
TOO_LATE = {("KGZ", "transfer"): {"a5-kgz-01"}}

IMPLIED = {  # to 2020, the end of coverage
    "t-border-inspections": 4 * 22,
    "t-committee-kaz": 7,
    "t-committee-uzb": 7,
    "t-officers-tjk": 15,
    "t-patrol-altay": 13,
    "t-patrol-ili": 12,
    "t-patrol-tacheng": 18,
    "t-sco-commanders": 5,
    "t-sco-defence-ministers": 20,
    "t-sco-exercises": 4,
    "t-sco-interior-ministers": 12,
    "t-sco-prosecutors-general": 19,
    "t-sco-security-council-secretaries": 17,
}


def lines_of(name):
    return (SEEDS / name).read_text(encoding="utf-8").splitlines()


def rows_of(name):
    return list(csv.DictReader(lines_of(name)))


def by_id(log):
    return {event.id: event for event in log}


def ids_of(events):
    return {event.id for event in events}


def build(*arguments, seeds=SEEDS):
    """Run the command that builds the data set."""
    return subprocess.run(
        [sys.executable, str(seeds / "build.py"), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def log():
    return load_dataset("china-central-asia")


@pytest.fixture(scope="module")
def totals(log):
    counts = count_events(log, by=("country", "channel", "activity")).to_frame()
    observed = counts[counts["exposure_years"] > 0]
    return observed.groupby(["country", "channel", "activity"])["count"].sum().to_dict()


@pytest.fixture
def copied(tmp_path):
    """Give a copy of the coded tables that a test may spoil."""
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))


def spoil(folder, name, old, new):
    """Change the one place where a file has a text."""
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


# What is bundled is what was coded


def test_a_rebuild_gives_the_bundled_files(tmp_path):
    """Building again gives the same bytes, and no file more."""
    ended = build("--into", tmp_path)

    assert ended.returncode == 0, ended.stderr
    assert EVENTS in NAMES
    assert sorted(path.name for path in tmp_path.iterdir()) == NAMES
    for name in NAMES:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes()


def test_a_changed_cell_changes_the_data(copied, tmp_path):
    """Mending a cell reaches the data: the comparison of bytes can fail."""
    spoil(copied, "appendix5.csv", "40 cars", "41 cars")

    ended = build("--into", tmp_path, seeds=copied)

    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / EVENTS).read_bytes() != (DATA / EVENTS).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("appendix1.csv", "Minister of Justice", "Minster of Justise", "Kyrgyzstan, row 51"),
        ("appendix2.csv", "3000 (700 Chinese)", "3000 (700 Chinse)", "appendix 2, row 2"),
        ("appendix3.csv", "450 (150 Chinese)", "450 (750 Chinese)", "Tajikistan, row 4"),
        ("appendix4.csv", "March 2011", "Mach 2011", "Uzbekistan, row 28"),
        ("appendix5.csv", "150,000 USD", "150,000 USB", "Tajikistan, row 7"),
        ("mentions.csv", "a2-09,", "a2-99,", "'a2-99'"),
        ("mentions.csv", "2013-06-13", "2014-06-13", "is not within 2013"),
        ("mentions.csv", "a4-kaz-17,", "a4-kaz-99,", "'a4-kaz-99'"),
        ("coverage.csv", "0.42", "1.42", "1.42"),
        ("text.csv", "t-rats,2004", "t-rats,2004-13", "2004-13"),
        ("news.csv", "Foreign Minister", "Foreign Minster of All", "n-call-kaz-2022"),
    ],
)
def test_what_cannot_be_read_stops_the_build_and_names_its_place(copied, name, old, new, said):
    """A cell that nobody can read writes nothing, and the error says where it is."""
    text = (copied / name).read_text(encoding="utf-8")
    (copied / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    target = copied.with_name("out")
    target.mkdir()

    ended = build("--into", target, seeds=copied)

    assert ended.returncode == 1
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
    assert list(target.iterdir()) == []


# Every row to an event, every event to a row


@pytest.mark.parametrize("appendix", range(1, 6))
def test_every_row_of_an_appendix_is_one_event(log, appendix):
    """Rows and events of an appendix are the same, by the place that each event names."""
    rows = [row for row in rows_of(f"appendix{appendix}.csv") if row["note"] != UNSEEN]
    places = {
        ", ".join(
            filter(None, (f"appendix {appendix}", row.get("partner", ""), f"row {row['row']}"))
        )
        for row in rows
    }
    events = [event for event in log if event.id.startswith(f"a{appendix}-")]

    assert len(places) == len(rows)
    assert len(events) == len(rows)
    assert {event.sources[0].where for event in events} == places
    assert {event.sources[0].document for event in events} == {"yau-2022"}


def test_the_rows_without_an_event_say_why(log):
    """Two rows say that nothing is public; the courses are said to be no events."""
    unseen = [
        (name, row["partner"])
        for name in ("appendix1.csv", "appendix3.csv", "appendix4.csv", "appendix5.csv")
        for row in rows_of(name)
        if row["note"] == UNSEEN
    ]
    codebook = " ".join(lines_of("codebook.md"))

    assert unseen == [("appendix3.csv", "Turkmenistan"), ("appendix4.csv", "Turkmenistan")]
    assert "Courses are descriptions and no events" in codebook
    assert not any("appendix 6" in source.where for event in log for source in event.sources)


def test_ids_follow_from_table_and_row(log):
    """An id of an appendix is its number, country and row, and those of the text are words."""
    for event in log:
        place = re.fullmatch(
            r"appendix (\d)(?:, (\w+))?, row (\d+)", event.sources[0].where
        ) or re.match(r"$^", "")
        if not event.id.startswith("a"):
            assert re.fullmatch(r"[tn](-[a-z0-9]+)+", event.id)
            continue
        appendix, land, row = place.groups()
        middle = f"-{country_code(land).lower()}" if land else ""
        assert event.id == f"a{appendix}{middle}-{int(row):02}"


@pytest.mark.parametrize("name", ["text.csv", "news.csv"])
def test_every_row_of_text_and_news_is_one_event(log, name):
    """The ids in the table are those of the log, each once."""
    ids = [row["id"] for row in rows_of(name)]

    assert len(set(ids)) == len(ids)
    assert set(ids) == {i for i in ids_of(log) if i.startswith(f"{name[0]}-")}


def test_all_events_come_from_one_of_the_tables(log):
    """Nothing is in the log but rows: counted as lines of text."""
    n_lines = sum(len(lines_of(f"appendix{n}.csv")) - 1 for n in range(1, 6)) - 2
    n_told = sum(len(lines_of(name)) - 1 for name in ("text.csv", "news.csv"))

    assert len(log) == n_lines + n_told
    assert len(ids_of(log)) == len(log)


def test_a_place_that_tells_of_a_row_is_a_source_of_its_event(log):
    """The sources of an appendix's event are its row and the mentions of it, and no others."""
    told = Counter((row["id"], row["source"], row["where"]) for row in rows_of("mentions.csv"))
    found = Counter(
        (event.id, source.document, source.where)
        for event in log
        if event.id.startswith("a")
        for source in event.sources[1:]
    )

    assert set(told.values()) == {1}
    assert found == told


def test_a_mention_moves_a_date_only_within_the_printed_one(log):
    """A finer date is that of the mention; every other date is that of the cell."""
    events = by_id(log)
    finer = {row["id"]: row["date"] for row in rows_of("mentions.csv") if row["date"]}
    for row in rows_of("appendix2.csv"):
        event = events[f"a2-{int(row['row']):02}"]

        assert str(event.date) == finer.pop(event.id, row["date"])
        assert event.date.is_within(row["date"])
    assert finer == {}


def test_the_article_in_two_wordings_gives_events_with_both_as_sources(log):
    """The copy is never alone, and the article itself only where the copy does not tell."""
    of = {
        document: {e.id for e in log if any(s.document == document for s in e.sources)}
        for document in ("ft-2023-05-19", "copy-2023-05-19")
    }

    assert of["copy-2023-05-19"] == {"n-summit-2023", "n-assistance-2023"}
    assert of["ft-2023-05-19"] == of["copy-2023-05-19"] | {"n-central-asia-summit"}
    assert (
        len([e for e in log if e.subkind == "summit" and str(e.date).startswith("2023-05-")]) == 1
    )


def test_every_source_is_cited(log):
    """Every document that an event names stands in the table of sources, and each is used."""
    cited = {row["id"] for row in rows_of("sources.csv")}

    assert {s.document for event in log for s in event.sources} == cited
    assert all(source.where for event in log for source in event.sources)


def test_a_format_under_which_a_meeting_was_held_is_an_event(log):
    """The mechanism that a meeting names is in the log, of that kind and founded by then."""
    events = by_id(log)
    held = [e for e in log if e.activity == "meeting" and e.mechanism]

    assert len(held) == 12
    for meeting in held:
        mechanism = events[meeting.mechanism]
        assert mechanism.activity == "mechanism"
        assert mechanism.date.start < meeting.date.end
        assert mechanism.subkind == meeting.subkind


# Fields


def test_offices_of_text_and_news_have_the_rank_that_the_library_reads(log):
    """A rank is read and never typed; whoever has none is a body."""
    for name in ("text.csv", "news.csv"):
        assert '""rank""' not in "\n".join(lines_of(name))
    ranks = {
        person.office: person.rank
        for event in log
        if event.id[0] in "tn"
        for person in event.participants
    }

    assert all(rank is parse_office(office).rank for office, rank in ranks.items() if rank)
    assert sorted(office for office, rank in ranks.items() if rank is None) == [
        "Academy of Armed Police and Special Police",
        "Department of Public Security of Beijing",
        "IIBB",
        "Public Security Administration of Zhengzhou",
        "Supreme Court",
        "Tashkent police department",
    ]


def test_ranks_stand_where_offices_are_printed(log):
    """Meetings of appendix 1 all have a rank; in appendices 4 and 5 only who bears an office."""
    offices = {
        person.office
        for event in log
        if event.id[:2] in {"a4", "a5"}
        for person in event.participants
        if person.rank
    }

    assert all(event.rank for event in log if event.id.startswith("a1"))
    assert offices == {
        "Ambassador to Kyrgyzstan",
        "Chief of Staff of Border Guards",
        "Deputy Minister of Internal Affairs",
        "Minister of Defense",
        "Minister of Internal Affairs",
    }


def test_activities_of_appendix_4_are_those_printed(log):
    """Education is training, a field visit a visit, a joint operation an operation."""
    events = by_id(log)
    said = {"Education": "training", "Field Visit": "visit", "Joint Operation": "operation"}
    for row in rows_of("appendix4.csv"):
        if row["note"] == UNSEEN:
            continue
        event = events[f"a4-{country_code(row['partner']).lower()}-{int(row['row']):02}"]

        assert event.activity == said[row["type"]]
        if event.activity == "visit":
            host = event.countries[0] if row["visitor"] == "China" else "CHN"
            assert event.host == host


def test_initiators_are_china_and_whoever_acts_by_itself(log):
    """China takes part in all but a court's ban and what RATS does with its data base."""
    other = {event.id: event.initiator for event in log if event.initiator != "CHN"}

    assert other == {
        "t-ban-kgz-2003": "KGZ",
        "t-rats-database-2004": None,
        "t-rats-database-2014": None,
    }


def test_multilateral_exercises_have_the_partners_and_the_bodies_of_their_rows(log):
    """China starts them all, with the SCO, RATS where it commands, and the row's states."""
    events = by_id(log)
    for row in rows_of("appendix2.csv"):
        event = events[f"a2-{int(row['row']):02}"]
        named = {country_code(name) for name in row["participants"].split(", ")}

        assert event.initiator == "CHN"
        assert {*event.countries, "CHN"} == named
        assert event.organisations == (("SCO", "RATS") if row["command"] else ("SCO",))


@pytest.mark.parametrize(
    ("name", "low", "high", "by_country"),
    [
        ("a2-02", 3000, 3000, {"CHN": 700, "IND": 300, "PAK": 100}),
        ("a2-03", 24, 40, {}),
        ("a2-13", 5000, 5000, dict.fromkeys(["CHN", "KAZ", "KGZ", "RUS", "TJK"], 1000)),
        ("a2-14", 4000, 4000, {"CHN": 1600, "RUS": 2000}),
        ("a3-kaz-02", 800, None, {"CHN": 800}),
        ("a3-kgz-04", 1075, 1075, {}),
        ("a3-tjk-01", 1200, 1200, {"CHN": 580}),
        ("a4-tjk-19", 5000, 5000, {}),
    ],
)
def test_sizes_are_those_printed(log, name, low, high, by_country):
    """Ranges, shares, equal parts and parts alone are read from table and text."""
    personnel = by_id(log)[name].personnel

    assert (personnel.low, personnel.high) == (low, high)
    assert dict(personnel.by_country) == by_country


def test_forces_of_both_sides_are_told_apart(log):
    """Where both sides print the same force, both stand there; the text adds others."""
    events = by_id(log)

    assert events["a3-kgz-02"].personnel.forces == ("KGZ Border Guards", "CHN Border Guards")
    assert events["a3-tjk-01"].personnel.forces == (
        "TJK Armed Forces",
        "CHN People's Liberation Army",
        "CHN Air Force",
    )


def test_amounts_are_as_printed_and_yuan_where_rmb_stands(log):
    """Amounts of transfers and measures, summed by currency from the texts of the cells."""
    printed = [e.value for e in log if getattr(e, "value", None) is not None]
    sums = Counter()
    for value in printed:
        assert value.currency == ("CNY" if "rmb" in value.text.casefold() else "USD")
        sums[value.currency] += value.amount

    assert len(printed) == 16 + 3
    assert sums["USD"] == 480_000 + 10_000 + 2_500_000 + 6_000_000 + 150_000 + 1_500_000
    assert (
        sums["CNY"]
        == (30 + 30 + 1 + 10 + 8 + 3 + 3) * 10**6 + 4_500_000 + 400_000 + 3000 + 26 * 10**9
    )


def test_terms_of_transfers_are_those_of_the_rows(log):
    """Sales, gifts and unknown terms are counted as text."""
    lines = lines_of("appendix5.csv")
    terms = Counter(event.terms for event in log if event.id.startswith("a5"))

    assert terms == {term: sum(f",{term}," in line for line in lines) for term in terms}
    assert terms[Terms.SALE] == 5


def test_all_topics_are_defined(log):
    """No event has a topic that the library does not define."""
    used = {fold_term(topic) for event in log for topic in event.topics}

    assert used <= set(log.known_topics)
    assert log.topics == ()


# Dates


def test_a_day_stands_only_where_it_is_told(log):
    """Days are printed, said by a title, or fixed by a weekday; all else stays imprecise."""
    days = {e.id for e in log if re.search(r"\d{4}-\d\d-\d\d", str(e.date))}

    assert {i for i in days if i.startswith("a")} == {"a2-03", "a2-09"}
    assert days - {"a2-03", "a2-09"} == {
        "n-assistance-2023",
        "n-forum-2024",
        "n-ministers-2024",
        "n-summit-2023",
        "n-visit-kgz-2024",
        "t-agreement-border-2015",
        "t-agreement-crime-2010",
        "t-agreement-customs-2007",
        "t-agreement-weapons-2008",
        "t-ban-kgz-2003",
        "t-summit-2018",
        "t-summit-2021",
    }


def test_weekdays_of_the_news_fit_their_days():
    """The Tuesday and the Friday of September 2024 and the Friday of May 2023 are such days."""
    assert f"{date(2024, 9, 10):%A}" == "Tuesday"
    assert f"{date(2024, 9, 13):%A}" == f"{date(2023, 5, 19):%A}" == "Friday"


def test_several_events_told_as_a_number_are_so_many(log):
    """Seven airports, five trainings and five expert groups share a span and stand one by one."""
    spans = Counter((str(e.date), e.subkind) for e in log if str(e.date).startswith("["))

    assert spans["[2013..2022-04]", "airport"] == 7
    assert spans["[2021-08..2021-12]", "air force training"] == 5
    assert spans["[2010..2019]", "expert group"] == 5


# Status and rhythms


def test_planned_events_are_flagged_and_implied_ones_not_stored(log):
    """Two events are announced; none is implied until the log is expanded."""
    by_status = Counter(event.status for event in log)

    assert ids_of(e for e in log if e.status is Status.PLANNED) == {
        "n-assistance-2023",
        "n-visit-kgz-2024",
    }
    assert set(by_status) == {Status.RECORDED, Status.PLANNED}


def test_expansion_makes_what_the_stated_rhythms_imply(log):
    """So many events a mechanism up to the end of coverage, none before its beginning."""
    implied = [e for e in log.expand() if e.status is Status.IMPLIED]
    made = Counter(event.id.partition("-implied")[0] for event in implied)
    rhythms = {e.id for e in log if e.activity == "mechanism" and e.recurrence}

    assert made == IMPLIED
    assert rhythms == {*IMPLIED, "t-committee-tkm"}  # known from 2021 on only
    assert {e.activity for e in implied} == {"meeting", "operation", "exercise", "training"}
    assert max(e.date.end for e in implied) == date(2021, 1, 1)


def test_implied_events_are_counted_only_when_asked_for(log, totals):
    """Expanding changes no count of recorded events."""
    counts = count_events(log.expand(), by=("country", "channel", "activity")).to_frame()
    observed = counts[counts["exposure_years"] > 0]
    again = observed.groupby(["country", "channel", "activity"])["count"].sum().to_dict()

    assert again == totals


# Coverage and counts


def expected_spans():
    """Say by country, channel and activity what the headings cover, and what is known before."""
    spans = {(code, "bilateral", "meeting"): (1993, 2021) for code in LANDS}
    spans |= {(code, "bilateral", "transfer"): (2002, 2021) for code in LANDS}
    for channel in ("multilateral", "bilateral"):
        spans |= {(code, channel, "exercise"): (1993, 2021) for code in MEMBERS}
    for activity in ("training", "visit", "operation"):
        spans |= {(code, "bilateral", activity): (2000, 2021) for code in MEMBERS}
    return {key: ((date(a, 1, 1), date(b, 1, 1)),) for key, (a, b) in spans.items()}


def systematic(log):
    """Give the statements of those who looked for all."""
    return [entry for entry in log.coverage if entry.basis is Basis.SYSTEMATIC]


def test_coverage_is_what_headings_and_known_zeros_say_and_no_more(log):
    """Each cell that an appendix covers has its years, and no other cell has any."""
    stated = {entry.key: log.coverage.spans(*entry.key) for entry in systematic(log)}

    assert stated == expected_spans()


def test_what_is_not_public_is_unobserved(log, totals):
    """Of Turkmenistan only meetings and transfers are observed: the rest is not zero."""
    counts = count_events(log, by=("country", "channel", "activity"))
    series = counts.series(country="TKM", channel="bilateral", activity="training")

    assert {key[1:] for key in totals if key[0] == "TKM"} == {
        ("bilateral", "meeting"),
        ("bilateral", "transfer"),
    }
    assert not series.exposure_years.any()


def test_every_kind_that_is_told_of_and_that_no_table_lists_is_selective(log):
    """Each recorded event is of a systematic or of a selective kind, and no kind is without one."""
    keys = log.coverage.keys
    told = {
        (country, str(event.channel), str(event.activity))
        for event in log
        if event.status is Status.RECORDED
        for country in labels_of(event, "country")
    }

    assert told <= set(keys)
    assert {key for key, is_systematic in keys.items() if not is_systematic} <= told
    assert {key for key in keys if keys[key]} == set(expected_spans())
    for entry in log.coverage:
        if entry.basis is Basis.SELECTIVE and keys[entry.key]:
            assert str(entry.since) == "2021"  # when all tables have ended


def test_all_three_channels_have_recorded_numbers(log):
    """What is told selectively is shown as so many at least, without a rate."""
    counts = count_events(log, by="channel", coverage="any")
    apart = count_events(log, by=("channel", "activity"))

    assert counts.axes["channel"] == ("multilateral", "bilateral", "domestic")
    home = apart.select(channel="domestic")
    assert np.nansum(home.selective) == 22
    assert not home.exposure_years.any()
    assert np.nansum(apart.select(channel="multilateral", activity="meeting").selective) == 13


def test_stated_shares_stand_in_the_summaries_of_counts_and_changes():
    """What the tables are said to hold only a part of is told where it is counted."""
    log = load_dataset("china-central-asia").where(channel="bilateral", activity="operation")
    counts = count_events(log, by="country")
    note = "recorded in part, as stated: KAZ bilateral operation 21%"

    assert note in counts.notes
    assert note in detect_changes(counts).notes
    assert not any("in part" in told for told in counts.select(country="KGZ").notes)
    training = count_events(load_dataset("china-central-asia").where(activity="training"))
    assert "UZB bilateral training 42%, KAZ bilateral training 50%" in training.notes[0]


def test_ranks_are_those_of_the_meetings_counted():
    """What is told selectively after the table ends is in no matrix of ranks, as in no count."""
    meetings = load_dataset("china-central-asia").where(channel="bilateral", activity="meeting")
    counts = count_events(meetings, by="country")

    assert count_ranks(meetings).n_events == np.nansum(counts.values) == 263
    assert counts.n_selective.sum() == 6


@pytest.mark.parametrize("code", LANDS)
def test_shares_of_meetings_are_the_rows_over_what_the_text_counts(log, code):
    """The share is the table's rows over the number in the note, rounded."""
    (entry,) = [e for e in systematic(log) if e.key == (code, "bilateral", "meeting")]
    n_rows = sum(f",{LANDS[code]}," in line for line in lines_of("appendix1.csv"))
    n_said, n_noted = map(int, re.findall(r"\d+", entry.note))

    assert n_noted == n_rows
    assert entry.completeness == round(n_rows / n_said, 2)
    assert ("footnote 69" in entry.source) == (code in {"TJK", "TKM"})


def test_shares_of_trainings_are_those_that_the_report_gives(log):
    """Half at a guess; of Uzbekistan 21 groups of more than 50, which are its rows but one."""
    shares = {e.country: e.completeness for e in log.coverage if e.activity == "training"}
    lines = [line for line in lines_of("appendix4.csv") if ",Education,Uzbekistan," in line]

    assert shares == {"KAZ": 0.5, "KGZ": 0.5, "TJK": 0.5, "UZB": 0.42}
    assert sum(",lecture," not in line for line in lines) == 21 == round(0.42 * 50)


def test_every_share_says_what_it_is_and_who_says_so(log):
    """A share has a note and a source, and every systematic statement names its appendix."""
    for entry in systematic(log):
        assert isinstance(entry, Observed)
        assert ("appendix" in entry.source) != entry.note.startswith("known zero: ")
        assert bool(entry.completeness) <= bool(entry.note)


def test_known_zeros_lie_before_the_first_exercise(log):
    """They are stated for exercises alone, up to the year before the table begins."""
    known = [entry for entry in log.coverage if entry.note.startswith("known zero: ")]

    assert {(entry.key, str(entry.since), str(entry.until)) for entry in known} == {
        ((code, channel, "exercise"), "1993", until)
        for code in MEMBERS
        for channel, until in (("multilateral", "2002"), ("bilateral", "2001"))
    }
    for channel, first in (("multilateral", 2003), ("bilateral", 2002)):
        held = log.where(channel=channel, activity="exercise")
        assert min(event.date.start.year for event in held) == first


def test_patrols_that_the_rhythms_imply_are_more_than_the_table_has(log):
    """Of Kazakhstan's patrols nine of forty-three are recorded, as the coverage says."""
    (entry,) = [e for e in log.coverage if e.key == ("KAZ", "bilateral", "operation")]
    recorded = [
        event
        for event in log.where(country="KAZ", activity="operation")
        if event.subkind == "patrol"
    ]
    implied = sum(n for name, n in IMPLIED.items() if name.startswith("t-patrol-"))

    assert (len(recorded), implied) == (9, 43)
    assert entry.completeness == round(9 / 43, 2)


def test_a_cell_that_the_text_fills_is_said_to_be_of_the_text(log):
    """Terms that are told by the text alone are no evidence for what the text says of them."""
    by_text = {
        event.id
        for event in log
        if event.id.startswith("a5") and "according to the text" in event.note
    }

    assert len(by_text) == 11
    assert by_text == {
        event.id for event in log if any("terms" in source.fields for source in event.sources)
    }
    finer = {row["id"] for row in rows_of("mentions.csv") if row["date"]}
    assert finer == {
        event.id
        for event in log
        if event.id.startswith("a") and any("date" in source.fields for source in event.sources)
    }


def test_leaders_and_ministers_of_the_states_take_part(log):
    """Whom the texts name by office, they name for all states that met."""
    lands = {"KAZ", "KGZ", "TJK", "TKM", "UZB"}
    expected = {
        "n-summit-2023": lands | {"CHN"},
        "n-ministers-2024": lands | {"CHN"},
        "t-c5-2020": lands | {"CHN"},
        "t-c5-2021": lands | {"CHN"},
        "t-summit-2018": lands - {"TKM"} | {"CHN", "RUS"},
        "n-sco-defence-2024": {"CHN", "IND", "KGZ", "PAK"},
    }

    events = by_id(log)

    for name, countries in expected.items():
        assert {person.country for person in events[name].participants} == countries
        assert len({person.rank for person in events[name].participants}) == 1


def test_courses_are_those_of_the_appendix():
    """Every row of the sixth appendix can be had by a call, and leads to no event."""
    courses = load_courses("china-central-asia")
    rows = rows_of("appendix6.csv")

    assert len(courses) == len(rows) == 62
    assert courses["item"].tolist() == [row["item"] for row in rows]
    assert list(courses.columns) == ["document", "where", "course", "field", "number", "item"]
    assert courses["where"].unique().tolist() == [f"appendix 6, course {n}" for n in (1, 2, 3)]


def test_the_coverage_read_back_is_the_coverage_coded(log):
    """The bundled coverage says what the coded table says, line by line."""
    rows = [{k: v for k, v in row.items() if v} for row in rows_of("coverage.csv")]
    for row in rows:
        if "completeness" in row:
            row["completeness"] = float(row["completeness"])

    assert log.coverage == Coverage(rows)
    assert len(log.coverage) == len(rows)


def test_counts_are_the_rows_of_the_tables_and_what_the_text_adds(totals):
    """Each covered cell counts its lines of text, what the text adds, and not what is late."""
    kinds = {"training": "Education", "visit": "Field Visit", "operation": "Joint Operation"}
    tables = {"meeting": 1, "exercise": 3, "transfer": 5, **dict.fromkeys(kinds, 4)}
    expected = {}
    for country, channel, activity in expected_spans():
        lines = lines_of(f"appendix{2 if channel == 'multilateral' else tables[activity]}.csv")
        name = LANDS[country]
        if channel == "multilateral":
            states = [re.findall(r'"(China, [^"]+, [^"]+)"', line) for line in lines[1:]]
            n = sum(name in found for (found,) in states)
        else:
            mark = f",{kinds[activity]},{name}," if activity in kinds else f",{name},"
            n = sum(mark in line and UNSEEN not in line for line in lines)
            n += len(BESIDE.get((country, activity), ())) - len(
                TOO_LATE.get((country, activity), ())
            )
        expected[country, channel, activity] = n

    assert totals == expected


def test_what_is_left_out_is_told_with_its_reason(log):
    """What the tables and the text tell is counted; what is planned is not."""
    counts = count_events(log, by=("country", "channel", "activity"))
    left = counts.left_out
    reasons = dict(zip(left["id"], left["reason"], strict=True))
    whole = set(left.loc[left["share"] > 0.999, "id"])

    planned = {event.id for event in log if event.status is Status.PLANNED}
    assert whole == planned
    assert {reasons[name] for name in planned} == {"status not asked for"}
    assert "a5-kgz-01" in counts.events(country="KGZ", activity="transfer", period="2021")


def test_partners_of_exercises_that_are_no_subject_of_the_report_are_not_observed(log):
    """Russia, India and Pakistan take part, and nothing is said of them as cells."""
    counts = count_events(log, by=("country", "channel", "activity"))
    for code in ("RUS", "IND", "PAK"):
        series = counts.series(country=code, channel="multilateral", activity="exercise")

        assert len(log.where(country=code)) > 0
        assert not series.exposure_years.any()


# Files


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_the_log_comes_back_equal_from_every_format(log, tmp_path, suffix):
    """Written and read again, events and coverage are equal."""
    file = tmp_path / f"all{suffix}"

    write_events(log, file)

    assert read_events(file) == log


# Documents


def test_every_event_of_text_and_news_stands_in_the_list_of_systems(log):
    """Each is named in the list, or lies between two that are; nothing else is named there."""
    text = "\n".join(lines_of("decisions.md"))
    named = set(re.findall(r"`([tn]-[a-z0-9-]+)`", text))
    for first, last in re.findall(r"`([tn]-[a-z-]+-\d)` to `([tn]-[a-z-]+-\d)`", text):
        stem, low, high = first[:-1], int(first[-1]), int(last[-1])
        named |= {f"{stem}{n}" for n in range(low, high + 1)}

    assert named == {i for i in ids_of(log) if i[0] in "tn"}


def test_everything_named_is_of_one_of_five_kinds(log):
    """Every line of the list says event, field, coverage, claim or context."""
    text = "\n".join(lines_of("decisions.md"))
    table = text.split("## Everything that the documents name")[1].splitlines()
    cells = [line.strip("|").split(" | ") for line in table if line.startswith("|")][2:]

    assert len(cells) > 80
    assert {row[1].strip() for row in cells} == {"event", "field", "coverage", "claim", "context"}
    assert all(len(row) == 3 for row in cells)
