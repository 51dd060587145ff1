"""The settings of the readers of published data sets, each stated once."""

# The annotations are read when a reader is made, for its signature and its documentation.

from collections.abc import Callable, Mapping
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    TypeAlias,
    TypedDict,
    get_args,
    get_origin,
    get_type_hints,
)

from engagement.settings.checks import check_choice, check_flag
from engagement.tables.table_dates import DateOrder
from engagement.values.places import country_code
from engagement.values.successors import successor_of
from engagement.values.vocabulary import Activity

__all__ = [
    "AcledSettings",
    "Actors",
    "ForcesAbroad",
    "GdeltSettings",
    "IcewsSettings",
    "PairSettings",
    "PloverSettings",
    "ReaderSettings",
    "RelativeDates",
    "Setting",
    "SipriSettings",
    "UcdpSettings",
    "check_setting",
    "focal_of",
    "naming_of",
    "settings_of",
]

Actors: TypeAlias = Literal["state", "any"]
ForcesAbroad: TypeAlias = Literal["initiate", "domestic"]
Kinds: TypeAlias = Mapping[str, Activity | str | None] | None
RelativeDates: TypeAlias = Literal["widen", "keep"]


class Setting(NamedTuple):
    """What a setting is where a caller says nothing, and what it means."""

    default: Any
    says: str


class ReaderSettings(TypedDict, total=False):
    """What all readers take."""

    successors: Annotated[
        Literal["keep", "merge"],
        Setting(
            "keep",
            """
            ``"keep"``: a state has the code that it had on the day, so that the Soviet Union is
            SUN. ``"merge"``: states that ended have the code of their successor, here RUS.
            """,
        ),
    ]
    encoding: Annotated[str, Setting("utf-8", "That of the text.")]
    limits: Annotated[
        Mapping[str, int] | None,
        Setting(
            None,
            """
            What a file holds at most, by name, see `FileSettings`; here ``rows`` (16.8 million),
            ``cells`` of a workbook or of JSON (33.6 million), ``characters`` of a line (16.8
            million) and ``megabytes``, unpacked (2,048).
            """,
        ),
    ]


class DatedSettings(ReaderSettings, total=False):
    """What readers take of files whose days may be written in two orders."""

    date_order: Annotated[
        DateOrder | None,
        Setting(
            None,
            """
            ``"day-first"`` or ``"month-first"``, for days such as 5/3/2017, which a spreadsheet
            makes and which are refused without.
            """,
        ),
    ]


class PairSettings(ReaderSettings, total=False):
    """Which rows of two actors are read."""

    focal: Annotated[
        str | None,
        Setting(
            None,
            """
            The state whose dealings are studied: only its rows are read, and it is the initiator,
            except of a transfer that it receives. ``None``: all rows, and who acts first is.
            """,
        ),
    ]
    actors: Annotated[
        Actors,
        Setting(
            "state",
            """
            ``"state"``: both must act for their state: be the state as such or one of its sectors
            that the page of the source lists. ``"any"``: anybody of a country.
            """,
        ),
    ]
    domestic: Annotated[
        bool,
        Setting(
            default=False,
            says="Whether rows in which all are of one country are read, as domestic events.",
        ),
    ]


class CameoSettings(PairSettings, total=False):
    """What readers take of rows with codes of CAMEO."""

    kinds: Annotated[
        Kinds,
        Setting(
            None,
            """
            For the start of a CAMEO code an activity, or ``None`` to leave such rows out. Laid
            over the documented choice.
            """,
        ),
    ]
    join_dyads: Annotated[
        bool, Setting(default=True, says="Whether rows that tell of one event are joined.")
    ]


class GdeltSettings(CameoSettings, total=False):
    """The settings of `read_gdelt`."""

    relative_dates: Annotated[
        RelativeDates,
        Setting(
            "widen",
            """
            ``"widen"``: a day that GDELT made of "last week", "last month" or "last year" is given
            as imprecise as that. ``"keep"``: such days are taken for exact.
            """,
        ),
    ]


class IcewsSettings(CameoSettings, DatedSettings, total=False):
    """The settings of `read_icews`."""


class PloverSettings(PairSettings, DatedSettings, total=False):
    """The settings of `read_plover`."""

    kinds: Annotated[
        Kinds,
        Setting(
            None,
            """
            For a type (``"CONSULT"``), or a type with a mode or, of COOPERATE, a context
            (``"AID-military"``) an activity, or ``None`` to leave such rows out. Laid over the
            documented choice.
            """,
        ),
    ]


class SipriSettings(ReaderSettings, total=False):
    """The settings of `read_sipri`."""

    focal: Annotated[
        str | None,
        Setting(
            None,
            "Only transfers from or to this state. Who supplies is the initiator all the same.",
        ),
    ]


class UcdpSettings(DatedSettings, total=False):
    """The settings of `read_ucdp_ged`."""

    activity: Annotated[
        Activity | str,
        Setting(
            Activity.OPERATION, "The kind of all events: the vocabulary has none for violence."
        ),
    ]
    focal: Annotated[
        str | None,
        Setting(
            None,
            "Only events that took place in this country or that it fought; it is the initiator.",
        ),
    ]


class AcledSettings(DatedSettings, total=False):
    """The settings of `read_acled`."""

    kinds: Annotated[
        Kinds,
        Setting(
            None,
            """
            For an event type or a sub-event type an activity, or ``None`` to leave such rows out.
            Laid over the documented choice; sub-event types go before types.
            """,
        ),
    ]
    focal: Annotated[
        str | None,
        Setting(
            None,
            """
            Only events that took place in this country or in which its forces met others; it is
            the initiator.
            """,
        ),
    ]
    forces_abroad: Annotated[
        ForcesAbroad,
        Setting(
            "initiate",
            """
            ``"initiate"``: where forces of another state take part in what no two states fight,
            the event is between the states named and that of the place, and the first whose
            forces are named is the initiator. ``"domestic"``: it stays domestic, of the place.
            """,
        ),
    ]


def settings_of(declared: type) -> dict[str, tuple[Any, Setting]]:
    """Give the type of each setting, its default and its meaning; those of all readers last."""
    shared = DatedSettings.__annotations__
    hints = get_type_hints(declared, include_extras=True)
    found = {name: (hint.__origin__, *hint.__metadata__) for name, hint in hints.items()}
    return dict(sorted(found.items(), key=lambda one: one[0] in shared))


def check_setting(name: str, kind: Any, value: Any) -> None:
    """Raise SettingError where a setting is one of some words, or a flag, and is no such."""
    if kind is bool:
        check_flag(name, value)
    optional = type(None) in get_args(kind)
    literal = next((one for one in (kind, *get_args(kind)) if get_origin(one) is Literal), None)
    if literal is not None:
        check_choice(name, value, get_args(literal), optional=optional)


def naming_of(settings: ReaderSettings) -> Callable[[str], str]:
    """Give what makes of the code of a state the one under which it counts."""
    return successor_of if settings["successors"] == "merge" else str


def focal_of(settings: PairSettings | SipriSettings | UcdpSettings | AcledSettings) -> str | None:
    """Read the focal state, which may be left open."""
    focal = settings["focal"]
    return None if focal is None else naming_of(settings)(country_code(focal))
