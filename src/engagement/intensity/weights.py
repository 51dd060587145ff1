"""What an event weighs: people, money, rank, or whatever a caller computes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from engagement.errors import SettingError, shown, suggest
from engagement.settings.checks import is_number, read_choice
from engagement.values.money import currency_code
from engagement.values.vocabulary import Activity, Rank

if TYPE_CHECKING:
    from engagement.events.events import Event
    from engagement.log.eventlog import EventLog

__all__ = ["RANK_SCALE", "WEIGHTS", "Sizes", "UnknownSizes", "Weight", "sizes_of"]

Weight = str | Callable[["Event"], Any]
"""The name of a weight, or a function of an event."""

UnknownSizes = tuple[float, float] | str | None
"""What a caller may say about unknown sizes."""

WEIGHTS: Mapping[str, tuple[Activity, ...]] = {
    "personnel": (Activity.EXERCISE, Activity.TRAINING, Activity.OPERATION),
    "value": (Activity.TRANSFER, Activity.MEASURE),
    "rank": tuple(Activity),
}
"""The kinds of events that can have each weight."""

RANK_SCALE: Mapping[Rank, float] = {
    rank: float(len(Rank) - place) for place, rank in enumerate(Rank)
}
"""9 for a head of state down to 1 for working level: an order, in equal steps by fiat."""


@frozen(kw_only=True, eq=False)
class Sizes:
    """How much each event of a log weighs, between two bounds."""

    low: NDArray[np.float64]
    """At least so much, shape ``(n_events,)``."""
    high: NDArray[np.float64]
    """At most so much; infinite where nobody knows."""
    is_unknown: NDArray[np.bool_]
    """Whether the source tells neither bound."""
    unit: str
    """What is summed."""


def sizes_of(
    log: EventLog,
    weight: Weight,
    *,
    unknown: UnknownSizes,
    currency: str | None,
    exchange: Mapping[str, float] | None,
    scale: Mapping[Rank | str, float] | None,
) -> Sizes:
    """Weigh each event of a log of kinds that have the weight, see `weigh_events`."""
    unit = "weight"
    if callable(weight):
        pairs = [_given(weight(event), event) for event in log.events]
    elif isinstance(weight, str) and weight in set(log.own_columns).difference(WEIGHTS):
        pairs, unit = _own(log, weight), weight
    else:
        read_choice("weight", weight, dict.fromkeys((*WEIGHTS, *log.own_columns)))
        if weight == "personnel":
            pairs, unit = [_personnel(event) for event in log.events], "people"
        elif weight == "value":
            unit, factors = _rates(log, currency, exchange)
            pairs = [_value(event, factors) for event in log.events]
        else:
            known = read_scale(scale)
            pairs, unit = [_rank(event, known) for event in log.events], "points of rank"
            if unknown is None:
                unknown = (min(known.values()), max(known.values()))
    return _bounded(pairs, unknown, unit)


Pair = tuple[float | None, float | None]


def _own(log: EventLog, column: str) -> list[Pair]:
    """Read numbers from a column of the user's own; empty is unknown."""
    pairs: list[Pair] = []
    faults = []
    for event in log.events:
        text = dict(event.own).get(column, "")
        try:
            number = float(text) if text else None
        except ValueError:
            number = -1.0
        if number is not None and not 0 <= number < np.inf:
            faults.append(f"{shown(text)} of event {event.id!r}")
        pairs.append((number, number))
    if faults:
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise SettingError(
            f"a weight is a number of at least 0; column {shown(column)} holds "
            + "; ".join(faults[:5])
            + more
        )
    return pairs


def _personnel(event: Event) -> Pair:
    """Return the least and the largest number of people; what countries sent is a least."""
    told = getattr(event, "personnel", None)
    if told is None:
        return None, None
    parts = sum(number for _, number in told.by_country)
    low = max(told.low or 0, parts) if told.low is not None or told.by_country else None
    return low, told.high


def _value(event: Event, factors: Mapping[str, float]) -> Pair:
    money = getattr(event, "value", None)
    if money is None:
        return None, None
    amount = float(money.amount) * factors[money.currency]
    return amount, amount


def _rank(event: Event, scale: Mapping[Rank, float]) -> Pair:
    if event.rank is None:
        return None, None
    return scale[event.rank], scale[event.rank]


def _given(value: Any, event: Event) -> Pair:
    """Read what a caller's function gives: a number, a pair of bounds, or None."""
    ends = value if isinstance(value, tuple) and len(value) == 2 else (value, value)
    read: list[float | None] = []
    for end in ends:
        if end is not None and not _is_weight(end):
            raise SettingError(
                f"a weight is a number of at least 0, a pair of bounds, or None, "
                f"got {shown(value)} for event {event.id!r} ({event})"
            )
        read.append(None if end is None else float(end))
    low, high = read
    if low is not None and high is not None and low > high:
        raise SettingError(
            f"a weight's bounds are turned round: {shown(value)} for event {event.id!r}"
        )
    return low, high


def _is_weight(value: Any) -> bool:
    return is_number(value) and float(value) >= 0


def _rates(
    log: EventLog, currency: str | None, exchange: Mapping[str, float] | None
) -> tuple[str, dict[str, float]]:
    """Return the currency to sum in, and by what to multiply amounts of each that is used."""
    used = sorted({m.currency for e in log.events if (m := getattr(e, "value", None)) is not None})
    if currency is None:
        if len(used) > 1:
            raise SettingError(
                f"values are in {', '.join(used)}; name one as currency, and in exchange what one "
                "unit of each of the others is worth in it"
            )
        currency = used[0] if used else "USD"
    target = currency_code(currency)
    if exchange is not None and not isinstance(exchange, Mapping):
        raise SettingError(
            "exchange must be a mapping of currencies to what one unit is worth, "
            f"got {shown(exchange)}"
        )
    rates = {currency_code(code): rate for code, rate in (exchange or {}).items()}
    for code, rate in rates.items():
        if not _is_weight(rate) or not 0 < float(rate) < np.inf:
            raise SettingError(f"exchange of {code} must be a positive number, got {shown(rate)}")
    rates[target] = 1.0
    missing = [code for code in used if code not in rates]
    if missing:
        raise SettingError(
            f"exchange has no rate for {', '.join(missing)}: say what one unit is worth in {target}"
        )
    return target, {code: float(rate) for code, rate in rates.items()}


def read_scale(scale: Mapping[Rank | str, float] | None) -> dict[Rank, float]:
    """Complete a scale of ranks, or say what is wrong with it."""
    if scale is None:
        return dict(RANK_SCALE)
    if not isinstance(scale, Mapping):
        raise SettingError(f"scale must be a mapping of ranks to weights, got {shown(scale)}")
    terms = {rank.value: rank for rank in Rank}
    read: dict[Rank, float] = {}
    for name, value in scale.items():
        rank = name if isinstance(name, Rank) else terms.get(shown(name).strip("'"))
        if rank is None:
            raise SettingError(f"scale: unknown rank {shown(name)}" + suggest(shown(name), terms))
        if not _is_weight(value) or not np.isfinite(float(value)):
            raise SettingError(
                f"scale: '{rank}' must weigh a number of at least 0, got {shown(value)}"
            )
        read[rank] = float(value)
    missing = [f"'{rank}'" for rank in Rank if rank not in read]
    if missing:
        raise SettingError(f"scale: no weight for {', '.join(missing)}")
    return read


def _bounded(pairs: list[Pair], unknown: UnknownSizes, unit: str) -> Sizes:
    is_unknown = np.array([low is None and high is None for low, high in pairs], dtype=bool)
    lows = [low for low, _ in pairs if low is not None]
    highs = [high for _, high in pairs if high is not None]
    least, most = _read_unknown(unknown, lows, highs)
    ends = np.array([_ends(pair, least, most) for pair in pairs], dtype=np.float64).reshape(-1, 2)
    low, high = ends.T
    return Sizes(low=low, high=high, is_unknown=is_unknown, unit=unit)


def _ends(pair: Pair, least: float, most: float) -> tuple[float, float]:
    """Fill in the bound that is not known; what is printed outweighs what is supposed."""
    low, high = pair
    if low is None:
        low = least if high is None else min(least, high)
    return low, max(most, low) if high is None else high


def _read_unknown(
    unknown: UnknownSizes, lows: list[float], highs: list[float]
) -> tuple[float, float]:
    """Return between what an unknown size is taken to lie."""
    if unknown is None:
        return 0.0, float("inf")
    if isinstance(unknown, str) and unknown == "range":
        if not lows or not highs:
            raise SettingError("unknown='range' needs events of known size, and there are none")
        return min(lows), max(highs)
    if (
        isinstance(unknown, str)
        or not isinstance(unknown, tuple)
        or len(unknown) != 2
        or not all(_is_weight(end) for end in unknown)
        or unknown[0] > unknown[1]
    ):
        raise SettingError(
            "unknown must be a pair of bounds for unknown sizes, 'range' for those of the known "
            f"ones, or None, got {shown(unknown)}"
        )
    return float(unknown[0]), float(unknown[1])
