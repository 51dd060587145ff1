"""The table of checked claims, and the files that claims stand in."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import ClassVar

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from engagement.claims.claim import Claim
from engagement.claims.files import COLUMNS, load_claims, read_claims, write_claims
from engagement.claims.queries import MEASURES
from engagement.claims.table import ClaimTable, check_claims
from engagement.claims.verdicts import Verdict
from engagement.errors import (
    DataError,
    FormatError,
    LabelError,
    SettingError,
    TableError,
    UnknownTermError,
)
from engagement.events.events import Exercise, Meeting
from engagement.events.parts import Personnel, Source
from engagement.files.datasets import load_dataset
from engagement.log.eventlog import EventLog
from strategies.claims import queries

HEADER = "id,kind,statement,source,where,query,reason,note\n"
COUNT = {"measure": "count", "is": ">=", "value": 2}


def claim(name="one", query=COUNT, **more):
    given_ = {"kind": "number", "statement": f"claim {name}", "source": "d", "where": "p. 1"}
    return Claim(id=name, query=query, **{**given_, **more})


def meeting(date, *places):
    return Meeting(
        date=date,
        channel="bilateral",
        countries=["KGZ"],
        sources=[Source(document="d", where=place) for place in places],
    )


LOG = EventLog([meeting("2001"), meeting("2002"), meeting("2003")])
CLAIMS = [
    claim("enough"),
    claim("too few", {**COUNT, "value": 5}),
    claim("open", {**COUNT, "where": {"since": "2003-06"}, "value": 1}),
    claim("words", None, reason="nobody can count it"),
    claim("first", {"measure": "first", "is": "==", "value": "2001"}),
]


@pytest.fixture
def table():
    return check_claims(LOG, CLAIMS)


class TestTable:
    """What is done with checked claims."""

    def test_rows_are_the_claims_in_their_order(self, table):
        """Each claim has a row, and each row can be had by its id."""
        assert [row.claim for row in table] == CLAIMS
        assert len(table) == 5
        assert table["too few"].claim is CLAIMS[1]

    def test_frame(self, table):
        """The table says what was claimed, found and decided, in words."""
        frame = table.to_frame()

        assert list(frame.columns) == [
            *("id", "kind", "statement", "source", "where", "about"),
            *("claimed", "found", "verdict", "why"),
        ]
        assert frame["verdict"].tolist() == [
            "agrees",
            "disagrees",
            "cannot be checked",
            "cannot be checked",
            "agrees",
        ]
        assert frame["found"].tolist() == ["3", "3", "0 to 1", "", "2001"]
        assert frame["about"].tolist() == ["world", "world", "world", "", "world"]
        assert frame["why"][3] == "nobody can count it"

    def test_summary(self, table):
        """The summary counts the verdicts and lists the claims."""
        lines = table.summary().splitlines()

        assert lines[0] == (
            "5 claims, 3 tested: 2 agrees, 1 disagrees; "
            "not tested: 0 says so itself, 2 cannot be checked"
        )
        assert str(table) == lines[0]
        assert sum(row.claim.id in line for row, line in zip(table, lines[3:], strict=True)) == 5

    def test_summary_of_nothing(self):
        """No claims make no table."""
        assert check_claims(LOG, []).summary() == (
            "0 claims, 0 tested: 0 agrees, 0 disagrees; "
            "not tested: 0 says so itself, 0 cannot be checked"
        )

    def test_numbers_by_verdict(self, table):
        """Every verdict is counted, and all claims."""
        assert table.n_by_verdict == {
            Verdict.AGREES: 2,
            Verdict.DISAGREES: 1,
            Verdict.SAYS_SO_ITSELF: 0,
            Verdict.CANNOT_BE_CHECKED: 2,
        }

    def test_events_behind_a_claim(self, table):
        """A verdict leads back to its events, those that may belong among them."""
        assert [str(event.date) for event in table.events("open")] == ["2003"]
        assert len(table.events("enough")) == 3
        assert len(table.events("words")) == 0
        assert isinstance(table.events("enough"), EventLog)

    def test_events_are_those_of_the_log(self):
        """Events looked at with implied topics come back as they stand in the log."""
        log = EventLog(
            [Meeting(date="2001", channel="bilateral", countries=["KGZ"], topics=["three evils"])]
        )
        query = {**COUNT, "where": {"topic": "terrorism", "implied": True}}

        assert list(check_claims(log, [claim(query=query)]).events("one")) == list(log)

    def test_unknown_claim(self, table):
        """A claim that is not there is an error with a suggestion."""
        with pytest.raises(
            LabelError, match=r"no row has the label 'enuogh'.* Did you mean 'enough'\?"
        ):
            table["enuogh"]

    def test_plot_has_a_row_for_each_claim_about_one_number(self, table):
        """Claims about one number are drawn, others are not."""
        axes = table.plot()

        assert [label.get_text() for label in axes.get_yticklabels()] == [
            "claim enough",
            "claim too few",
            "claim open",
        ]
        told = [text.get_text() for text in axes.get_legend().get_texts()]
        assert told == ["agrees", "disagrees", "cannot be checked"]

    def test_plot_shows_the_found_number_as_a_part_of_the_claimed(self, table):
        """Each mark is where the quotient is, by verdict, and both numbers stand beside it."""
        axes = table.plot()
        marks = {
            (line.get_marker(), float(line.get_xdata()[0]), float(line.get_ydata()[0]))
            for line in axes.lines
            if len(line.get_xdata()) == 1
        }

        assert marks == {("o", 1.5, 0.0), ("s", 0.6, 1.0), ("X", 0.0, 2.0)}
        assert [text.get_text() for text in axes.texts] == ["3 / 2", "3 / 5", "0 to 1 / 1"]

    def test_plot_points_beyond_its_edge(self):
        """A number that lies far off, or that was claimed to be none, is an arrow at the edge."""
        claims = [
            claim("far", {"measure": "count", "is": ">=", "value": 1}),
            claim("none", {"measure": "count", "is": "==", "value": 0}),
        ]

        axes = check_claims(LOG, claims).plot()

        arrows = [line for line in axes.lines if line.get_marker() == ">"]
        assert [float(line.get_ydata()[0]) for line in arrows] == [0.0, 1.0]

    def test_plot_of_nothing(self):
        """An empty table draws empty axes."""
        assert not check_claims(LOG, []).plot().get_yticklabels()


class TestChecking:
    """What is taken, and what is refused."""

    def test_unknown_topics_are_told_together(self):
        """A topic that nobody knows is a slip and no claim."""
        claims = [
            claim("a", {**COUNT, "where": {"topic": "terorism"}}),
            claim("b", {**COUNT, "value": {"measure": "count", "where": {"topic": "evil"}}}),
            claim("c", {"all": [{"not": {**COUNT, "where": {"not": {"topic": "crimes"}}}}]}),
            claim("d", {**COUNT, "each": {"topic": ["crime", "lunch"]}}),
        ]

        with pytest.raises(UnknownTermError) as caught:
            check_claims(LOG, claims)

        told = str(caught.value)
        assert "claim 'a': unknown topic 'terorism'; " in told
        assert "Did you mean 'terrorism'" in told
        for part in ("claim 'b': unknown topic 'evil'", "'c': unknown topic 'crimes'", "'lunch'"):
            assert part in told

    def test_topic_of_the_log_alone_is_known(self):
        """A topic that an event of the log has can be asked for."""
        log = EventLog(
            [Meeting(date="2001", channel="bilateral", countries=["KGZ"], topics=["lunch"])]
        )

        found = check_claims(log, [claim(query={**COUNT, "where": {"topic": "lunch"}})])

        assert found["one"].found == "1"

    @pytest.mark.parametrize(
        ("log", "claims", "told"),
        [
            ([], [], "log must be an EventLog, got"),
            (LOG, ["x"], "each of claims must be a Claim, got 'x'"),
            (LOG, [CLAIMS[0], CLAIMS[0]], "ids of claims must be unique, but these stand twice"),
        ],
    )
    def test_refused(self, log, claims, told):
        """What is no log and what are no claims is said."""
        with pytest.raises(SettingError, match=told):
            check_claims(log, claims)

    def test_generator_is_taken(self):
        """Claims may come from anywhere."""
        assert isinstance(check_claims(LOG, (one for one in CLAIMS)), ClaimTable)


class TestOwnWords:
    """What was coded from the text that makes a claim tests nothing."""

    QUERY: ClassVar = {**COUNT, "value": 1}

    def verdict(self, event, query=None, **more):
        """Check a claim of document d, at page 1, against one event."""
        asked = claim(query=query or self.QUERY, **more)
        return str(check_claims(EventLog([event]), [asked])["one"].verdict)

    @pytest.mark.parametrize(
        ("places", "expected"),
        [
            (["p. 1"], "says so itself"),
            (["p. 12"], "says so itself"),  # the same text elsewhere
            (["p. 1", "p. 3"], "says so itself"),
            (["Appendix 2, row 3"], "agrees"),
            (["p. 1", "table 2"], "agrees"),
            ([], "agrees"),
        ],
    )
    def test_an_event_of_the_text_alone_is_no_evidence(self, places, expected):
        """Tables of a document test its text, other places of it do not."""
        assert self.verdict(meeting("2001", *places)) == expected

    def test_another_document_is_evidence(self):
        """What somebody else tells tests a claim."""
        told = evolve(meeting("2001", "p. 1"), sources=[Source(document="e", where="p. 1")])

        assert self.verdict(told) == "agrees"
        assert self.verdict(told, source="d;e", where="p. 1;p. 1") == "says so itself"

    def test_why_says_what_is_left(self):
        """The reader is told what is found without the text."""
        log = EventLog([meeting("2001", "p. 1"), meeting("2002", "table 1")])

        row = check_claims(log, [claim(query=COUNT)])["one"]

        assert (row.verdict, row.found) == ("says so itself", "2")
        assert row.why.startswith("without what was coded from the text that says so: 1; ")

    def test_more_evidence_than_the_text_agrees(self):
        """A claim that holds without the text as well is tested."""
        log = EventLog([meeting("2001", "p. 1"), meeting("2002", "table 1")])

        assert check_claims(log, [claim(query=self.QUERY)])["one"].verdict == "agrees"

    def test_tables_may_be_called_otherwise(self):
        """Whose tables are called sheets says so."""
        log = EventLog([meeting("2001", "Sheet 4")])
        asked = [claim(query=self.QUERY)]

        assert check_claims(log, asked)["one"].verdict == "says so itself"
        assert check_claims(log, asked, tables=["sheet"])["one"].verdict == "agrees"

    @pytest.mark.parametrize(
        ("field", "query"),
        [
            ("date", {"measure": "first", "is": "==", "value": "2001-05"}),
            ("place", {**QUERY, "where": {"place": "Osh"}, "about": "records"}),
            ("subkind", {**QUERY, "where": {"subkind": "drill"}, "about": "records"}),
            ("scenario=rescue", {**QUERY, "where": {"scenario": "rescue"}, "about": "records"}),
            (
                "forces=CHN Air Force",
                {**QUERY, "where": {"forces": "Air Force"}, "about": "records"},
            ),
            (
                "personnel_by_country=CHN",
                {"measure": "largest", "of": "personnel", "by": "CHN", "is": "==", "value": 30},
            ),
            ("topics=crime", {**QUERY, "where": {"topic": "crime"}, "about": "records"}),
            ("note=by rail", {**QUERY, "where": {"note": "rail"}, "about": "records"}),
        ],
    )
    def test_a_field_of_the_text_alone_is_no_evidence(self, field, query):
        """A cell that was filled from the text tests nothing, and the rest of the event does."""
        event = Exercise(
            date="2001-05",
            channel="bilateral",
            countries=["KGZ"],
            place="Osh",
            subkind="drill",
            scenario="hostages: chase, rescue",
            topics=["crime", "terrorism"],
            note="by rail; in May",
            personnel=Personnel(
                by_country={"CHN": 30, "KGZ": 20}, forces=["CHN Air Force", "KGZ Guards"]
            ),
        )
        table = Source(document="d", where="table 1")
        by_text = [table, Source(document="d", where="p. 1", fields=[field])]

        assert self.verdict(evolve(event, sources=[table]), query) == "agrees"
        assert self.verdict(evolve(event, sources=by_text), query) == "says so itself"
        assert self.verdict(evolve(event, sources=by_text)) == "agrees"
        if "=" in field:
            rest = {**self.QUERY, "where": {"scenario": "chase", "forces": "Guards"}}
            assert self.verdict(evolve(event, sources=by_text), rest) == "agrees"

    def test_nothing_left_is_no_agreement(self):
        """A claim of at most so many is not borne out by the absence of its own events."""
        at_most = {"measure": "count", "is": "<=", "value": 2}

        assert self.verdict(meeting("2001", "p. 1"), at_most) == "says so itself"
        assert self.verdict(meeting("2001", "table 1"), at_most) == "agrees"

    def test_a_contradiction_is_one_whatever_it_rests_on(self):
        """A text that contradicts itself disagrees."""
        assert self.verdict(meeting("2001", "p. 1"), COUNT) == "disagrees"


class TestFiles:
    """Claims in CSV files."""

    @given(
        st.lists(
            st.tuples(queries(), st.text(st.characters(exclude_categories=["Cs", "Cc"]))),
            max_size=4,
        )
    )
    def test_round_trip(self, tmp_path_factory, made):
        """What is written is read back equal, queries, commas, quotes and all."""
        claims = tuple(
            claim(f"c{n}", query, note=note, statement=f'"{n}", and so on; {note}')
            for n, (query, note) in enumerate(made)
        )
        path = tmp_path_factory.mktemp("claims") / "claims.csv"

        write_claims(claims, path)

        assert read_claims(path) == claims

    def test_no_verdict_is_stored(self, tmp_path):
        """A file of claims has no room for a verdict or a value found."""
        write_claims(CLAIMS, tmp_path / "claims.csv")
        header = (tmp_path / "claims.csv").read_text(encoding="utf-8").splitlines()[0].split(",")

        assert tuple(header) == COLUMNS
        assert not {"verdict", "found", "why", "agrees"} & set(header)

    def test_verdict_column_is_refused(self, tmp_path):
        """Nobody can type a verdict in."""
        (tmp_path / "c.csv").write_text("id,kind,statement,source,where,verdict\n", "utf-8")

        with pytest.raises(TableError, match="unknown column 'verdict'"):
            read_claims(tmp_path / "c.csv")

    def test_columns_that_may_be_missing(self, tmp_path):
        """A table of qualitative claims needs no query and no note."""
        path = tmp_path / "c.csv"
        path.write_text("id,kind,statement,source,where,reason\na,quality,s,d,p,none\n", "utf-8")

        assert read_claims(path)[0].reason == "none"

    def test_all_faults_with_row_and_column(self, tmp_path):
        """Every fault of every row is told, also as data."""
        path = tmp_path / "c.csv"
        path.write_text(
            HEADER
            + 'a,number,s,d,p,"{""measure"": ""cuont""}",,\n'
            + "b,numbr,,d,p,,,\n"
            + "c,quality,s,d,p,,reason,\n"
            + "c,quality,s,d,p,,reason,\n"
            + "d,quality,s\n",
            "utf-8",
        )

        with pytest.raises(TableError) as caught:
            read_claims(path)

        assert [fault[:2] for fault in caught.value.faults] == [
            (2, "query"),
            (3, "kind"),
            (3, "statement"),
            (3, "reason"),
            (5, "id"),
            (6, "id"),
        ]
        told = str(caught.value)
        assert told.startswith(
            "c.csv: 4 of 5 rows could not be read: row 2, column 'query': measure"
        )
        assert "Did you mean 'count'?" in told
        assert "id 'c' stands in row 4 already" in told
        assert "the row has 3 cells, the header 8" in told

    @pytest.mark.parametrize(
        ("header", "told"),
        [
            ("id,kind,statement,source,were", "unknown column 'were'. Did you mean 'where'?"),
            ("id,kind,statement,source", "column 'where' is required and missing"),
            ("id,id,kind,statement,source,where", "column 'id' stands twice"),
            ("", "column 'id' is required and missing"),
        ],
    )
    def test_header(self, tmp_path, header, told):
        """A header that cannot be read is told whole."""
        (tmp_path / "c.csv").write_text(f"{header}\n", "utf-8")

        with pytest.raises(TableError) as caught:
            read_claims(tmp_path / "c.csv")

        assert told in str(caught.value)

    def test_no_csv(self, tmp_path):
        """What is no CSV in UTF-8 is said to be none."""
        (tmp_path / "a.csv").write_bytes(HEADER.encode() + b"\xff")
        (tmp_path / "b.csv").write_text(f'{HEADER}"a', "utf-8")

        with pytest.raises(FormatError, match="not UTF-8"):
            read_claims(tmp_path / "a.csv")
        with pytest.raises(FormatError, match="line 2: not CSV"):
            read_claims(tmp_path / "b.csv")
        with pytest.raises(FileNotFoundError):
            read_claims(tmp_path / "none.csv")

    def test_unknown_data_set(self):
        """A data set that does not exist is an error with a suggestion."""
        with pytest.raises(
            DataError, match=r"'china-central-asa'.*Did you mean 'china-central-asia'"
        ):
            load_claims("china-central-asa")
        with pytest.raises(DataError, match="no claims come with a data set 3"):
            load_claims(3)


class TestSeeds:
    """The claims that were coded from the documents."""

    SEEDS = Path(__file__).resolve().parent.parent.parent / "seeds"

    def rows(self, name):
        """Read a table as text."""
        with (self.SEEDS / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def test_bundled_claims_are_those_of_the_seeds(self):
        """What the package brings is what was coded."""
        assert load_claims("china-central-asia") == read_claims(self.SEEDS / "claims.csv")

    def test_bundled_file_is_the_one_of_the_seeds(self):
        """The two files are the same, letter by letter."""
        data = Path(check_claims.__code__.co_filename).parent.parent / "data"

        assert (data / "china-central-asia.claims.csv").read_bytes() == (
            self.SEEDS / "claims.csv"
        ).read_bytes()

    def test_no_column_holds_a_verdict(self):
        """A verdict cannot be typed in, for there is no column for one."""
        assert tuple(self.rows("claims.csv")[0]) == COLUMNS

    def test_every_claim_has_a_place_in_a_known_document(self):
        """Each claim names documents of the list and a place in each."""
        documents = {row["id"] for row in self.rows("sources.csv")}

        for row in self.rows("claims.csv"):
            named, places = row["source"].split(";"), row["where"].split(";")
            assert set(named) <= documents
            assert len(places) == len(named)
            assert all(place.strip() for place in places)

    def test_every_claim_is_asked_or_says_why_not(self):
        """A claim has a query that is an object, or a reason for having none."""
        for row in self.rows("claims.csv"):
            assert bool(row["query"]) != bool(row["reason"]), row["id"]
            assert not row["query"] or isinstance(json.loads(row["query"]), dict)

    def test_claims_are_asked_what_they_say(self):
        """No slip of a query, no start of a record and no text of its own gives a verdict."""
        table = check_claims(load_dataset(), load_claims())
        expected = {
            # what these tables cannot answer is no contradiction
            "aid-tjk-10m": "cannot be checked",
            "transfers-jingan": "cannot be checked",
            "belt-and-road-topic": "cannot be checked",
            "exercises-forces": "cannot be checked",
            "anti-china-two-states": "cannot be checked",
            "all-anti-terrorism": "cannot be checked",
            "training-uzb-21": "agrees",
            "exercise-2016-second-jet": "agrees",
            "patrols-kgz": "agrees",
            # a date is tested at that date, and a rise without an empty start
            "etim-decline-2018": "cannot be checked",
            "interests-evolved": "cannot be checked",
            "meetings-increasing": "cannot be checked",
            # cells that were filled from the text
            "sales-three-states": "says so itself",
            "infrastructure-kinds": "says so itself",
            "air-force-first-2019": "says so itself",
            "exercise-2018-shares": "says so itself",
            "army-training-second": "says so itself",
            "operation-2015": "says so itself",
            # events that were coded from the text
            "expert-groups": "says so itself",
            "agreements-four": "says so itself",
            "news-26bn": "says so itself",
            # contradictions between text and tables stand
            "meetings-kgz": "disagrees",
            "exercises-2003-one": "disagrees",
            "patrols-kaz-yearly": "disagrees",
        }

        assert {name: str(table[name].verdict) for name in expected} == expected
        assert table.n_by_verdict[Verdict.AGREES] + table.n_by_verdict[Verdict.DISAGREES] == 118

    def test_what_agrees_rests_on_no_event_of_its_text_alone(self):
        """Without the text's own events, every claim that agrees agrees as before."""
        claims = load_claims()
        table = check_claims(load_dataset(), claims)
        report = [row for row in table if row.claim.source == "yau-2022"]
        bare = EventLog(
            [
                event
                for event in load_dataset()
                if any(
                    source.document != "yau-2022" or source.where.startswith("appendix")
                    for source in event.sources
                )
            ],
            coverage=load_dataset().coverage,
        )
        again = check_claims(bare, [row.claim for row in report])

        for row in report:
            if row.verdict is Verdict.AGREES:
                assert again[row.claim.id].verdict is Verdict.AGREES, row.claim.id

    def test_there_are_claims_of_every_kind_and_measure(self):
        """The report's claims use all that can be asked but what its tables cannot answer."""
        texts = [row["query"] for row in self.rows("claims.csv")]
        unused = {name for name in MEASURES if not any(f'"{name}"' in text for text in texts)}

        assert len(texts) > 150
        assert unused <= {"fewest"}
