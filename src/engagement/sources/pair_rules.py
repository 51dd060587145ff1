"""Which rows of two actors are events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from engagement.sources.declaration import Against, Rule
from engagement.sources.reader_settings import Actors, focal_of
from engagement.values.actor_names import Party

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engagement.sources.pair_events import Act
    from engagement.sources.reader_settings import PairSettings

__all__ = ["Actor", "PairRules"]

_UNKNOWN = "no country and no known organisation"


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
    UnknownTermError
        If the focal state is no country.
    """

    focal: str | None = field()
    """Only rows in which this state takes part; ``None`` for all."""
    actors: Actors = field()
    """Whether both must act for a state."""
    domestic: bool = field()
    """Whether rows of one country are read."""

    @classmethod
    def of(cls, settings: PairSettings) -> PairRules:
        """Take what a caller chose."""
        return cls(focal_of(settings), settings["actors"], settings["domestic"])

    def rules(self) -> list[Rule]:
        """Give the rules by which rows of two actors are excluded, in their order."""
        of_one = [_why_unknown, self.why_private]
        return [
            Rule(("act",), _why_of_no_kind),
            *(Rule((side,), why) for why in of_one for side in ("first", "second")),
            Rule(("first", "second"), self.why_together, _party),
        ]

    def why_not(self, first: Actor, second: Actor, others: Iterable[Party]) -> Against | None:
        """Say why a row of two actors, in which others take part too, is no event."""
        return (
            _why_unknown(first)
            or _why_unknown(second)
            or self.why_private(first)
            or self.why_private(second)
            or self.why_together(first, second, others)
        )

    def why_private(self, actor: Actor) -> Against | None:
        """Say why a row of an actor is no event, by as what it acts."""
        if self.actors == "any" or actor.acts_for_state:
            return None
        problem = f"{actor.role or 'nobody'} does not act for the state; actors='any' reads it"
        return Against(actor.column, problem, "in which an actor does not act for its state")

    def why_together(
        self, first: Actor, second: Actor, others: Iterable[Party] = ()
    ) -> Against | None:
        """Say why a row of two known actors is no event, by who they are."""
        codes = {party.country for party in (first.party, second.party, *others)}
        if codes == {None}:
            problem = reason = "no country takes part"
        elif first.party == second.party and not self.domestic:
            problem = f"both actors are of {first.party}; domestic=True reads it"
            reason = "in which both actors are of one country"
        elif self.focal is not None and self.focal not in codes:
            problem = reason = f"without {self.focal}"
        else:
            return None
        return Against(second.column, problem, reason)


def _party(actor: Actor) -> Party:
    return actor.party


def _why_unknown(actor: Actor) -> Against | None:
    if actor.party:
        return None
    return Against(actor.column, _UNKNOWN, f"in which an actor is {_UNKNOWN}")


def _why_of_no_kind(act: Act) -> Against | None:
    if act.action is not None:
        return None
    reason = "of a CAMEO code that is of no kind"
    return Against(act.column, f"{act.told} is of no kind", reason)
