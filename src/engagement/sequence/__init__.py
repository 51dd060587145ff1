"""Sequence: what follows what, how long events wait for one another, and how regularly."""

from engagement.sequence.following import Following, LeadLag
from engagement.sequence.leading import lead_lag
from engagement.sequence.recurrence import KeptRhythm, check_recurrence
from engagement.sequence.regularity import Regularity, SeriesRegularity, measure_regularity
from engagement.sequence.waiting import Wait, WaitingTimes, waiting_times

__all__ = [
    "Following",
    "KeptRhythm",
    "LeadLag",
    "Regularity",
    "SeriesRegularity",
    "Wait",
    "WaitingTimes",
    "check_recurrence",
    "lead_lag",
    "measure_regularity",
    "waiting_times",
]
