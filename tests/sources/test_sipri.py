"""SIPRI: both layouts, uncertain years, deliveries over several years, and partners."""

import pytest

from engagement.errors import FormatError, TableError
from engagement.sources.fates import RowsLeftOutWarning
from engagement.sources.sipri import read_sipri
from strategies.readers import (
    DEALS_COLUMNS,
    REGISTER_COLUMNS,
    csv_file,
    deal_row,
    register_file,
    register_row,
)


@pytest.fixture
def register(tmp_path):
    """Read a trade register; rows are given as what differs from two helicopters."""

    def read_rows(*rows, **settings):
        file = tmp_path / "register.csv"
        file.write_bytes(register_file([register_row(**row) for row in rows]))
        return read_sipri(file, on_error="collect", **settings)

    return read_rows


@pytest.fixture
def deals(tmp_path):
    """Read a list of deals; rows are given as what differs from two helicopters."""

    def read_rows(*rows, columns=DEALS_COLUMNS, **settings):
        file = tmp_path / "deals.csv"
        written = csv_file(columns, [deal_row(**row) for row in rows], ";")
        file.write_bytes(b"Deals and TIVs\nfor all\n\n" + written)
        return read_sipri(file, on_error="collect", **settings)

    return read_rows


def outcome(faults):
    """Give row, outcome and problem of each row that made no event."""
    return list(faults[["row", "outcome", "problem"]].itertuples(index=False, name=None))


def test_register_row_is_a_transfer(register):
    """A deal is a transfer from the supplier to the recipient; what is not told is unknown."""
    (event,), faults = register({"Comments": "Aid; from surplus"})

    assert faults.empty
    assert (event.initiator, event.countries, event.channel) == ("RUS", ("KGZ",), "bilateral")
    assert (str(event.date), event.goods) == ("2019", "2 Mi-8MT, transport helicopter")
    assert (str(event.terms), event.value) == ("unknown", None)
    assert event.note == "ordered 2018; delivered 2019; Second hand; Aid; from surplus"
    assert str(event.sources[0]) == "register.csv, row 1"


@pytest.mark.parametrize(
    ("rows", "goods"),
    [
        ([("2", "No"), ("3", "No")], "5 Mi-8MT, transport helicopter"),
        ([("2", "No"), ("3", "Yes")], "5? Mi-8MT, transport helicopter"),
        ([("2", "No"), ("", "")], "2 Mi-8MT, transport helicopter"),
        ([("", ""), ("", "")], "Mi-8MT, transport helicopter"),
    ],
)
def test_numbers_delivered_are_summed(rows, goods, deals):
    """What a deal delivered is the sum over its years, estimated if a part of it is."""
    (event,), faults = deals(
        *(
            {
                "Delivery year": str(year),
                "Numbers delivered": number,
                "Numbers delivered is estimate": estimate,
            }
            for year, (number, estimate) in enumerate(rows, 2018)
        )
    )

    assert event.goods == goods
    assert set(faults["outcome"]) == {"joined"}


def test_number_that_is_none_refuses_its_row(deals):
    """A number delivered that cannot be read is a fault of its row."""
    _, faults = deals({"Numbers delivered": "two"})

    assert outcome(faults)[0][1:] == (
        "refused",
        "must be a whole number from 0 to 1000000000, got 'two'",
    )


def test_marks_of_a_register_are_kept(tmp_path):
    """A question mark in the nameless column behind a number is a part of it."""
    row = register_row(**{"Number delivered": "20"})
    row[REGISTER_COLUMNS.index("Number delivered") + 1] = "?"
    (tmp_path / "register.csv").write_bytes(register_file([row]))

    (event,) = read_sipri(tmp_path / "register.csv")

    assert event.goods == "20? Mi-8MT, transport helicopter"


def test_cells_of_r_exports_are_absent(register):
    """NA, as R writes an absent cell, is no number and no remark."""
    absent = ("Year of order", "Number delivered", "Number ordered", "status", "Comments")

    (event,), _ = register(dict.fromkeys(absent, "NA"))

    assert (event.goods, event.note) == ("Mi-8MT, transport helicopter", "delivered 2019")


@pytest.mark.parametrize(
    ("years", "date"),
    [
        ("2019", "2019"),
        ("(2019)", "2019?"),
        ("2019?", "2019?"),
        ("2018; 2020", "2018/2020"),
        ("2018;2019;(2021)", "2018/2021?"),
        ("2015-2017", "2015/2017"),
        ("2015\N{EN DASH}(2017)", "2015/2017?"),
        ("(2015-2017)", "2015?/2017?"),
        ("(2015)-(2017)", "2015?/2017?"),
        ("2020; 2018", "2018/2020"),
    ],
)
def test_years_of_delivery(years, date, register):
    """Several years are a duration; brackets and question marks make a year uncertain."""
    (event,), _ = register({"Year(s) of delivery": years})

    assert str(event.date) == date
    assert f"delivered {years}" in event.note


def test_mark_beside_the_year_of_order(tmp_path):
    """A question mark in the nameless column beside the order's year is kept with it."""
    row = register_row()
    row[3] = "?"
    (tmp_path / "register.csv").write_bytes(register_file([row]))

    (event,) = read_sipri(tmp_path / "register.csv")

    assert event.note.startswith("ordered 2018?; ")


@pytest.mark.parametrize("preamble", ["", "Title\n", "a\n" * 11, 'a, "b"\n\n;\n'])
def test_lines_above_the_header(preamble, tmp_path):
    """Any lines may stand above the header, up to thirty."""
    file = tmp_path / "register.csv"
    file.write_bytes(register_file([register_row()], preamble=preamble))

    assert len(read_sipri(file)) == 1


def test_too_much_above_the_header(tmp_path):
    """A header further down is not looked for."""
    file = tmp_path / "register.csv"
    file.write_bytes(register_file([register_row()], preamble="a\n" * 31))

    with pytest.raises(FormatError, match=r"register.csv: not a SIPRI register or list of deals"):
        read_sipri(file)


def test_encoding_of_older_files(tmp_path):
    """A file of another encoding is read with it; without it, its cell is a fault."""
    file = tmp_path / "register.csv"
    rows = [register_row(Comments="financed by S\N{LATIN SMALL LETTER A WITH TILDE}o Paulo")]
    file.write_bytes(register_file(rows, encoding="cp1252"))

    assert "São Paulo" in read_sipri(file, encoding="cp1252")[0].note
    with pytest.raises(TableError, match=r"column 'Comments': holds bytes .* give encoding="):
        read_sipri(file)


@pytest.mark.parametrize(
    ("cells", "parties"),
    [
        ({"Supplier": "unknown supplier(s)"}, ("bilateral", None, ("KGZ",), ())),
        ({"Recipient": "African Union**"}, ("multilateral", "RUS", (), ("AU",))),
        ({"Supplier": "NATO**"}, ("multilateral", None, ("KGZ",), ("NATO",))),
        ({"Supplier": "Soviet Union"}, ("bilateral", "SUN", ("KGZ",), ())),
        ({"Recipient": "DR Congo"}, ("bilateral", "RUS", ("COD",), ())),
    ],
)
def test_partners(cells, parties, register):
    """Stars mark organisations; a supplier that nobody knows leaves the event without one."""
    (event,), _ = register(cells)

    told = (event.channel, event.initiator, event.countries, event.organisations)
    assert told == parties


def test_deals_left_out(register):
    """What was not delivered, or not to a state or organisation, is no transfer."""
    rows = [
        {"Year(s) of delivery": ""},
        {"Recipient": "Hezbollah (Lebanon)*"},
        {"Recipient": "unknown recipient(s)"},
        {},
    ]

    log, faults = register(*rows)

    assert len(log) == 1
    assert outcome(faults) == [
        (1, "left out", "nothing delivered so far"),
        (2, "left out", "the recipient is a group that is no state"),
        (3, "left out", "the recipient is not known"),
    ]


def test_focal_state_supplies_or_receives(register):
    """Transfers from and to the focal state are read; who supplies initiates them."""
    rows = [{}, {"Supplier": "China"}, {"Recipient": "China", "Supplier": "Ukraine"}]

    log, faults = register(*rows, focal="CHN")

    assert sorted((event.initiator, event.countries) for event in log) == [
        ("CHN", ("KGZ",)),
        ("UKR", ("CHN",)),
    ]
    assert outcome(faults) == [(1, "left out", "neither from nor to CHN")]


@pytest.mark.parametrize(
    ("cells", "column", "problem"),
    [
        ({"Supplier": "Rusia"}, "Supplier", "unknown country 'Rusia'"),
        ({"Recipient": ""}, "Recipient", "'Recipient' is required"),
        ({"Year(s) of delivery": "soon"}, "Year(s) of delivery", "must be years such as '2015'"),
        ({"Supplier": "Kyrgyzstan"}, "Recipient", "initiator KGZ stands among countries"),
    ],
)
def test_faulty_cell_refuses_its_row(cells, column, problem, register):
    """A cell that cannot be read refuses the row, with column and problem."""
    log, faults = register(cells)

    assert len(log) == 0
    (row,) = faults.itertuples()
    assert (row.outcome, row.column) == ("refused", column)
    assert problem in row.problem


def test_rows_of_a_deal_are_one_transfer(deals):
    """The years of a deal are joined; an estimate makes its year uncertain."""
    rows = [
        {"Delivery year": "2019"},
        {"Delivery year": "2021", "Delivery year is estimate": "Yes"},
        {"SIPRI AT Database ID": "56"},
        {"Delivery year": "2020"},
    ]

    log, faults = deals(*rows)

    assert [(event.id, str(event.date)) for event in log] == [
        ("sipri-56", "2019"),
        ("sipri-55", "2019/2021?"),
    ]
    assert log[1].sources[0].where == "row 1, 2, 4"
    assert outcome(faults) == [
        (2, "joined", "is joined to row 1, deal 55"),
        (4, "joined", "is joined to row 1, deal 55"),
    ]


def test_older_names_of_columns(tmp_path):
    """Seller and buyer, and an id of the deal, are read as supplier and recipient."""
    names = {"SIPRI AT Database ID": "Deal ID", "Supplier": "Seller", "Recipient": "Buyer"}
    columns = [names.get(name, name) for name in DEALS_COLUMNS]
    row = {names.get(name, name): value for name, value in deal_row().items()}
    (tmp_path / "deals.txt").write_bytes(csv_file(columns, [row], ";"))

    (event,) = read_sipri(tmp_path / "deals.txt")

    assert (event.id, event.initiator, event.countries) == ("sipri-55", "RUS", ("KGZ",))


def test_contradictory_rows_of_a_deal(deals):
    """A row of a deal that names other parties is refused."""
    log, faults = deals({}, {"Recipient": "Tajikistan"})

    assert len(log) == 1
    assert outcome(faults) == [
        (2, "refused", "row 1 is of the same deal, by other parties"),
    ]


def test_faults_of_a_list_of_deals(deals):
    """An answer that is none, a year that is none and a missing id are told."""
    _, faults = deals(
        {"SIPRI AT Database ID": "", "Delivery year": "19"},
        {"Delivery year is estimate": "perhaps"},
    )

    assert [problem for _, _, problem in outcome(faults)] == [
        "must be a whole number from 1900 to 2200, got '19'",
        "an id is required",
        "must be yes or no, got 'perhaps'",
    ]


def test_rows_left_out_are_told_in_a_warning(tmp_path):
    """Without a list, a warning counts what was left out, by reason."""
    file = tmp_path / "register.csv"
    file.write_bytes(register_file([register_row(**{"Year(s) of delivery": ""})]))

    with pytest.warns(RowsLeftOutWarning, match=r"1 of 1 rows left out: 1 nothing delivered"):
        assert len(read_sipri(file)) == 0
