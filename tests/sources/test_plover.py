"""POLECAT: lists of actors, types, contexts, and headers that do not fit."""

import json

import pytest

from engagement.errors import SettingError, UnknownTermError
from engagement.events.events import Meeting, Operation, Transfer, Visit
from engagement.sources.plover import read_plover
from strategies.readers import POLECAT_COLUMNS, headed_tab_file, polecat_row


@pytest.fixture
def read(tmp_path):
    """Read rows that are given as what differs from a meeting of China and Kyrgyzstan."""

    def read_rows(*rows, columns=POLECAT_COLUMNS, **settings):
        file = tmp_path / "events.txt"
        cells = [
            polecat_row(**{"Event ID": f"A{number}", **row}) for number, row in enumerate(rows, 1)
        ]
        file.write_bytes(headed_tab_file(columns, cells))
        return read_plover(file, on_error="collect", **settings)

    return read_rows


def outcome(faults):
    """Give row, outcome and problem of each row that made no event."""
    return list(faults[["row", "outcome", "problem"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"Publication Date": "2023-05-19"}, ""),
        ({"Publication Date": "2013-05-19"}, "the event lies after 2013-05-19"),
        ({"Event Date": "1023-05-18"}, "more than a century before 2023-05-18"),
        ({"Event Date": "1923-05-18"}, ""),
        ({"Event Date": "1923-05-17"}, "more than a century before 2023-05-18"),
        ({"Publication Date": "NA"}, ""),
    ],
)
def test_publication_is_compared(cells, problem, read):
    """An event lies neither after its report nor in another century."""
    row = {"Publication Date": "2023-05-18"} | cells

    log, faults = read(row, columns=(*POLECAT_COLUMNS, "Publication Date"))

    assert len(log) == (not problem)
    assert all(problem in told for told in faults["problem"])
    assert set(faults["column"]) <= {"Event Date"}


RECORD = {
    "id": "A1",
    "date": "2023-05-18",
    "event": ["CONSULT"],
    "mode": ["visit"],
    "context": ["diplomatic", "military"],
    "actor": [{"code": "CHN", "sector": "GOV", "entity_text": "Xi Jinping"}],
    "recipient": [{"code": "KGZ"}, {"code": "IGO", "entity_text": "United Nations"}],
    "event_loc": {"name": "Osh", "country code": "KG"},
}
OF_VERSION_5 = {
    "id": "A1",
    "date": "2023-05-18",
    "event": "CONSULT",
    "mode": "visit",
    "context": "diplomatic, military",
    "source": [{"actorText": "Xi Jinping", "code": "CHN", "sector": "GOV"}],
    "target": [{"actorText": "Kyrgyzstan", "code": "KGZ"}, {"actorText": "UN", "code": "IGO"}],
    "eventLoc": {"name": "Osh"},
}
DESCRIPTION = {"id": "D1", "event": "DOCUMENT", "eventText": "describes the file"}


def read_records(path, text, **settings):
    """Read records that are written to a file."""
    path.write_text(text)
    return read_plover(path, on_error="collect", **settings)


@pytest.mark.parametrize("record", [RECORD, OF_VERSION_5])
@pytest.mark.parametrize("is_by_line", [False, True])
def test_records_of_json_are_rows(record, is_by_line, read, tmp_path):
    """Records as the manual has them, and as gold-standard records do, tell what a row tells."""
    other = record | {"id": "A2", "mode": "phone", "context": ""}
    records = [DESCRIPTION, record, other]
    text = "\n".join(map(json.dumps, records)) if is_by_line else json.dumps(records)

    log, faults = read_records(tmp_path / "records.json", text)

    row = {
        "Event Mode": "visit",
        "Contexts": "diplomatic; military",
        "Recipient Name": "United Nations",
        "City": "Osh",
        "Country": "",
    }
    expected, _ = read(row, row | {"Event Mode": "phone", "Contexts": ""})
    assert faults.empty
    told = [
        [
            (event.id, event.date, event.countries, event.organisations, event.place, event.note)
            for event in one
        ]
        for one in (log, expected)
    ]
    assert told[0] == told[1]
    assert [event.sources[0].where for event in log] == ["row 1", "row 2"]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"event": ["AID", "CONSULT"]}, ("event", "'AID; CONSULT' are several types")),
        ({"actor": [{"code": "JAP"}]}, ("actor", "unknown country 'JAP'")),
        ({"recipient": ["diplomatic"]}, ("recipient", "unknown country 'diplomatic'")),
        ({"enddate": "2023-05-17"}, ("enddate", "the event ends before 2023-05-18")),
        ({"enddate": "soon"}, ("enddate", "must be a day")),
        ({"date": None}, ("date", "'date' is required")),
    ],
)
def test_faults_of_records_name_their_fields(changed, fault, tmp_path):
    """What cannot be read in a record is told with the name of its field."""
    text = json.dumps([RECORD | changed])

    log, faults = read_records(tmp_path / "records.json", text)

    ((column, problem),) = faults[["column", "problem"]].itertuples(index=False, name=None)
    assert len(log) == 0
    assert column == fault[0]
    assert fault[1] in problem


def test_records_may_last_and_name_a_host(tmp_path):
    """An end makes the date a span; of the mode host the actor is the host."""
    records = [RECORD | {"enddate": "2023-05-20"}, RECORD | {"id": "A2", "mode": "host"}]

    log, _ = read_records(tmp_path / "records.json", json.dumps(records))

    first, second = sorted(log, key=lambda event: event.id)
    assert str(first.date) == "2023-05-18/2023-05-20"
    assert (first.host, second.host) == ("KGZ", "CHN")


def test_what_is_told_as_coming_may_lie_after_its_report(read):
    """What is to come is left out as such, and is no fault."""
    row = {"Publication Date": "2023-05-01", "Contexts": "future"}

    _, faults = read(row, columns=(*POLECAT_COLUMNS, "Publication Date"))

    assert outcome(faults) == [(1, "left out", "told as future")]


def test_row_is_an_event(read):
    """A row is an event of all the countries that it names."""
    (event,), faults = read({})

    assert faults.empty
    assert isinstance(event, Meeting)
    assert (event.id, str(event.date)) == ("polecat-A1", "2023-05-18")
    assert (event.initiator, event.countries, event.channel) == ("CHN", ("KGZ",), "bilateral")
    assert (event.place, event.note) == ("Xi'an, CHN", "PLOVER CONSULT (diplomatic)")


@pytest.mark.parametrize(
    ("cells", "parties"),
    [
        (
            {"Actor Country": "CHN; KAZ", "Recipient Country": "KGZ; TJK|UZB; CHN"},
            ("multilateral", "CHN", ("KAZ", "KGZ", "TJK", "UZB"), ()),
        ),
        (
            {"Actor Country": "CHN; KGZ", "Recipient Country": "None", "Recipient Name": "None"},
            ("bilateral", "CHN", ("KGZ",), ()),
        ),
        (
            {"Actor Country": "IGO", "Actor Name": "United Nations"},
            ("multilateral", None, ("KGZ",), ("UN",)),
        ),
        (
            {"Actor Country": "China", "Recipient Country": "Kyrgyz Republic"},
            ("bilateral", "CHN", ("KGZ",), ()),
        ),
        (
            {"Actor Country": "CHN", "Recipient Country": "CHN; KGZ"},
            ("bilateral", "CHN", ("KGZ",), ()),
        ),
    ],
)
def test_lists_of_actors(cells, parties, read):
    """Lists are separated by semicolons or bars; each who is named takes part once."""
    (event,), _ = read(cells)

    told = (event.channel, event.initiator, event.countries, event.organisations)
    assert told == parties


@pytest.mark.parametrize(
    ("cells", "kind", "subkind"),
    [
        ({"Event Mode": "visit"}, Visit, ""),
        ({"Event Mode": "CONSULT-third-party"}, Meeting, "third location"),
        ({"Event Mode": "third"}, Meeting, "third location"),
        ({"Event Mode": "multilateral"}, Meeting, "multilateral talks"),
        ({"Event Mode": "phone"}, Meeting, "telephone talk"),
        ({"Event Type": "AID", "Event Mode": "humanitarian"}, Transfer, "humanitarian aid"),
        ({"Event Type": "aid"}, Transfer, "aid"),
        (
            {"Event Type": "COOPERATE", "Contexts": "diplomatic; military"},
            Operation,
            "military cooperation",
        ),
        ({"Event Type": "COOPERATE", "Contexts": "legal"}, Operation, "judicial cooperation"),
    ],
)
def test_type_and_mode_give_the_kind(cells, kind, subkind, read):
    """The type gives the kind, the mode or the context what it is more closely."""
    (event,), _ = read(cells)

    assert (type(event), event.subkind) == (kind, subkind)


def test_host_of_a_visit_is_the_recipient(read):
    """Who visits is the actor, who hosts the recipient; with several it is left open."""
    (visit,), _ = read({"Event Mode": "visit"})
    (several,), _ = read({"Event Mode": "visit", "Recipient Country": "KGZ; TJK"})

    assert (visit.initiator, visit.host) == ("CHN", "KGZ")
    assert several.host is None


def test_rows_that_are_left_out(read):
    """Types of no kind, what did not take place then, and lone actors are left out."""
    rows = [
        {"Event Type": "SUPPORT"},
        {"Event Type": "COOPERATE", "Contexts": "economic"},
        {"Event Type": "AID", "Event Mode": "asylum"},
        {"Contexts": "diplomatic; future"},
        {"Contexts": "hypothetical"},
        {"Recipient Country": "EUR", "Recipient Name": "Europe"},
        {"Recipient Country": "CHN"},
        {"Primary Recipient Sector": "BUS"},
    ]

    log, faults = read(*rows)

    assert len(log) == 0
    assert outcome(faults) == [
        (1, "left out", "SUPPORT is of no kind"),
        (2, "left out", "COOPERATE is of no kind"),
        (3, "left out", "AID-asylum is of no kind"),
        (4, "left out", "told as future"),
        (5, "left out", "told as hypothetical"),
        (6, "left out", "no country and no known organisation"),
        (7, "left out", "both actors are of CHN; domestic=True reads it"),
        (8, "left out", "BUS does not act for the state; actors='any' reads it"),
    ]


def test_settings_read_them(read):
    """Anybody of a country, and rows of one country, are read if asked for."""
    rows = [{"Recipient Country": "CHN"}, {"Primary Recipient Sector": "BUS"}]

    log, faults = read(*rows, actors="any", domestic=True)

    assert faults.empty
    assert [str(event.channel) for event in log] == ["domestic", "bilateral"]


def test_focal_state_anywhere_in_the_lists(read):
    """The focal state may stand anywhere; a transfer is initiated by who gives."""
    rows = [
        {"Recipient Country": "KGZ; TJK"},
        {"Event Type": "AID", "Recipient Country": "TJK"},
        {},
    ]

    log, faults = read(*rows, focal="TJK")

    assert [(event.initiator, event.countries) for event in log] == [
        ("TJK", ("CHN", "KGZ")),
        ("CHN", ("TJK",)),
    ]
    assert outcome(faults) == [(3, "left out", "without TJK")]


def test_caller_chooses_types(read):
    """A type goes for all of its modes, unless a mode is named too."""
    rows = [{"Event Type": "COOPERATE", "Contexts": "None"}, {"Event Mode": "visit"}, {}]

    log, faults = read(
        *rows, kinds={"cooperate": "agreement", "CONSULT": None, "CONSULT-visit": "meeting"}
    )

    assert [str(event.activity) for event in log] == ["agreement", "meeting"]
    assert outcome(faults) == [(3, "left out", "CONSULT is of no kind")]


@pytest.mark.parametrize(
    ("kinds", "problem"),
    [
        ({"CONSLUT": "meeting"}, "unknown event type 'CONSLUT'.*Did you mean 'CONSULT'"),
        ({"CONSULT": "talk"}, "unknown activity 'talk'"),
        ([], r"kinds must be a mapping of event types to activities.*got \[\]"),
    ],
)
def test_wrong_choice_of_types_is_told(kinds, problem, read):
    """A type or an activity that is none is an error."""
    with pytest.raises((SettingError, UnknownTermError), match=problem):
        read({}, kinds=kinds)


def test_header_with_names_that_no_row_has(read, tmp_path):
    """Names in the header without cells below are dropped, wherever they stand."""
    header = [*POLECAT_COLUMNS[:2], "Headline", "Event Text", *POLECAT_COLUMNS[2:], "Feed"]
    row = [polecat_row().get(name, "") for name in POLECAT_COLUMNS]
    text = "\t".join(header) + "\n" + "\t".join(row) + "\n"
    (tmp_path / "spare.txt").write_text(text)

    (event,) = read_plover(tmp_path / "spare.txt")

    assert (event.initiator, event.countries) == ("CHN", ("KGZ",))


def test_names_with_cells_are_kept(read):
    """The same names are columns where the rows have cells for them."""
    (event,), _ = read({"Headline": "x"}, columns=["Headline", *POLECAT_COLUMNS])

    assert event.id == "polecat-A1"


@pytest.mark.parametrize("header_too", [True, False])
def test_tabs_too_many(header_too, tmp_path):
    """Empty cells behind the last column do no harm."""
    lines = headed_tab_file(POLECAT_COLUMNS, [polecat_row()]).decode().splitlines()
    header = lines[0] + "\t\t" * header_too
    (tmp_path / "tabs.txt").write_text(f"{header}\n{lines[1]}\t\t\t\n")

    assert len(read_plover(tmp_path / "tabs.txt")) == 1


def test_cells_too_few(tmp_path):
    """A row may lack cells at its end, as long as it names both sides."""
    lines = headed_tab_file(POLECAT_COLUMNS, [polecat_row(), polecat_row()]).decode().splitlines()
    short = "\t".join(lines[1].split("\t")[:13])
    shorter = "\t".join(lines[2].split("\t")[:12])
    (tmp_path / "short.txt").write_text(f"{lines[0]}\n{short}\n{shorter}\n")

    log, faults = read_plover(tmp_path / "short.txt", on_error="collect")

    assert len(log) == 1
    assert outcome(faults) == [(2, "refused", "the row has 12 cells, the header 20")]


@pytest.mark.parametrize(
    ("cells", "column", "problem"),
    [
        ({"Event Type": "CONSLUT"}, "Event Type", "Did you mean 'CONSULT'"),
        ({"Event Date": "18/05/2023"}, "Event Date", "must be a day such as 2019-10-16"),
        ({"Actor Country": "CHN; QQQ"}, "Actor Country", "unknown country 'QQQ'"),
        ({"Event ID": "a;b"}, "Event ID", "must be an id without ';'"),
    ],
)
def test_faulty_cell_refuses_its_row(cells, column, problem, read):
    """A cell that cannot be read refuses the row, with column, value and problem."""
    log, faults = read(cells)

    assert len(log) == 0
    (row,) = faults.itertuples()
    assert (row.outcome, row.column, row.value) == ("refused", column, cells[column])
    assert problem in row.problem


def test_repeated_id(read):
    """The same row twice is one event; another row with its id is refused."""
    row = {"Event ID": "A9"}

    log, faults = read(row, row, row | {"City": "Beijing"})

    assert len(log) == 1
    assert outcome(faults) == [
        (2, "joined", "repeats row 1 cell for cell"),
        (3, "refused", "row 1 has this id and says otherwise"),
    ]
