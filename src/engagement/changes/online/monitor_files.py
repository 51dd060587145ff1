"""The state of a monitor as JSON, to be resumed from."""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import asdict

from engagement.changes.online.alarms import Calibration
from engagement.changes.online.run_length import Runs
from engagement.counting.calendar import index_of
from engagement.counting.series import CountSeries
from engagement.errors import EngagementError, FormatError
from engagement.models.priors import GammaPrior

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["state_from_json", "state_to_json"]

FORMAT = "engagement monitor 2"
"""Says what the text is, and by which rules it is written."""

_SETTINGS = ("hazard", "within", "threshold", "left_out")
_RUNS = ("starts", "events", "exposures")


def state_to_json(state: Mapping[str, Any]) -> str:
    """Write the fields of a monitor by name; numbers keep every digit."""
    series, prior, runs = state["series"], state["prior"], state["_runs"]
    calibration = state["calibration"]
    counts = [None if np.isnan(count) else count for count in series.counts.tolist()]
    content = {
        "format": FORMAT,
        "name": series.name,
        "axes": dict(series.axes),
        "coverage_stated": series.coverage_stated,
        **{name: state[name] for name in _SETTINGS},
        "dispersions": list(state["dispersions"]),
        "prior": {"shape": prior.shape, "rate": prior.rate},
        "calibration": None if calibration is None else asdict(calibration),
        "freq": series.periods.freqstr,
        "ordinals": series.periods.asi8.tolist(),
        "counts": counts,
        "exposure_years": series.exposure_years.tolist(),
        "probabilities": list(state["_followed"]),
        "runs": {name: getattr(runs, name).tolist() for name in (*_RUNS, "weights")},
    }
    return json.dumps(content, allow_nan=False)


def state_from_json(text: str) -> dict[str, Any]:
    """Read what a state is made of again."""
    content = _read(text)
    faults: list[str] = []
    series = _series(content, faults)
    dispersions = _dispersions(content, faults)
    runs = _runs(content, series, len(dispersions), faults)
    numbers = {name: _number(content, name, faults) for name in _SETTINGS}
    probabilities = _numbers(content, "probabilities", faults)
    if series is not None and len(probabilities) != len(series):
        faults.append(f"probabilities: {len(probabilities)} for {len(series)} periods")
    prior = calibration = None
    try:
        prior = GammaPrior(**content["prior"])
    except (TypeError, KeyError, EngagementError) as error:
        faults.append(f"prior: {error}")
    try:
        known = content["calibration"]
        calibration = None if known is None else Calibration(**known)
    except (TypeError, KeyError) as error:
        faults.append(f"calibration: {error}")
    if faults or series is None or runs is None or prior is None:
        raise FormatError("the text of a monitor cannot be read: " + "; ".join(faults))
    return {
        **numbers,
        "within": int(numbers["within"]),
        "dispersions": dispersions,
        "series": series,
        "prior": prior,
        "calibration": calibration,
        "runs": runs,
        "followed": tuple(probabilities),
    }


def _read(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (TypeError, ValueError) as error:
        raise FormatError(f"the text of a monitor is JSON, but: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        found = content.get("format") if isinstance(content, dict) else content
        raise FormatError(f"the text of a monitor has the format '{FORMAT}', got {found!r:.60}")
    return content


def _series(content: dict[str, Any], faults: list[str]) -> CountSeries | None:
    try:
        counts = [np.nan if count is None else count for count in content["counts"]]
        index = index_of(content["ordinals"], content["freq"])
        return CountSeries(
            counts=np.array(counts, dtype=np.float64),
            exposure_years=np.array(content["exposure_years"], dtype=np.float64),
            periods=index,
            name=str(content["name"]),
            axes={str(axis): str(label) for axis, label in content["axes"].items()},
            coverage_stated=bool(content["coverage_stated"]),
        )
    except KeyError as error:
        faults.append(f"{error.args[0]} is missing")
    except (TypeError, ValueError, AttributeError) as error:
        faults.append(f"series: {error}")
    return None


def _dispersions(content: dict[str, Any], faults: list[str]) -> tuple[float, ...]:
    values = _numbers(content, "dispersions", faults)
    if values and (values[0] < 1 or bool((np.diff(values) <= 0).any())):
        faults.append(f"dispersions must increase from 1 or above, got {values}")
    return tuple(values)


def _runs(
    content: dict[str, Any], series: CountSeries | None, n_dispersions: int, faults: list[str]
) -> Runs | None:
    known = content.get("runs")
    if not isinstance(known, dict):
        faults.append("runs is missing")
        return None
    before = len(faults)
    columns = {name: _numbers(known, name, faults) for name in _RUNS}
    rows = known.get("weights")
    if not isinstance(rows, list) or len(rows) != n_dispersions:
        faults.append(f"runs need a list of weights for each of {n_dispersions} dispersions")
    else:
        columns |= {
            f"weights {place}": _numbers({"weights": row}, "weights", faults)
            for place, row in enumerate(rows)
        }
    if len(faults) > before or series is None:
        return None
    if len({len(column) for column in columns.values()}) > 1:
        faults.append("runs are of several lengths")
        return None
    starts = np.array(columns["starts"], dtype=np.intp)
    events, exposures = (np.array(columns[name], dtype=float) for name in _RUNS[1:])
    weights = np.array(rows, dtype=float).reshape(n_dispersions, len(starts))
    rules = (
        (bool((np.diff(starts) <= 0).any()), "do not start one after the other"),
        (
            len(starts) > 0 and not (starts[0] >= 0 and starts[-1] < len(series)),
            "start outside of the periods",
        ),
        (bool(series.n_observed) != bool(len(starts)), "do not fit what was observed"),
        (
            len(starts) > 0 and abs(weights.sum() - 1) > 1e-6,
            "have weights that do not sum to one",
        ),
    )
    faults += [f"runs {problem}" for broken, problem in rules if broken]
    if len(faults) > before:
        return None
    return Runs(starts=starts, weights=weights, events=events, exposures=exposures)


def _number(content: dict[str, Any], name: str, faults: list[str]) -> float:
    value = content.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        faults.append(f"{name} must be a number, got {value!r:.60}")
        return 0.0
    return float(value)


def _numbers(content: dict[str, Any], name: str, faults: list[str]) -> list[float]:
    values = content.get(name)
    if not isinstance(values, list) or not all(
        isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
        for value in values
    ):
        faults.append(f"{name} must be a list of numbers, got {values!r:.60}")
        return []
    return [float(value) for value in values]
