"""Who takes part in an event, and by what channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from engagement.events.parts import Participant
from engagement.values.vocabulary import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engagement.values.actor_names import Party

__all__ = ["Parties", "parties_of", "parties_of_states"]


@frozen
class Parties:
    """Who took part in an event, and by what channel."""

    channel: Channel
    initiator: str | None
    countries: tuple[str, ...]
    organisations: tuple[str, ...] = ()
    participants: tuple[Participant, ...] = ()


def parties_of(everybody: Sequence[Party], focal: str | None) -> Parties:
    """
    Tell who takes part, and by what channel, by the parties in the order in which they are named.

    The initiator is the focal state if it takes part, and otherwise the state that acts first.
    An organisation that acts makes the event one of the others, without an initiator.

    Parameters
    ----------
    everybody
        Who takes part; the first acts. One alone makes a domestic event.
    focal
        Alpha-3 code of the focal state; ``None`` too of what is always initiated by who acts.
    """
    parties = list(dict.fromkeys(everybody))
    states = [party.country for party in parties if party.country is not None]
    organisations = sorted({party.organisation for party in parties if party.organisation})
    initiator = focal if focal in states else everybody[0].country
    if len(parties) == 1:
        return Parties(Channel.DOMESTIC, initiator, ())
    partners = tuple(sorted(code for code in states if code != initiator))
    is_bilateral = len(partners) == 1 and not organisations
    channel = Channel.BILATERAL if is_bilateral else Channel.MULTILATERAL
    return Parties(channel, initiator, partners, tuple(organisations))


def parties_of_states(
    states: Sequence[str], focal: str | None, participants: Iterable[Participant]
) -> Parties:
    """
    Tell who takes part where states alone are counted, and others are named as participants.

    Parameters
    ----------
    states
        Under which the event counts, each once; the first acts. One alone is at home.
    focal
        Alpha-3 code of the focal state, which is the initiator if it is one of them.
    participants
        Who is named.
    """
    initiator = focal if focal in states else states[0]
    partners = tuple(sorted(code for code in states if code != initiator))
    channel = Channel.MULTILATERAL if len(partners) > 1 else Channel.BILATERAL
    return Parties(
        channel if partners else Channel.DOMESTIC, initiator, partners, (), tuple(participants)
    )
