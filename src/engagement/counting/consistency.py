"""What counts, their exposures and their periods must be, wherever they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engagement.counting.alignment import numbers
from engagement.counting.calendar import multiple_of
from engagement.counting.periods import check_increase
from engagement.errors import SeriesError, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "check_axes",
    "check_kinds",
    "check_periods",
    "checked_table",
    "consistent",
    "count_faults",
    "listed",
]

Floats = NDArray[np.float64]

_RULES: tuple[tuple[str, str, Any], ...] = (
    ("exposure_years", "must be finite, got {1}", lambda _, years: ~np.isfinite(years)),
    ("exposure_years", "must not be negative, got {1}", lambda _, years: years < 0),
    ("counts", "must be finite, got {0}", lambda counts, _: np.isinf(counts)),
    ("counts", "must be non-negative, got {0}", lambda counts, _: counts < 0),
    (
        "counts",
        "may be NaN only where exposure_years is 0, got {0} with exposure {1}",
        lambda counts, years: np.isnan(counts) & (years > 0),
    ),
    (
        "counts",
        "must be 0 or NaN where exposure_years is 0, got {0}",
        lambda counts, years: (counts > 0) & (years == 0),
    ),
)


def consistent(
    counts: Floats,
    years: Floats,
    where: Callable[[tuple[int, ...]], str],
    *,
    name: str = "",
    remedy: str = "",
) -> tuple[Floats, Floats]:
    """
    Return counts and exposures, read-only, NaN where nothing was observed.

    The error lists every fault: *where* names a cell, *name* stands before the list and *remedy*
    after it.
    """
    faults = [f"{problem} in {where(cell)}" for cell, _, problem in count_faults(counts, years)]
    if faults:
        raise SeriesError((f"{name}: " if name else "") + listed(faults) + remedy)
    seen = years > 0
    if not (seen | np.isnan(counts)).all():
        counts = np.where(seen, counts, np.nan)
    return _read_only(counts), _read_only(years)


def count_faults(counts: Floats, years: Floats) -> Iterator[tuple[tuple[int, ...], str, str]]:
    """Yield of each fault the cell, which of the two is at fault, and the problem."""
    for what, rule, is_broken in _RULES:
        broken = is_broken(counts, years)
        for cell in map(tuple, np.argwhere(broken).tolist() if broken.any() else ()):
            yield cell, what, f"{what} {rule.format(f'{counts[cell]:g}', f'{years[cell]:g}')}"


def listed(faults: Iterable[str], most: int = 20) -> str:
    """Join what is wrong, the first of it if it is much."""
    texts = list(faults)
    more = f"; and {len(texts) - most} more" if len(texts) > most else ""
    return "; ".join(texts[:most]) + more


def _read_only(values: Floats) -> Floats:
    """Return a copy that nobody can write to; what is one already is taken as it is."""
    base = values.base
    if not values.flags.writeable and not (isinstance(base, np.ndarray) and base.flags.writeable):
        return values
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array


def check_kinds(**given: tuple[object, Any]) -> None:
    """Check of what class values are."""
    for name, (value, kind) in given.items():
        if not isinstance(value, kind):
            wanted = getattr(kind, "__name__", str(kind))
            raise SeriesError(f"{name} must be of {wanted}, got {shown(value)}")


def check_axes(axes: object) -> dict[str, tuple[str, ...]]:
    """Return labels by axis, each once."""
    if not isinstance(axes, Mapping):
        raise SeriesError(f"axes must map names to labels, got {shown(axes)}")
    checked = {}
    for name, given in axes.items():
        are_several = isinstance(given, Iterable) and not isinstance(given, str)
        labels = tuple(given) if are_several else ()
        is_text = all(isinstance(text, str) for text in (name, *labels))
        if not are_several or not is_text:
            raise SeriesError(f"axes must map names to several texts, got {shown({name: given})}")
        if len(set(labels)) < len(labels):
            twice = next(label for label in labels if labels.count(label) > 1)
            raise SeriesError(f"label '{twice}' of axis '{name}' stands twice")
        checked[name] = labels
    return checked


def checked_table(
    axes: object,
    periods: object,
    freq: object,
    held: tuple[object, object, object],
) -> dict[str, Any]:
    """
    Return what a table of counts holds, by the names of its fields.

    *held* are counts, exposures, and the events recorded selectively or None.
    """
    values, years, selective = held
    labels, index = check_axes(axes), check_periods(periods)
    if not isinstance(freq, str) or index.freqstr.lstrip("0123456789")[:1] != freq:
        raise SeriesError(f"freq is {shown(freq)}, but periods are of {index.freqstr}")
    shape = (*map(len, labels.values()), len(index))

    def named_cell(cell: tuple[int, ...]) -> str:
        at = [f"{name} '{labels[name][k]}'" for name, k in zip(labels, cell, strict=False)]
        return f"period {index[cell[-1]]}" + (f" ({', '.join(at)})" if at else "")

    counts, seen = consistent(
        _of_shape(values, "values", shape), _of_shape(years, "exposure_years", shape), named_cell
    )
    return {
        "axes": labels,
        "periods": index,
        "values": counts,
        "exposure_years": seen,
        "selective": _mentioned(selective, seen.shape, named_cell),
    }


def _mentioned(
    selective: object, shape: tuple[int, ...], where: Callable[[tuple[int, ...]], str]
) -> Floats | None:
    """Return the events recorded selectively, read-only; None where there is no such cell."""
    if selective is None:
        return None
    if isinstance(selective, (pd.Series, pd.DataFrame)):
        raise SeriesError(f"selective must be an array without labels, got {shown(selective)}")
    noted = _of_shape(selective, "selective", shape)
    rules = (
        (np.isinf(noted), "selective must be finite"),
        (noted < 0, "selective must be non-negative"),
    )
    faults = [
        f"{rule}, got {noted[tuple(cell)]:g} in {where(tuple(cell))}"
        for broken, rule in rules
        for cell in np.argwhere(broken).tolist()
    ]
    if faults:
        raise SeriesError(listed(faults))
    return None if np.isnan(noted).all() else _read_only(noted)


def _of_shape(values: object, what: str, shape: tuple[int, ...]) -> Floats:
    if isinstance(values, pd.Series):
        raise SeriesError(f"{what} have labels; Counts.from_frame reads them")
    array = numbers(values, what)
    if array.shape != shape:
        raise SeriesError(
            f"{what} must have shape {shape}, a dimension an axis and periods last, "
            f"got {array.shape}"
        )
    return array


def check_periods(periods: object) -> pd.PeriodIndex:
    """Return periods that follow one another without a gap, under the name "period"."""
    if not isinstance(periods, pd.PeriodIndex):
        raise SeriesError(
            f"periods must be a PeriodIndex, got {shown(periods)}; "
            "CountSeries.from_arrays and Counts.from_frame read others"
        )
    steps = np.diff(periods.asi8)
    multiple = multiple_of(periods)
    if (steps != multiple).any() or (len(periods) == 1 and periods.hasnans):
        check_increase(periods)
        place = int(np.argmax(steps != multiple)) + 1
        raise SeriesError(
            f"periods must be consecutive, but {periods[place]} follows {periods[place - 1]} at "
            f"position {place}; a period that was not observed has exposure 0"
        )
    return periods if periods.name == "period" else periods.rename("period")
