"""
Write the texts that `test_golden` compares: what one small answer of every class says of itself.

A text has, for each answer, its ``summary()``, ``str()`` and ``repr()`` and the table of
``to_frame()``; an answer that is only a part of others, and has no table, its public attributes.
A change of what answers say is meant to be seen in the difference of these files::

    python tests/golden/make.py                # write all texts
    python tests/golden/make.py Changes Rate   # write some
"""

import enum
import importlib
import inspect
import sys
from collections.abc import Mapping
from functools import cache
from numbers import Real
from pathlib import Path

import numpy as np
import pandas as pd

import engagement as eg

FOLDER = Path(__file__).resolve().parent
FLOATS = "%.8g"
MOST_ROWS = 40
"""Rows of a table that are written: the first ones."""

MOST_ITEMS = 8
"""Items of an attribute that are written."""

INPUTS = frozenset(
    {
        "Claim",
        "EventDate",
        "EventFrame",
        "EventTable",
        "FileSettings",
        "GammaPrior",
        "Gaussian",
        "LogLogisticPrior",
        "Money",
        "NegativeBinomial",
        "NormalPrior",
        "Observed",
        "Participant",
        "Personnel",
        "Query",
        "Recurrence",
        "Source",
        "TableSettings",
        "Topic",
    }
)
"""Public classes that a caller makes; those of events, terms and errors are known as such."""


@cache
def public_classes():
    """Give every class that the package or one of its folders names in public, by its name."""
    folders = [path.parent.name for path in Path(eg.__file__).parent.glob("*/__init__.pyi")]
    packages = [eg, *(importlib.import_module(f"engagement.{name}") for name in sorted(folders))]
    public = {name: getattr(package, name) for package in packages for name in package.__all__}
    return {name: one for name, one in public.items() if inspect.isclass(one)}


def answer_classes():
    """Give every public class that is an answer, or a part of one, by its name."""
    none = (eg.Event, enum.Enum, Exception, eg.Terms)
    return {
        name: kind
        for name, kind in public_classes().items()
        if name not in INPUTS and not issubclass(kind, none)
    }


YEARS = range(1990, 2002)


@cache
def log():
    """Give the bundled events."""
    return eg.load_dataset("china-central-asia")


@cache
def meetings():
    """Give the bilateral meetings of the years that were observed for all countries."""
    return log().where(channel="bilateral", activity="meeting", since="1993", until="2020")


@cache
def counts():
    """Count the bilateral meetings by year and country."""
    return eg.count_events(meetings(), by="country")


@cache
def courses():
    """Count the training courses with Uzbekistan, which changed once."""
    every = eg.count_events(log(), by=("country", "channel", "activity"))
    return every.select(country="UZB", channel="bilateral", activity="training")


@cache
def training():
    """Give the only series of the training courses."""
    return courses().series(country="UZB", channel="bilateral", activity="training")


@cache
def risen():
    """Give a short series with one change and a gap."""
    seen = [2, 1, 2, np.nan, 1, 2, 9, 7, 8, 6, 9, 8]
    return eg.CountSeries.from_arrays(seen, YEARS, np.isfinite(seen).astype(float), name="meetings")


@cache
def monthly():
    """Give a series with a season and one change."""
    months = pd.period_range("2015-01", periods=48, freq="M")
    means = np.where(months.month >= 9, 6.0, 1.0) * np.where(months.year >= 2017, 3, 1)
    draws = np.random.default_rng(5).poisson(means)
    return eg.CountSeries.from_arrays(draws, months, name="summits")


@cache
def quantities():
    """Give a series that is no count."""
    values = [410.5, 380, 395, 450, 402, 1150, 1210, 990, 1085]
    return eg.CountSeries.from_arrays(values, range(1990, 1999), name="officers trained")


@cache
def changes():
    """Date the changes of the meetings."""
    return eg.detect_changes(counts())


@cache
def a_change():
    """Give the change of the training courses."""
    (change,) = eg.detect_changes(courses())
    return change


@cache
def shared():
    """Date the changes that countries share."""
    return eg.shared_changes(counts(), n_draws=200, rng=1)


@cache
def watched():
    """Watch a series until it rises."""
    known = eg.CountSeries.from_arrays([2, 1, 3, 2, 1, 2, 3, 1, 2, 2], range(2000, 2010))
    return eg.monitor(known, within=10, rng=1)


@cache
def composition():
    """Date the changes of the topics."""
    return eg.composition_changes(meetings(), n_draws=99, rng=1)


@cache
def topics():
    """Compare how often two topics were named."""
    return eg.compare_topics(meetings(), "terrorism", "separatism", n_draws=99, rng=1)


@cache
def following():
    """Ask whether exercises follow meetings."""
    return eg.lead_lag(
        log(), {"activity": "meeting", "channel": "bilateral"}, {"activity": "exercise"}, 6,
        n_imputations=5, n_draws=199, rng=1,
    )  # fmt: skip


@cache
@cache
def waits():
    """Give the waiting times between meetings."""
    return eg.waiting_times(meetings(), n_imputations=5, rng=1)


@cache
def claims():
    """Check some claims."""
    return eg.check_claims(log(), eg.load_claims()[::8])


@cache
def rates():
    """Estimate rates before and since a year."""
    return eg.estimate_rate(counts(), by_segment=["2001"])


@cache
@cache
def trend():
    """Fit a trend and countries."""
    return eg.fit_trend(counts(), "year + country")


@cache
@cache
def reporting():
    """Ask how much of a change may be reporting."""
    return eg.reporting_sensitivity(a_change())


@cache
def window():
    """Ask how much of a change hangs on where observation begins."""
    return eg.window_sensitivity(a_change(), n_windows=4)


@cache
def order():
    """Compare the dates of two changes."""
    other = eg.CountSeries.from_arrays([1, 0, 1, 0, 1, 0, 1, 0, 9, 6, 8, 7], YEARS, name="visits")
    return eg.compare_dates(risen(), other)


PATROLS = {"activity": "operation", "channel": "bilateral", "country": "KAZ"}
DAYS = ["1990-03-01", "1992-07-09"] + [
    f"{year}-{month:02}-15" for year in (1995, 1996) for month in (2, 5, 8, 11)
]

MAKERS = {
    "Calibration": lambda: [watched().calibration],
    "Change": lambda: [*list(changes())[:2], a_change()],
    "ChangePosterior": lambda: [
        eg.change_posterior(risen(), max_changes=3),
        eg.change_posterior(training(), family="auto"),
        eg.change_posterior(quantities(), family="gaussian"),
    ],
    "Changes": lambda: [
        changes(),
        eg.detect_changes(counts(), borrow=True, rng=1),
        eg.detect_changes(monthly(), season=12),
    ],
    "CheckedClaim": lambda: list(claims())[:4],
    "Citation": lambda: [eg.cite(meetings())],
    "ClaimTable": lambda: [claims()],
    "CoMentions": lambda: [eg.count_pairs(meetings(), min_events=8)],
    "CompositionChange": lambda: list(composition()),
    "CompositionChanges": lambda: [
        composition(),
        eg.composition_changes(meetings(), "rank", n_draws=99, rng=1),
    ],
    "CountSeries": lambda: [counts().series(country="TJK"), risen(), monthly()],
    "Counts": lambda: [
        counts(),
        eg.count_events(log(), by="activity", freq="Q", window=("2018", "2020")),
        eg.count_events(meetings(), by="topic", counting="fractional", window=("2015", "2016")),
    ],
    "Coverage": lambda: [log().coverage, eg.Coverage()],
    "Crosswalk": lambda: [
        eg.translate_events(log().where(country="TKM"), scheme) for scheme in ("cameo", "plover")
    ],
    "DateComparison": lambda: [order()],
    "EventLog": lambda: [log().where(country="TKM")],
    "Following": lambda: list(following())[:2],
    "Forecast": lambda: [
        eg.forecast(risen(), horizon=3),
        eg.forecast(counts().series(country="TJK")),
    ],
    "IntervalCoverage": lambda: [change.measured for change in changes() if change.measured][:2],
    "KeptRhythm": lambda: [
        eg.check_recurrence(log(), "t-patrol-tacheng", PATROLS, observed=("2003", "2020")),
        eg.check_recurrence(log(), "t-committee-uzb"),
    ],
    "LeadLag": lambda: [following()],
    "LocatedChanges": lambda: [eg.locate_changes(DAYS, window=("1990", "1996"))],
    "Monitor": lambda: [watched(), watched().update(8).update(9)],
    "Participation": lambda: [one for found in shared() for one in found.taking_part][:3],
    "PriorSensitivity": lambda: [eg.change_posterior(risen(), max_changes=2).sensitivity()],
    "RankMatrix": lambda: [eg.count_ranks(meetings(), every="7Y")],
    "Rate": lambda: list(rates())[:2],
    "RateComparison": lambda: [
        eg.compare_rates(counts(), over="country"),
        eg.compare_rates(risen(), over="segment", by_segment=["1996"]),
    ],
    "RateEstimate": lambda: [rates(), eg.estimate_rate(risen())],
    "RateRatio": lambda: list(eg.compare_rates(counts(), over="country"))[:2],
    "Report": lambda: [eg.report(courses(), title="Training courses", date="2024-05-01")],
    "ReportingSensitivity": lambda: [reporting()],
    "ScanTest": lambda: [
        eg.scan_test(risen(), n_draws=199, rng=1),
        eg.scan_test(monthly(), season=12, null="poisson", n_draws=199, rng=1),
    ],
    "Segmentation": lambda: [
        eg.segment(risen()),
        eg.segment(training(), family="negative_binomial"),
        eg.segment(quantities(), family="gaussian"),
    ],
    "SeriesVerdict": lambda: changes().verdicts,
    "SharedChange": lambda: list(shared()),
    "SharedChanges": lambda: [shared()],
    "SmoothIntensity": lambda: [eg.smooth_intensity(risen())],
    "StatedCompleteness": lambda: [reporting().stated],
    "TopicComparison": lambda: [topics()],
    "TopicMentions": lambda: [
        eg.count_mentions(meetings(), every="7Y", n_draws=99, rng=1),
        eg.count_mentions(meetings(), implied=True, share_of="events", n_draws=99, rng=1),
    ],
    "TopicShift": lambda: topics().shifts,
    "TotalChange": lambda: shared().total,
    "TrendFit": lambda: [trend(), eg.fit_trend(risen(), errors="model")],
    "TriedPrior": lambda: eg.change_posterior(risen(), max_changes=2).sensitivity().tried[:2],
    "TrimmedWindow": lambda: window().windows[:2],
    "Wait": lambda: list(waits())[:2],
    "WaitingTimes": lambda: [waits()],
    "WeightedIntensity": lambda: [
        eg.weigh_events(
            log().where(activity="exercise"), "personnel", by="channel", unknown="range",
            n_draws=99, rng=1,
        )
    ],
    "WindowSensitivity": lambda: [window()],
}  # fmt: skip
"""By class the answers that are written."""


def table_text(table):
    """Write a table as CSV; of a long one the beginning, and the sums of its columns."""
    told = table.head(MOST_ROWS).to_csv(float_format=FLOATS, lineterminator="\n").rstrip("\n")
    if len(table) > MOST_ROWS:
        sums = pd.DataFrame(table).select_dtypes("number").sum()
        listed = ", ".join(f"{name} {FLOATS % value}" for name, value in sums.items())
        told += f"\n({len(table)} rows; sums: {listed})"
    return told


def value_text(value):
    """Write the value of an attribute."""
    if isinstance(value, pd.DataFrame | pd.Series):
        text = "\n" + table_text(value)
    elif isinstance(value, np.ndarray):
        text = f"array of {value.shape}: {value_text(value.ravel().tolist())}"
    elif isinstance(value, Mapping):
        text = "{" + ", ".join(f"{key}: {value_text(one)}" for key, one in value.items()) + "}"
    elif isinstance(value, tuple | list):
        rest = [f"and {len(value) - MOST_ITEMS} more"] * (len(value) > MOST_ITEMS)
        text = "(" + ", ".join([*map(value_text, value[:MOST_ITEMS]), *rest]) + ")"
    elif isinstance(value, Real) and not isinstance(value, bool | int):
        text = FLOATS % value
    else:
        name = type(value).__name__
        text = f"<{name}>" if name in MAKERS else str(value)
    return text


def attributes_text(answer):
    """Write the public attributes of an answer, a line for each."""
    names = [name for name in dir(answer) if not name.startswith("_")]
    values = {name: getattr(answer, name) for name in names}
    told = {name: value for name, value in values.items() if not callable(value)}
    return "\n".join(f"{name}: {value_text(value)}" for name, value in told.items())


def answer_text(answer):
    """Write what an answer says of itself."""
    parts = {}
    is_table = hasattr(answer, "to_frame")
    if hasattr(answer, "summary"):
        parts["summary"] = answer.summary()
    if is_table or type(answer).__str__ is not object.__str__:
        parts["str"] = str(answer)
    if is_table:
        parts["repr"] = repr(answer)
        parts["to_frame"] = table_text(answer.to_frame())
    else:
        parts["attributes"] = attributes_text(answer)
    return "\n".join(f"-- {name}\n{text}" for name, text in parts.items())


def class_text(name):
    """Write what the answers of a class say; they must be of that class, and at least one."""
    answers = MAKERS[name]()
    kinds = {type(answer).__name__ for answer in answers}
    if kinds != {name}:
        raise ValueError(f"MAKERS[{name!r}] must make answers of that class, got {sorted(kinds)}")
    told = [f"==== {place}\n{answer_text(one)}\n" for place, one in enumerate(answers, start=1)]
    return "\n".join("".join(told).splitlines()) + "\n"


def main(names):
    """Write the texts of some classes, or all of them and no others."""
    for path in [] if names else FOLDER.glob("*.txt"):
        path.unlink()
    for name in names or MAKERS:
        (FOLDER / f"{name}.txt").write_text(class_text(name), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
