"""Records that check themselves and tell all that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from enum import Enum
from functools import wraps
from numbers import Integral
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import NOTHING, Attribute, Factory, fields, frozen

from engagement.errors import EngagementError, EventError, SettingError, shown
from engagement.settings.checks import several
from engagement.settings.unpickling import by_fields
from engagement.values.dates import EventDate, read_date
from engagement.values.places import country_code, party_code
from engagement.values.vocabulary import (
    SEPARATOR,
    Activity,
    Channel,
    read_term,
    read_text,
)

if TYPE_CHECKING:
    from datetime import date

__all__ = ["Checked", "gather_faults"]

T = TypeVar("T")


@frozen
class _Unreadable:
    """A value that a converter cannot read, in its place until the record is made."""

    value: object
    problem: str


def gather_faults(_: type, attributes: list[Attribute[Any]]) -> list[Attribute[Any]]:
    """Let converters leave their faults in place of values, for the record to raise at once."""
    return [
        one
        if one.inherited or one.converter is None  # type: ignore[attr-defined]  # not in its stubs
        else one.evolve(converter=_fault_in_place(cast("Callable[..., object]", one.converter)))
        for one in attributes
    ]


def _fault_in_place(read: Callable[..., object]) -> Callable[..., object]:
    @wraps(read)
    def converter(value: object) -> object:
        try:
            return read(value)
        except EngagementError as error:
            return _Unreadable(value, str(error))

    return converter


def read_item(value: object, what: str) -> str:
    """Read a text that can stand in a list inside a cell."""
    text = read_text(value, what)
    if not text or SEPARATOR in text:
        raise SettingError(f"{what} must be a text without '{SEPARATOR}', got {shown(value)}")
    return text


def read_several(values: object, what: str) -> list[Any]:
    """Read several values, not a single text; those of a set in the order of their texts."""
    items = several(values)
    if items is None:
        raise SettingError(f"{what} must be several, in a list or a tuple, got {shown(values)}")
    if isinstance(values, AbstractSet):
        items.sort(key=lambda value: value if isinstance(value, str) else shown(value))
    return items


def read_whole(value: object, what: str, low: int, high: int) -> int:
    """Read a whole number from *low* to *high*; NumPy's are whole numbers, truth values not."""
    is_whole = isinstance(value, Integral) and not isinstance(value, bool)
    number = int(cast("int", value)) if is_whole else low - 1
    if not low <= number <= high:
        raise SettingError(f"{what}, got {shown(value)}")
    return number


def refuse_twice(items: list[str], what: str) -> tuple[str, ...]:
    """Say if a list names something twice."""
    twice = {item for item in items if items.count(item) > 1} if len(items) > 1 else set()
    if twice:
        raise SettingError(f"{what} names {shown(min(twice))} twice")
    return tuple(items)


def as_text(value: str) -> str:
    """Read a text that may be empty."""
    return value if type(value) is str and not value else read_text(value, "it")


def as_date(value: EventDate | str | date) -> EventDate:
    """Read a date."""
    return read_date(value)


def as_optional_date(value: EventDate | str | date | None) -> EventDate | None:
    """Read a date that may be absent."""
    return None if value is None else read_date(value)


def as_channel(value: Channel | str) -> Channel:
    """Read a channel."""
    return read_term(Channel, value, "channel")


def as_activity(value: Activity | str) -> Activity:
    """Read an activity."""
    return read_term(Activity, value, "activity")


def as_country(value: str | None) -> str | None:
    """Read a country that may be absent."""
    return None if value is None else country_code(value)


def as_party(value: str | None) -> str | None:
    """Read a country, or an organisation of states, that may be absent."""
    return None if value is None else party_code(value)


def as_names(values: Iterable[str]) -> tuple[str, ...]:
    """Read names, none twice and none that holds the separator."""
    if type(values) is tuple and not values:
        return ()
    return refuse_twice([read_item(value, "a name") for value in read_several(values, "it")], "it")


def as_optional(value: T | None, kind: type[T], what: str) -> T | None:
    """Take a value of one class that may be absent."""
    return None if value is None else _instance(value, kind, what)


def _instance(value: object, kind: type[T], what: str) -> T:
    if not isinstance(value, kind):
        raise SettingError(f"{what} must be of {kind.__name__}, got {shown(value)}")
    return value


def as_instances(values: Iterable[T], kind: type[T], what: str) -> tuple[T, ...]:
    """Take several values of one class."""
    if type(values) is tuple and not values:
        return ()
    return tuple(_instance(item, kind, what) for item in read_several(values, what))


@frozen(kw_only=True)
class Checked:
    """
    Raises, once made, all that its converters and its rules found wrong.

    Records derive from it with `gather_faults` for attrs' ``field_transformer``.
    """

    def __attrs_post_init__(self) -> None:
        """Raise EventError if anything is wrong."""
        faults = [
            (attribute.name, value.value, value.problem)
            for attribute in fields(type(self))
            if isinstance(value := getattr(self, attribute.name), _Unreadable)
        ]
        unread = {name for name, _, _ in faults}
        faults += [
            (name, getattr(self, name), problem)
            for names, name, problem in self._broken_rules(unread)
            if not unread.intersection(names)
        ]
        if faults:
            raise EventError(type(self).__name__.lower(), faults)

    def __reduce__(self) -> tuple[Any, ...]:
        """Be pickled and copied by the fields, so that what comes back is checked again."""
        return by_fields(self)

    def _broken_rules(self, unread: set[str]) -> Iterable[tuple[tuple[str, ...], str, str]]:
        """
        Yield fields that a rule reads, the one to blame, and the problem.

        *unread* names the fields that hold no value to check, since they could not be read.
        """
        del unread
        return ()

    def __repr__(self) -> str:
        """Return an expression that makes the same record; without values that are the default."""
        shown = []
        for attribute in fields(type(self)):
            value = getattr(self, attribute.name)
            default = attribute.default
            if isinstance(default, Factory):  # type: ignore[arg-type]
                default = default.factory()
            if default is NOTHING or value != default:
                shown.append(f"{attribute.name}={_expression(value)}")
        return f"{type(self).__name__}({', '.join(shown)})"


def _expression(value: object) -> str:
    if isinstance(value, EventDate):
        return repr(str(value))
    if isinstance(value, Enum):
        return repr(str(value.value))
    if isinstance(value, tuple):
        inside = ", ".join(map(_expression, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return repr(value)
