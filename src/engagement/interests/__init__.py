"""Interests: what events are about, who meets whom, and when that changed."""

from engagement.interests.composition import (
    CompositionChange,
    CompositionChanges,
    composition_changes,
)
from engagement.interests.contest import TopicComparison, TopicShift, compare_topics

__all__ = [
    "CompositionChange",
    "CompositionChanges",
    "TopicComparison",
    "TopicShift",
    "compare_topics",
    "composition_changes",
]
