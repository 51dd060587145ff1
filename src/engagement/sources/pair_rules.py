"""Which rows of two actors are events."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import field, frozen

from engagement.sources.declaration import Rows, Rule
from engagement.sources.reader_settings import Actors, check_choice, check_flag, read_focal
from engagement.values.actor_names import Party

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engagement.sources.pair_events import Act

__all__ = ["Actor", "PairRules"]

_SIDES = ("first", "second")
_UNKNOWN = "no country and no known organisation"
_NO_COUNTRY = "no country takes part"


@frozen
class Actor:
    """One of the two of a row."""

    party: Party
    """Who it is."""
    column: str
    """Which column says so."""
    role: str
    """As what it acts, as printed."""
    acts_for_state: bool
    """Whether it acts for its state, or is an organisation."""


@frozen(eq=False)
class PairRules:
    """
    The caller's choice of rows.

    Raises
    ------
    SettingError
        If a setting is none that is taken.
    UnknownTermError
        If the focal state is no country.
    """

    focal: str | None = field(converter=read_focal)
    """Only rows in which this state takes part; ``None`` for all."""
    actors: Actors = field()
    """Whether both must act for a state."""
    domestic: bool = field()
    """Whether rows of one country are read."""
    join: bool = field()
    """Whether rows that tell of one event are joined."""
    _numbers: dict[Party, int] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        """Check the settings."""
        check_choice(self.actors, ("state", "any"), "actors")
        check_flag(self.domestic, "domestic")
        check_flag(self.join, "join_dyads")

    def rules(self, code_column: str) -> list[Rule]:
        """
        Give the rules by which rows are left out, in their order.

        Parameters
        ----------
        code_column
            The column with the code of what took place.
        """
        told_kind = partial(_told_kind, code_column)
        reason = "of a CAMEO code that is of no kind"
        rules = [Rule(_is_of_no_kind, ("act",), told_kind, reason)]
        reason = f"in which an actor is {_UNKNOWN}"
        rules += [
            Rule(partial(_is_unknown, side), (side,), _told_unknown, reason) for side in _SIDES
        ]
        reason = "in which an actor does not act for its state"
        if self.actors == "state":
            rules += [
                Rule(partial(_is_private, side), (side,), _told_private, reason) for side in _SIDES
            ]
        rules.append(Rule(_has_no_country, ("second",), _told_no_country, _NO_COUNTRY))
        if not self.domestic:
            reason = "in which both actors are of one country"
            rules.append(Rule(self._is_of_one, ("second", "first"), _told_of_one, reason))
        if self.focal is not None:
            reason = f"without {self.focal}"
            rules.append(Rule(self._is_without, ("second",), self._told_without, reason))
        return rules

    def _number(self, actor: Actor) -> int:
        return self._numbers.setdefault(actor.party, len(self._numbers))

    def _is_of_one(self, rows: Rows) -> NDArray[np.bool_]:
        is_one: NDArray[np.bool_] = rows.of("first", self._number, absent=-1) == rows.of(
            "second", self._number, absent=-1
        )
        return is_one

    def _is_focal(self, actor: Actor) -> bool:
        return actor.party.country == self.focal

    def _is_without(self, rows: Rows) -> NDArray[np.bool_]:
        is_there = [rows.of(side, self._is_focal, absent=False) for side in _SIDES]
        is_without: NDArray[np.bool_] = ~(is_there[0] | is_there[1])
        return is_without

    def _told_without(self, second: Actor) -> tuple[str, str]:
        return second.column, f"without {self.focal}"


def _has_action(act: Act) -> bool:
    return act.action is not None


def _is_of_no_kind(rows: Rows) -> NDArray[np.bool_]:
    return ~rows.of("act", _has_action, absent=False)


def _told_kind(column: str, act: Act) -> tuple[str, str]:
    return column, f"CAMEO {act.code} is of no kind"


def _is_known(actor: Actor) -> bool:
    return bool(actor.party)


def _is_unknown(side: str, rows: Rows) -> NDArray[np.bool_]:
    return ~rows.of(side, _is_known, absent=False)


def _told_unknown(actor: Actor) -> tuple[str, str]:
    return actor.column, _UNKNOWN


def _acts(actor: Actor) -> bool:
    return actor.acts_for_state


def _is_private(side: str, rows: Rows) -> NDArray[np.bool_]:
    return ~rows.of(side, _acts, absent=False)


def _told_private(actor: Actor) -> tuple[str, str]:
    role = actor.role or "nobody"
    return actor.column, f"{role} does not act for the state; actors='any' reads it"


def _has_country(actor: Actor) -> bool:
    return actor.party.country is not None


def _has_no_country(rows: Rows) -> NDArray[np.bool_]:
    is_there = [rows.of(side, _has_country, absent=False) for side in _SIDES]
    is_without: NDArray[np.bool_] = ~(is_there[0] | is_there[1])
    return is_without


def _told_no_country(second: Actor) -> tuple[str, str]:
    return second.column, _NO_COUNTRY


def _told_of_one(second: Actor, first: Actor) -> tuple[str, str]:
    return second.column, f"both actors are of {first.party}; domestic=True reads it"
