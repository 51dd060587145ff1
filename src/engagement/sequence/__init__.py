"""Sequence: what follows what, how long events wait for one another, and how regularly."""

from engagement.sequence.following import Following, LeadLag
from engagement.sequence.leading import lead_lag
from engagement.sequence.waiting import Wait, WaitingTimes, waiting_times

__all__ = ["Following", "LeadLag", "Wait", "WaitingTimes", "lead_lag", "waiting_times"]
