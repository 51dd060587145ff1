"""The topics that the library defines, and what each implies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engagement.errors import SettingError, shown
from engagement.values.checking import read_several
from engagement.values.code_lists import rows_of
from engagement.values.vocabulary import SEPARATOR, Topic, fold_term

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["TOPICS", "own_topics"]

TOPICS = {
    fold_term(row["term"]): Topic(
        row["term"], row["definition"], [*filter(None, row["implies"].split(SEPARATOR))]
    )
    for row in rows_of("topics")
}
"""The library's topics by folded spelling."""


def own_topics(values: Iterable[Topic]) -> tuple[Topic, ...]:
    """
    Take the topics that a log defines beside the library's, sorted by their terms.

    A topic that the library, or another of them, defines in another way is a SettingError.

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
