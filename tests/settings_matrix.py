"""
Every public function and method with each of its settings, and the values to try them with.

Settings are found by inspecting signatures, so that a new one is tried without being named
here. What is named here is the data that a function works on, and small values of the settings
that decide how long it takes.
"""

from __future__ import annotations

import inspect
import math
import typing
from collections import UserString
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd

import engagement as eg
import readers_under_test
from engagement.files.opening import FileSettings
from engagement.tables.table_settings import TableSettings

_RECURSIVE: list[object] = []
_RECURSIVE.append(_RECURSIVE)

FEW = {
    "None": None,
    "True": True,
    "minus one": -1,
    "half": 0.5,
    "nan": math.nan,
    "infinity": math.inf,
    "huge whole number": 10**400,
    "2**63": 2**63,
    "digits": "2000",
    "nonsense": "nonsense",
    "an array": np.array([1.0, 2.0]),
    "a series": pd.Series(["a", "b"]),
    "NA": pd.NA,
    "NaT": pd.NaT,
}
"""Values that are tried in every run."""

MORE = {
    "False": False,
    "zero": 0,
    "one": 1,
    "two": 2,
    "thousands": 3000.5,
    "minus infinity": -math.inf,
    "tiny": 5e-324,
    "huge": 1e308,
    "minus huge": -1e308,
    "below one": 1 - 2**-53,
    "above zero": 2**-1074,
    "minus a huge whole number": -(10**400),
    "digits beyond printing": 10**5000,
    "2**31": 2**31,
    "2**64": 2**64,
    "no text": "",
    "a blank": " ",
    "a number in text": "0.5",
    "NaN in text": "nan",
    "upper case": "WHOLE",
    "a null character": "a\x00b",
    "a lone surrogate": "\ud800",
    "a long text": "x" * 100_000,
    "a subclass of text": UserString("whole"),
    "bytes": b"2000",
    "a decimal": Decimal("0.5"),
    "a decimal that is no number": Decimal("NaN"),
    "a signalling decimal": Decimal("sNaN"),
    "a fraction": Fraction(1, 2),
    "a tiny fraction": Fraction(1, 10**400),
    "a huge fraction": Fraction(10**400, 3),
    "numpy float": np.float64(0.5),
    "numpy short float": np.float32(0.5),
    "numpy whole number": np.int64(3),
    "numpy unsigned": np.uint8(3),
    "numpy truth value": np.True_,
    "numpy nan": np.float64("nan"),
    "numpy text": np.str_("whole"),
    "an array without dimensions": np.array(0.5),
    "an array of one": np.array([0.5]),
    "an empty array": np.array([]),
    "a table of numbers": np.zeros((2, 3)),
    "an array of objects": np.array([None, "a"], dtype=object),
    "an array of texts": np.array(["country", "channel"]),
    "an array of NaN": np.array([np.nan, np.nan]),
    "a series of numbers": pd.Series([0.5, 0.5]),
    "a frame": pd.DataFrame({"a": [1, 2]}),
    "an empty frame": pd.DataFrame(),
    "an index": pd.Index(["2001", "2002"]),
    "a period": pd.Period("2003", freq="Y"),
    "a month": pd.Period("2003-05", freq="M"),
    "a timestamp": pd.Timestamp("2003-01-01"),
    "a far timestamp": pd.Timestamp.max,
    "a span of time": pd.Timedelta(days=3),
    "an interval": pd.Interval(0, 1),
    "numpy NaT": np.datetime64("NaT", "D"),
    "numpy day": np.datetime64("2003-01-01"),
    "a day": date(2003, 1, 1),
    "the last day": date.max,
    "a time": pd.Timestamp("2003-01-01 12:00").to_pydatetime(),
    "an event date": eg.EventDate.parse("2003-05"),
    "an open date": eg.EventDate.parse("2003-05/.."),
    "an empty list": [],
    "an empty tuple": (),
    "an empty mapping": {},
    "an empty set": set(),
    "a list of None": [None],
    "a mixed list": ["a", 1, None],
    "a list of lists": [[1, 2], [3]],
    "a pair": ("2001", "2003"),
    "a pair the wrong way": ("2003", "2001"),
    "a pair of numbers": (0.5, 1),
    "a pair of NaT": (pd.NaT, pd.NaT),
    "a pair of None": (None, None),
    "a pair of huge numbers": (10**400, 10**400),
    "a range": range(3),
    "a mapping": {"a": 1},
    "a mapping of None": {None: None},
    "a mapping of a number": {1: 2},
    "a list within itself": _RECURSIVE,
    "an object": object(),
    "a class": int,
    "a function": lambda *_: None,
    "a function that gives a number": lambda *_: 1.0,
    "a complex number": 1 + 1j,
    "an ellipsis": ...,
    "an event kind": eg.Meeting,
    "a channel": eg.Channel.BILATERAL,
    "a prior": eg.GammaPrior(shape=1e12, rate=1e-12),
    "a normal prior": eg.NormalPrior(mean=0.0, sd=1.0),
    "a family": eg.Gaussian(variance=2.0),
}
"""Values that are tried besides where there is time."""

_CHN_KGZ = {"initiator": "CHN", "countries": ["KGZ"], "channel": "bilateral"}


@cache
def log():
    """Give a log of few events with stated coverage."""
    kinds = (eg.Meeting, eg.Exercise)
    events = [
        kinds[number % 2](
            id=f"e{number}",
            date=f"{2000 + number // 3}-{1 + number % 12:02}",
            topics=["terrorism"] if number < 9 else ["separatism"],
            **_CHN_KGZ,
        )
        for number in range(18)
    ]
    body = {"channel": "multilateral", "organisations": ["SCO"]}
    talks = eg.Mechanism(id="talks", date="2001", recurrence=eg.Recurrence(since="2001"), **body)
    events += [talks, eg.Meeting(id="talk", date="2002", mechanism="talks", **body)]
    made = eg.EventLog(events)
    return made.with_coverage(eg.Coverage.since_to(made, "2000", "2006"))


@cache
def counts():
    """Give a table of few counts."""
    return eg.count_events(log(), by="country", window=("2000", "2006"))


@cache
def series():
    """Give a series of few counts, which change."""
    return eg.CountSeries.from_arrays([0, 1, 0, 1, 8, 9, 7, 9], range(1993, 2001), name="few")


@cache
def changes():
    """Give the changes of that series."""
    return eg.detect_changes(series())


_INNER = {
    *("best_places", "draw_rates", "draw_segmentations", "places_between"),
    *("probability_between_places", "take"),
}
"""Methods for other parts of the library, which pass what they have checked."""

FUNCTIONS_TAKEN = {"labels", "weight"}
"""Settings that may be a function of an event, whose own errors are the caller's."""


class Call(typing.NamedTuple):
    """A function with what it works on, and the least that it needs besides."""

    function: typing.Callable[..., object]
    data: tuple[object, ...]
    """Its first arguments, which are no settings."""
    small: typing.Mapping[str, object] = MappingProxyType({})
    """Settings that are needed, or that keep it short."""
    more: tuple[str, ...] = ()
    """Names among ``**`` arguments."""

    def settings(self) -> list[str]:
        """Return the names of the settings, as the signature has them."""
        names = []
        parameters = list(inspect.signature(self.function).parameters.values())
        for parameter in parameters[len(self.data) :]:
            if parameter.kind is parameter.VAR_KEYWORD:
                names += self.more
            elif parameter.name != "ax":
                names.append(parameter.name)
        return names

    def needs(self) -> set[str]:
        """Return the settings without a default that are not given."""
        parameters = list(inspect.signature(self.function).parameters.values())
        return {
            parameter.name
            for parameter in parameters[len(self.data) :]
            if parameter.default is parameter.empty
            and parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        } - {*self.small}

    def answer(self, **settings: object) -> object:
        """Call the function."""
        return self.function(*self.data, **{**self.small, **settings})


def _methods(made: object, **small: dict[str, object]) -> dict[str, Call]:
    """List the documented methods of an answer that take settings."""
    found = {}
    for name, member in inspect.getmembers(type(made)):
        if name.startswith("_") or name in _INNER or not callable(member):
            continue
        method = getattr(made, name)
        if not callable(method):
            continue
        try:
            parameters = inspect.signature(method).parameters
        except ValueError:
            continue
        if set(parameters) - {"ax"}:
            more = ("country", "channel")
            title = f"{type(made).__name__}.{name}"
            found[title] = Call(method, (), small.get(name, MappingProxyType({})), more)
    return found


def functions(folder) -> dict[str, Call]:
    """Give each public function; *folder* is one to write files in."""
    path = folder / "log.csv"
    eg.write_events(log(), path)
    claims = folder / "claims.json"
    eg.write_claims(eg.load_claims()[:1], claims)
    of_files = tuple(FileSettings.__annotations__) + tuple(TableSettings.__annotations__)
    draws = {"n_draws": 100}
    two = {"n_imputations": 2}
    kinds = ({"activity": "meeting"}, {"activity": "exercise"})
    change = next(iter(changes()))
    bad = pd.DataFrame({"row": [2], "column": ["date"], "value": ["x"], "problem": ["y"]})
    calls = {
        "change_posterior": Call(eg.change_posterior, (series(),)),
        "check_claims": Call(eg.check_claims, (log(),), {"claims": eg.load_claims()[:1]}),
        "check_recurrence": Call(eg.check_recurrence, (log(),), {"mechanism": "talks"}),
        "cite": Call(eg.cite, (), {"log": log()}),
        "compare_dates": Call(eg.compare_dates, (series(), series())),
        "compare_shapes": Call(eg.compare_shapes, (series(),)),
        "compare_rates": Call(
            eg.compare_rates, (series(),), {"over": "segment", "by_segment": ["1997"]}
        ),
        "compare_topics": Call(
            eg.compare_topics, (log(),), {"first": "terrorism", "second": "separatism"} | draws
        ),
        "composition_changes": Call(eg.composition_changes, (log(),), draws),
        "count_events": Call(eg.count_events, (log(),)),
        "count_events of a frame": Call(eg.count_events, (log().to_frame(),)),
        "count_mentions": Call(eg.count_mentions, (log(),), draws),
        "count_pairs": Call(eg.count_pairs, (log(),)),
        "count_ranks": Call(eg.count_ranks, (log(),)),
        "detect_changes": Call(eg.detect_changes, (series(),), two),
        "estimate_rate": Call(eg.estimate_rate, (series(),)),
        "fit_trend": Call(eg.fit_trend, (series(),)),
        "forecast": Call(eg.forecast, (series(),)),
        "group_members": Call(eg.group_members, (), {"group": "SCO", "on": "2018"}),
        "lead_lag": Call(
            eg.lead_lag, (log(),), dict(zip(("cause", "effect"), kinds, strict=True)) | two | draws
        ),
        "load_claims": Call(eg.load_claims, ()),
        "load_courses": Call(eg.load_courses, ()),
        "load_dataset": Call(eg.load_dataset, ()),
        "locate_changes": Call(eg.locate_changes, (["2001-02-03", "2002-02-03"],)),
        "log_score": Call(eg.log_score, (), {"probabilities": [0.5, 0.5], "count": 1}),
        "monitor": Call(eg.monitor, (series(),), {"threshold": 0.5}),
        "plot_log": Call(eg.plot_log, (), {"log": log()}),
        "propose_settings": Call(eg.propose_settings, (path,), {}, of_files),
        "ranked_probability_score": Call(
            eg.ranked_probability_score, (), {"probabilities": [0.5, 0.5], "count": 1}
        ),
        "read_claims": Call(eg.read_claims, (claims,)),
        "read_country": Call(eg.read_country, (), {"text": "Kazakhstan"}),
        "read_events": Call(eg.read_events, (path,), {}, of_files),
        "reporting_sensitivity": Call(eg.reporting_sensitivity, (change,)),
        "rows_at_fault": Call(eg.rows_at_fault, (path,), {"faults": bad}, of_files),
        "scan_test": Call(eg.scan_test, (series(),), draws),
        "segment": Call(eg.segment, (series(),)),
        "shared_changes": Call(eg.shared_changes, (counts(),), draws),
        "smooth_intensity": Call(eg.smooth_intensity, (series(),)),
        "translate_events": Call(eg.translate_events, (log(),), {"scheme": "cameo"}),
        "waiting_times": Call(eg.waiting_times, (log(),), two),
        "weigh_events": Call(eg.weigh_events, (log(),), draws),
        "window_sensitivity": Call(eg.window_sensitivity, (change,), {"n_windows": 1}),
        "write_claims": Call(eg.write_claims, (eg.load_claims()[:1], folder / "written.json")),
        "write_events": Call(eg.write_events, (log(), folder / "written.csv")),
    }
    for name, (reader, _, content) in readers_under_test.READERS.items():
        file = folder / f"{name}.csv"
        file.write_bytes(content)
        calls[f"{reader.__name__} of {name}"] = Call(reader, (file,))
        scan = getattr(eg, reader.__name__.replace("read_", "scan_"))
        calls[f"{scan.__name__} of {name}"] = Call(scan, (file,))
    return calls


def methods() -> dict[str, Call]:
    """Give the methods with settings of what functions answer with, and of what they take."""
    few, change = changes(), next(iter(changes()))
    posterior = eg.change_posterior(series())
    draws = {"n_draws": 100}
    matched = eg.lead_lag(
        log(), {"activity": "meeting"}, {"activity": "exercise"}, n_imputations=2, n_draws=99
    )
    found: dict[str, Call] = {}
    for made, small in (
        (log(), {"from_frame": {"df": log().to_frame()}}),
        (
            counts(),
            {
                "series": {"country": "KGZ"},
                "from_frame": {"frame": counts().to_frame()},
            },
        ),
        (
            log().coverage,
            {
                "spans": {"country": "KGZ", "channel": "bilateral", "activity": "visit"},
                "since_to": {"events": log(), "since": "2001", "until": "2003"},
            },
        ),
        (eg.EventDate.parse("2003-05"), {}),
        (series(), {"from_arrays": {"counts": [1, 2], "periods": ["2001", "2002"]}}),
        (few, {}),
        (change, {}),
        (
            posterior,
            {
                "sample": {"n": 3},
                "rates": {"dates": ["1997"]},
                "probability_between": {"first": "1995", "last": "1997"},
            },
        ),
        (eg.locate_changes(["2001-02-03", "2002-02-03"]), {"rates": {"dates": [date(2001, 5, 1)]}}),
        (eg.monitor(series()), {"update": {"counts": 3}}),
        (eg.segment(series()), {}),
        (eg.forecast(series()), {"chance_of_at_least": {"count": 2}}),
        (eg.fit_trend(counts(), "year"), {}),
        (eg.count_pairs(log()), {}),
        (eg.count_ranks(log()), {}),
        (eg.count_mentions(log(), **draws), {}),
        (eg.composition_changes(log(), **draws), {}),
        (eg.reporting_sensitivity(change), {}),
        (eg.window_sensitivity(change, n_windows=1), {}),
        (eg.check_claims(log(), eg.load_claims()[:1]), {}),
        (matched, {}),
    ):
        found |= _methods(made, **small)
    return found
