"""Which rows of actors and recipients are events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import field, frozen

from engagement.sources.reader_settings import Actors, check_choice, check_flag, read_focal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engagement.sources.outcomes import Outcomes
    from engagement.sources.row_cells import Cells
    from engagement.values.actor_names import Party

__all__ = ["Actor", "Pairing"]


class Actor(Protocol):
    """One of the two of a row."""

    @property
    def party(self) -> Party:
        """Who it is."""

    @property
    def column(self) -> str:
        """Which column says so."""

    @property
    def role(self) -> str:
        """As what it acts, as printed."""

    @property
    def acts_for_state(self) -> bool:
        """Whether it acts for its state, or is an organisation."""


@frozen
class Pairing:
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

    def __attrs_post_init__(self) -> None:
        """Check the settings."""
        check_choice(self.actors, ("state", "any"), "actors")
        check_flag(self.domestic, "domestic")

    def admits(
        self,
        cells: Cells,
        outcomes: Outcomes,
        first: Actor,
        second: Actor,
        others: Iterable[Party] = (),
    ) -> bool:
        """Tell whether a row is read; if not, it is left out with the reason."""
        for actor in (first, second):
            if not actor.party:
                problem = "no country and no known organisation"
                reason = "in which an actor is no country and no known organisation"
                outcomes.leave_out(cells, actor.column, problem, reason)
                return False
        for actor in (first, second):
            if self.actors == "state" and not actor.acts_for_state:
                problem = (
                    f"{actor.role or 'nobody'} does not act for the state; actors='any' reads it"
                )
                reason = "in which an actor does not act for its state"
                outcomes.leave_out(cells, actor.column, problem, reason)
                return False
        codes = {party.country for party in (first.party, second.party, *others)}
        reason = ""
        if codes == {None}:
            problem = "no country takes part"
        elif first.party == second.party and not self.domestic:
            problem = f"both actors are of {first.party}; domestic=True reads it"
            reason = "in which both actors are of one country"
        elif self.focal is not None and self.focal not in codes:
            problem = f"without {self.focal}"
        else:
            return True
        outcomes.leave_out(cells, second.column, problem, reason or problem)
        return False
