"""Dates and their texts."""

import calendar

from hypothesis import strategies as st

from engagement.values.dates import EventDate

FLAGS = ("", "", "~", "?", "%")


def years(min_year=1, max_year=9998):
    """Years as texts, those near the ends and near the present oftener than others."""
    near = [year for year in (1, 1900, 1999, 2000, 2019, 9998) if min_year <= year <= max_year]
    drawn = st.integers(min_year, max_year)
    return (drawn | st.sampled_from(near) if near else drawn).map("{:04}".format)


@st.composite
def day_texts(draw, min_year=1, max_year=9998):
    """Texts of single days, the last of a month oftener than others."""
    year, month = draw(years(min_year, max_year)), draw(st.integers(1, 12))
    n_days = calendar.monthrange(int(year), month)[1]
    day = draw(st.integers(1, n_days) | st.just(n_days))
    return f"{year}-{month:02}-{day:02}"


def short_texts(min_year=1, max_year=9998):
    """Texts of days and months: few enough days to list every course of events."""
    return day_texts(min_year, max_year) | day_texts(min_year, max_year).map(lambda day: day[:7])


def single_texts(min_year=1, max_year=9998, flags=FLAGS):
    """Texts that are neither sets nor intervals."""
    drawn = years(min_year, max_year)
    months = st.sampled_from([f"{month:02}" for month in range(1, 13)])
    parts = st.sampled_from(["21", "22", "23", "24", "33", "34", "35", "36", "XX", "XX-XX"])
    forms = [
        day_texts(min_year, max_year),
        st.builds("{}-{}".format, drawn, months),
        st.builds("{}-{}-XX".format, drawn, months),
        drawn,
        st.builds("{}-{}".format, drawn, parts),
    ]
    first, last = -(-min_year // 10), (max_year + 1) // 10 - 1
    if max(first, 1) <= last:
        forms.append(st.integers(max(first, 1), last).map("{:03}X".format))
    return st.builds("{}{}".format, st.one_of(forms), st.sampled_from(flags))


@st.composite
def ordered_pairs(draw, texts):
    """Two texts of which the first can come before the second or with it."""
    one, other = draw(texts), draw(texts)
    return (one, other) if EventDate(one).start < EventDate(other).end else (other, one)


def set_texts(min_year=1, max_year=9998, flags=FLAGS):
    """Texts of sets."""
    singles = single_texts(min_year, max_year, flags)
    members = singles | ordered_pairs(singles).map("..".join)
    inside = st.lists(members, min_size=1, max_size=4).map(",".join)
    return st.builds("[{}]{}".format, inside, st.sampled_from(flags))


def interval_texts(min_year=1, max_year=9998, flags=FLAGS, *, is_open=None):
    """Texts of intervals: both, only open or only bounded ones."""
    singles = single_texts(min_year, max_year, flags)
    bounded = ordered_pairs(singles).map("/".join)
    half = singles.map("{}/..".format) | singles.map("../{}".format)
    return {None: bounded | half, True: half, False: bounded}[is_open]


def date_texts(min_year=1, max_year=9998, flags=FLAGS, *, is_open=None):
    """Texts of dates of every form."""
    if is_open:
        return interval_texts(min_year, max_year, flags, is_open=True)
    return (
        single_texts(min_year, max_year, flags)
        | set_texts(min_year, max_year, flags)
        | interval_texts(min_year, max_year, flags, is_open=is_open)
    )


def event_dates(min_year=1, max_year=9998, flags=FLAGS, *, is_open=None):
    """Dates of every form."""
    return date_texts(min_year, max_year, flags, is_open=is_open).map(EventDate)


@st.composite
def mutated_texts(draw):
    """Texts of dates with some characters changed, added, doubled or taken away."""
    text = draw(date_texts())
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(text)))
        piece = draw(
            st.sampled_from([*"0129X-/[],~?%. T:x\u0662\uff12\n", "..", "XX"]) | st.just("")
        )
        text = text[:place] + piece + text[place + draw(st.integers(0, 2)) :]
    return text
