"""Events as rows of a data frame, counted where the rows are."""

from engagement.counting.frames.reduction import tally_frame
from engagement.counting.frames.source import EventFrame

__all__ = ["EventFrame", "tally_frame"]
