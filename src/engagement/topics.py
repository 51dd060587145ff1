"""The topics that the library defines, and what each implies."""

from __future__ import annotations

from engagement.vocabulary import Topic, fold_term

__all__ = ["TOPICS"]

_DEFINED = (
    Topic(
        "three evils",
        "Separatism, terrorism and extremism named together as one umbrella term.",
        ("separatism", "terrorism", "extremism"),
    ),
    Topic("separatism", "Movements that want a territory to leave a state."),
    Topic("terrorism", "Terrorist acts, groups and their financing."),
    Topic("extremism", "Religious or political extremism short of terrorist acts."),
)

TOPICS = {fold_term(topic.term): topic for topic in _DEFINED}
"""The library's topics by folded spelling."""
