"""Controlled terms: reading, folding, the order of ranks, topics and what they imply."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.errors import SettingError, UnknownTermError
from engagement.values.topics import TOPICS, own_topics
from engagement.values.vocabulary import (
    Activity,
    Channel,
    Rank,
    Status,
    Terms,
    Topic,
    fold_term,
    read_term,
    read_text,
    read_topic,
    with_implied,
)
from strategies.events import texts

VOCABULARIES = (Activity, Channel, Rank, Status, Terms)
MEMBERS = [member for kind in VOCABULARIES for member in kind]
NO_TEXTS = [None, 5, 2.5, float("nan"), True, b"meeting", ["meeting"], {"meeting": 1}]


# Terms


@pytest.mark.parametrize("member", MEMBERS, ids=str)
def test_member_is_read_from_itself_and_from_its_text(member):
    """A term is read from the member, its text and any spelling that folds to it."""
    kind, text = type(member), str(member)
    spellings = [text, text.upper(), f"  {text} ", text.replace(" ", "_"), text.replace(" ", "-")]

    assert read_term(kind, member, "term") is member
    assert {read_term(kind, spelling, "term") for spelling in spellings} == {member}


@pytest.mark.parametrize("member", MEMBERS, ids=str)
def test_terms_are_lower_case_words(member):
    """Every term is written in lower case with single spaces."""
    assert re.fullmatch(r"[a-z]+( [a-z]+)*", str(member))


def test_unknown_term_is_told_with_the_terms_and_a_suggestion():
    """A misspelt term is named, with all terms and the close ones."""
    with pytest.raises(UnknownTermError) as caught:
        read_term(Channel, "bilatral", "channel")

    assert str(caught.value) == (
        "unknown channel 'bilatral'; the terms are 'multilateral', 'bilateral', 'domestic'. "
        "Did you mean 'bilateral' or 'multilateral'?"
    )


@pytest.mark.parametrize("value", [*NO_TEXTS, Activity.MEETING, "", "\ud800", "x" * 10**6])
def test_what_is_no_term_is_refused(value):
    """Anything but a term of the vocabulary is refused in a message of bearable length."""
    with pytest.raises(UnknownTermError, match=r"unknown channel .*; the terms are") as caught:
        read_term(Channel, value, "channel")

    assert len(str(caught.value)) < 500


def test_huge_number_is_refused_although_it_cannot_be_written():
    """A number of thousands of digits, which Python does not write out, is refused like others."""
    with pytest.raises(UnknownTermError, match="unknown channel a value of int;"):
        read_term(Channel, 10**5000, "channel")


@given(st.text())
def test_folding_twice_is_folding_once(text):
    """Folding leaves a folded term as it is."""
    assert fold_term(fold_term(text)) == fold_term(text)


# Ranks


def test_ranks_are_ordered_as_they_are_listed():
    """Of two ranks the one that is listed first is the greater."""
    for high, low in itertools.combinations(Rank, 2):
        assert high > low
        assert high >= low
        assert low < high
        assert low <= high
        assert high != low


def test_highest_rank_is_the_maximum():
    """The maximum is the highest rank, from head of state down to working level."""
    assert max(Rank) is Rank.HEAD_OF_STATE
    assert min(Rank) is Rank.WORKING_LEVEL


def test_rank_is_not_compared_with_anything_else():
    """A rank has no order with texts or numbers."""
    with pytest.raises(TypeError, match="not supported"):
        assert Rank.MINISTER < "minister"


# Texts


@given(texts() | st.text())
def test_text_that_is_read_stays_as_it_is(text):
    """A text is refused, or read into one that is read as itself and can be written."""
    try:
        read = read_text(text, "a note")
    except SettingError:
        return

    assert read_text(read, "a note") == read
    assert read == read.strip()
    assert "\r" not in read
    assert read.encode().decode() == read


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a\0b", "a control character: 'a\\x00b'"),
        ("a\x1fb", "a control character: 'a\\x1fb'"),
        ("a\x0bb", "a control character: 'a\\x0bb'"),
        ("a\ud800b", "half a character: 'a\\ud800b'"),
        ("a\udfff", "half a character: 'a\\udfff'"),
    ],
)
def test_text_that_no_table_keeps_is_refused(text, fault):
    """Control characters and halves of characters are refused."""
    with pytest.raises(SettingError, match=re.escape(f"a note holds {fault}")):
        read_text(text, "a note")


def test_lines_end_alike():
    """Line ends of all systems become one, so that files of all kinds give the same text."""
    assert read_text("a\r\nb\rc\nd", "it") == "a\nb\nc\nd"


@pytest.mark.parametrize("value", NO_TEXTS)
def test_no_text_is_refused(value):
    """What is no text does not become one."""
    with pytest.raises(SettingError, match="a note must be a text, got"):
        read_text(value, "a note")


# Topics


@given(st.text())
def test_topic_that_is_read_stays_as_it_is(text):
    """A topic is refused, or read into a term that is read as itself."""
    try:
        term = read_topic(text, TOPICS)
    except (UnknownTermError, SettingError):
        return

    assert read_topic(term, TOPICS) == term
    assert Topic(read_topic(text, {})).term == read_topic(text, {})


@pytest.mark.parametrize("topic", TOPICS.values(), ids=str)
def test_every_spelling_of_a_defined_topic_is_that_topic(topic):
    """Case, hyphens, underscores and blanks make no difference for a topic of the library."""
    shouted = topic.term.upper().replace(" ", "_").replace("-", "  ")

    assert read_topic(shouted, TOPICS) == topic.term


@pytest.mark.parametrize("text", ["", " ", "a;b", ";", "(none)", " (None) "])
def test_topic_needs_words(text):
    """An empty topic, one with the separator and the label of none are refused."""
    with pytest.raises(UnknownTermError, match="a topic is one or more words without ';', got"):
        read_topic(text, {})


@pytest.mark.parametrize("value", NO_TEXTS)
def test_topic_is_a_text(value):
    """A topic that is no text is refused."""
    with pytest.raises(UnknownTermError, match="a topic is a text, got"):
        read_topic(value, {})


@pytest.mark.parametrize("term", ["Terrorism", "sea  lanes", " x", "x\n"])
def test_defined_term_is_in_its_final_form(term):
    """A definition's term is lower-case words with single spaces."""
    with pytest.raises(UnknownTermError, match="lower-case words with single spaces"):
        Topic(term)


def test_implied_terms_are_brought_into_their_form():
    """Implied terms are kept in lower case, each once."""
    topic = Topic("x", implies=["Sea  Lanes", "sea lanes", "Y"])

    assert topic.implies == ("sea lanes", "y")


@pytest.mark.parametrize("implies", ["terrorism", b"terrorism", 5, None, {"terrorism": 1}])
def test_implied_terms_are_several(implies):
    """One text is not taken for a list of its letters."""
    with pytest.raises(SettingError, match="implied terms must be several, in a list, got"):
        Topic("x", implies=implies)


@pytest.mark.parametrize(("implies", "message"), [(["a;b"], "without ';'"), ([5], "is a text")])
def test_implied_terms_are_terms(implies, message):
    """What cannot be a topic cannot be implied."""
    with pytest.raises(UnknownTermError, match=message):
        Topic("x", implies=implies)


@pytest.mark.parametrize("definition", [5, None, "a\0b"])
def test_definition_is_a_text(definition):
    """A definition is a text that a table can keep."""
    with pytest.raises(SettingError, match="a definition"):
        Topic("x", definition)


def test_three_evils_imply_the_three():
    """The umbrella term is kept and the three that it stands for follow it."""
    found = with_implied(["three evils"], TOPICS)

    assert found == ("three evils", "separatism", "terrorism", "extremism")


def test_library_defines_all_that_it_implies():
    """Every term that a topic implies is itself defined, and every topic is explained."""
    implied = {term for topic in TOPICS.values() for term in topic.implies}

    assert implied <= {topic.term for topic in TOPICS.values()}
    assert all(topic.definition.endswith(".") for topic in TOPICS.values())
    assert all(fold_term(topic.term) == folded for folded, topic in TOPICS.items())


LETTERS = "abcdef"
graphs = st.fixed_dictionaries({letter: st.lists(st.sampled_from(LETTERS)) for letter in LETTERS})


@given(graphs, st.lists(st.sampled_from(LETTERS + "z"), unique=True))
def test_implied_topics_are_those_that_can_be_reached(graph, start):
    """What is implied is the transitive closure, also with cycles, with the given topics first."""
    known = {letter: Topic(letter, implies=implied) for letter, implied in graph.items()}
    reached = set(start)
    for _ in LETTERS:
        reached |= {term for letter in reached for term in graph.get(letter, [])}

    found = with_implied(start, known)

    assert found[: len(start)] == tuple(start)
    assert set(found) == reached
    assert len(found) == len(reached)
    assert with_implied(found, known) == found


def test_implied_topic_takes_the_spelling_of_its_definition():
    """A term implied in another spelling is the defined one, and is not added twice."""
    known = {
        "evils": Topic("evils", implies=["sea-lanes", "sea lanes"]),
        "sea lanes": Topic("sea lanes", implies=["evils"]),
    }

    assert with_implied(["evils"], known) == ("evils", "sea lanes")


# Own topics


def test_own_topics_are_sorted_and_single():
    """A log's topics are sorted by term, and one that stands twice in the same way stands once."""
    one, other = Topic("b", "B."), Topic("a")

    assert own_topics([one, other, one]) == (other, one)


def test_own_topic_may_repeat_the_library():
    """A topic that the library defines in the same way is no contradiction."""
    topic = TOPICS["three evils"]

    assert own_topics([topic]) == (topic,)


@pytest.mark.parametrize(
    ("topics", "message"),
    [
        ([Topic("three evils")], "the library defines topic 'three evils' already, in another way"),
        ([Topic("three-evils")], "the library defines topic 'three-evils' already, in another way"),
        ([Topic("a-b"), Topic("a b")], "the log defines topic 'a b' already, in another way"),
        ([Topic("a", "One."), Topic("a", "Two.")], "the log defines topic 'a' already"),
        (["drones"], "a log's own topics are of Topic, got 'drones'"),
        ("drones", "a log's own topics must be several, in a list or a tuple, got 'drones'"),
        (5, "a log's own topics must be several"),
    ],
)
def test_topic_is_defined_in_one_way(topics, message):
    """A topic with two definitions, or anything but topics, is refused."""
    with pytest.raises(SettingError, match=re.escape(message)):
        own_topics(topics)
