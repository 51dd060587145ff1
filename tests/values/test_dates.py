"""Dates: texts, spans, ends, order and the verbs."""

import copy
import pickle
import re
from datetime import date, datetime, timedelta
from enum import StrEnum

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from engagement.errors import DateError, SettingError
from engagement.values.dates import NEVER, DateKind, DatePrecision, EventDate, read_date, read_span
from naive.dates import courses_of
from strategies.dates import date_texts, day_texts, event_dates, ordered_pairs, short_texts

close_dates = event_dates(2018, 2021)
bounded_dates = event_dates(2015, 2024, is_open=False)
close_texts = short_texts(2019, 2019) | ordered_pairs(short_texts(2019, 2019)).map("/".join)
days = st.dates(date(1, 1, 1), date(9998, 12, 31))


# Text


@given(date_texts())
def test_text_is_kept(text):
    """A date gives back exactly the text that it was read from."""
    assert str(EventDate.parse(text)) == text
    assert EventDate(text) == EventDate.parse(text)


@given(event_dates())
def test_repr_round_trips(event):
    """The repr, evaluated, is the same date."""
    assert eval(repr(event), {"EventDate": EventDate}) == event  # noqa: S307


def test_repr():
    """The repr shows the text and nothing else."""
    assert repr(EventDate("2019-10")) == "EventDate('2019-10')"


@given(event_dates())
def test_copies_are_equal(event):
    """A date survives pickling, copying and evolving, with its span."""
    copies = [pickle.loads(pickle.dumps(event)), copy.deepcopy(event), attrs.evolve(event)]  # noqa: S301

    assert all(other == event and other.bounds == event.bounds for other in copies)
    assert {event, *copies} == {event}


def test_date_is_frozen():
    """Nothing in a date can be set."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        EventDate("2019").text = "2020"


@given(event_dates(), event_dates())
@example(EventDate("2019-10"), EventDate("2019-10-XX"))
def test_equality_is_of_the_text(one, other):
    """Dates are equal, and hash alike, if and only if their texts are the same."""
    assert (one == other) == (one.text == other.text)
    assert (len({one, other}) == 1) == (one.text == other.text)


def test_date_equals_no_text():
    """A date is not equal to its text, as it would have to hash like it."""
    assert EventDate("2019") != "2019"


def test_subclass_of_str_is_taken_as_its_text():
    """A text of another class becomes a plain one, so that the repr is sound."""
    word = StrEnum("word", {"A": "2019-10"})

    assert repr(EventDate(np.str_("2019-10"))) == "EventDate('2019-10')"
    assert type(EventDate(word.A).text) is str


@pytest.mark.parametrize(
    "value", [None, 2019, float("nan"), b"2019", True, pd.NaT, date(2019, 1, 2), EventDate("2019")]
)
def test_only_a_text_is_parsed(value):
    """What is not a text is refused, whatever it is."""
    message = re.escape(f"a date is read from a text such as '2019-10', got {value!r}")

    with pytest.raises(DateError, match=message):
        EventDate(value)
    with pytest.raises(DateError, match=message):
        EventDate.parse(value)


def test_error_names_text_rule_and_hint():
    """An unreadable text is told with its rule and what was meant."""
    with pytest.raises(DateError) as caught:
        EventDate("2019-10-16T12:00")

    assert str(caught.value) == (
        "'2019-10-16T12:00' is not a date: a day is two digits or XX, with no time after it, "
        "got '16T12:00'. Did you mean '2019-10-16'?"
    )


# Days


@given(days)
def test_day_becomes_an_exact_date(day):
    """A day becomes the date that spans it alone."""
    event = EventDate.from_day(day)

    assert event.is_exact
    assert (event.start, event.n_days) == (day, 1)
    assert str(event) == day.isoformat()


@pytest.mark.parametrize(
    "value",
    [datetime(2019, 10, 16), pd.Timestamp("2019-10-16"), pd.NaT, "2019-10-16", None],  # noqa: DTZ001
)
def test_day_is_not_a_datetime(value):
    """A moment is no day, and is not cut to one silently."""
    with pytest.raises(DateError, match="a day is a date without a time, got "):
        EventDate.from_day(value)


def test_last_year_of_the_calendar_is_refused():
    """A day of year 9999 is refused, as the day after its span may not exist."""
    with pytest.raises(DateError, match="years are 0001 to 9998, got '9999'"):
        EventDate.from_day(date.max)


# Spans and kinds


@given(event_dates())
def test_start_is_before_end(event):
    """A span has a day, and its ordinals, days and length agree."""
    start, end = event.bounds

    assert start < end
    assert event.start == (date.fromordinal(start) if start else None)
    assert event.end == (date.fromordinal(end) if end < NEVER else None)
    assert (event.start_day, event.end_day) == (start or None, None if end == NEVER else end)
    assert event.n_days == (None if event.is_open else end - start)


def test_open_bounds_are_outside_of_every_day():
    """The numbers that stand for open ends are no ordinals of days."""
    assert (EventDate("../2019").bounds[0], EventDate("2019/..").bounds[1]) == (0, 3652060)
    assert date.min.toordinal() > 0
    assert date.max.toordinal() < NEVER


@pytest.mark.parametrize(
    ("text", "kind", "precision"),
    [
        ("2019-10-16", "exact", "day"),
        ("2019-10-16%", "exact", "day"),
        ("[2019-10-16]", "exact", "set"),
        ("2019-10", "imprecise", "month"),
        ("2019-10-XX", "imprecise", "month"),
        ("2019-21", "imprecise", "season"),
        ("2019-33", "imprecise", "quarter"),
        ("2019", "imprecise", "year"),
        ("201X", "imprecise", "decade"),
        ("[2019-10-16,2019-10-17]", "imprecise", "set"),
        ("2019-10-16/2019-10-16", "duration", "interval"),
        ("2019/2020", "duration", "interval"),
        ("2019/..", "duration", "interval"),
    ],
)
def test_kind_and_precision(text, kind, precision):
    """The kind is what the span means, the precision the form."""
    event = EventDate(text)

    assert (event.kind, event.precision) == (DateKind(kind), DatePrecision(precision))
    assert [event.is_exact, event.is_imprecise, event.is_duration].count(True) == 1
    assert getattr(event, f"is_{kind}")


@given(event_dates())
def test_kind_follows_from_form_and_length(event):
    """A duration has a slash; anything else is exact if it is one day long."""
    assert event.is_duration == ("/" in event.text)
    assert event.is_exact == (event.n_days == 1 and not event.is_duration)
    assert event.is_open == (event.is_duration and ".." in event.text)


@pytest.mark.parametrize(
    ("text", "is_approximate", "is_uncertain"),
    [
        ("2019", False, False),
        ("2019~", True, False),
        ("2019-21?", False, True),
        ("201X%", True, True),
        ("2019/2020~", True, False),
        ("2019?/2020~", True, True),
        ("../2020%", True, True),
        ("[2019~,2020]", True, False),
        ("[2019,2020]?", False, True),
    ],
)
def test_flags_of_any_part_count(text, is_approximate, is_uncertain):
    """A flag on any part of a date is one of the date."""
    event = EventDate(text)

    assert (event.is_approximate, event.is_uncertain) == (is_approximate, is_uncertain)


@given(date_texts(flags=("",)), st.sampled_from("~?%"))
def test_flag_leaves_the_span(text, flag):
    """A flag changes neither span nor kind."""
    assume(not text.endswith("/.."))

    plain, flagged = EventDate(text), EventDate(text + flag)

    assert (flagged.bounds, flagged.kind) == (plain.bounds, plain.kind)
    assert flagged != plain
    assert not plain.is_approximate
    assert not plain.is_uncertain


# Ends of durations


@given(event_dates())
def test_ends_agree_with_the_whole(event):
    """The first end starts and the last one ends with the whole, None where it is open."""
    assert (event.first.start if event.first else None) == event.start
    assert (event.last.end if event.last else None) == event.end


@given(event_dates())
def test_what_is_no_duration_is_its_own_ends(event):
    """The ends of a duration are its parts; any other date is first and last itself."""
    if event.is_duration:
        assert "/".join(str(end or "..") for end in (event.first, event.last)) == event.text
    else:
        assert event.first is event.last is event


@given(close_texts)
@example("2019-10/2019-10-05")
@example("2019-10-05/2019-10")
def test_days_of_onset_and_ending_are_what_enumeration_finds(text):
    """They are the days on which a course of events that fits the text begins or ends."""
    onsets, endings = zip(*courses_of(text), strict=True)
    event = EventDate(text)

    assert event.onset_days == (min(onsets), max(onsets) + 1)
    assert event.ending_days == (min(endings), max(endings) + 1)


def test_open_ends_have_no_days():
    """Where an interval is open, neither its end nor the days of that exist."""
    since, until = EventDate("2019-10/.."), EventDate("../2006")

    assert (since.last, since.ending_days) == (None, None)
    assert (until.first, until.onset_days) == (None, None)
    assert since.onset_days == EventDate("2019-10").bounds
    assert until.ending_days == EventDate("2006").bounds


# Verbs


def test_verbs_on_known_cases():
    """The verbs say what they are named for."""
    october = EventDate("2019-10")

    assert october.is_before("2019-11-01")
    assert not october.is_before("2019-10-31")
    assert october.is_after("2019-09-30")
    assert not october.is_after("2019-10-01")
    assert october.is_within("2019-10-XX")
    assert not october.is_within("2019-10-02/..")
    assert october.contains("2019-10-01/2019-10-31")
    assert october.overlaps("2019-10-31/..")
    assert not october.overlaps("../2019-09")
    assert EventDate("2018/..").contains("2019/..")
    assert not EventDate("2018").contains("2018/..")
    assert EventDate("../2019").overlaps("2019/..")


@given(close_dates, close_dates)
def test_before_overlapping_or_after(one, other):
    """Of any two dates, exactly one of before, overlapping and after holds."""
    assert [one.is_before(other), one.overlaps(other), one.is_after(other)].count(True) == 1


@given(close_dates, close_dates)
def test_verbs_mirror_each_other(one, other):
    """Each verb has a converse, and overlapping is its own."""
    assert one.is_before(other) == other.is_after(one)
    assert one.is_within(other) == other.contains(one)
    assert one.overlaps(other) == other.overlaps(one)
    assert one.is_possibly_before(other) == other.is_possibly_after(one)
    assert not (one.is_before(other) and other.is_before(one))


@given(close_dates, close_dates, close_dates)
def test_verbs_chain(one, two, three):
    """Before and within carry over; what is within something overlaps what overlaps it."""
    assert one.is_within(one)
    assert not one.is_before(one)
    if one.is_before(two) and two.is_before(three):
        assert one.is_before(three)
    if one.is_within(two):
        assert one.overlaps(two)
        assert not two.is_within(three) or one.is_within(three)
        assert not one.overlaps(three) or two.overlaps(three)
        assert not two.is_before(three) or one.is_before(three)
    if one.is_within(two) and two.is_within(one):
        assert one.bounds == two.bounds


@given(bounded_dates, bounded_dates)
def test_verbs_are_those_of_sets_of_days(one, other):
    """The verbs on spans are the relations of the sets of their days."""
    these, those = (set(range(*event.bounds)) for event in (one, other))

    assert one.is_before(other) == (max(these) < min(those))
    assert one.overlaps(other) == bool(these & those)
    assert one.is_within(other) == (these <= those)


@given(close_dates, close_dates)
def test_surely_before_is_possibly_before(one, other):
    """What is before something is possibly so, and is not possibly after it."""
    if one.is_before(other):
        assert one.is_possibly_before(other)
        assert not one.is_possibly_after(other)


@given(close_texts, close_texts)
def test_possibly_before_is_that_some_course_is(one, other):
    """One is possibly before another if some course of it ends before one of that begins."""
    is_so = min(end for _, end in courses_of(one)) < max(start for start, _ in courses_of(other))

    assert EventDate(one).is_possibly_before(other) == is_so


def test_what_has_no_end_is_before_nothing():
    """An open end is the end of all days, not an unknown one."""
    assert not EventDate("2019/..").is_possibly_before("9998")
    assert not EventDate("2019").is_possibly_before("../9998")
    assert EventDate("../2018").is_possibly_before("2019/..")


@given(days, event_dates())
def test_verbs_take_days_and_texts(day, event):
    """A verb takes a day, a text or a date."""
    answers = {
        (event.is_before(other), event.overlaps(other), event.contains(other))
        for other in (day, day.isoformat(), EventDate.from_day(day))
    }

    assert len(answers) == 1


@pytest.mark.parametrize(
    "verb",
    [
        "contains",
        "is_after",
        "is_before",
        "is_possibly_after",
        "is_possibly_before",
        "is_within",
        "overlaps",
    ],
)
@pytest.mark.parametrize("value", [None, 2019, "soon", datetime(2019, 10, 16)])  # noqa: DTZ001
def test_verbs_refuse_what_is_no_date(verb, value):
    """A verb refuses what cannot be read as a date, and does not answer False."""
    with pytest.raises(DateError):
        getattr(EventDate("2019"), verb)(value)


# Order


@given(close_dates, close_dates, close_dates)
def test_order_is_total(one, two, three):
    """Any two dates are in order, consistently with equality and along chains."""
    assert [one < two, one == two, one > two].count(True) == 1
    assert (one <= two) == (not two < one) == (two >= one)
    if one <= two <= three:
        assert one <= three


@given(st.lists(close_dates | event_dates()))
def test_sorting_is_by_the_key(events):
    """Sorting by the operators is sorting by start, end and text."""
    assert sorted(events) == sorted(events, key=lambda event: event.sort_key)


def test_order_of_known_dates():
    """An open start comes first, an open end last; a tie is broken by the text."""
    texts = ["../2006", "2019-01-01", "2019-01", "2019", "2019-XX", "2019/..", "2019-10-16"]

    assert [str(event) for event in sorted(map(EventDate, reversed(texts)))] == texts


def test_order_with_other_things_is_refused():
    """A date is not compared with what is none."""
    with pytest.raises(TypeError, match="not supported between"):
        assert EventDate("2019") < "2020"


# Shifting


@given(event_dates(1000, 9000), st.integers(-90, 90).map(lambda tens: tens * 10))
@example(EventDate("2020-02-29"), 40)
@example(EventDate("2020-02"), 10)
@example(EventDate("2020-02-28"), 10)
def test_shift_moves_the_span(event, years):
    """A shift moves first and last day by the years, keeps the rest, and can be undone."""
    try:
        moved = event.shift(years=years)
    except DateError:
        assert "02-29" in event.text
        return

    if event.start:
        assert moved.start == event.start.replace(year=event.start.year + years)
    if event.end:
        last, moved_last = event.end - timedelta(days=1), moved.end - timedelta(days=1)
        ends_february = last.month == 2 and last.day > 27
        assert moved_last.year == last.year + years
        assert moved_last.month == last.month
        assert moved_last.day == last.day or ends_february
    assert (moved.kind, moved.precision) == (event.kind, event.precision)
    assert re.sub(r"\d{3}[\dX]", "", moved.text) == re.sub(r"\d{3}[\dX]", "", event.text)
    assert moved.shift(years=-years) == event


@given(close_dates, close_dates, st.integers(-300, 300).map(lambda tens: tens * 4))
def test_shift_keeps_relations(one, other, years):
    """Relations of two dates are the same after both are shifted."""
    try:
        moved, moved_other = one.shift(years=years), other.shift(years=years)
    except DateError:
        assume(False)  # noqa: FBT003

    assert moved.overlaps(moved_other) == one.overlaps(other)
    assert moved.is_before(moved_other) == one.is_before(other)
    assert moved.is_within(moved_other) == one.is_within(other)


@pytest.mark.parametrize(
    ("text", "years", "problem"),
    [
        ("2020-02-29", 1, "'2021-02-29' is not a date: 2021-02 has days 01 to 28, got '29'"),
        ("201X", 5, "a decade moves by whole tens of years"),
        ("[201X,2025]", 5, "a decade moves by whole tens of years"),
        ("2019", 7980, "'9999' is not a date: years are 0001 to 9998, got '9999'"),
        ("2019", -2019, "'0000' is not a date: years are 0001 to 9998, got '0000'"),
        ("2019", -2020, "'-001' is not a date: a year is four digits, "),
        ("201X", -2020, "'-01X' is not a date: a year is four digits, "),
        ("2018/2019", 7980, "'9998/9999' is not a date: years are 0001 to 9998, got '9999'"),
    ],
)
def test_shift_to_what_does_not_exist(text, years, problem):
    """A shift to a date that does not exist is refused, with the date and the years."""
    message = re.escape(f"{text!r} cannot be moved by years={years}: {problem}")

    with pytest.raises(DateError, match=f"^{message}"):
        EventDate(text).shift(years=years)


@pytest.mark.parametrize("years", [1.0, "1", None, True, float("nan")])
def test_shift_is_by_whole_years(years):
    """A shift is by a whole number of years."""
    with pytest.raises(SettingError, match="years must be a whole number, got "):
        EventDate("2019").shift(years=years)


def test_shift_takes_whole_numbers_of_numpy():
    """A whole number is one whoever made it."""
    assert EventDate("2019").shift(years=np.int64(1)) == EventDate("2020")


# Reading what callers write


@given(event_dates(), days)
def test_read_date(event, day):
    """A date is taken as it is, a text and a day are read."""
    assert read_date(event) is event
    assert read_date(event.text) == event
    assert read_date(day) == EventDate.from_day(day)


@given(close_dates, close_dates)
@example(EventDate("2019-10-16"), EventDate("2019-10-15"))
def test_span_includes_both_ends(since, until):
    """A span runs from the start of the one end to the end of the other, or has no day."""
    if since.is_after(until):
        with pytest.raises(DateError, match="since must begin before until ends"):
            read_span(since, until)
    else:
        assert read_span(since, until) == (since.start_day, until.end_day)


@given(days)
def test_span_of_one_day(day):
    """From a day until the same day is that day."""
    assert read_span(day, day) == (day.toordinal(), day.toordinal() + 1)


def test_span_without_limits():
    """None is no limit."""
    assert read_span(None, None) == (None, None)
    assert read_span("1993", None) == (date(1993, 1, 1).toordinal(), None)
    assert read_span(None, "2020") == (None, date(2021, 1, 1).toordinal())


def test_span_without_a_day_is_refused():
    """The error names both ends as they were written."""
    with pytest.raises(DateError) as caught:
        read_span("2020", date(1993, 1, 1))

    assert str(caught.value) == (
        "since must begin before until ends, got since='2020' and until='1993-01-01'"
    )


@given(day_texts())
def test_span_refuses_a_moment(text):
    """A moment is no end of a span of days."""
    with pytest.raises(DateError, match="a day is a date without a time"):
        read_span(datetime.fromisoformat(text), None)
