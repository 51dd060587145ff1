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
from engagement.errors import EngagementError, FormatError
from engagement.models.count_rows import CountComponents
from engagement.models.priors import GammaPrior, LogLogisticPrior

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    """Read what a state is made of again."""
    content = _read(text)
    faults: list[str] = []
    series = _series(content, faults)
    components = _components(content, faults)
    numbers = {name: _number(content, name, faults) for name in _SETTINGS}
    prior = calibration = None
    try:
        told = content["prior"]
        prior = LogLogisticPrior(**told) if "median" in told else GammaPrior(**told)
    except (TypeError, KeyError, EngagementError) as error:
        faults.append(f"prior: {error}")
    try:
        known = content["calibration"]
        calibration = None if known is None else Calibration(**known)
    except (TypeError, KeyError) as error:
        faults.append(f"calibration: {error}")
    if faults or series is None or components is None or prior is None:
        raise FormatError("the text of a monitor cannot be read: " + "; ".join(faults))
    return {
        **numbers,
        "within": int(numbers["within"]),
        "family": str(content["family"]),
        "components": components,
        "series": series,
        "prior": prior,
        "calibration": calibration,
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


def _components(content: dict[str, Any], faults: list[str]) -> CountComponents | None:
    known = content.get("components")
    if not isinstance(known, dict) or not isinstance(content.get("family"), str):
        faults.append("components or family is missing")
        return None
    before = len(faults)
    columns = {name: np.array(_numbers(known, name, faults)) for name in _PARTS}
    if len({len(column) for column in columns.values()}) > 1 or not len(columns["weights"]):
        faults.append("components are of several lengths, or none")
    elif any((column < 0).any() for column in columns.values()):
        faults.append("components must not be negative")
    elif abs(columns["weights"].sum() - 1) > 1e-6:
        faults.append("components have weights that do not sum to one")
    return CountComponents(**columns) if len(faults) == before else None


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
