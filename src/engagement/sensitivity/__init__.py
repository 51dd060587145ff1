"""What else could explain a change: a change in reporting, or the ends of the window."""

from engagement.sensitivity.reporting import ReportingSensitivity, reporting_sensitivity
from engagement.sensitivity.statements import StatedCompleteness
from engagement.sensitivity.trimming import (
    TrimmedWindow,
    WindowSensitivity,
    window_sensitivity,
)

__all__ = [
    "ReportingSensitivity",
    "StatedCompleteness",
    "TrimmedWindow",
    "WindowSensitivity",
    "reporting_sensitivity",
    "window_sensitivity",
]
