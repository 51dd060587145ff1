"""Interests: what events are about, who meets whom, and when that changed."""

from engagement.interests.composition import (
    CompositionChange,
    CompositionChanges,
    composition_changes,
)
from engagement.interests.contest import TopicComparison, TopicShift, compare_topics
from engagement.interests.mentions import TopicMentions, count_mentions
from engagement.interests.network import ActorNetwork, link_actors
from engagement.interests.pairs import CoMentions, count_pairs
from engagement.interests.ranks import RankMatrix, count_ranks

__all__ = [
    "ActorNetwork",
    "CoMentions",
    "CompositionChange",
    "CompositionChanges",
    "RankMatrix",
    "TopicComparison",
    "TopicMentions",
    "TopicShift",
    "compare_topics",
    "composition_changes",
    "count_mentions",
    "count_pairs",
    "count_ranks",
    "link_actors",
]
