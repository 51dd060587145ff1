"""ICEWS: actors by name, ids that repeat, and rows that tell of one event."""

import pytest

from engagement.errors import SettingError
from engagement.events.events import Meeting, Visit
from engagement.sources.icews import read_icews
from strategies.readers import ICEWS_COLUMNS, csv_file, headed_tab_file, icews_row


@pytest.fixture
def read(tmp_path):
    """Read rows that are given as what differs from a meeting of China and Kyrgyzstan."""

    def read_rows(*rows, write=headed_tab_file, **settings):
        file = tmp_path / "events.tab"
        cells = [
            icews_row(**{"Event ID": str(number), **row}) for number, row in enumerate(rows, 1)
        ]
        file.write_bytes(write(ICEWS_COLUMNS, cells))
        return read_icews(file, on_error="collect", **settings)

    return read_rows


def outcome(faults):
    """Give row, outcome and problem of each row that made no event."""
    return list(faults[["row", "outcome", "problem"]].itertuples(index=False, name=None))


def back(**cells):
    """Turn source and target around."""
    return {
        "Source Name": "Kyrgyzstan",
        "Source Country": "Kyrgyzstan",
        "Target Name": "China",
        "Target Country": "China",
    } | cells


@pytest.mark.parametrize("write", [headed_tab_file, csv_file])
def test_row_is_an_event(write, read):
    """A row is an event of two countries, whether tabs or commas stand between its cells."""
    (event,), faults = read({}, write=write)

    assert faults.empty
    assert isinstance(event, Meeting)
    assert (event.id, str(event.date)) == ("icews-1-20140520", "2014-05-20")
    assert (event.initiator, event.countries, event.channel) == ("CHN", ("KGZ",), "bilateral")
    assert (event.place, event.note) == ("Shanghai, China", "CAMEO 040 Consult")


def test_quotes_around_cells_are_not_part_of_them(tmp_path):
    """Cells that an export put in quotes are read without them."""
    header = "\t".join(f'"{name}"' for name in ICEWS_COLUMNS)
    cells = icews_row(City='"a ""b"" c"')
    row = "\t".join(cells.get(name, "") for name in ICEWS_COLUMNS)
    (tmp_path / "events.tab").write_text(f"{header}\n{row}\n")

    (event,) = read_icews(tmp_path / "events.tab")

    assert event.place == 'a "b" c, China'


def test_mirrored_rows_are_one_event(read):
    """The same sentence coded in both directions is one event, reported as a mirror."""
    log, faults = read({}, back())

    assert len(log) == 1
    assert log[0].sources[0].where == "row 1, 2"
    assert outcome(faults) == [(2, "joined", "mirrors row 1, event icews-1-20140520")]


def test_visit_made_and_hosted_is_one_visit(read):
    """042 one way and 043 the other way are one visit with one host."""
    (visit,), _ = read({"CAMEO Code": "42"}, back(**{"CAMEO Code": "43"}))

    assert isinstance(visit, Visit)
    assert visit.host == "KGZ"


def test_pairs_of_one_sentence_are_one_event(read):
    """Pairs that one sentence yields are one event; those of another sentence are not."""
    tjk = {"Target Name": "Tajikistan", "Target Country": "Tajikistan"}

    log, _ = read({}, tjk, tjk | {"Sentence Number": "5"})

    assert [(event.channel, event.countries) for event in log] == [
        ("multilateral", ("KGZ", "TJK")),
        ("bilateral", ("TJK",)),
    ]


@pytest.mark.parametrize("absent", ["", "NA", "NULL"])
def test_rows_without_a_story_are_not_of_one(absent, read):
    """Where story and place are absent, however that is written, only equal pairs are joined."""
    cells = dict.fromkeys(("Story ID", "Sentence Number", "City", "District"), absent)
    tjk = {"Target Name": "Tajikistan", "Target Country": "Tajikistan"}

    log, _ = read(cells, cells | tjk)

    assert [(event.channel, event.countries) for event in log] == [
        ("bilateral", ("KGZ",)),
        ("bilateral", ("TJK",)),
    ]
    assert {event.place for event in log} == {"China"}


def test_id_that_repeats_is_told_apart(read):
    """One id on several dates, or on several rows of one date, makes several ids."""
    rows = [
        {"Event ID": "9"},
        {"Event ID": "9", "Event Date": "2014-05-21"},
        {"Event ID": "9", "CAMEO Code": "057"},
        {"Event ID": "9"},
    ]

    log, faults = read(*rows)

    assert sorted(event.id for event in log) == [
        "icews-9-20140520",
        "icews-9-20140520-2",
        "icews-9-20140521",
    ]
    assert outcome(faults) == [(4, "joined", "repeats row 1 cell for cell")]


@pytest.mark.parametrize(
    ("cells", "read_by_default"),
    [
        ({"Source Name": "Xi Jinping", "Source Sectors": "Executive,Government"}, True),
        ({"Source Name": "Wang Yi", "Source Sectors": "Foreign Ministry"}, True),
        ({"Source Name": "Army (China)", "Source Sectors": "Military"}, True),
        ({"Source Name": "Citizen (China)", "Source Sectors": "General Population"}, False),
        ({"Source Name": "Company (China)", "Source Sectors": "Business"}, False),
    ],
)
def test_sectors_of_the_state(cells, read_by_default, read):
    """Only those of a state's sectors act for it, unless anybody is asked for."""
    log, _ = read(cells)
    everybody, _ = read(cells, actors="any")

    assert bool(len(log)) is read_by_default
    assert len(everybody) == 1


def test_organisations_by_name(read):
    """An actor without a country is an organisation if its name is known, or nobody."""
    none = {"Target Country": "", "Target Sectors": ""}
    rows = [
        none | {"Target Name": "Shanghai Cooperation Organization"},
        none | {"Target Name": "Somebody"},
    ]

    (event,), faults = read(*rows)

    assert (event.channel, event.organisations) == ("multilateral", ("SCO",))
    assert outcome(faults) == [(2, "left out", "no country and no known organisation")]


def test_unknown_country_is_a_fault(read):
    """A country's name that is not known refuses the row, with close names."""
    _, faults = read({"Target Country": "Kyrgystan"})

    ((row, how, problem),) = outcome(faults)
    assert (row, how) == (1, "refused")
    assert "unknown country 'Kyrgystan'" in problem
    assert "'Kyrgyzstan'" in problem


def test_other_rows_are_left_out_or_refused(read):
    """Codes of no kind, rows of one country and faulty cells are told by row."""
    rows = [
        {"CAMEO Code": "190"},
        {"Target Name": "China", "Target Country": "China"},
        {"Event Date": "20 May", "CAMEO Code": ""},
    ]

    log, faults = read(*rows)

    assert len(log) == 0
    assert outcome(faults) == [
        (1, "left out", "CAMEO 190 is of no kind"),
        (2, "left out", "both actors are of CHN; domestic=True reads it"),
        (3, "refused", "'CAMEO Code' is required"),
        (3, "refused", "must be a day such as 2019-10-16, got '20 May'"),
    ]


@pytest.mark.parametrize(
    ("day", "order", "date"),
    [
        ("5/3/2017", "month-first", "2017-05-03"),
        ("5/3/2017", "day-first", "2017-03-05"),
        ("5/30/2017", "month-first", "2017-05-30"),
        ("2017-05-03", "day-first", "2017-05-03"),
    ],
)
def test_days_in_numbers_are_read_in_the_order_that_is_said(day, order, date, read):
    """Days such as 5/3/2017 are read where their order is said, and refused elsewhere."""
    (event,), _ = read({"Event Date": day}, date_order=order)
    _, faults = read({"Event Date": "5/3/2017"})

    assert str(event.date) == date
    assert outcome(faults)[0][2] == (
        "must be a day such as 2019-10-16, got '5/3/2017'; date_order= reads days such as 5/3/2017"
    )
    with pytest.raises(SettingError, match="must be one of 'day-first', 'month-first' or"):
        read({}, date_order="mdy")


def test_short_row_is_refused(tmp_path):
    """A row with fewer cells than the header is refused alone."""
    file = tmp_path / "events.tab"
    file.write_bytes(headed_tab_file(ICEWS_COLUMNS, [icews_row()]) + b"2\t2014-05-20\n")

    log, faults = read_icews(file, on_error="collect")

    assert len(log) == 1
    assert outcome(faults) == [(2, "refused", "the row has 2 cells, the header 18")]


def test_files_without_codes_are_read_by_their_texts(tmp_path):
    """Where a file has no CAMEO codes, the text says what took place; others are left out."""
    columns = [name for name in ICEWS_COLUMNS if name != "CAMEO Code"]
    texts = ("Host a visit", "Make statement", "consult")
    rows = [
        icews_row(**{"Event ID": str(n), "Event Text": text, "Story ID": str(n)})
        for n, text in enumerate(texts, 1)
    ]
    (tmp_path / "data.tab").write_bytes(headed_tab_file(columns, rows))

    log, faults = read_icews(tmp_path / "data.tab", on_error="collect")

    told = sorted((event.activity, event.note) for event in log)
    assert told == [("meeting", "CAMEO 040 consult"), ("visit", "CAMEO 043 Host a visit")]
    left_out = faults[["row", "column", "value", "problem"]].itertuples(index=False, name=None)
    assert list(left_out) == [(2, "Event Text", "Make statement", "'Make statement' is of no kind")]
