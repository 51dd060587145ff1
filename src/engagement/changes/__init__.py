"""Change points: the best segmentation, the exact posterior, the test, and the table of all."""

from engagement.changes.detection import detect_changes
from engagement.changes.families import Family, GammaPrior
from engagement.changes.found import Change, Changes, SeriesVerdict
from engagement.changes.inference import change_posterior
from engagement.changes.order import DateComparison, compare_dates
from engagement.changes.posterior import ChangePosterior
from engagement.changes.scan import ScanTest, scan_test
from engagement.changes.segmentation import Segmentation, segment

__all__ = [
    "Change",
    "ChangePosterior",
    "Changes",
    "DateComparison",
    "Family",
    "GammaPrior",
    "ScanTest",
    "Segmentation",
    "SeriesVerdict",
    "change_posterior",
    "compare_dates",
    "detect_changes",
    "scan_test",
    "segment",
]
