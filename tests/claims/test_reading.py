"""What is read as a query, and what is said of what is not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from engagement.claims.claim import Claim, ClaimKind
from engagement.claims.fields import FIELDS
from engagement.claims.queries import MEASURES
from engagement.claims.reading import read_query
from engagement.errors import EventError, SettingError
from engagement.values.vocabulary import AXES
from strategies.claims import queries

COUNT = {"measure": "count", "is": "==", "value": 1}


def faults_of(query):
    with pytest.raises(SettingError) as caught:
        read_query(query)
    return str(caught.value)


@given(queries(about=("world", "records")))
def test_query_is_read_back_as_it_was_written(query):
    """Data, text and data again give one query."""
    read = read_query(query)

    assert read_query(read.to_data()) == read
    assert read_query(json.dumps(read.to_data())) == read
    assert read_query(read) is read


@pytest.mark.parametrize(
    "query",
    [
        {**COUNT, "where": {"country": ["KGZ", "TJK"], "not": {"subkind": "cyber"}}},
        {**COUNT, "where": {"status": ["planned", "implied"], "implied": True, "place": "Osh"}},
        {**COUNT, "each": {"period": "2Y", "country": ["KGZ", "TJK"]}, "about": "records"},
        {**COUNT, "is": "about", "tolerance": 0.2},
        {**COUNT, "is": ">", "value": {"measure": "distinct", "of": "subkind", "about": "records"}},
        {"measure": "sum", "of": "personnel", "by": "CHN", "is": "<", "value": 5},
        {"measure": "largest", "of": "value", "currency": "USD", "is": "<", "value": 5},
        {"measure": "most", "of": "topic", "n": 3, "is": "<=", "value": ["crime", "drug crime"]},
        {"measure": "labels", "of": "country", "is": "==", "value": []},
        {"measure": "peak", "per": "Q", "is": ">=", "value": "2019-33"},
        {"measure": "share", "part": {"rank": "minister"}, "is": ">", "value": 0.5},
        {"measure": "ratio", "split": "2018", "among": {"country": "KGZ"}, "is": "fell"},
        {"measure": "ratio", "is": "rose", "level": 0.01},
        {"measure": "rhythm", "is": "==", "value": {"times": 2, "years": 1, "since": "2001"}},
        {"measure": "rhythm", "is": "==", "value": {"until": "2009", "activity": "exercise"}},
        {"all": [COUNT, {"any": [COUNT, {"not": COUNT}]}]},
    ],
)
def test_every_form_is_written_as_it_was_read(query):
    """Nothing that can be asked is lost or changed."""
    assert read_query(query).to_data() == query


def test_terms_are_kept_in_one_spelling():
    """Names of countries become codes, and terms of vocabularies lower case."""
    query = read_query(
        {
            **COUNT,
            "where": {"country": "Kyrgyzstan", "channel": "Bilateral", "topic": "Three_Evils"},
        }
    )

    assert query.to_data()["where"] == {
        "country": "KGZ",
        "channel": "bilateral",
        "topic": "three evils",
    }


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("{", "not JSON: "),
        ('{"measure": "count", "measure": "sum"}', "the key 'measure' stands twice in one object"),
        ([], "must be an object, got []"),
        ({}, "measure: is required; there is 'count', "),
        ({"measure": "cuont"}, "unknown 'cuont'; there is "),
        ({"measure": "cuont"}, "Did you mean 'count'?"),
        ({"measure": 3}, "measure: unknown 3; there is "),
        ({"measure": "count", "value": 1}, "is: is required"),
        ({"measure": "count", "is": "=="}, "value: is required"),
        ({**COUNT, "is": "=>"}, "is: unknown sign '=>'; there is '==', '!=', '<', "),
        ({**COUNT, "is": "rose"}, "is: unknown sign 'rose'; "),
        ({**COUNT, "value": "1"}, "value: must be a number, got '1'"),
        ({**COUNT, "value": True}, "value: must be a number, got True"),
        ({**COUNT, "value": float("nan")}, "value: must be a number, got nan"),
        ({**COUNT, "vlaue": 1}, "unknown key 'vlaue'; the keys are 'measure', "),
        ({**COUNT, "vlaue": 1}, "Did you mean 'value'?"),
        ({**COUNT, "of": "country"}, "unknown key 'of'; "),
        ({**COUNT, "about": "word"}, "about: unknown 'word'; there is 'world', 'records'. Did you"),
        ({**COUNT, "tolerance": 0.1}, "tolerance: is for 'about' only"),
        ({**COUNT, "is": "about", "tolerance": -1}, "tolerance: must be 0 or more, got -1"),
        ({**COUNT, "level": 0.1}, "level: is for 'rose', 'fell' only"),
        ({**COUNT, "where": []}, "where: must be an object, got []"),
        ({**COUNT, "where": {"chanel": "x"}}, "where: unknown key 'chanel'; the keys are "),
        ({**COUNT, "where": {"chanel": "x"}}, "Did you mean 'channel'?"),
        (
            {**COUNT, "where": {"channel": "bilatral"}},
            "where.channel: unknown channel 'bilatral'; ",
        ),
        ({**COUNT, "where": {"country": "SCO"}}, "where.country: 'SCO' is an organisation"),
        ({**COUNT, "where": {"country": []}}, "where.country: must name at least one"),
        ({**COUNT, "where": {"country": 3}}, "where.country: must be a text or a list of texts"),
        ({**COUNT, "where": {"place": " "}}, "where.place: must not be empty"),
        ({**COUNT, "where": {"since": "May"}}, "where.since: 'May' is not a date: "),
        (
            {**COUNT, "where": {"since": "2002", "until": "2001"}},
            "where: since must begin before until ends",
        ),
        ({**COUNT, "where": {"status": "done"}}, "where.status: unknown status 'done'; "),
        ({**COUNT, "where": {"implied": 1}}, "where.implied: must be true or false, got 1"),
        ({**COUNT, "where": {"not": {"rnak": "x"}}}, "where.not: unknown key 'rnak'; "),
        ({**COUNT, "each": {}}, "each: must name 'period' or an axis"),
        ({**COUNT, "each": {"period": "W"}}, "each.period: must be a letter of Y, Q, M "),
        ({**COUNT, "each": {"period": "0Y"}}, "each.period: must be a letter of Y, Q, M "),
        ({**COUNT, "each": {"place": "Osh"}}, "each: unknown key 'place'; "),
        ({"measure": "distinct", "is": "==", "value": 1}, "of: is required for 'distinct'"),
        (
            {"measure": "distinct", "of": "goods", "is": "==", "value": 1},
            "of: unknown 'goods'; there is 'country', ",
        ),
        ({"measure": "sum", "of": "people", "is": "==", "value": 1}, "of: unknown 'people'; "),
        (
            {"measure": "sum", "of": "value", "is": "==", "value": 1},
            "currency: is required for 'value'",
        ),
        (
            {"measure": "sum", "of": "value", "currency": "RMB", "is": "==", "value": 1},
            "currency: unknown currency 'RMB'",
        ),
        (
            {"measure": "sum", "of": "personnel", "currency": "USD", "is": "==", "value": 1},
            "currency: is for 'value' only",
        ),
        (
            {
                "measure": "sum",
                "of": "value",
                "currency": "USD",
                "by": "CHN",
                "is": "<",
                "value": 1,
            },
            "by: is for 'personnel' only",
        ),
        ({"measure": "first", "is": "==", "value": 1998}, "value: a date is read from a text "),
        (
            {"measure": "first", "is": "==", "value": "1998/.."},
            "value: '1998/..' is open at one end",
        ),
        ({"measure": "first", "is": "about", "value": "1998"}, "is: unknown sign 'about'; "),
        (
            {"measure": "labels", "of": "country", "is": "==", "value": "KGZ"},
            "value: must be a list of labels, got 'KGZ'",
        ),
        (
            {"measure": "labels", "of": "country", "is": "==", "value": ["KGX"]},
            "value: unknown country 'KGX'; ",
        ),
        (
            {"measure": "labels", "of": "country", "is": "<", "value": ["KGZ"]},
            "is: unknown sign '<'; ",
        ),
        (
            {"measure": "most", "of": "country", "n": 0, "is": "==", "value": []},
            "n: must be a whole number of 1 or more, got 0",
        ),
        ({"measure": "share", "is": "==", "value": 1}, "part: is required for 'share'"),
        ({"measure": "ratio", "is": "rose", "value": 2}, "value: 'rose' takes none"),
        ({"measure": "ratio", "is": "rose", "split": "x"}, "split: 'x' is not a date"),
        ({"measure": "rhythm", "is": "==", "value": {}}, "value: must state one of 'times', "),
        ({"measure": "rhythm", "is": "==", "value": {"tims": 1}}, "value: unknown key 'tims'; "),
        ({"measure": "rhythm", "is": "==", "value": {"times": 0}}, "value.times: must be a whole "),
        ({"measure": "rhythm", "is": ">", "value": {"times": 1}}, "is: unknown sign '>'; "),
        (
            {**COUNT, "value": {"measure": "first"}},
            "value: 'first' gives a date, a number is asked for",
        ),
        ({**COUNT, "value": {"measure": "count", "is": "=="}}, "value: unknown key 'is'; "),
        ({"all": []}, "all: must be a list of queries, got []"),
        ({"all": [COUNT, {"measure": "x"}]}, "all[2].measure: unknown 'x'; "),
        ({"all": [COUNT], "measure": "count"}, "unknown key 'measure'; the keys are 'all'"),
        ({"not": [COUNT]}, "not: must be an object, got [{"),
    ],
)
def test_fault_is_named_with_its_place(query, told):
    """Each fault names the place in the query, the value and what could stand there."""
    assert told in faults_of(query)


def test_all_faults_are_told_at_once():
    """Nobody mends a query one fault at a time."""
    told = faults_of(
        {
            "measure": "first",
            "where": {"chanel": "x", "country": ["KGX", "TJX"], "since": "?"},
            "each": {"period": "D"},
            "is": "~",
            "value": "soon",
            "more": 1,
        }
    )

    for part in (
        "where: unknown key 'chanel'",
        "where.country: unknown country 'KGX'",
        "where.country: unknown country 'TJX'",
        "where.since: '?' is not a date",
        "each.period: must be",
        "is: unknown sign '~'",
        "value: 'soon' is not a date",
        "unknown key 'more'",
    ):
        assert part in told


def test_queries_in_queries_have_an_end():
    """A nest that no person wrote is refused, whatever its depth."""
    nest = COUNT
    for _ in range(30):
        nest = {"not": nest}

    assert "at most 20 deep" in faults_of(nest)
    assert "not JSON" in faults_of('{"not":' * 100_000)


def test_filters_take_every_axis_and_column():
    """Whatever a table of events has in words can be asked for."""
    terms = {"country": "KGZ", "initiator": "CHN", "channel": "bilateral", "activity": "visit"}
    terms |= {"rank": "minister", "host": "KGZ", "terms": "sale", "pair": "CHN-KGZ"}
    where = {name: terms.get(name, "word") for name in (*AXES, *FIELDS)}

    assert read_query({**COUNT, "where": where}).to_data()["where"] == where


def test_measures_and_kinds_are_defined():
    """Every measure says what it is."""
    assert all(measure.definition.endswith(".") for measure in MEASURES.values())


class TestClaim:
    """A claim checks itself."""

    GIVEN = {"id": "x", "kind": "number", "statement": "s", "source": "d", "where": "p. 1"}  # noqa: RUF012

    def test_query_may_be_text_or_data(self):
        """A query is read from JSON and from what JSON holds."""
        text = Claim(**self.GIVEN, query=json.dumps(COUNT))

        assert text == Claim(**self.GIVEN, query=COUNT)
        assert text.kind is ClaimKind.NUMBER

    def test_repr_makes_the_same_claim(self):
        """What is shown of a claim can be written into a program."""
        claim = Claim(**self.GIVEN, query={"all": [COUNT, {"not": COUNT}]}, note="n")

        assert eval(repr(claim)) == claim  # noqa: S307 - our own text

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"id": " "}, "id: must not be empty"),
            ({"where": ""}, "where: must not be empty"),
            ({"statement": 3}, "statement: it must be a text, got 3"),
            ({"kind": "numbr"}, "kind: unknown kind of claim 'numbr'; "),
            ({"query": "{"}, "query: not JSON: "),
            ({"query": {"measure": "x"}}, "query: measure: unknown 'x'; "),
            ({"query": None}, "reason: a claim without a query says why nothing can test it"),
            ({"reason": "none"}, "reason: a claim with a query has no reason against one"),
        ],
    )
    def test_faults(self, changes, told):
        """Faults name the field."""
        with pytest.raises(EventError) as caught:
            Claim(**{**self.GIVEN, "query": COUNT, **changes})

        assert told in str(caught.value)

    def test_all_faults_are_told_at_once(self):
        """An empty claim hears of everything."""
        with pytest.raises(EventError) as caught:
            Claim(id="", kind="x", statement="", source="", where="", query="[")

        assert [name for name, _, _ in caught.value.faults] == [
            "id",
            "kind",
            "statement",
            "source",
            "where",
            "query",
        ]
