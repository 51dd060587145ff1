"""Events in the terms of CAMEO and PLOVER, with their scores: an option that has a trap."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import field, frozen

from engagement.answers import Answer
from engagement.display import Column, names
from engagement.errors import SettingError, shown
from engagement.events.events import Transfer, Visit
from engagement.log.eventlog import EventLog
from engagement.settings.checks import check_instance, read_choice
from engagement.sources.cameo_codes import CAMEO_KINDS, read_cameo_code
from engagement.values.vocabulary import Activity, Channel, Terms, read_term

if TYPE_CHECKING:
    from collections.abc import Callable

    from engagement.events.events import Event

__all__ = ["Crosswalk", "translate_events"]

GOLDSTEIN: Mapping[str, float] = MappingProxyType(
    {
        "040": 1.0,
        "041": 1.0,
        "042": 1.9,
        "043": 2.8,
        "044": 2.5,
        "045": 5.0,
        "046": 7.0,
        "050": 3.5,
        "057": 8.0,
        "060": 6.0,
        "061": 6.4,
        "062": 7.4,
        "063": 7.4,
        "064": 7.0,
        "070": 7.0,
        "071": 7.4,
        "072": 8.3,
        "073": 7.4,
        "074": 8.5,
        "150": -7.2,
        "152": -7.2,
        "154": -7.2,
    }
)
"""Goldstein's scores of the codes that come of events here, from -10 to 10."""

PLOVER_CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "CONSULT": "verbal cooperation",
        "SUPPORT": "verbal cooperation",
        "COOPERATE": "material cooperation",
        "AID": "material cooperation",
        "MOBILIZE": "material conflict",
    }
)
"""The types of PLOVER that come of events here, in the fourfold division of such schemes."""

_FORCE = (Activity.EXERCISE, Activity.MEASURE)  # alone: a show of force, in those schemes
_BY_SUBKIND = {
    (action.activity, action.subkind): code
    for code, action in CAMEO_KINDS.items()
    if action.subkind
}
_CAMEO = {
    Activity.MEETING: "040",
    Activity.VISIT: "042",
    Activity.AGREEMENT: "057",
    Activity.EXERCISE: "062",
    Activity.TRAINING: "060",
    Activity.OPERATION: "062",
    Activity.TRANSFER: "070",
    Activity.MECHANISM: "050",
    Activity.MEASURE: "060",
}
_PLOVER = {
    Activity.MEETING: "CONSULT",
    Activity.VISIT: "CONSULT",
    Activity.AGREEMENT: "SUPPORT",  # a signature; AGREE is a promise
    Activity.EXERCISE: "COOPERATE",
    Activity.TRAINING: "COOPERATE",
    Activity.OPERATION: "COOPERATE",
    Activity.TRANSFER: "AID",
    Activity.MECHANISM: "SUPPORT",  # diplomatic cooperation begins, as in CAMEO's 050
    Activity.MEASURE: "COOPERATE",
}


def _cameo(event: Event) -> str:
    if event.channel is Channel.DOMESTIC and event.activity in _FORCE:
        return "150"
    found = _BY_SUBKIND.get((event.activity, event.subkind))
    if found is not None:
        return found
    if isinstance(event, Visit) and event.host is not None and event.host == event.initiator:
        return "043"
    if isinstance(event, Transfer) and event.terms is Terms.SALE:
        return "061"
    return _of_kind(event, _CAMEO, "cameo")


def _plover(event: Event) -> str:
    if event.channel is Channel.DOMESTIC and event.activity in _FORCE:
        return "MOBILIZE"
    if isinstance(event, Transfer) and event.terms is Terms.SALE:
        return "COOPERATE"
    return _of_kind(event, _PLOVER, "plover")


def _of_kind(event: Event, codes: Mapping[Activity, str], scheme: str) -> str:
    """Give the code of a kind that has one whatever else is known of the event."""
    if event.activity not in codes:
        raise SettingError(
            f"scheme '{scheme}' has no code for a {event.activity}; give one, such as "
            f"codes={{'{event.activity}': '{codes[Activity.MEETING]}'}}"
        )
    return codes[event.activity]


_SCHEMES: Mapping[str, Callable[[Event], str]] = {"cameo": _cameo, "plover": _plover}


@frozen(kw_only=True, eq=False, repr=False)
class Crosswalk(Answer):
    """
    Events in the terms of another scheme, from `translate_events`.

    `cooperation` and `conflict` are functions of an event, to weigh events by. Its rows are the
    events: id, date, event, code, score (NaN where there is none), trap.
    """

    log: EventLog = field(repr=False)
    """What was translated."""
    scheme: str
    """``cameo`` or ``plover``."""
    codes: Mapping[Activity, str]
    """The caller's own codes, by kind of event."""

    def code(self, event: Event) -> str:
        """Return the code of an event."""
        own = self.codes.get(event.activity)
        return _SCHEMES[self.scheme](event) if own is None else own

    def score(self, event: Event) -> float | None:
        """Return Goldstein's score; None where the scheme or the code has none here."""
        return GOLDSTEIN.get(self.code(event)) if self.scheme == "cameo" else None

    def cooperation(self, event: Event) -> float | None:
        """Return a score above zero, 0 for conflict, None where unknown."""
        score = self.score(event)
        return None if score is None else max(score, 0.0)

    def conflict(self, event: Event) -> float | None:
        """Return a score below zero without its sign, 0 for cooperation, None where unknown."""
        score = self.score(event)
        return None if score is None else max(-score, 0.0)

    def is_trapped(self, event: Event) -> bool:
        """Tell whether what a state does alone becomes an act of conflict in the scheme."""
        code = self.code(event)
        return event.channel is Channel.DOMESTIC and (code.startswith("15") or code == "MOBILIZE")

    @property
    def n_trapped(self) -> int:
        """How many events a state did alone and that become conflict."""
        return sum(map(self.is_trapped, self.log))

    @property
    def title(self) -> str:
        """How many events, and in what terms."""
        return f"{len(self.log)} events in the terms of {self.scheme.upper()}"

    @property
    def columns(self) -> list[Column]:
        """Each event with its code."""
        texts = names("id", "date", "event", "code", dtype="str")
        return [*texts, *names("score", dtype="float64"), *names("trap", dtype="bool")]

    @property
    def rows(self) -> list[dict[str, object]]:
        """One row per event."""
        return [
            {
                "id": event.id,
                "date": str(event.date),
                "event": str(event),
                "code": self.code(event),
                "score": self.score(event),
                "trap": self.is_trapped(event),
            }
            for event in self.log
        ]

    @property
    def notes(self) -> tuple[str]:
        """How many events the scheme takes for conflict."""
        return (
            (
                f"trap: {self.n_trapped} events that a state did alone, such as measures at its "
                "borders, are acts of conflict in that scheme"
            ),
        )


def translate_events(
    log: EventLog,
    scheme: str,
    *,
    codes: Mapping[Activity | str, str] | None = None,
) -> Crosswalk:
    """
    Put events into the terms of CAMEO or PLOVER, to compare them with data coded so.

    No other function uses these codes, because the schemes code what one actor does to another,
    and score it between conflict and cooperation. A state that builds a post at its border, or
    exercises alone, demonstrates force in these schemes: it scores -7.2 on Goldstein's scale
    [1]_, as if it acted against a partner. Training and the founding of a body have no code of
    their own. Codes are those of the published codebooks [2]_ [3]_.

    Parameters
    ----------
    log
        The events.
    scheme
        ``"cameo"``: codes, as the readers of GDELT and ICEWS understand them, and Goldstein's
        scores. ``"plover"``: types of events, without scores, which hang on modes that events
        here do not have.
    codes
        For a kind of event the code to use, whatever else is known of it.

    Returns
    -------
    Crosswalk
        A code for each event, and functions to weigh events by.

    Raises
    ------
    SettingError
        If there is no such scheme, or *codes* is no mapping of kinds to codes.
    UnknownTermError
        If a code is none of CAMEO.

    References
    ----------
    .. [1] J. S. Goldstein (1992), *Journal of Conflict Resolution* 36(2), 369-385.
    .. [2] P. A. Schrodt (2012), *CAMEO: Conflict and Mediation Event Observations Event and
       Actor Codebook*, version 1.1b3.
    .. [3] Open Event Data Alliance (2018), *PLOVER: Political Language Ontology for Verifiable
       Event Records*.

    Examples
    --------
    >>> from engagement.events.events import Measure, Meeting
    >>> log = EventLog([
    ...     Meeting(date="2003-05", channel="bilateral", initiator="CHN", countries=["KGZ"]),
    ...     Measure(date="2004", channel="domestic", initiator="CHN", subkind="border post"),
    ... ])
    >>> print(translate_events(log, "cameo").to_frame()[["code", "score", "trap"]].to_string())
      code  score   trap
    0  040    1.0  False
    1  150   -7.2   True
    """
    check_instance("log", log, EventLog)
    read_choice("scheme", scheme, _SCHEMES)
    return Crosswalk(log=log, scheme=scheme, codes=_read_codes(codes, scheme))


def _read_codes(codes: object, scheme: str) -> Mapping[Activity, str]:
    if codes is None:
        return MappingProxyType({})
    if not isinstance(codes, Mapping):
        raise SettingError(
            "codes must be a mapping of kinds of events to codes, such as {'training': '060'}, "
            f"got {shown(codes)}"
        )
    read: dict[Activity, str] = {}
    for kind, code in codes.items():
        activity = read_term(Activity, kind, "activity")
        if not isinstance(code, str):
            raise SettingError(f"codes: a code is a text such as '060', got {shown(code)}")
        read[activity] = read_cameo_code(code) if scheme == "cameo" else code
        if scheme == "plover":
            read_choice("PLOVER type", code, PLOVER_CLASSES)
    return MappingProxyType(read)
