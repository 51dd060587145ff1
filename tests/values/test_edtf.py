"""Texts of dates: what they mean, and which are refused."""

import re
from datetime import date, timedelta
from itertools import pairwise

import edtf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engagement.errors import DateError
from engagement.values.edtf import DatePrecision, read_text
from naive.dates import span_of
from strategies.dates import (
    date_texts,
    day_texts,
    mutated_texts,
    ordered_pairs,
    single_texts,
    years,
)

SPANS = [
    ("2019-10-16", "2019-10-16", "2019-10-17", "day"),
    ("2019-10", "2019-10-01", "2019-11-01", "month"),
    ("2019-10-XX", "2019-10-01", "2019-11-01", "month"),
    ("2019-12", "2019-12-01", "2020-01-01", "month"),
    ("2020-02", "2020-02-01", "2020-03-01", "month"),
    ("2019", "2019-01-01", "2020-01-01", "year"),
    ("2019-XX", "2019-01-01", "2020-01-01", "year"),
    ("2019-XX-XX", "2019-01-01", "2020-01-01", "year"),
    ("201X", "2010-01-01", "2020-01-01", "decade"),
    ("001X", "0010-01-01", "0020-01-01", "decade"),
    ("998X", "9980-01-01", "9990-01-01", "decade"),
    ("2019-21", "2019-03-01", "2019-06-01", "season"),
    ("2019-22", "2019-06-01", "2019-09-01", "season"),
    ("2019-23", "2019-09-01", "2019-12-01", "season"),
    ("2019-24", "2019-12-01", "2020-03-01", "season"),
    ("2019-33", "2019-01-01", "2019-04-01", "quarter"),
    ("2019-34", "2019-04-01", "2019-07-01", "quarter"),
    ("2019-35", "2019-07-01", "2019-10-01", "quarter"),
    ("2019-36", "2019-10-01", "2020-01-01", "quarter"),
    ("[2013..2014]", "2013-01-01", "2015-01-01", "set"),
    ("[2013,2015]", "2013-01-01", "2016-01-01", "set"),
    ("[2015,2013]", "2013-01-01", "2016-01-01", "set"),
    ("[2013-05..2013-07]", "2013-05-01", "2013-08-01", "set"),
    ("[2013,2014-05..2014-21,2011-02-03]", "2011-02-03", "2014-06-01", "set"),
    ("[2013..2013-05]", "2013-01-01", "2013-06-01", "set"),
    ("[2013]", "2013-01-01", "2014-01-01", "set"),
    ("2002-05-01/2002-05-06", "2002-05-01", "2002-05-07", "interval"),
    ("2002/2006", "2002-01-01", "2007-01-01", "interval"),
    ("2002/2006-02", "2002-01-01", "2006-03-01", "interval"),
    ("2019-10-16/2019-10-16", "2019-10-16", "2019-10-17", "interval"),
    ("2019-10/..", "2019-10-01", None, "interval"),
    ("../2006", None, "2007-01-01", "interval"),
    ("0001", "0001-01-01", "0002-01-01", "year"),
    ("9998", "9998-01-01", "9999-01-01", "year"),
    ("9998-24", "9998-12-01", "9999-03-01", "season"),
]

REFUSED = {
    "the text is empty": [""],
    "letters and digits are the plain ASCII ones": [
        "\uff12\uff10\uff11\uff19",
        "\u0662\u0660\u0661\u0669",
        "2019\N{EN DASH}10",
    ],
    "a year is four digits, of which the last may be X, got": [
        "19",
        "02019",
        "-2019",
        "Y12019",
        "20XX",
        "201x",
        "X019",
        "2_19",
        "+201",
        " 2019",
        "2019 ",
        "2019\n",
        "2019\x00",
        "May 2019",
        "201X-10",
        "201X-XX",
        "2019~?",
        "2019~-10",
        "~2019",
        "?",
        "..",
        "..~",
        "../..~",
        "2019/~",
        "2019/10",
        "2013,2014",
        "2013..2014",
        "{2013,2014}",
        "[[2013]]",
        "[2013, 2014]",
        "[2013...2014]",
        "[~]",
    ],
    "years are 0001 to 9998, got": ["0000", "9999", "000X", "999X", "0000-01-01", "9999-XX"],
    "after the year comes a month 01 to 12, a season 21 to 24, a quarter 33 to 36 or XX, got": [
        "2019-",
        "2019-00",
        "2019-13",
        "2019-1",
        "2019-1X",
        "2019-X1",
        "2019-20",
        "2019-25",
        "2019-32",
        "2019-37",
        "2019-Q3",
        "2019-2021",
        "2019--10",
        "2019-W01-1",
    ],
    "a day follows a month and ends the date, got": [
        "2019-10-16-01",
        "2019-10-XX-XX",
        "2019-21-05",
        "2019-33-XX",
        "2019-XX-05",
    ],
    "a day is two digits or XX, with no time after it, got": [
        "2019-10-",
        "2019-10-1",
        "2019-10-1X",
        "2019-10-+1",
        "2019-10-16T12:00",
        "2019-10-16 12:00:00",
        "2019-10-16Z",
    ],
    "2019-02 has days 01 to 28, got": ["2019-02-00", "2019-02-29", "2019-02-30"],
    "2020-02 has days 01 to 29, got": ["2020-02-30"],
    "0900-02 has days 01 to 28, got": ["0900-02-29"],
    "2019-04 has days 01 to 30, got '31'": ["2019-04-31", "2019-04-31~", "2018/2019-04-31"],
    "a set starts with '[' and ends with ']'": ["[", "[2013", "[2013~", "[2013]]~?", "[2013],"],
    "a set's members are dates, none of them empty or open, got": [
        "[]",
        "[]~",
        "[,]",
        "[2013,]",
        "[,2013]",
        "[..2013]",
        "[2013..]",
        "[..]",
    ],
    "a range in a set runs from the earlier to the later date, got '2014..2013'": [
        "[2014..2013]",
        "[2012,2014..2013]",
    ],
    "a range in a set runs from the earlier to the later date, got": ["[2013-05..2013-04-30]"],
    "slashes stand between the ends of an interval; between day, month and year they would "
    "leave the order open": ["1/2/2019", "2019/10/16", "2018/2019/2020", "//"],
    "an interval is open at one end at most": ["../.."],
    "an end of an interval is a single date or '..', got": [
        "2019/",
        "/2019",
        "/",
        "[2002]/2006",
        "2002/[2006,2007]",
    ],
    "an interval ends no earlier than it starts": [
        "2020/2019",
        "2019-10-16/2019-10-15",
        "2019-11/2019-10-31",
        "2019-11-01/2019-10",
    ],
}


def read_days(text):
    """Give the span as texts of days."""
    return tuple(end and date.fromordinal(end).isoformat() for end in read_text(text)[:2])


def try_reading(text):
    """Give the span, or the message of the error."""
    try:
        return read_text(text)[:2], None
    except DateError as error:
        return None, str(error)


@pytest.mark.parametrize(("text", "start", "end", "precision"), SPANS)
@pytest.mark.parametrize("flag", ["", "~", "?", "%"])
def test_span_of_each_form(text, start, end, precision, flag):
    """Each form has its span and precision, with any flag or none."""
    text = text if flag and text.endswith("..") else text + flag

    read = (*read_days(text), read_text(text)[2])

    assert read == (start, end, DatePrecision(precision))


@given(date_texts())
@example("[2019-10..2019-10-05]")
@example("2019-10/2019-10-05")
def test_span_is_what_enumeration_finds(text):
    """The span is from the first to the last of the days that match the text."""
    first, last = span_of(text)

    assert read_text(text)[:2] == (first, last and last + 1)


@given(years(), st.sampled_from([("21", "22", "23", "24"), ("33", "34", "35", "36")]))
def test_parts_of_a_year_follow_each_other(year, codes):
    """A season or a quarter ends where the next one starts."""
    spans = [read_text(f"{year}-{code}") for code in codes]

    assert all(one[1] == other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("rule", "text"), [(rule, text) for rule, texts in REFUSED.items() for text in texts]
)
def test_refused(rule, text):
    """A text that breaks a rule is refused with the text and the rule."""
    with pytest.raises(DateError, match=f"^{re.escape(f'{text!r} is not a date: {rule}')}"):
        read_text(text)


def test_long_text_is_cut_in_the_message():
    """An error does not repeat a whole page."""
    with pytest.raises(DateError) as caught:
        read_text("[" + "2013," * 10_000)

    assert len(str(caught.value)) < 200


@given(st.text() | st.text("0123456789-X/[],.~?% \u0662\uff12\u00b2\x00") | mutated_texts())
@example("\uff12\uff10\uff11\uff19-10")
@example("2019-1\u00b2")
@example("2019-10-1\u00b2")
def test_any_text_is_read_or_refused(text):
    """Any text gives a span that has a day, or a DateError, and no other error."""
    span, problem = try_reading(text)

    if span is None:
        assert f"{text!r:.80} is not a date: " in problem
    else:
        assert None in span or span[0] < span[1]


@given(mutated_texts())
def test_what_is_read_is_of_the_grammar(text):
    """What is read is a date by a plain statement of the grammar, and what is not is refused."""
    single = r"(\d{4}(-(0[1-9]|1[0-2])(-(\d\d|XX))?|-2[1-4]|-3[3-6]|-XX|-XX-XX)?|\d{3}X)[~?%]?"
    member = rf"{single}(\.\.{single})?"
    grammar = rf"{single}|\[{member}(,{member})*\][~?%]?|{single}/({single}|\.\.)|\.\./{single}"
    parts = re.findall(r"[\dX-]+", text)
    is_formed = re.fullmatch(grammar, text, re.ASCII) is not None
    span, problem = try_reading(text)

    if span is None:
        unreal = "has days|years are|interval ends no earlier|range in a set"
        assert not is_formed or re.search(unreal, problem)
    else:
        assert is_formed
        assert all("0001" <= part[:4] <= "9998" for part in parts)


def edtf_days(text):
    """Give the strict bounds by the edtf package, half-open."""
    parsed = edtf.parse_edtf(text)
    low, high = (date(*bound[:3]) for bound in (parsed.lower_strict(), parsed.upper_strict()))
    return low.isoformat(), (high + timedelta(days=1)).isoformat()


def texts_of_edtf():
    """Texts of forms for which the edtf package is not known to differ."""
    plain = single_texts(1000, 9900, flags=("",)).filter(lambda text: text[4:] != "-24")
    simple = day_texts(1000, 9900) | years(1000, 9900)
    flagged = st.builds("{}{}".format, simple, st.sampled_from("~?%"))
    ranges = ordered_pairs(day_texts(1000, 9900)) | ordered_pairs(years(1000, 9900))
    members = simple | ranges.map("..".join)
    sets = st.lists(members, min_size=2, max_size=3).map(lambda texts: f"[{','.join(texts)}]")
    return plain | flagged | ordered_pairs(simple | flagged).map("/".join) | sets


@given(texts_of_edtf())
@settings(max_examples=60)
def test_span_agrees_with_the_edtf_package(text):
    """The span is that of the edtf package, for the forms that both read alike."""
    assert read_days(text) == edtf_days(text)


def test_edtf_package_ends_winter_with_the_year():
    """Winter is from December to February here; the edtf package stops at the year's end."""
    assert read_days("2019-24") == ("2019-12-01", "2020-03-01")
    assert edtf_days("2019-24") == ("2019-12-01", "2020-01-01")


@pytest.mark.parametrize("text", ["2019-21~", "[2013..2014]~", "[2013]"])
def test_edtf_package_refuses(text):
    """Flags on seasons and sets, and a set of one, are read here, not by the edtf package."""
    read_text(text)

    with pytest.raises(edtf.EDTFParseException):
        edtf.parse_edtf(text)


@pytest.mark.parametrize("text", ["0000", "20XX", "2019/", "2020/2019", "../..", "[..2013]"])
def test_edtf_package_reads_more(text):
    """The edtf package reads year 0, centuries and unknown, reversed and boundless spans."""
    edtf.parse_edtf(text)

    with pytest.raises(DateError):
        read_text(text)
