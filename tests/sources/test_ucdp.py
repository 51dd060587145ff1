"""UCDP GED: what becomes of organised violence, and how precise its dates are."""

from datetime import date, datetime

import openpyxl
import pytest

from engagement.errors import FormatError, TableError, UnknownTermError
from engagement.events.events import Measure, Operation
from engagement.sources.fates import RowsLeftOutWarning
from engagement.sources.ucdp import ALL_COLUMNS, read_ucdp_ged
from strategies.readers import UCDP_COLUMNS, csv_file, ucdp_row


@pytest.fixture
def read(tmp_path):
    """Read rows that are given as what differs from an act of state-based violence."""

    def read_rows(*rows, delimiter=",", **settings):
        file = tmp_path / "ged.csv"
        cells = [ucdp_row(**{"id": str(number), **row}) for number, row in enumerate(rows, 1)]
        file.write_bytes(csv_file(UCDP_COLUMNS, cells, delimiter))
        return read_ucdp_ged(file, on_error="collect", **settings)

    return read_rows


def outcome(faults):
    """Give row, outcome and problem of each row that made no event."""
    return list(faults[["row", "outcome", "problem"]].itertuples(index=False, name=None))


def test_file_without_a_header_is_read(tmp_path):
    """A candidate file without its header has the 49 columns of the codebook."""
    cells = {"id": "7", "year": "2024", "type_of_violence": "1", "side_b": 'Rebels, "north"'}
    cells |= {"country_id": "652", "date_prec": "1", "gwnoa": "652"}
    cells |= {"date_start": "2024-01-05", "date_end": "2024-01-05"}
    written = csv_file(ALL_COLUMNS, [cells, cells | {"id": "8", "date_prec": "9"}])
    (tmp_path / "named.csv").write_bytes(written)
    (tmp_path / "headless.csv").write_bytes(written.partition(b"\n")[2])

    named, headless = (
        read_ucdp_ged(tmp_path / f"{name}.csv", on_error="collect")
        for name in ("named", "headless")
    )

    assert [event.id for event in headless[0]] == ["ucdp-7"]
    assert [str(event) for event in headless[0]] == [str(event) for event in named[0]]
    assert headless[1].equals(named[1])
    assert list(headless[1]["column"]) == ["date_prec"]


def test_workbook_is_read(tmp_path):
    """A workbook, with numbers and days as such, is read as the CSV is."""
    book = openpyxl.Workbook()
    row = ucdp_row(id=7, type_of_violence=1, country_id=700.0, date_prec=1, gwnoa=700)
    row |= {"date_start": date(2016, 5, 3), "date_end": datetime(2016, 5, 3)}  # noqa: DTZ001
    book.active.append(UCDP_COLUMNS)
    book.active.append([row.get(name) for name in UCDP_COLUMNS])
    book.save(tmp_path / "ged.xlsx")

    (event,) = read_ucdp_ged(tmp_path / "ged.xlsx")

    assert (event.id, str(event.date), event.initiator) == ("ucdp-7", "2016-05-03", "AFG")
    assert str(event.sources[0]) == "ged.xlsx, row 1"


def test_workbook_of_something_else_is_refused(tmp_path):
    """A workbook without the columns is told, and no other name is advised to it."""
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(tmp_path / "other.xlsx")

    told = "not a UCDP GED file: .* this looks like an Excel workbook; use read_events"
    with pytest.raises(FormatError, match=told):
        read_ucdp_ged(tmp_path / "other.xlsx")


def test_cells_of_r_exports_are_absent(read):
    """NA, as R writes an absent cell, is no number, no state and no place."""
    row = dict.fromkeys(("high", "low", "gwnob", "where_coordinates", "year"), "NA")

    (event,), faults = read(row | {"best": "1"})

    assert faults.empty
    assert (event.place, event.note) == ("Afghanistan", "deaths 1 (? to ?)")


@pytest.mark.parametrize(("year", "is_read"), [("2016", True), ("2017.0", True), ("2013", False)])
def test_year_holds_the_date(year, is_read, read):
    """The year that a row states beside its dates must be one of theirs."""
    row = {"date_start": "2016-12-30", "date_end": "2017-01-02", "year": year}

    log, faults = read(row)

    assert len(log) == is_read
    assert is_read or outcome(faults) == [
        (1, "refused", "2016-12-30 to 2017-01-02 is not in the row's year 2013")
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_row_is_a_domestic_operation(delimiter, read):
    """An act of violence counts under the country in which it took place."""
    row = {"where_coordinates": "Kunduz town", "conflict_name": "Afghanistan: Government"}
    row |= {"best": "3", "low": "2", "high": "5.0", "event_clarity": "2"}

    (event,), faults = read(row, delimiter=delimiter)

    assert faults.empty
    assert isinstance(event, Operation)
    assert (event.id, event.channel, event.initiator) == ("ucdp-1", "domestic", "AFG")
    assert (event.subkind, event.place) == ("state-based violence", "Kunduz town")
    assert event.country_labels == ("AFG",)
    assert event.note == (
        "Afghanistan: Government; deaths 3 (2 to 5); told as part of a sum of events"
    )
    state, other = event.participants
    assert (state.country, state.office) == ("AFG", "Government of Afghanistan")
    assert (other.country, other.organisation) == (None, "Taleban")


def test_violence_abroad_counts_where_it_took_place(read):
    """A state that fights rebels on another's ground is a participant, not the country."""
    (event,), _ = read({"country_id": "490", "gwnoa": "517", "side_a": "Government of Rwanda"})

    assert (event.channel, event.initiator) == ("domestic", "COD")
    assert event.participants[0].country == "RWA"


@pytest.mark.parametrize(
    ("gwnoa", "gwnob", "parties"),
    [
        ("365.0", "369", ("bilateral", "RUS", ("UKR",))),
        ("900, 200, 2", "645", ("multilateral", "AUS", ("GBR", "IRQ", "USA"))),
    ],
)
def test_states_that_fight_states(gwnoa, gwnob, parties, read):
    """What states fight is between all of them."""
    (event,), _ = read({"gwnoa": gwnoa, "gwnob": gwnob})

    assert event.subkind == "interstate violence"
    assert (event.channel, event.initiator, event.countries) == parties


def test_focal_state(read):
    """Only what took place in the focal state, or what it fought, is read."""
    rows = [{}, {"country_id": "369", "gwnoa": "365", "gwnob": "369"}, {"country_id": "652"}]

    log, faults = read(*rows, focal="Ukraine")

    assert [(event.initiator, event.countries) for event in log] == [("UKR", ("RUS",))]
    assert outcome(faults) == [
        (1, "left out", "not in UKR, which did not fight it either"),
        (3, "left out", "not in UKR, which did not fight it either"),
    ]


@pytest.mark.parametrize(
    ("precision", "start", "end", "date"),
    [
        ("1", "2016-05-03", "2016-05-03", "2016-05-03"),
        ("2", "2016-05-03", "2016-05-04", "[2016-05-03..2016-05-04]"),
        ("3.0", "2016-05-02 00:00:00.000", "2016-05-08", "[2016-05-02..2016-05-08]"),
        ("4", "2016-02-01", "2016-02-29", "2016-02"),
        ("5", "2016-01-01", "2016-12-31", "2016"),
        ("5", "2016-01-01", "2016-12-22", "[2016-01-01..2016-12-22]"),
        ("3", "2016-05-03", "2016-05-03", "2016-05-03~"),
        ("1", "2016-05-03", "2016-05-05", "2016-05-03/2016-05-05"),
    ],
)
def test_date_is_as_precise_as_coded(precision, start, end, date, read):
    """The days between which an event lies are kept, in the shortest form."""
    (event,), _ = read({"date_prec": precision, "date_start": start, "date_end": end})

    assert str(event.date) == date


@pytest.mark.parametrize(
    ("number", "day", "country"),
    [
        ("365", "1990-01-13", "SUN"),
        ("365", "1994-12-31", "RUS"),
        ("490", "1996-11-01", "COD"),
        ("345", "1999-03-24", "YUG"),
        ("678", "2015-03-26", "YEM"),
    ],
)
def test_numbers_of_states_by_date(number, day, country, read):
    """A number means the state that bore it on the day; a mere change of name is none."""
    (event,), _ = read({"country_id": number, "date_start": day, "date_end": day})

    assert event.initiator == country


@pytest.mark.parametrize(
    ("cells", "column", "problem"),
    [
        ({"date_end": "2016-04-30"}, "date_end", "ends on 2016-04-30, before it starts"),
        ({"date_prec": "6"}, "date_prec", "must be a whole number from 1 to 5, got '6'"),
        ({"type_of_violence": ""}, "type_of_violence", "'type_of_violence' is required"),
        ({"country_id": "255"}, "country_id", "Gleditsch and Ward has no state numbered 255"),
        ({"gwnob": "x"}, "gwnob", "must be a whole number from 1 to 999, got 'x'"),
        ({"date_start": "3 May"}, "date_start", "must be a day such as 2019-10-16, got '3 May'"),
    ],
)
def test_faulty_cell_refuses_its_row(cells, column, problem, read):
    """A cell that cannot be read refuses the row, with column, value and problem."""
    log, faults = read(cells)

    assert len(log) == 0
    (row,) = faults.itertuples()
    assert (row.outcome, row.column, row.value) == ("refused", column, cells[column])
    assert problem in row.problem


def test_quoted_line_ends_do_not_cut_rows(read):
    """A cell may hold line ends and quotes; rows are counted, not lines."""
    (first, second), _ = read({"side_b": 'two\n"lines"'}, {})

    assert first.participants[1].organisation == 'two\n"lines"'
    assert [second.sources[0].where, second.id] == ["row 2", "ucdp-2"]


def test_activity_is_the_callers(read):
    """The kind of the events may be chosen, for the vocabulary has none for violence."""
    (event,), _ = read({}, activity="measure")

    assert isinstance(event, Measure)
    with pytest.raises(UnknownTermError, match="unknown activity 'battle'"):
        read({}, activity="battle")


def test_ragged_row_is_a_fault(tmp_path):
    """A row with too few or too many cells is refused alone."""
    file = tmp_path / "ged.csv"
    content = csv_file(UCDP_COLUMNS, [ucdp_row()])
    file.write_bytes(
        content + b"2,1\r\n" + content.splitlines()[1].replace(b"1,", b"3,", 1) + b",x"
    )

    log, faults = read_ucdp_ged(file, on_error="collect")

    assert [event.id for event in log] == ["ucdp-1"]
    assert outcome(faults) == [
        (2, "refused", "the row has 2 cells, the header 19"),
        (3, "refused", "the row has 20 cells, the header 19"),
    ]


def test_repeated_id(read):
    """The same row twice is one event; another row with its id is refused."""
    log, faults = read({"id": "5"}, {"id": "5"}, {"id": "5.0"})

    assert [event.id for event in log] == ["ucdp-5"]
    assert outcome(faults) == [
        (2, "joined", "repeats row 1 cell for cell"),
        (3, "refused", "row 1 has this id and says otherwise"),
    ]


def test_without_a_list_it_warns_and_raises(tmp_path):
    """Rows left out are told in a warning, and faults raise with row and column."""
    file = tmp_path / "ged.csv"
    file.write_bytes(csv_file(UCDP_COLUMNS, [ucdp_row()]))

    with pytest.warns(RowsLeftOutWarning, match="1 of 1 rows left out: 1 not in SYR"):
        assert len(read_ucdp_ged(file, focal="SYR")) == 0
    file.write_bytes(csv_file(UCDP_COLUMNS, [ucdp_row(date_prec="9")]))
    with pytest.raises(TableError, match="row 1, column 'date_prec': must be a whole number"):
        read_ucdp_ged(file)
