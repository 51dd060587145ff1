"""The topics that the library defines, and what each implies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.errors import SettingError, shown
from engagement.values.checking import read_several
from engagement.values.vocabulary import Topic, fold_term

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["TOPICS", "own_topics"]

_DEFINED = (
    # threats
    Topic(
        "three evils",
        "Separatism, terrorism and extremism named together as one umbrella term.",
        ("separatism", "terrorism", "extremism"),
    ),
    Topic("separatism", "Movements that want a territory to leave a state."),
    Topic("terrorism", "Terrorist acts, groups and their financing."),
    Topic("extremism", "Religious or political extremism short of terrorist acts."),
    Topic(
        "east turkestan movement",
        "Groups that want Xinjiang to become independent, by whatever name a source calls them.",
        ("separatism",),
    ),
    Topic("anti-china sentiment", "Hostility at home towards China, its people or its firms."),
    Topic("internal stability", "Unrest, conflict or order inside one state."),
    Topic("afghanistan", "The situation in Afghanistan and what it means for its neighbours."),
    # crime
    Topic("crime", "Crime of any kind."),
    Topic("transnational crime", "Crime that crosses borders.", ("crime",)),
    Topic("drug crime", "Making, trading or holding illegal drugs.", ("crime",)),
    Topic("drug trafficking", "Trade in illegal drugs.", ("drug crime",)),
    Topic("human trafficking", "Trade in people.", ("crime",)),
    Topic("weapons trafficking", "Illegal trade in arms.", ("crime",)),
    Topic("cyber crime", "Crime by means of computers and networks.", ("crime",)),
    Topic("wildlife trafficking", "Trade in protected animals and plants.", ("crime",)),
    Topic("financial crime", "Embezzlement, corruption and money laundering.", ("crime",)),
    Topic("wanted persons", "The search for people whom one side wants, and their return."),
    # what is to be kept safe
    Topic("regional security", "Security of a region as a whole."),
    Topic("border security", "Guarding of a border against whoever or whatever might cross it."),
    Topic("border management", "The daily running of a border and its crossings."),
    Topic("border delimitation", "Where a border runs, and disputes about it."),
    Topic("cyber security", "Safety of computers and networks."),
    Topic(
        "information security",
        "Safety of information, in the wide sense that takes in its content and its spread.",
    ),
    Topic("investment security", "Safety of investments and of large projects abroad."),
    Topic("pipeline security", "Safety of oil and gas pipelines."),
    Topic("safety of nationals", "Safety of one side's citizens in the other's country."),
    # what governments want of one another
    Topic("belt and road", "China's initiative of that name, its projects and their safety."),
    Topic("political trust", "Trust and agreement between governments."),
    Topic("color revolutions", "Popular movements that topple governments, and how to stop them."),
    Topic("foreign interference", "Interference of others in a state's affairs."),
    Topic("non-governmental organizations", "Organisations outside the state, and their control."),
    Topic("human rights", "Human rights as a matter between states."),
    # how states work together
    Topic("security cooperation", "Cooperation in security in general."),
    Topic("law enforcement cooperation", "Cooperation of police and other enforcing bodies."),
    Topic("legal cooperation", "Cooperation of ministries of justice, courts and prosecutors."),
    Topic("customs cooperation", "Cooperation of customs bodies."),
    Topic("transport", "Railways, roads and airports."),
    Topic("departmental ties", "Direct ties between departments of the same field."),
    Topic("joint investigation", "Investigation of cases together."),
    Topic("information sharing", "Passing on of information."),
    Topic("intelligence sharing", "Passing on of intelligence.", ("information sharing",)),
    Topic("exchange", "Visits, stays or dealings of any kind in both directions."),
    Topic("experience exchange", "Telling one another what has worked.", ("exchange",)),
    Topic("equipment exchange", "Passing on of equipment.", ("exchange",)),
    Topic(
        "police equipment exchange", "Passing on of equipment for police.", ("equipment exchange",)
    ),
    Topic("training", "Teaching of staff, by one side or together."),
    Topic("law enforcement training", "Teaching of police and border staff.", ("training",)),
    Topic("rats", "The regional anti-terrorist structure of the SCO.", ("terrorism",)),
    Topic("anti-terrorism center", "A joint body against terrorism.", ("terrorism",)),
    # armed forces
    Topic("defense cooperation", "Cooperation in defence in general."),
    Topic("military cooperation", "Cooperation of armed forces.", ("defense cooperation",)),
    Topic(
        "military-technical cooperation",
        "Cooperation in arms, equipment and technology.",
        ("military cooperation",),
    ),
    Topic("defense exchange", "Exchange between bodies of defence.", ("exchange",)),
    Topic(
        "military exchange",
        "Visits, stays or dealings between armed forces.",
        ("exchange", "military cooperation"),
    ),
    Topic("military presentation", "One side presents its armed forces to the other."),
    Topic("military education", "Courses and degrees at military schools."),
    Topic("military training", "Training of soldiers, by one side or together.", ("training",)),
    Topic("arms control", "Limits on forces and arms, and their inspection."),
    Topic("confidence building", "Openness and trust between armed forces."),
    Topic("joint exercises", "Exercises of forces of several states."),
)

TOPICS = {fold_term(topic.term): topic for topic in _DEFINED}
"""The library's topics by folded spelling."""


def own_topics(values: Iterable[Topic]) -> tuple[Topic, ...]:
    """
    Take the topics that a log defines beside the library's, sorted by their terms.

    Examples
    --------
    >>> own_topics([Topic("sea lanes"), Topic("drones")])
    (Topic(term='drones', definition='', implies=()), Topic(term='sea lanes', ...))
    """
    topics = read_several(values, "a log's own topics")
    known = dict(TOPICS)
    for topic in topics:
        if not isinstance(topic, Topic):
            raise SettingError(f"a log's own topics are of Topic, got {shown(topic)}")
        found = known.setdefault(fold_term(topic.term), topic)
        if found != topic:
            by = "the library" if found in TOPICS.values() else "the log"
            raise SettingError(f"{by} defines topic '{topic}' already, in another way")
    return tuple(sorted(dict.fromkeys(topics), key=lambda topic: topic.term))
