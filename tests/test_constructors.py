"""Public classes that a caller makes: each checks itself wherever it is made."""

import copy
import inspect
import pickle
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from attrs import evolve, fields, has

import engagement as eg
from engagement.errors import EngagementError, SettingError
from engagement.events.coverage import Observed
from strategies.readers import ICEWS_COLUMNS, headed_tab_file, icews_row

STATED = {
    "country": "KGZ",
    "channel": "bilateral",
    "activity": "meeting",
    "since": "1993",
    "until": "2020",
}
EVENT = {"date": "2019-10", "channel": "bilateral", "countries": ["KGZ"]}
YEARS = pd.period_range("1990", periods=3, freq="Y")
FRAME = pd.DataFrame({"date": ["2019"], "channel": ["bilateral"], "activity": ["meeting"]})


def columns_of_table():
    """Scan two events of a source, and give the columns that hold them."""
    rows = [icews_row(), icews_row(**{"Event ID": "2", "Event Date": "2014-05-21"})]
    with TemporaryDirectory() as folder:
        file = Path(folder, "events.tab")
        file.write_bytes(headed_tab_file(ICEWS_COLUMNS, rows))
        table = eg.scan_icews(file)
    return {one.name: getattr(table, one.name) for one in fields(eg.EventTable)}


GOOD = {
    eg.CountSeries: {
        "counts": np.array([1, np.nan, 3]),
        "exposure_years": np.array([1.0, 0, 1]),
        "periods": YEARS,
        "name": "talks",
        "axes": {"country": "KGZ"},
        "coverage_stated": True,
    },
    eg.Counts: {
        "axes": {"country": ("KGZ",)},
        "periods": YEARS,
        "values": np.array([[1.0, 2, 3]]),
        "exposure_years": np.array([[1.0, 1, 1]]),
        "freq": "Y",
        "settings": {},
        "coverage_stated": True,
        "left_out": pd.DataFrame(),
        "log": None,
        "entries": None,
    },
    eg.EventDate: {"text": "2019-10"},
    eg.Money: {"amount": "2.5", "currency": "CNY", "text": ""},
    eg.GammaPrior: {"shape": 1, "rate": 2},
    eg.LogLogisticPrior: {"median": 2.5},
    eg.NormalPrior: {"mean": 1, "sd": 2},
    eg.NegativeBinomial: {"dispersion": 2.0},
    eg.Gaussian: {"variance": 2.0},
    eg.Participant: {"country": "KGZ", "office": "minister"},
    eg.Personnel: {"low": 1, "high": 3, "by_country": {"KGZ": 1}, "forces": ["army"]},
    eg.Source: {"document": "report", "where": "p. 3"},
    eg.Recurrence: {"since": "2001", "until": "2010"},
    Observed: STATED,
    eg.Coverage: {"entries": [STATED]},
    eg.Topic: {"term": "floods", "implies": ("terrorism",)},
    eg.EventLog: {"events": [eg.Meeting(**EVENT)]},
    eg.EventFrame: {"frame": FRAME},
    eg.EventTable: columns_of_table(),
    eg.Claim: {
        "id": "talks",
        "kind": "number",
        "statement": "there were talks",
        "source": "report",
        "where": "p. 3",
        "query": {"measure": "count", "is": ">=", "value": 1},
    },
    eg.Exercise: EVENT | {"personnel": eg.Personnel(low=3)},
    eg.Mechanism: EVENT | {"recurrence": eg.Recurrence(since="2001")},
    eg.Transfer: EVENT | {"value": eg.Money(amount=3, currency="CNY")},
    **dict.fromkeys((eg.Meeting, eg.Training, eg.Visit, eg.Operation), EVENT),
    **dict.fromkeys((eg.Agreement, eg.Measure), EVENT),
}
NOT_MADE = {  # by a caller: they come out of a function, or have no fields
    *("Change", "Event", "Query", "Crosswalk"),
    "Citation",
}
NASTY = {
    "none": None,
    "nan": float("nan"),
    "infinite": float("inf"),
    "negative": -1,
    "true": True,
    "bytes": b"x",
    "object": object(),
    "objects": [object()],
    "mapping": {"a": object()},
    "array": np.array([1, 2]),
    "NA": pd.NA,
    "NaT": pd.NaT,
    "Series": pd.Series([1]),
    "frame": pd.DataFrame({"a": [1]}),
    "function": len,
    "periods": YEARS[::-1],
}
FINE = {  # what a field may be, beside what it is above
    *((eg.NegativeBinomial, "dispersion", "none"), (eg.Gaussian, "variance", "none")),
    (eg.NormalPrior, "mean", "negative"),
    (eg.Coverage, "is_stated", "none"),
    (eg.Coverage, "is_stated", "true"),
    (eg.EventFrame, "canonical", "true"),
    (eg.CountSeries, "coverage_stated", "true"),
    (eg.Counts, "coverage_stated", "true"),
    (eg.Counts, "left_out", "frame"),
    (eg.Counts, "settings", "mapping"),
}
ABSENT = {"none"}  # what an optional field may be as well


def names_of(cls):
    """List the fields that a caller gives."""
    return [one.name for one in fields(cls) if one.init]


CELLS = [
    pytest.param(cls, name, kind, id=f"{cls.__name__}.{name}, {kind}")
    for cls in GOOD
    for name in names_of(cls)
    for kind in NASTY
]


def is_optional(cls, name):
    """Tell whether a field may be None: its annotation says so, or that is its default."""
    if (cls, name) in {(eg.Participant, "country"), (eg.Claim, "query")}:
        return False  # nothing else says who took part, or why there is none
    one = next(one for one in fields(cls) if one.name == name)
    return "None" in str(one.type) or one.default is None


def test_every_class_that_a_caller_makes_is_tried():
    """Public classes of attrs are tried here, or are answers, which only functions make."""
    answers = {
        name
        for name in eg.__all__
        if hasattr(getattr(eg, name), "to_frame") or hasattr(getattr(eg, name), "summary")
    }
    public = {
        name for name in eg.__all__ if inspect.isclass(getattr(eg, name)) and has(getattr(eg, name))
    }

    assert sorted(public - answers - NOT_MADE - {cls.__name__ for cls in GOOD}) == []


@pytest.mark.parametrize(("cls", "name", "kind"), CELLS)
def test_nasty_values_are_refused_by_name(cls, name, kind):
    """A value that a field cannot be is an error of the library, directly and evolved."""
    value = NASTY[kind]
    good = cls(**GOOD[cls])
    if (cls, name, kind) in FINE or (kind in ABSENT and is_optional(cls, name)):
        assert isinstance(cls(**GOOD[cls] | {name: value}), cls)
        return

    for make in (lambda: cls(**GOOD[cls] | {name: value}), lambda: evolve(good, **{name: value})):
        with pytest.raises(EngagementError):
            make()


def test_collections_are_taken_apart():
    """A log is several events, and a Series several labels; a frame is neither."""
    log = eg.EventLog([eg.Meeting(**EVENT)])

    assert eg.EventLog(log) == log
    assert eg.Topic("floods", implies=pd.Series(["terrorism"])).implies == ("terrorism",)
    assert eg.Meeting(**EVENT | {"topics": pd.Series(["terrorism"])}).topics == ("terrorism",)


@pytest.mark.parametrize("cls", GOOD)
def test_what_was_tampered_with_does_not_come_back(cls):
    """A field that was set past the checks is found where the object is copied or unpickled."""
    for name in names_of(cls):
        smuggled = cls(**GOOD[cls])
        kind = "objects" if (cls, name) != (eg.Counts, "settings") else "negative"
        object.__setattr__(smuggled, name, [-1] if kind == "objects" else -1)

        with pytest.raises(EngagementError):
            pickle.loads(pickle.dumps(smuggled))  # noqa: S301 - our own
        with pytest.raises(EngagementError):
            copy.copy(smuggled)


@pytest.mark.parametrize("name", ["dates", "whats", "parties", "places", "details", "rows"])
def test_columns_of_a_table_are_of_the_same_events(name):
    """A column of other events, or with a number that means nothing, is refused by its name."""
    good = GOOD[eg.EventTable]
    column = good[name]["host"] if name == "details" else good[name]
    if name == "rows":
        wrong = [evolve(column, groups=evolve(column.groups, starts=column.groups.starts[:1]))]
    else:
        wrong = [column.take(np.array([0])), evolve(column, codes=column.codes + 100)]
        wrong.append(evolve(column, codes=column.codes - 100))

    for one in wrong:
        changed = {"host": one} if name == "details" else one
        with pytest.raises(SettingError, match="host" if name == "details" else name):
            eg.EventTable(**good | {name: changed})


@pytest.mark.parametrize(
    "cls", [cls for cls in GOOD if cls not in {eg.Counts, eg.EventFrame, eg.EventTable}]
)
def test_what_is_good_comes_back_equal(cls):
    """Pickled, copied or evolved without a change, an object is equal to what it was."""
    good = cls(**GOOD[cls])

    for again in (
        pickle.loads(pickle.dumps(good)),  # noqa: S301 - our own
        copy.deepcopy(good),
        copy.copy(good),
        evolve(good),
    ):
        assert again == good
        assert type(again) is cls
