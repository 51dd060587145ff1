"""The state of a monitor as JSON, to be resumed from."""

from __future__ import annotations

import json
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import asdict

from engagement.changes.online.alarms import Calibration
from engagement.counting.calendar import index_of
from engagement.counting.series import CountSeries
from engagement.errors import FormatError
from engagement.models.count_rows import CountComponents
from engagement.models.priors import GammaPrior, LogLogisticPrior

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["state_from_json", "state_to_json"]

FORMAT = "engagement monitor 3"
"""Says what the text is, and by which rules it is written."""

_SETTINGS = ("hazard", "within", "threshold")
_PARTS = ("weights", "linear", "square", "memory")


def state_to_json(state: Mapping[str, Any]) -> str:
    """Write the fields of a monitor by name; numbers keep every digit."""
    series, components = state["series"], state["components"]
    calibration = state["calibration"]
    counts = [None if np.isnan(count) else count for count in series.counts.tolist()]
    content = {
        "format": FORMAT,
        "name": series.name,
        "axes": dict(series.axes),
        "coverage_stated": series.coverage_stated,
        **{name: state[name] for name in _SETTINGS},
        "family": state["family"],
        "components": {name: getattr(components, name).tolist() for name in _PARTS},
        "prior": asdict(state["prior"]),
        "calibration": None if calibration is None else asdict(calibration),
        "freq": series.periods.freqstr,
        "ordinals": series.periods.asi8.tolist(),
        "counts": counts,
        "exposure_years": series.exposure_years.tolist(),
    }
    return json.dumps(content, allow_nan=False)


def state_from_json(text: str) -> dict[str, Any]:
    """Read what a state is made of again; all that is wrong with it is told."""
    try:
        content = json.loads(text)
    except (TypeError, ValueError) as error:
        raise FormatError(f"the text of a monitor is JSON, but: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        found = content.get("format") if isinstance(content, dict) else content
        raise FormatError(f"the text of a monitor has the format '{FORMAT}', got {found!r:.60}")
    parts, faults = {}, []
    for name, read in _READERS.items():
        try:
            parts[name] = read(content)
        except KeyError as error:
            faults.append(f"{error.args[0]} is missing")
        except (TypeError, ValueError, AttributeError) as error:
            faults.append(f"{name}: {error}")
    if faults:
        raise FormatError("the text of a monitor cannot be read: " + "; ".join(faults))
    return parts


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise TypeError(f"must be a number, got {value!r:.60}")
    return float(value)


def _series(content: dict[str, Any]) -> CountSeries:
    counts = [np.nan if count is None else count for count in content["counts"]]
    return CountSeries(
        counts=np.array(counts, dtype=np.float64),
        exposure_years=np.array(content["exposure_years"], dtype=np.float64),
        periods=index_of(content["ordinals"], content["freq"]),
        name=str(content["name"]),
        axes={str(axis): str(label) for axis, label in content["axes"].items()},
        coverage_stated=bool(content["coverage_stated"]),
    )


def _components(content: dict[str, Any]) -> CountComponents:
    known = content["components"]
    columns = {name: np.array([_number(value) for value in known[name]]) for name in _PARTS}
    if len({len(column) for column in columns.values()}) > 1 or not len(columns["weights"]):
        raise ValueError("must be of one length, and some")
    if any((column < 0).any() for column in columns.values()):
        raise ValueError("must not be negative")
    if abs(columns["weights"].sum() - 1) > 1e-6:
        raise ValueError("must have weights that sum to one")
    return CountComponents(**columns)


def _prior(content: dict[str, Any]) -> GammaPrior | LogLogisticPrior:
    told = content["prior"]
    return LogLogisticPrior(**told) if "median" in told else GammaPrior(**told)


def _calibration(content: dict[str, Any]) -> Calibration | None:
    return None if content["calibration"] is None else Calibration(**content["calibration"])


_READERS: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "series": _series,
    "components": _components,
    "hazard": lambda content: _number(content["hazard"]),
    "within": lambda content: int(_number(content["within"])),
    "threshold": lambda content: _number(content["threshold"]),
    "family": lambda content: str(content["family"]),
    "prior": _prior,
    "calibration": _calibration,
}
