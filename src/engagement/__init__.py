"""Temporal event modelling: typed events, counts with exposure, and dated changes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engagement.changes.detection import (
        detect_changes,
    )
    from engagement.changes.families import (
        GammaPrior,
    )
    from engagement.changes.found import (
        Change,
        Changes,
        SeriesVerdict,
    )
    from engagement.changes.inference import (
        change_posterior,
    )
    from engagement.changes.posterior import (
        ChangePosterior,
    )
    from engagement.changes.scan import (
        ScanTest,
        scan_test,
    )
    from engagement.changes.segmentation import (
        Segmentation,
        segment,
    )
    from engagement.counting import (
        count_events,
    )
    from engagement.counts import (
        Counts,
    )
    from engagement.coverage import (
        Coverage,
        Observed,
    )
    from engagement.datasets import (
        load_dataset,
    )
    from engagement.date_texts import (
        DatePrecision,
    )
    from engagement.dates import (
        DateKind,
        EventDate,
    )
    from engagement.errors import (
        CoverageError,
        DataError,
        DateError,
        DuplicateEventError,
        EngagementError,
        EventError,
        FormatError,
        LabelError,
        SeriesError,
        SettingError,
        TableError,
        UnknownTermError,
    )
    from engagement.eventlog import (
        EventLog,
    )
    from engagement.events import (
        Agreement,
        Event,
        Exercise,
        Measure,
        Mechanism,
        Meeting,
        Operation,
        Training,
        Transfer,
        Visit,
    )
    from engagement.files import (
        read_events,
        write_events,
    )
    from engagement.money import (
        Money,
    )
    from engagement.parts import (
        Participant,
        Personnel,
        Recurrence,
        Source,
    )
    from engagement.plotting import (
        plot_log,
    )
    from engagement.series import (
        CountSeries,
    )
    from engagement.vocabulary import (
        Activity,
        Channel,
        Rank,
        Status,
        Terms,
        Topic,
    )

__version__ = "0.1.0.dev0"

_HOMES = {
    "Activity": "vocabulary",
    "Agreement": "events",
    "Change": "changes.found",
    "ChangePosterior": "changes.posterior",
    "Changes": "changes.found",
    "Channel": "vocabulary",
    "CountSeries": "series",
    "Counts": "counts",
    "Coverage": "coverage",
    "CoverageError": "errors",
    "DataError": "errors",
    "DateError": "errors",
    "DateKind": "dates",
    "DatePrecision": "date_texts",
    "DuplicateEventError": "errors",
    "EngagementError": "errors",
    "Event": "events",
    "EventDate": "dates",
    "EventError": "errors",
    "EventLog": "eventlog",
    "Exercise": "events",
    "FormatError": "errors",
    "GammaPrior": "changes.families",
    "LabelError": "errors",
    "Measure": "events",
    "Mechanism": "events",
    "Meeting": "events",
    "Money": "money",
    "Observed": "coverage",
    "Operation": "events",
    "Participant": "parts",
    "Personnel": "parts",
    "Rank": "vocabulary",
    "Recurrence": "parts",
    "ScanTest": "changes.scan",
    "Segmentation": "changes.segmentation",
    "SeriesError": "errors",
    "SeriesVerdict": "changes.found",
    "SettingError": "errors",
    "Source": "parts",
    "Status": "vocabulary",
    "TableError": "errors",
    "Terms": "vocabulary",
    "Topic": "vocabulary",
    "Training": "events",
    "Transfer": "events",
    "UnknownTermError": "errors",
    "Visit": "events",
    "change_posterior": "changes.inference",
    "count_events": "counting",
    "detect_changes": "changes.detection",
    "load_dataset": "datasets",
    "plot_log": "plotting",
    "read_events": "files",
    "scan_test": "changes.scan",
    "segment": "changes.segmentation",
    "write_events": "files",
}
"""Where each public name lives; it is loaded when first asked for."""

__all__ = [
    "Activity",
    "Agreement",
    "Change",
    "ChangePosterior",
    "Changes",
    "Channel",
    "CountSeries",
    "Counts",
    "Coverage",
    "CoverageError",
    "DataError",
    "DateError",
    "DateKind",
    "DatePrecision",
    "DuplicateEventError",
    "EngagementError",
    "Event",
    "EventDate",
    "EventError",
    "EventLog",
    "Exercise",
    "FormatError",
    "GammaPrior",
    "LabelError",
    "Measure",
    "Mechanism",
    "Meeting",
    "Money",
    "Observed",
    "Operation",
    "Participant",
    "Personnel",
    "Rank",
    "Recurrence",
    "ScanTest",
    "Segmentation",
    "SeriesError",
    "SeriesVerdict",
    "SettingError",
    "Source",
    "Status",
    "TableError",
    "Terms",
    "Topic",
    "Training",
    "Transfer",
    "UnknownTermError",
    "Visit",
    "change_posterior",
    "count_events",
    "detect_changes",
    "load_dataset",
    "plot_log",
    "read_events",
    "scan_test",
    "segment",
    "write_events",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'engagement' has no attribute {name!r}")
    value = getattr(import_module(f"engagement.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
