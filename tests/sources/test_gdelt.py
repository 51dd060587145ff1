"""GDELT: layouts, kinds, actors, dates, and rows that tell of one event."""

import csv
import io

import pytest

from engagement.errors import FormatError, SettingError, TableError, UnknownTermError
from engagement.events.events import Agreement, Meeting, Operation, Transfer, Visit
from engagement.sources.fates import RowsLeftOutWarning
from engagement.sources.gdelt import read_gdelt
from engagement.sources.gdelt_layouts import LAYOUTS
from strategies.readers import gdelt_row, tab_file

STORY = {"SOURCEURL": "https://example.org/story", "ActionGeo_FullName": "Bishkek"}


@pytest.fixture
def read(tmp_path):
    """Read rows that are given as what differs from a meeting of China and Kyrgyzstan."""

    def read_rows(*rows, width=61, **settings):
        file = tmp_path / "export.csv"
        cells = [
            gdelt_row(width, **{"GlobalEventID": str(number), **row})
            for number, row in enumerate(rows, 1)
        ]
        file.write_bytes(tab_file(cells))
        return read_gdelt(file, on_error="collect", **settings)

    return read_rows


def outcome(faults):
    """Give row, outcome and problem of each row that made no event."""
    return list(faults[["row", "outcome", "problem"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("width", [57, 58, 61])
def test_all_layouts_are_read(width, read):
    """Rows of 57, 58 and 61 cells give the same event, each from its own columns."""
    log, faults = read({"ActionGeo_FullName": "Bishkek", **STORY}, width=width)

    assert faults.empty
    (event,) = log
    assert isinstance(event, Meeting)
    assert (event.id, str(event.date), event.place) == ("gdelt-1", "2020-03-18", "Bishkek")
    assert (event.initiator, event.countries) == ("CHN", ("KGZ",))
    assert [str(source) for source in event.sources] == [
        "export.csv, row 1",
        *(["https://example.org/story"] if width > 57 else []),
    ]


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
@pytest.mark.parametrize("has_header", [True, False])
def test_file_of_another_program_is_read(delimiter, has_header, tmp_path):
    """A header in any case, commas, and a column of descriptions behind do not matter."""
    row = gdelt_row(ActionGeo_FullName='Bishkek, "Chüy", Kyrgyzstan')
    names = [name.upper() for name in LAYOUTS[61]]
    if has_header:
        names, row = [*names, "CAMEOCodeDescription"], [*row, "Consult, not specified"]
    text = io.StringIO(newline="")
    how = {"quoting": csv.QUOTE_NONE, "quotechar": None} if delimiter == "\t" else {}
    writer = csv.writer(text, delimiter=delimiter, **how)
    writer.writerows([names, row] if has_header else [row])
    (tmp_path / "export.csv").write_text(text.getvalue(), encoding="utf-8", newline="")

    log, faults = read_gdelt(tmp_path / "export.csv", on_error="collect")

    assert faults.empty
    assert [event.place for event in log] == ['Bishkek, "Chüy", Kyrgyzstan']
    assert str(log[0].sources[0]) == "export.csv, row 1"


def test_ragged_file_is_read_row_by_row(tmp_path):
    """Rows of different layouts may stand in one file; any other width is a fault of its row."""
    file = tmp_path / "export.csv"
    rows = [gdelt_row(width, GlobalEventID=str(width)) for width in (57, 58, 61)]
    file.write_bytes(tab_file([*rows, ["4", "20200318", ""]]))

    log, faults = read_gdelt(file, on_error="collect")

    assert [event.id for event in log] == ["gdelt-57"]  # the others say the same and are joined
    assert outcome(faults)[-1] == (
        4,
        "refused",
        "the row has 3 cells; a row of GDELT has 57, 58 or 61",
    )


@pytest.mark.parametrize(
    ("code", "kind", "subkind"),
    [
        ("040", Meeting, ""),
        ("046", Meeting, "negotiation"),
        ("042", Visit, ""),
        ("057", Agreement, ""),
        ("062", Operation, "military cooperation"),
        ("0711", Transfer, "economic aid"),
        ("40", Meeting, ""),
    ],
)
def test_code_gives_the_kind(code, kind, subkind, read):
    """A CAMEO code is of one kind, by its longest known start; a lost zero is put back."""
    (event,), _ = read({"EventCode": code})

    assert (type(event), event.subkind) == (kind, subkind)


def test_other_codes_are_left_out_and_told(read):
    """A code that is of no kind is left out with its row, its column and its value."""
    log, faults = read({"EventCode": "190"}, {"EventCode": "030"})

    assert len(log) == 0
    assert list(faults["column"].unique()) == ["EventCode"]
    assert list(faults["value"]) == ["190", "030"]
    assert outcome(faults) == [
        (1, "left out", "CAMEO 190 is of no kind"),
        (2, "left out", "CAMEO 030 is of no kind"),
    ]


def test_caller_chooses_codes(read):
    """A code may be given a kind, or taken from one, by its start."""
    rows = [{"EventCode": "061"}, {"EventCode": "0711"}, {"EventCode": "040"}]

    log, faults = read(*rows, kinds={"061": "operation", "07": None})

    assert sorted(type(event).__name__ for event in log) == ["Meeting", "Operation"]
    assert outcome(faults) == [(2, "left out", "CAMEO 0711 is of no kind")]


@pytest.mark.parametrize(
    ("kinds", "problem"),
    [
        ({"4": "meeting"}, "keyed by the start of a CAMEO code, .* got '4'"),
        ({"040": "meting"}, "unknown activity 'meting'.* Did you mean 'meeting'"),
        (["040"], r"kinds must be a mapping of CAMEO codes to activities.*got \['040'\]"),
    ],
)
def test_wrong_choice_of_codes_is_told(kinds, problem, read):
    """A key that starts no code, or an activity that is none, is an error."""
    with pytest.raises((SettingError, UnknownTermError), match=problem):
        read({}, kinds=kinds)


@pytest.mark.parametrize(
    ("cells", "countries"),
    [
        ({"Actor2CountryCode": "NAM", "Actor2Code": "NAM"}, ("NAM",)),
        ({"Actor2CountryCode": "ROM", "Actor2Code": "ROM"}, ("ROU",)),
        ({"Actor2CountryCode": "", "Actor2Code": "GMW"}, ("DEU",)),
        ({"Actor2CountryCode": " KGZ", "Actor2Code": " KGZ"}, ("KGZ",)),
    ],
)
def test_actor_codes_are_countries(cells, countries, read):
    """CAMEO's own codes are read; NAM is Namibia; blanks around a code do not count."""
    (event,), _ = read(cells)

    assert event.countries == countries


@pytest.mark.parametrize(
    "cells",
    [
        {"Actor2CountryCode": "", "Actor2Code": ""},
        {"Actor2CountryCode": "EUR", "Actor2Code": "EUR"},
        {"Actor2CountryCode": "", "Actor2Code": "sco", "Actor2KnownGroupCode": ""},
    ],
)
def test_regions_and_groups_are_no_countries(cells, read):
    """A region, an ethnic group or nobody is no party, and the row is left out."""
    log, faults = read(cells)

    assert len(log) == 0
    assert outcome(faults) == [(1, "left out", "no country and no known organisation")]


def test_unknown_country_code_is_a_fault(read):
    """A code that is no country and no region refuses the row, and is shown."""
    _, faults = read({"Actor1CountryCode": "QQQ"})

    (row,) = faults.itertuples()
    assert (row.outcome, row.column, row.value) == ("refused", "Actor1CountryCode", "QQQ")
    assert "unknown country 'QQQ'" in row.problem


@pytest.mark.parametrize(
    ("cells", "organisation"),
    [
        ({"Actor2KnownGroupCode": "UNO", "Actor2Code": "IGOUNO"}, "UN"),
        ({"Actor2KnownGroupCode": "NAT", "Actor2Code": "IGOWSTNAT"}, "NATO"),
        ({"Actor2Code": "IGO", "Actor2Name": "SHANGHAI COOPERATION ORGANIZATION"}, "SCO"),
    ],
)
def test_organisation_makes_a_multilateral_event(cells, organisation, read):
    """A known organisation takes part as itself."""
    (event,), _ = read({"Actor2CountryCode": "", **cells})

    assert (event.channel, event.countries) == ("multilateral", ())
    assert event.organisations == (organisation,)


def test_only_those_who_act_for_states_are_read(read):
    """Business and civilians are left out unless anybody of a country is asked for."""
    row = {"Actor2Type1Code": "BUS"}

    log, faults = read(row)
    everybody, _ = read(row, actors="any")

    assert len(log) == 0
    assert outcome(faults) == [
        (1, "left out", "BUS does not act for the state; actors='any' reads it")
    ]
    assert len(everybody) == 1


def test_one_country_is_domestic_if_asked(read):
    """A row of one country is left out, or else a domestic event of it."""
    row = {"Actor2Code": "CHNGOV", "Actor2CountryCode": "CHN"}

    _, faults = read(row)
    (event,), _ = read(row, domestic=True)

    assert outcome(faults) == [(1, "left out", "both actors are of CHN; domestic=True reads it")]
    assert (event.channel, event.initiator, event.countries) == ("domestic", "CHN", ())


def test_focal_state_is_the_initiator(read):
    """The focal state initiates what it takes part in; rows without it are left out."""
    log, faults = read({}, {"Actor1Code": "USA", "Actor1CountryCode": "USA"}, focal="CHN")
    mirrored, _ = read({}, focal="Kyrgyz Republic")

    assert [event.initiator for event in log] == ["CHN"]
    assert outcome(faults) == [(2, "left out", "without CHN")]
    assert [(event.initiator, event.countries) for event in mirrored] == [("KGZ", ("CHN",))]


def test_transfer_passes_from_its_initiator(read):
    """Who gives is the initiator of a transfer, also where the focal state receives."""
    (event,), _ = read({"EventCode": "072"}, focal="KGZ")

    assert (event.initiator, event.countries) == ("CHN", ("KGZ",))


def test_mirrored_rows_are_one_event(read):
    """The same pair the other way round is told as a mirror, with both rows as sources."""
    back = {"Actor1Code": "KGZ", "Actor1CountryCode": "KGZ"}
    back |= {"Actor2Code": "CHN", "Actor2CountryCode": "CHN"}

    log, faults = read({}, back)
    apart, _ = read({}, back, join_dyads=False)

    assert [event.sources[0].where for event in log] == ["row 1, 2"]
    assert outcome(faults) == [(2, "joined", "mirrors row 1, event gdelt-1")]
    assert len(apart) == 2


def test_visit_made_and_hosted_is_one_visit(read):
    """042 and 043 tell of one visit; its host is left open where the rows disagree."""
    made = {"EventCode": "042", **STORY}
    hosted = {"EventCode": "043", **STORY}
    hosted |= {"Actor1Code": "KGZ", "Actor1CountryCode": "KGZ"}
    hosted |= {"Actor2Code": "CHN", "Actor2CountryCode": "CHN"}

    (visit,), _ = read(made, hosted)
    (unclear,), _ = read(made, {"EventCode": "043", **STORY})

    assert (visit.initiator, visit.host) == ("CHN", "KGZ")
    assert unclear.host is None


def test_pairs_of_one_story_are_one_event(read):
    """Pairs that share a story, a day, a place, a kind and a party are one event of all."""
    tjk = {"Actor2Code": "TJK", "Actor2CountryCode": "TJK"}
    apart = {"Actor1Code": "USA", "Actor1CountryCode": "USA"}
    apart |= {"Actor2Code": "GBR", "Actor2CountryCode": "GBR"}

    log, faults = read(STORY, tjk | STORY, apart | STORY, tjk)

    first, second, third = sorted(log, key=lambda event: event.id)
    assert (first.channel, first.countries) == ("multilateral", ("KGZ", "TJK"))
    assert first.sources[0].where == "row 1, 2"
    assert (second.initiator, second.countries) == ("USA", ("GBR",))
    assert (third.sources[0].where, third.countries) == ("row 4", ("TJK",))
    assert outcome(faults) == [(2, "joined", "is joined to row 1, event gdelt-1")]


def test_transfers_of_two_givers_stay_two(read):
    """What two states give is not joined, whatever the story."""
    other = {"Actor1Code": "USA", "Actor1CountryCode": "USA", "EventCode": "073"}

    log, _ = read({"EventCode": "073", **STORY}, other | STORY)

    assert [(event.initiator, event.countries) for event in log] == [
        ("CHN", ("KGZ",)),
        ("USA", ("KGZ",)),
    ]


@pytest.mark.parametrize(
    ("day", "added", "date"),
    [
        ("20200318", "20200318104500", "2020-03-18"),
        ("20200311", "20200318104500", "[2020-03-05..2020-03-17]"),
        ("20200217", "20200318104500", "2020-02"),
        ("20150301", "20150331000000", "[2015-02..2015-03]"),
        ("20190130", "20190301000000", "[2019-01..2019-02]"),
        ("20190131", "20190302000000", "[2019-01..2019-02]"),
        ("20200131", "20200301000000", "[2020-01..2020-02]"),
        ("20190319", "20200318104500", "2019"),
        ("20200101", "20201231000000", "[2019..2020]"),
        ("20100321", "20200318000000", "2010~"),
        ("20200310", "20200318104500", "2020-03-10"),
        ("19790101", "20130203", "1979-01-01"),
        ("20130324", "20130331", "2013-03-24"),
        ("20130325", "20130401", "[2013-03-19..2013-03-31]"),
    ],
)
def test_relative_days_are_widened(day, added, date, read):
    """A day exactly a week, month, year or decade before is as imprecise as such words are."""
    row = {"SQLDATE": day, "DATEADDED": added}

    (event,), _ = read(row)
    (kept,), _ = read(row, relative_dates="keep")

    assert str(event.date) == date
    assert str(kept.date) == f"{day[:4]}-{day[4:6]}-{day[6:]}"


@pytest.mark.parametrize(
    ("cells", "column", "problem"),
    [
        ({"SQLDATE": "20201341"}, "SQLDATE", "'20201341' is no day"),
        ({"SQLDATE": "2020-03-18"}, "SQLDATE", "must be a day such as 20191016"),
        ({"SQLDATE": "20200320"}, "SQLDATE", "the event lies after 2020-03-18"),
        ({"DATEADDED": ""}, "DATEADDED", "'DATEADDED' is required"),
        ({"SQLDATE": "NA"}, "SQLDATE", "'SQLDATE' is required"),
        ({"MonthYear": "202004"}, "SQLDATE", "2020-03-18 is not in the row's MonthYear '202004'"),
        ({"Year": "1020"}, "SQLDATE", "2020-03-18 is not in the row's Year '1020'"),
        ({"FractionDate": "1020.2137"}, "SQLDATE", "the row's FractionDate '1020.2137'"),
        ({"SQLDATE": "19780318"}, "SQLDATE", "before 1979-01-01, on which GDELT begins"),
        ({"SQLDATE": "19900101"}, "SQLDATE", "more than ten years before 2020-03-18"),
        ({"EventCode": "999"}, "EventCode", "must be a CAMEO code"),
        ({"GlobalEventID": "x"}, "GlobalEventID", "must be a whole number"),
        ({"ActionGeo_FullName": "a\x00b"}, "ActionGeo_FullName", "a control character"),
        ({"SOURCEURL": "a\udcffb"}, "SOURCEURL", "bytes that are not of the encoding"),
    ],
)
def test_faulty_cell_refuses_its_row(cells, column, problem, read):
    """A cell that cannot be read refuses the row, with column, value and problem."""
    log, faults = read(cells)

    assert len(log) == 0
    (row,) = faults.itertuples()
    assert (row.outcome, row.column) == ("refused", column)
    assert problem in row.problem


def test_cells_of_r_exports_are_absent(read):
    """NA, as R writes an absent cell, is no code, no place and no address."""
    cells = {"ActionGeo_FullName": "NA", "SOURCEURL": "NA", "Actor2Type1Code": "NA"}
    cells |= {"Actor1KnownGroupCode": "NA", "MonthYear": "NA", "Year": "NA", "FractionDate": "NA"}

    (event,), faults = read(cells)

    assert faults.empty
    assert (event.place, [source.document for source in event.sources]) == ("", ["export.csv"])


def test_all_faults_of_a_row_are_told(read):
    """A row with several faults has them all."""
    _, faults = read({"SQLDATE": "x", "EventCode": "y", "Actor1CountryCode": "zz"})

    assert list(faults["column"]) == ["EventCode", "SQLDATE", "Actor1CountryCode"]
    assert set(faults["row"]) == {1}


def test_same_row_twice_is_one(read):
    """A row that repeats another cell for cell is told; one that says otherwise is refused."""
    same = {"GlobalEventID": "7"}

    log, faults = read(same, same, same | {"EventCode": "041"})

    assert [event.id for event in log] == ["gdelt-7"]
    assert outcome(faults) == [
        (2, "joined", "repeats row 1 cell for cell"),
        (3, "refused", "row 1 has this id and says otherwise"),
    ]


def test_rows_left_out_are_counted_in_a_warning(tmp_path):
    """Without a list of faults, a warning says how many rows were left out, and why."""
    file = tmp_path / "export.csv"
    rows = [gdelt_row(), gdelt_row(GlobalEventID="2", EventCode="190")]
    rows += [gdelt_row(GlobalEventID="3", Actor2CountryCode="", Actor2Code="REL")]
    file.write_bytes(tab_file(rows))

    told = (
        r"^export.csv: 2 of 3 rows left out: 1 of a CAMEO code that is of no kind; "
        r"1 in which an actor is no country and no known organisation "
        r"\(on_error='collect' lists them\)$"
    )
    with pytest.warns(RowsLeftOutWarning, match=told):
        assert len(read_gdelt(file)) == 1


def test_refused_rows_raise(tmp_path):
    """A fault raises with row, column and problem, and as data."""
    file = tmp_path / "export.csv"
    file.write_bytes(tab_file([gdelt_row(EventCode="x")]))

    with pytest.raises(
        TableError, match=r"^export.csv: 1 of 1 rows could not be read: row 1, column 'EventCode'"
    ) as caught:
        read_gdelt(file)

    assert [fault[:3] for fault in caught.value.faults] == [(1, "EventCode", "x")]


def test_export_without_tabs_is_refused(tmp_path):
    """A file whose rows are of another width is none of GDELT's."""
    file = tmp_path / "export.csv"
    file.write_text("1,20200318,202003\n")

    with pytest.raises(FormatError, match="not a GDELT export: rows have 57, 58 or 61 cells"):
        read_gdelt(file)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"actors": "states"}, "actors must be one of 'state', 'any', got 'states'"),
        ({"domestic": "no"}, "domestic must be True or False, got 'no'"),
        ({"join_dyads": 1}, "join_dyads must be True or False, got 1"),
        ({"relative_dates": None}, "relative_dates must be one of 'widen', 'keep', got None"),
    ],
)
def test_wrong_settings_are_told(settings, problem):
    """A setting that is none of those taken is an error that shows it."""
    with pytest.raises(SettingError, match=problem):
        read_gdelt("nowhere.csv", **settings)


def test_focal_state_must_be_a_country():
    """An organisation is no focal state."""
    with pytest.raises(UnknownTermError, match="'SCO' is an organisation, not a country"):
        read_gdelt("nowhere.csv", focal="SCO")
