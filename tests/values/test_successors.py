"""States that ended keep their code, or count as their successors where a caller asks for it."""

import pandas as pd
import pytest

from engagement.errors import SettingError, TableError
from engagement.log.eventlog import EventLog
from engagement.values.places import country_code, country_name
from engagement.values.successors import SUCCESSORS, successor_of
from readers_under_test import READERS
from strategies import readers as files

SOVIET = {
    "gdelt": files.tab_file(
        [
            files.gdelt_row(
                SQLDATE="19850318",
                DATEADDED="19850318000000",
                Actor2Code="SUN",
                Actor2CountryCode="SUN",
            )
        ]
    ),
    "icews": files.headed_tab_file(
        files.ICEWS_COLUMNS,
        [files.icews_row(**{"Target Country": "Soviet Union", "Target Name": "Soviet Union"})],
    ),
    "polecat": files.headed_tab_file(
        files.POLECAT_COLUMNS, [files.polecat_row(**{"Recipient Country": "SUN"})]
    ),
    "register": files.register_file([files.register_row(Recipient="Soviet Union")]),
    "ucdp": files.csv_file(
        files.UCDP_COLUMNS,
        [files.ucdp_row(date_start="1989-02-01", date_end="1989-02-01", gwnoa="700", gwnob="365")],
    ),
    "acled": files.csv_file(
        files.ACLED_COLUMNS,
        [files.acled_row(actor2="Military Forces of the Soviet Union (1922-1991)")],
    ),
}
"""A row of each source in which the Soviet Union is the partner."""


@pytest.mark.parametrize("name", SOVIET)
def test_readers_keep_or_merge_successors(name, tmp_path):
    """By default the Soviet Union is a partner of its own, and merged it is Russia."""
    read = READERS[name][0]
    file = tmp_path / "data.txt"
    content = SOVIET[name]
    if name == "register":
        content = content.replace(b"Russia", b"China")
    file.write_bytes(content)

    (kept,) = read(file)
    (merged,) = read(file, successors="merge")

    assert {kept.initiator, *kept.countries} >= {"SUN"}
    assert {merged.initiator, *merged.countries} >= {"RUS"}
    assert "SUN" not in str(merged)


@pytest.mark.parametrize("iso", ["0", "891"])
def test_the_place_of_violence_is_merged_too(iso, tmp_path):
    """A domestic event is one of the successor, whether a name or a number says where it was."""
    file = tmp_path / "data.txt"
    row = {"iso": iso, "country": "Serbia and Montenegro", "actor1": "Mob", "actor2": ""}
    file.write_bytes(
        files.csv_file(files.ACLED_COLUMNS, [files.acled_row(event_date="2004-03-17", **row)])
    )
    read = READERS["acled"][0]

    (kept,), (merged,) = read(file), read(file, successors="merge")

    assert (kept.initiator, merged.initiator) == ("SCG", "SRB")


@pytest.mark.parametrize("name", SOVIET)
@pytest.mark.parametrize("focal", ["RUS", "SUN"])
def test_the_focal_state_is_merged_too(name, focal, tmp_path):
    """Asked for either of them, merged rows of the Soviet Union are read."""
    read = READERS[name][0]
    file = tmp_path / "data.txt"
    file.write_bytes(SOVIET[name].replace(b",Russia,", b",China,"))

    (event,) = read(file, successors="merge", focal=focal)

    assert "RUS" in {event.initiator, *event.countries}
    left, _ = read(file, focal="RUS", on_error="collect")
    assert len(left) == 0


def test_tables_merge_successors_in_every_column_of_countries():
    """Names, codes and numbers of states that ended are those of their successors."""
    rows = pd.DataFrame(
        {
            "date": ["1985", "1980", "2001", "1995"],
            "initiator": ["Soviet Union", "CSK", "CHN", "RUS"],
            "countries": ["MNG", "DDR;POL", "YUG", "YMD"],
            "channel": ["bilateral", "multilateral", "bilateral", "bilateral"],
            "activity": ["visit", "meeting", "meeting", "meeting"],
            "host": ["SUN", "", "", ""],
        }
    )

    kept, merged = (EventLog.from_frame(rows, successors=how) for how in ("keep", "merge"))

    assert EventLog.from_frame(rows) == kept
    assert [
        (event.initiator, event.countries, getattr(event, "host", None) or None) for event in merged
    ] == [
        (
            successor_of(event.initiator),
            tuple(sorted(map(successor_of, event.countries))),
            "RUS" if getattr(event, "host", None) else None,
        )
        for event in kept
    ]
    assert kept.where(country="DDR")
    assert len(merged.where(country="DEU")) == 1
    numbers = rows.drop(columns=["initiator", "host"]).assign(
        countries=["365", "265;290", "345", "680"], date=["1985", "1980", "2001", "1989"]
    )
    by_number = EventLog.from_frame(numbers, countries="gw", successors="merge")
    assert {code for event in by_number for code in event.countries} == {
        "RUS",
        "DEU",
        "POL",
        "SRB",
        "YEM",
    }


def test_a_state_with_its_own_successor_is_no_pair():
    """Where both are in one row, merging them is told and not hidden."""
    row = {"date": ["1985"], "countries": "DDR", "channel": "bilateral", "activity": "meeting"}
    both = pd.DataFrame(row).assign(initiator="DEU")

    assert len(EventLog.from_frame(both)) == 1
    with pytest.raises(TableError, match="DEU"):
        EventLog.from_frame(both, successors="merge")


@pytest.mark.parametrize("wrong", ["split", True, None])
def test_the_setting_is_checked(wrong, tmp_path):
    """Anything else is refused, by tables and by readers."""
    with pytest.raises(SettingError, match="successors must be one of 'keep', 'merge', got"):
        EventLog.from_frame(pd.DataFrame(), successors=wrong)
    for read, *_ in READERS.values():
        with pytest.raises(SettingError, match="successors must be one of 'keep', 'merge', got"):
            read(tmp_path / "none.csv", successors=wrong)


def test_successors_are_states_that_did_not_end():
    """Each successor is a known state, and has none itself."""
    for ended, successor in SUCCESSORS.items():
        assert country_code(ended) == ended
        assert country_name(successor)
        assert successor_of(successor) == successor
