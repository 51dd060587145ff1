"""From JSON to a query: every key and every term is checked, and all faults are told at once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

from engagement.claims.answers import CHANGE_SIGNS
from engagement.claims.fields import FIELDS, LABELLED, is_own
from engagement.claims.queries import (
    ABOUT,
    MEASURES,
    SIGNS,
    Combination,
    Filter,
    Measurement,
    Query,
    Test,
)
from engagement.errors import EngagementError, SettingError, UnknownTermError, shown, suggest
from engagement.log.selection import read_pair
from engagement.values.dates import EventDate, read_span
from engagement.values.money import currency_code
from engagement.values.places import country_code, party_code
from engagement.values.topics import TOPICS
from engagement.values.vocabulary import (
    AXES,
    NONE_LABEL,
    Activity,
    Channel,
    Rank,
    Status,
    Terms,
    read_term,
    read_topic,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["read_query"]

T = TypeVar("T")

_COMBINING = ("all", "any", "not")
_FILTER_KEYS = (*AXES, *FIELDS, "since", "until", "status", "implied", "not")
_MEASUREMENT_KEYS = ("measure", "where", "about")
_TEST_KEYS = ("is", "value", "tolerance", "level", "each")
_EACH_AXES = ("country", "channel", "activity", "topic", "rank", "initiator")
_RHYTHM_KEYS = ("times", "years", "since", "until", "activity")
_AMOUNTS = ("personnel", "value")
_DEEPEST = 20


def read_query(data: object) -> Query:
    """
    Read a query from an object, its JSON text, or a query; all faults are in one error.

    >>> query = read_query('{"measure": "count", "is": ">=", "value": 80}')
    >>> query.to_data()
    {'measure': 'count', 'is': '>=', 'value': 80}
    >>> read_query({"measure": "cuont", "where": {"chanel": "bilateral"}, "is": "=>"})
    Traceback (most recent call last):
    ...
    engagement.errors.SettingError: measure: unknown 'cuont'; ... Did you mean 'count'?; where: \
    unknown key 'chanel'; ... Did you mean 'channel'?
    """
    if isinstance(data, Query):
        return data
    if isinstance(data, str):
        try:
            data = json.loads(data, object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            raise SettingError(f"not JSON: {error}") from None
    reader = _Reader()
    query = reader.query(data, "", 0)
    if reader.faults or query is None:
        raise SettingError("; ".join(dict.fromkeys(reader.faults)))
    return query


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for key, value in pairs:
        if key in read:
            raise ValueError(f"the key {key!r} stands twice in one object")
        read[key] = value
    return read


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


class _Reader:
    """Reads one query and gathers what is wrong with it."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def fault(self, path: str, problem: str) -> None:
        self.faults.append(f"{path}: {problem}" if path else problem)

    def keep(self, path: str, read: Callable[..., T], *args: object) -> T | None:
        """Read a value, or keep its fault."""
        try:
            return read(*args)
        except EngagementError as error:
            self.fault(path, str(error))
            return None

    def mapping(self, data: object, path: str) -> Mapping[str, Any] | None:
        if not isinstance(data, Mapping):
            self.fault(path, f"must be an object, got {shown(data)}")
            return None
        return data

    def keys(self, data: Mapping[str, Any], known: Iterable[str], path: str) -> None:
        """Keep a fault for every key that is not known."""
        names = tuple(known)
        for key in data:
            if key not in names:
                self.fault(
                    path,
                    f"unknown key {key!r}; the keys are {_listed(names)}"
                    + suggest(str(key), names),
                )

    def chosen(self, value: object, known: Iterable[str], path: str, what: str) -> str | None:
        """Read one of several words."""
        words = tuple(known)
        if isinstance(value, str) and value in words:
            return value
        hint = suggest(value, words) if isinstance(value, str) else ""
        self.fault(path, f"unknown {what}{shown(value)}; there is {_listed(words)}{hint}")
        return None

    def number(self, value: object, path: str, low: float = -1e300) -> float | None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            self.fault(path, f"must be a number, got {shown(value)}")
            return None
        if value < low:
            self.fault(path, f"must be {low:g} or more, got {shown(value)}")
            return None
        return value

    def query(self, data: object, path: str, depth: int) -> Query | None:
        item = self.mapping(data, path)
        if item is None:
            return None
        if depth > _DEEPEST:
            self.fault(path, f"queries stand at most {_DEEPEST} deep in one another")
            return None
        kinds = [kind for kind in _COMBINING if kind in item]
        if not kinds:
            return self.test(item, path)
        kind = kinds[0]
        self.keys(item, (kind,), path)
        below = _under(path, kind)
        inside = item[kind]
        if kind == "not":
            parts = [self.query(inside, below, depth + 1)]
        elif isinstance(inside, list) and inside:
            parts = [self.query(p, f"{below}[{n}]", depth + 1) for n, p in enumerate(inside, 1)]
        else:
            self.fault(below, f"must be a list of queries, got {shown(inside)}")
            return None
        read = tuple(part for part in parts if part is not None)
        return Combination(kind=kind, parts=read) if len(read) == len(parts) else None

    def test(self, item: Mapping[str, Any], path: str) -> Test | None:
        measurement = self.measurement(item, path, _TEST_KEYS)
        each = self.each(item["each"], _under(path, "each")) if "each" in item else ()
        if "is" not in item:
            self.fault(_under(path, "is"), "is required")
        name = item.get("measure")
        if not isinstance(name, str) or name not in MEASURES or "is" not in item:
            return None
        answer = MEASURES[name].answer
        sign = self.chosen(item["is"], SIGNS[answer], _under(path, "is"), "sign ")
        values: dict[str, Any] = {}
        for key, signs in (("tolerance", ("about",)), ("level", CHANGE_SIGNS)):
            if key not in item:
                continue
            values[key] = self.number(item[key], _under(path, key), 0.0)
            if sign is not None and sign not in signs:
                self.fault(_under(path, key), f"is for {_listed(signs)} only")
        below = _under(path, "value")
        if sign in CHANGE_SIGNS:
            if "value" in item:
                self.fault(below, f"'{sign}' takes none")
        elif "value" in item:
            values["value"] = self.value(item["value"], answer, str(item.get("of")), below)
        else:
            self.fault(below, "is required")
        if measurement is None or sign is None or each is None or None in values.values():
            return None
        return Test(measurement=measurement, sign=sign, each=each, **values)

    def measurement(
        self, item: Mapping[str, Any], path: str, others: tuple[str, ...] = ()
    ) -> Measurement | None:
        if "measure" not in item:
            self.keys(item, (*_MEASUREMENT_KEYS, *others, *_COMBINING), path)
            self.fault(_under(path, "measure"), f"is required; there is {_listed(MEASURES)}")
            return None
        name = self.chosen(item["measure"], MEASURES, _under(path, "measure"), "")
        values: dict[str, Any] = {}
        if name is not None:
            values = self.options(name, item, path, others)
        if "about" in item:
            values["about"] = self.chosen(item["about"], ABOUT, _under(path, "about"), "")
        if "where" in item:
            values["where"] = self.filter(item["where"], _under(path, "where"))
        if name is None or None in values.values():
            return None
        if any(key not in values for key in MEASURES[name].required):
            return None
        return Measurement(measure=name, **values)

    def options(
        self, name: str, item: Mapping[str, Any], path: str, others: tuple[str, ...]
    ) -> dict[str, Any]:
        """Read the keys that belong to a measure."""
        measure = MEASURES[name]
        own = (*measure.required, *measure.optional)
        self.keys(item, (*_MEASUREMENT_KEYS, *own, *others), path)
        for key in measure.required:
            if key not in item:
                self.fault(_under(path, key), f"is required for '{name}'")
        if "currency" in own:
            self.amount(item.get("of"), item, path)
        return {
            key: self.option(name, key, item[key], _under(path, key)) for key in own if key in item
        }

    def amount(self, of: object, item: Mapping[str, Any], path: str) -> None:
        """Check that people are of a country, and worth in a currency."""
        if of == "value" and "currency" not in item:
            self.fault(_under(path, "currency"), "is required for 'value'")
        if of == "value" and "by" in item:
            self.fault(_under(path, "by"), "is for 'personnel' only")
        if of == "personnel" and "currency" in item:
            self.fault(_under(path, "currency"), "is for 'value' only")

    def option(self, measure: str, key: str, value: object, path: str) -> object:
        """Read what belongs to some measures only."""
        if key == "of":
            if measure in _LABEL_MEASURES and is_own(value):
                return value
            known = LABELLED if measure in _LABEL_MEASURES else _AMOUNTS
            return self.chosen(value, known, path, "")
        if key in {"by", "currency"}:
            return self.keep(path, country_code if key == "by" else currency_code, value)
        own: Mapping[str, Callable[[object, str], object]] = {
            "split": self.date,
            "per": self.freq,
            "n": self.whole,
            "months": self.whole,
        }
        return own.get(key, self.filter)(value, path)

    def whole(self, value: object, path: str) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
            return value
        self.fault(path, f"must be a whole number of 1 or more, got {shown(value)}")
        return None

    def freq(self, value: object, path: str) -> str | None:
        if isinstance(value, str) and re.fullmatch(r"([1-9][0-9]?)?[YQM]", value, re.ASCII):
            return value
        self.fault(
            path, f"must be a letter of Y, Q, M with a number before it or none, got {shown(value)}"
        )
        return None

    def date(self, value: object, path: str) -> EventDate | None:
        made = self.keep(path, EventDate, value)
        if made is not None and made.is_open:
            self.fault(path, f"'{made}' is open at one end")
            return None
        return made

    def filter(self, data: object, path: str) -> Filter | None:
        item = self.mapping(data, path)
        if item is None:
            return None
        own = [key for key in item if is_own(key)]
        self.keys(item, (*_FILTER_KEYS, *own), path)
        before = len(self.faults)
        values: dict[str, Any] = {
            "labels": tuple(self._terms(item, AXES, path)),
            "words": tuple(self._terms(item, (*FIELDS, *own), path)),
        }
        for end in ("since", "until"):
            if end in item:
                values[end] = self.keep(_under(path, end), EventDate, item[end])
        if values.get("since") is not None and values.get("until") is not None:
            self.keep(path, read_span, values["since"], values["until"])
        if "status" in item:
            values["statuses"] = self._each_term(item["status"], _status, _under(path, "status"))
        if "implied" in item:
            values["implied"] = item["implied"]
            if not isinstance(item["implied"], bool):
                self.fault(
                    _under(path, "implied"), f"must be true or false, got {shown(item['implied'])}"
                )
        if "not" in item:
            values["without"] = self.filter(item["not"], _under(path, "not"))
        return Filter(**values) if len(self.faults) == before else None

    def _terms(
        self, item: Mapping[str, Any], known: Iterable[str], path: str
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        for key in known:
            if key in item:
                terms = self._each_term(item[key], _READ.get(key, _text), _under(path, key))
                yield key, terms

    def _each_term(self, value: object, read: Callable[[str], T], path: str) -> tuple[T, ...]:
        """Read a term or a list of them."""
        items = value if isinstance(value, list) else [value]
        if not items:
            self.fault(path, "must name at least one")
        made = []
        for one in items:
            if isinstance(one, str):
                made.append(self.keep(path, read, one))
            else:
                self.fault(path, f"must be a text or a list of texts, got {shown(one)}")
        return tuple(dict.fromkeys(term for term in made if term is not None))

    def each(self, data: object, path: str) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
        item = self.mapping(data, path)
        if item is None:
            return None
        before = len(self.faults)
        own = [key for key in item if is_own(key)]
        self.keys(item, ("period", *_EACH_AXES, *own), path)
        if not item:
            self.fault(path, "must name 'period' or an axis")
        read: list[tuple[str, tuple[str, ...]]] = []
        if "period" in item:
            freq = self.freq(item["period"], _under(path, "period"))
            read.append(("period", (str(freq),)))
        read += self._terms(item, (*_EACH_AXES, *own), path)
        return tuple(read) if len(self.faults) == before else None

    def value(self, data: object, answer: str, of: str, path: str) -> Any:
        """Read what is claimed, as the measure answers."""
        if answer == "rhythm":
            return self.rhythm(data, path)
        if isinstance(data, Mapping):
            other = self.measurement(data, path)
            if other is not None and MEASURES[other.measure].answer != answer:
                found = MEASURES[other.measure].answer
                self.fault(path, f"'{other.measure}' gives a {found}, a {answer} is asked for")
            return other
        if answer == "date":
            return self.date(data, path)
        if answer == "labels":
            if not isinstance(data, list):
                self.fault(path, f"must be a list of labels, got {shown(data)}")
                return None
            return frozenset(self._each_term(data, _READ.get(of, _text), path) if data else ())
        return self.number(data, path)

    def rhythm(self, data: object, path: str) -> tuple[tuple[str, Any], ...] | None:
        item = self.mapping(data, path)
        if item is None:
            return None
        self.keys(item, _RHYTHM_KEYS, path)
        if not item:
            self.fault(path, f"must state one of {_listed(_RHYTHM_KEYS)}")
        read: dict[str, Any] = {}
        for key in _RHYTHM_KEYS:
            if key not in item:
                continue
            below = _under(path, key)
            if key in {"times", "years"}:
                read[key] = self.whole(item[key], below)
            elif key == "activity":
                read[key] = self.keep(below, _activity, item[key])
            else:
                made = self.date(item[key], below)
                read[key] = None if made is None else str(made)
        return tuple(read.items())


_LABEL_MEASURES = ("distinct", "labels", "most", "fewest")


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _text(value: str) -> str:
    text = " ".join(value.split())
    if not text:
        raise UnknownTermError("must not be empty")
    return text


def _label(read: Callable[[str], object]) -> Callable[[str], str]:
    return lambda text: text if text == NONE_LABEL else str(read(text))


def _activity(value: str) -> str:
    return str(read_term(Activity, value, "activity"))


def _status(value: str) -> Status:
    return read_term(Status, value, "status")


_READ: Mapping[str, Callable[[str], str]] = {
    "country": _label(country_code),
    "initiator": _label(party_code),
    "channel": lambda text: str(read_term(Channel, text, "channel")),
    "activity": _activity,
    "topic": _label(lambda text: read_topic(text, TOPICS)),
    "rank": _label(lambda text: read_term(Rank, text, "rank")),
    "host": country_code,
    "pair": read_pair,
    "terms": lambda text: str(read_term(Terms, text, "terms of a transfer")),
}
"""How the terms of an axis or a column are read; others are texts."""
