"""What events are made of: sources, participants, personnel, recurrence."""

import pickle
import re
from collections import OrderedDict

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.errors import EventError
from engagement.events.parts import Participant, Personnel, Recurrence, Source
from engagement.values.vocabulary import Activity, Rank
from strategies.events import participants, personnel, recurrences, sources

NAMES = {kind.__name__: kind for kind in (Participant, Personnel, Recurrence, Source)}


def faults_of(kind, **values):
    """Give the faults of a part, field and problem."""
    with pytest.raises(EventError) as caught:
        kind(**values)
    assert all(problem in str(caught.value) for _, _, problem in caught.value.faults)
    return [(name, problem) for name, _, problem in caught.value.faults]


@given(sources() | participants() | personnel() | recurrences())
def test_part_is_a_value(part):
    """A part's repr makes the same part; it is hashable, frozen and survives pickling."""
    assert eval(repr(part), dict(NAMES)) == part  # noqa: S307
    assert pickle.loads(pickle.dumps(part)) == part  # noqa: S301
    assert len({part, attrs.evolve(part)}) == 1
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(part, attrs.fields(type(part))[0].name, None)


@pytest.mark.parametrize("kind", NAMES.values())
def test_values_are_named(kind):
    """No value is given by its position."""
    with pytest.raises(TypeError, match="positional argument"):
        kind("yau-2022")


# Sources


def test_source_says_itself():
    """A source is its document and the place in it."""
    assert str(Source(document="yau-2022", where="p. 3")) == "yau-2022, p. 3"
    assert str(Source(document=" yau-2022 ")) == "yau-2022"


@pytest.mark.parametrize("document", ["", " ", "a;b", 5, None, "a\0"])
def test_source_has_a_document(document):
    """A document is a text that can stand in a list."""
    (field, problem), *rest = faults_of(Source, document=document)

    assert field == "document"
    assert problem.startswith("a document ")
    assert rest == []


def test_all_faults_of_a_source_are_told():
    """A source with two faults tells both."""
    assert faults_of(Source, document="", where="a;b") == [
        ("document", "a document must be a text without ';', got ''"),
        ("where", "where must not hold ';', got 'a;b'"),
    ]


# Participants


@pytest.mark.parametrize(
    "values", [{}, {"country": "KGZ", "organisation": "SCO"}, {"office": "Minister"}]
)
def test_participant_is_of_one_body(values):
    """A participant is of a country or of an organisation, not of both or none."""
    problem = "a participant is of a country or of an organisation, one of the two"

    assert faults_of(Participant, **values) == [("country", problem)]


def test_participant_reads_its_values():
    """Names of countries and ranks are read in any spelling."""
    participant = Participant(country="Kyrgyz Republic", rank="Head_of-State", office=" President ")

    assert participant.country == "KGZ"
    assert participant.rank is Rank.HEAD_OF_STATE
    assert participant.office == "President"


def test_all_faults_of_a_participant_are_told():
    """Every value that cannot be read is told, with a suggestion, and no rule is blamed on it."""
    faults = faults_of(Participant, country="Kirgyzstan", rank="ministre", office=5, name=["a"])

    assert [name for name, _ in faults] == ["country", "office", "name", "rank"]
    assert "Did you mean 'Kyrgyzstan'" in faults[0][1]
    assert "Did you mean 'minister'" in faults[3][1]


def test_unreadable_country_breaks_no_rule():
    """Where the country cannot be read, nothing is said of how it goes with the rest."""
    faults = faults_of(Participant, country="XYZ", organisation="SCO")

    assert [name for name, _ in faults] == ["country"]
    assert "unknown country 'XYZ'" in faults[0][1]


# Personnel


@given(
    st.dictionaries(st.sampled_from(["CHN", "KGZ", "TJK"]), st.integers(0, 9), min_size=1),
    st.sampled_from(
        [dict, OrderedDict, lambda d: list(d.items()), lambda d: [list(p) for p in d.items()]]
    ),
)
def test_shares_are_pairs_by_country(shares, form):
    """Shares are given as a mapping or as pairs, and kept sorted."""
    assert Personnel(by_country=form(shares)).by_country == tuple(sorted(shares.items()))


def test_numpy_numbers_are_whole_numbers():
    """NumPy's integers are taken and become Python's."""
    read = Personnel(low=np.int64(5), high=np.uint8(9), by_country={"CHN": np.int32(3)})

    assert repr(read) == "Personnel(low=5, high=9, by_country=(('CHN', 3),))"


@pytest.mark.parametrize(
    "number",
    [True, np.True_, -1, 5.0, "5", float("nan"), 2**53, pytest.param(10**5000, id="huge"), [5]],
)
def test_number_of_people_is_a_whole_number(number):
    """Truth values, parts, texts and numbers that a float cannot hold are refused."""
    problem = "must be a whole number and not negative, got"

    for field in ("low", "high"):
        assert problem in dict(faults_of(Personnel, **{field: number}))[field]
    assert (
        f"personnel of CHN {problem}"
        in dict(faults_of(Personnel, by_country={"CHN": number}))["by_country"]
    )


@pytest.mark.parametrize(
    ("shares", "problem"),
    [
        (5, "by_country must be several, in a list or a tuple, got 5"),
        ("CHN", "by_country must be several"),
        (["ab"], "by_country must be pairs of country and number, got 'ab'"),
        ([("CHN",)], "by_country must be pairs"),
        ([("CHN", 1), ("China", 2)], "by_country names 'CHN' twice"),
        ({"XXY": 1}, "unknown country 'XXY'"),
        ({None: 1}, "unknown country None"),
    ],
)
def test_shares_that_are_none_are_refused(shares, problem):
    """Anything but a number for each country, once, is refused."""
    (field, told), *rest = faults_of(Personnel, by_country=shares)

    assert (field, rest) == ("by_country", [])
    assert problem in told


def test_numbers_of_people_do_not_contradict_one_another():
    """Both contradictions of one statement are told at once."""
    assert faults_of(Personnel, low=9, high=5, by_country={"CHN": 3, "KGZ": 3}) == [
        ("low", "personnel_low 9 is above personnel_high 5"),
        ("by_country", "the countries' personnel sum to 6, above personnel_high 5"),
    ]


def test_rules_that_can_be_checked_are_checked_beside_a_fault():
    """A value that cannot be read hides no contradiction between the others."""
    faults = faults_of(Personnel, low="many", high=5, by_country={"CHN": 6})

    assert [name for name, _ in faults] == ["low", "by_country"]


def test_personnel_says_something():
    """Personnel without any number or force is refused, and a zero is a number."""
    assert faults_of(Personnel) == [("low", "personnel says nothing; leave it out")]
    assert Personnel(low=0).low == 0
    assert Personnel(forces=["border guards"]).forces == ("border guards",)


# Recurrence


@pytest.mark.parametrize("field", ["times", "years"])
@pytest.mark.parametrize("number", [0, 1001, True, 1.0, "1", None])
def test_rhythm_is_of_whole_numbers(field, number):
    """How often is a whole number from 1 to 1000."""
    ((name, problem),) = faults_of(Recurrence, since="2019", **{field: number})

    assert name == field
    assert re.match("it must be a whole number from 1 to 1000, got ", problem)


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ({"since": "../2019"}, [("since", "since ../2019 has no start")]),
        (
            {"since": "2019", "until": "2020/.."},
            [("until", "until 2020/.. has no end; leave it out")],
        ),
        (
            {"since": "2010", "until": "2009"},
            [("until", "until 2009 ends before since 2010 begins")],
        ),
        (
            {"since": "../2019", "until": "2020/.."},
            [
                ("since", "since ../2019 has no start"),
                ("until", "until 2020/.. has no end; leave it out"),
            ],
        ),
    ],
)
def test_rhythm_has_a_start_and_no_end_before_it(values, faults):
    """A rhythm starts somewhere and does not end before; all faults are told."""
    assert faults_of(Recurrence, **values) == faults


def test_rhythm_within_one_year():
    """A rhythm may end in the year in which it starts."""
    read = Recurrence(since="2010-05", until="2010-06", activity="visit")

    assert read.activity is Activity.VISIT
    assert str(read.until) == "2010-06"


def test_recurrence_needs_a_start():
    """A rhythm without a start is refused by Python itself."""
    with pytest.raises(TypeError, match="since"):
        Recurrence()
