"""ACLED: days that are made up, types, and states that are named in actors."""

import json

import pytest

from engagement.errors import SettingError, UnknownTermError
from engagement.events.events import Agreement, Measure, Operation
from engagement.sources.acled import read_acled, states_in
from strategies.readers import ACLED_COLUMNS, acled_row, csv_file


@pytest.fixture
def read(tmp_path):
    """Read rows that are given as what differs from an armed clash on a border."""

    def read_rows(*rows, delimiter=",", **settings):
        file = tmp_path / "acled.csv"
        cells = [
            acled_row(**{"event_id_cnty": f"KGZ{number}", **row})
            for number, row in enumerate(rows, 1)
        ]
        file.write_bytes(csv_file(ACLED_COLUMNS, cells, delimiter))
        return read_acled(file, on_error="collect", **settings)

    return read_rows


def outcome(faults):
    """Give row, outcome and problem of each row that made no event."""
    return list(faults[["row", "outcome", "problem"]].itertuples(index=False, name=None))


AT_HOME = {"actor2": "Rioters (Kyrgyzstan)"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_forces_that_met_are_between_states(delimiter, read):
    """A clash of two states' forces is an event between these states."""
    row = {"notes": "Shots, two dead.", "fatalities": "2", "source": "24.kg; Radio Azattyk"}

    (event,), faults = read(row, delimiter=delimiter)

    assert faults.empty
    assert isinstance(event, Operation)
    assert (event.id, event.subkind) == ("acled-KGZ1", "armed clash")
    assert (event.channel, event.initiator, event.countries) == ("bilateral", "KGZ", ("TJK",))
    assert [party.country for party in event.participants] == ["KGZ", "TJK"]
    assert (event.place, event.note) == (
        "Kök-Tash, Batken, Kyrgyzstan",
        "fatalities 2; Shots, two dead.",
    )
    assert [str(source) for source in event.sources] == [
        "acled.csv, row 1",
        "24.kg",
        "Radio Azattyk",
    ]


@pytest.mark.parametrize(
    ("forces_abroad", "channel", "partners"),
    [("initiate", "multilateral", ("KGZ", "RUS")), ("domestic", "domestic", ())],
)
def test_a_state_on_both_sides_makes_no_pair(forces_abroad, channel, partners, read):
    """Where a state's forces stand on both sides, states did not fight one another."""
    row = {
        "actor1": "Military Forces of Tajikistan (1992-)",
        "assoc_actor_1": "Military Forces of Russia (2000-)",
        "actor2": "Military Forces of Russia (2000-)",
    }

    (event,), faults = read(row, forces_abroad=forces_abroad)

    assert faults.empty
    assert (event.channel, event.countries) == (channel, partners)


@pytest.mark.parametrize("day", ["0025-09-16", "2024-09-16"])
def test_year_holds_the_date(day, read):
    """The year that a row states beside its date must be that of the date."""
    log, faults = read({"event_date": day, "year": "2025"})

    assert len(log) == 0
    assert outcome(faults) == [(1, "refused", f"{day} is not in the row's year 2025")]
    assert list(faults["column"]) == ["event_date"]


def test_cells_of_r_exports_are_absent(read):
    """NA, as R writes an absent cell, is no party, no place and no number."""
    absent = ("actor2", "assoc_actor_1", "admin1", "fatalities", "iso", "source", "notes", "year")

    (event,), faults = read(dict.fromkeys(absent, "NA"))

    assert faults.empty
    assert len(event.participants) == len(event.sources) == 1
    assert (event.place, event.note) == ("Kök-Tash, Kyrgyzstan", "")


RUSSIA = "Military Forces of Russia (2000-)"
KYRGYZSTAN = "Military Forces of Kyrgyzstan (2021-)"
REBELS = "Rebels (Kyrgyzstan)"


def test_events_at_home_are_domestic(read):
    """Where only a state's own forces and those who are no state take part, it is domestic."""
    (event,), _ = read(AT_HOME)

    assert (event.channel, event.initiator, event.countries) == ("domestic", "KGZ", ())


@pytest.mark.parametrize(
    ("actors", "initiator", "partner"),
    [
        ({"actor1": RUSSIA, "actor2": REBELS}, "RUS", "KGZ"),
        ({"actor1": REBELS, "actor2": RUSSIA}, "RUS", "KGZ"),
        ({"actor1": RUSSIA, "actor2": ""}, "RUS", "KGZ"),
        ({"actor1": KYRGYZSTAN, "assoc_actor_1": RUSSIA, "actor2": REBELS}, "KGZ", "RUS"),
        ({"actor1": RUSSIA, "assoc_actor_1": KYRGYZSTAN, "actor2": REBELS}, "RUS", "KGZ"),
    ],
)
def test_forces_abroad_initiate(actors, initiator, partner, read):
    """What forces do in another state is between the two, unless the place alone is asked for."""
    (event,), _ = read(actors)
    (focal,), _ = read(actors, focal="KGZ")
    (domestic,), _ = read(actors, forces_abroad="domestic")

    assert (event.channel, event.initiator, event.countries) == (
        "bilateral",
        initiator,
        (partner,),
    )
    assert (focal.initiator, focal.countries) == ("KGZ", ("RUS",))
    assert (domestic.channel, domestic.initiator) == ("domestic", "KGZ")
    assert "RUS" in {person.country for person in event.participants} | {event.initiator, partner}


def test_days_in_numbers_are_read_in_the_order_that_is_said(read):
    """Days that a spreadsheet made are read where their order is said; others are as ever."""
    days = ("03/09/2022", "3 September 2022", "2022-09-03")
    log, _ = read(*({"event_date": day} for day in days), date_order="day-first")
    _, faults = read({"event_date": "September/2022"}, date_order="day-first")

    assert {str(event.date) for event in log} == {"2022-09-03"}
    assert len(faults) == 1


def test_answer_of_the_interface_is_read(tmp_path):
    """JSON, as the interface gives it, is read as the CSV is."""
    rows = [acled_row(fatalities=2), acled_row(event_id_cnty="KGZ2", iso=417, notes=None)]
    (tmp_path / "acled.json").write_text(json.dumps({"status": 200, "data": rows}))

    log = read_acled(tmp_path / "acled.json")

    assert sorted(event.id for event in log) == ["acled-KGZ1", "acled-KGZ2"]
    assert {event.note for event in log} == {"fatalities 2", ""}


def test_wrong_choice_for_forces_abroad_is_told(read):
    """A choice that is none is an error."""
    with pytest.raises(
        SettingError, match="forces_abroad must be one of 'initiate', 'domestic', got"
    ):
        read({}, forces_abroad="between")


@pytest.mark.parametrize(
    ("precision", "day", "date"),
    [
        ("1", "2022-09-16", "2022-09-16"),
        ("1", "16 September 2022", "2022-09-16"),
        ("1", "16-Sep-2022", "2022-09-16"),
        ("2", "2022-09-16", "[2022-09-10..2022-09-22]"),
        ("3", "16 September 2022", "2022-09"),
    ],
)
def test_made_up_days_are_widened(precision, day, date, read):
    """Beyond precision 1 the day is one of its week's or of its month's."""
    (event,), _ = read({"time_precision": precision, "event_date": day})

    assert str(event.date) == date


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"event_type": "Explosions/Remote violence", "sub_event_type": "Grenade"}, Operation),
        ({"event_type": "Strategic developments", "sub_event_type": "Agreement"}, Agreement),
        ({"event_type": "Strategic developments", "sub_event_type": "Arrests"}, Operation),
        (
            {
                "event_type": "Strategic developments",
                "sub_event_type": "Headquarters or base established",
            },
            Measure,
        ),
    ],
)
def test_type_gives_the_kind(cells, kind, read):
    """Violence is an operation; strategic developments are by their sub-type."""
    (event,), _ = read(cells | AT_HOME)

    assert type(event) is kind


def test_protests_are_left_out_unless_asked_for(read):
    """What no state does is of no kind; the caller may give it one, by type or sub-type."""
    rows = [
        {"event_type": "Protests", "sub_event_type": "Peaceful protest", **AT_HOME},
        {"event_type": "Riots", "sub_event_type": "Mob violence", **AT_HOME},
    ]

    log, faults = read(*rows)
    chosen, _ = read(*rows, kinds={"Peaceful protest": "measure", "riots": "operation"})

    assert len(log) == 0
    assert outcome(faults)[0] == (
        1,
        "left out",
        "'Peaceful protest' is of no kind; kinds={'Peaceful protest': ...} reads it",
    )
    assert [type(event) for event in chosen] == [Measure, Operation]


def test_a_type_goes_for_its_sub_types(read):
    """A type that the caller names goes for sub-types that the caller does not name."""
    row = {"event_type": "Strategic developments", "sub_event_type": "Agreement", **AT_HOME}

    (event,), _ = read(row, kinds={"Strategic developments": "measure"})
    (other,), _ = read(row, kinds={"Agreement": "agreement", "Strategic developments": "measure"})

    assert isinstance(event, Measure)
    assert isinstance(other, Agreement)


@pytest.mark.parametrize(
    ("kinds", "problem"),
    [
        ({"Battels": "operation"}, "unknown event type 'Battels'.*'battles'"),
        ({3: "operation"}, "unknown event type 3"),
        ({"Battles": "battle"}, "unknown activity 'battle'"),
        ("Battles", "kinds must be a mapping of event types to activities"),
    ],
)
def test_wrong_choice_of_types_is_told(kinds, problem, read):
    """A type or an activity that is none is an error."""
    with pytest.raises((SettingError, UnknownTermError), match=problem):
        read({}, kinds=kinds)


def test_country_by_number_or_name(read):
    """The number of the country is read, and its name where there is none."""
    home = AT_HOME | {"actor1": "Civilians"}
    rows = [home, home | {"iso": ""}, home | {"iso": "0", "country": "Kosovo"}]
    rows += [home | {"iso": "180", "country": "Democratic Republic of Congo"}]

    log, faults = read(*rows)

    assert faults.empty
    assert [event.initiator for event in log] == ["KGZ", "KGZ", "XKX", "COD"]


@pytest.mark.parametrize(
    ("cells", "column", "problem"),
    [
        ({"iso": "762"}, "iso", "762 is Tajikistan, but the country is another"),
        ({"iso": "1"}, "iso", "ISO 3166-1 has no state numbered 1"),
        ({"iso": "", "country": "Kyrgystan"}, "country", "unknown country 'Kyrgystan'"),
        ({"time_precision": "4"}, "time_precision", "from 1 to 3, got '4'"),
        ({"event_date": "16/09/2022"}, "event_date", "must be a day such as 2019-10-16"),
        ({"event_date": "16 Septembre 2022"}, "event_date", "names no month"),
        ({"event_type": "Batles"}, "event_type", "Did you mean 'battles'"),
        ({"event_id_cnty": "a;b"}, "event_id_cnty", "must be an id such as 'KGZ1234'"),
    ],
)
def test_faulty_cell_refuses_its_row(cells, column, problem, read):
    """A cell that cannot be read refuses the row, with column, value and problem."""
    log, faults = read(cells)

    assert len(log) == 0
    (row,) = faults.itertuples()
    assert (row.outcome, row.column, row.value) == ("refused", column, cells[column])
    assert problem in row.problem


def test_rows_by_actor_are_one_event(read):
    """A file with a row for each actor is read as events; another row of an id is refused."""
    turned = {
        "event_id_cnty": "KGZ1",
        "actor1": "Military Forces of Tajikistan (1992-)",
        "actor2": "Military Forces of Kyrgyzstan (2021-) Border Guards",
    }

    log, faults = read({}, turned, turned | {"event_date": "2022-09-17"})

    assert [event.id for event in log] == ["acled-KGZ1"]
    assert outcome(faults) == [
        (2, "joined", "tells of the event of row 1"),
        (3, "refused", "row 1 has this id and says otherwise"),
    ]


def test_focal_state(read):
    """Only what took place in the focal state, or its forces took part in, is read."""
    log, faults = read({}, AT_HOME, focal="TJK")

    assert [(event.initiator, event.countries) for event in log] == [("TJK", ("KGZ",))]
    assert outcome(faults) == [(2, "left out", "not in TJK, whose forces are not told of")]


@pytest.mark.parametrize(
    ("actor", "states"),
    [
        ("Military Forces of the United States (2021-2025)", ("USA",)),
        ("Police Forces of Kyrgyzstan (2021-) Prison Guards", ("KGZ",)),
        ("Government of Democratic Republic of Congo (2019-)", ("COD",)),
        ("Military Forces of Somaliland (2010-)", ()),
        ("Taliban", ()),
        ("Civilians (Kyrgyzstan)", ()),
        ("Former Government of", ()),
    ],
)
def test_states_in_names_of_actors(actor, states):
    """Governments and forces of a state are the state; all others are none."""
    assert states_in(actor) == states
