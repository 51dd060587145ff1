"""Change points: the best segmentation, the exact posterior, the test, and the table of all."""

from engagement.changes.detection import detect_changes
from engagement.changes.families import Family
from engagement.changes.found import Change, Changes, SeriesVerdict
from engagement.changes.gaussian import Gaussian
from engagement.changes.inference import change_posterior
from engagement.changes.located import LocatedChanges, locate_changes
from engagement.changes.members import TotalChange
from engagement.changes.monitoring import Monitor, monitor
from engagement.changes.negative_binomial import NegativeBinomial
from engagement.changes.order import DateComparison, compare_dates
from engagement.changes.posterior import ChangePosterior
from engagement.changes.priors import GammaPrior, NormalPrior
from engagement.changes.scan import ScanTest, scan_test
from engagement.changes.segmentation import Segmentation, segment
from engagement.changes.shared import Participation, SharedChange, SharedChanges, shared_changes
from engagement.changes.tried_priors import PriorSensitivity, TriedPrior

__all__ = [
    "Change",
    "ChangePosterior",
    "Changes",
    "DateComparison",
    "Family",
    "GammaPrior",
    "Gaussian",
    "LocatedChanges",
    "Monitor",
    "NegativeBinomial",
    "NormalPrior",
    "Participation",
    "PriorSensitivity",
    "ScanTest",
    "Segmentation",
    "SeriesVerdict",
    "SharedChange",
    "SharedChanges",
    "TotalChange",
    "TriedPrior",
    "change_posterior",
    "compare_dates",
    "detect_changes",
    "locate_changes",
    "monitor",
    "scan_test",
    "segment",
    "shared_changes",
]
