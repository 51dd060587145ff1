"""Temporal event modelling: typed events, counts with exposure, and dated changes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engagement.changes.alarms import (
        Calibration,
    )
    from engagement.changes.detection import (
        detect_changes,
    )
    from engagement.changes.found import (
        Change,
        Changes,
        SeriesVerdict,
    )
    from engagement.changes.gaussian import (
        Gaussian,
    )
    from engagement.changes.inference import (
        change_posterior,
    )
    from engagement.changes.located import (
        LocatedChanges,
        locate_changes,
    )
    from engagement.changes.members import (
        TotalChange,
    )
    from engagement.changes.monitoring import (
        Monitor,
        monitor,
    )
    from engagement.changes.negative_binomial import (
        NegativeBinomial,
    )
    from engagement.changes.order import (
        DateComparison,
        compare_dates,
    )
    from engagement.changes.posterior import (
        ChangePosterior,
    )
    from engagement.changes.priors import (
        GammaPrior,
        NormalPrior,
    )
    from engagement.changes.scan import (
        ScanTest,
        scan_test,
    )
    from engagement.changes.segmentation import (
        Segmentation,
        segment,
    )
    from engagement.changes.shared import (
        Participation,
        SharedChange,
        SharedChanges,
        shared_changes,
    )
    from engagement.changes.tried_priors import (
        PriorSensitivity,
        TriedPrior,
    )
    from engagement.claims import (
        CheckedClaim,
        Claim,
        ClaimKind,
        ClaimTable,
        Query,
        Verdict,
        check_claims,
        load_claims,
        read_claims,
        write_claims,
    )
    from engagement.counting import (
        count_events,
    )
    from engagement.countries.groups import (
        group_members,
    )
    from engagement.countries.systems import (
        read_country,
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
        rows_at_fault,
        write_events,
    )
    from engagement.forecasting import (
        Forecast,
        forecast,
        log_score,
        ranked_probability_score,
    )
    from engagement.formats.settings import (
        FileSettings,
    )
    from engagement.frames import (
        EventFrame,
    )
    from engagement.intensity import (
        Crosswalk,
        KernelIntensity,
        Rate,
        RateComparison,
        RateEstimate,
        RateRatio,
        SmoothIntensity,
        TrendFit,
        TrendOrStep,
        TrendOrSteps,
        WeightedIntensity,
        WildBootstrap,
        compare_rates,
        compare_trend_and_step,
        estimate_rate,
        fit_trend,
        kernel_intensity,
        smooth_intensity,
        translate_events,
        weigh_events,
    )
    from engagement.interests import (
        ActorNetwork,
        CoMentions,
        CompositionChange,
        CompositionChanges,
        RankMatrix,
        TopicComparison,
        TopicMentions,
        TopicShift,
        compare_topics,
        composition_changes,
        count_mentions,
        count_pairs,
        count_ranks,
        link_actors,
    )
    from engagement.layouts import (
        TableSettings,
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
    from engagement.readers.acled import (
        read_acled,
    )
    from engagement.readers.gdelt import (
        read_gdelt,
    )
    from engagement.readers.icews import (
        read_icews,
    )
    from engagement.readers.outcomes import (
        RowsLeftOutWarning,
    )
    from engagement.readers.plover import (
        read_plover,
    )
    from engagement.readers.sipri import (
        read_sipri,
    )
    from engagement.readers.ucdp import (
        read_ucdp_ged,
    )
    from engagement.sensitivity import (
        ReportingSensitivity,
        StatedCompleteness,
        TrimmedWindow,
        WindowSensitivity,
        reporting_sensitivity,
        window_sensitivity,
    )
    from engagement.sequence import (
        Following,
        KeptRhythm,
        LeadLag,
        Regularity,
        SeriesRegularity,
        Wait,
        WaitingTimes,
        check_recurrence,
        lead_lag,
        measure_regularity,
        waiting_times,
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
    "ActorNetwork": "interests",
    "Agreement": "events",
    "Calibration": "changes.alarms",
    "Change": "changes.found",
    "ChangePosterior": "changes.posterior",
    "Changes": "changes.found",
    "Channel": "vocabulary",
    "CheckedClaim": "claims",
    "Claim": "claims",
    "ClaimKind": "claims",
    "ClaimTable": "claims",
    "CoMentions": "interests",
    "CompositionChange": "interests",
    "CompositionChanges": "interests",
    "CountSeries": "series",
    "Counts": "counts",
    "Coverage": "coverage",
    "CoverageError": "errors",
    "Crosswalk": "intensity",
    "DataError": "errors",
    "DateComparison": "changes.order",
    "DateError": "errors",
    "DateKind": "dates",
    "DatePrecision": "date_texts",
    "DuplicateEventError": "errors",
    "EngagementError": "errors",
    "Event": "events",
    "EventDate": "dates",
    "EventError": "errors",
    "EventFrame": "frames",
    "EventLog": "eventlog",
    "Exercise": "events",
    "FileSettings": "formats.settings",
    "Following": "sequence",
    "Forecast": "forecasting",
    "FormatError": "errors",
    "GammaPrior": "changes.priors",
    "Gaussian": "changes.gaussian",
    "KeptRhythm": "sequence",
    "KernelIntensity": "intensity",
    "LabelError": "errors",
    "LeadLag": "sequence",
    "LocatedChanges": "changes.located",
    "Measure": "events",
    "Mechanism": "events",
    "Meeting": "events",
    "Money": "money",
    "Monitor": "changes.monitoring",
    "NegativeBinomial": "changes.negative_binomial",
    "NormalPrior": "changes.priors",
    "Observed": "coverage",
    "Operation": "events",
    "Participant": "parts",
    "Participation": "changes.shared",
    "Personnel": "parts",
    "PriorSensitivity": "changes.tried_priors",
    "Query": "claims",
    "Rank": "vocabulary",
    "RankMatrix": "interests",
    "Rate": "intensity",
    "RateComparison": "intensity",
    "RateEstimate": "intensity",
    "RateRatio": "intensity",
    "Recurrence": "parts",
    "Regularity": "sequence",
    "ReportingSensitivity": "sensitivity",
    "RowsLeftOutWarning": "readers.outcomes",
    "ScanTest": "changes.scan",
    "Segmentation": "changes.segmentation",
    "SeriesError": "errors",
    "SeriesRegularity": "sequence",
    "SeriesVerdict": "changes.found",
    "SettingError": "errors",
    "SharedChange": "changes.shared",
    "SharedChanges": "changes.shared",
    "SmoothIntensity": "intensity",
    "Source": "parts",
    "StatedCompleteness": "sensitivity",
    "Status": "vocabulary",
    "TableError": "errors",
    "TableSettings": "layouts",
    "Terms": "vocabulary",
    "Topic": "vocabulary",
    "TopicComparison": "interests",
    "TopicMentions": "interests",
    "TopicShift": "interests",
    "TotalChange": "changes.members",
    "Training": "events",
    "Transfer": "events",
    "TrendFit": "intensity",
    "TrendOrStep": "intensity",
    "TrendOrSteps": "intensity",
    "TriedPrior": "changes.tried_priors",
    "TrimmedWindow": "sensitivity",
    "UnknownTermError": "errors",
    "Verdict": "claims",
    "Visit": "events",
    "Wait": "sequence",
    "WaitingTimes": "sequence",
    "WeightedIntensity": "intensity",
    "WildBootstrap": "intensity",
    "WindowSensitivity": "sensitivity",
    "change_posterior": "changes.inference",
    "check_claims": "claims",
    "check_recurrence": "sequence",
    "compare_dates": "changes.order",
    "compare_rates": "intensity",
    "compare_topics": "interests",
    "compare_trend_and_step": "intensity",
    "composition_changes": "interests",
    "count_events": "counting",
    "count_mentions": "interests",
    "count_pairs": "interests",
    "count_ranks": "interests",
    "detect_changes": "changes.detection",
    "estimate_rate": "intensity",
    "fit_trend": "intensity",
    "forecast": "forecasting",
    "group_members": "countries.groups",
    "kernel_intensity": "intensity",
    "lead_lag": "sequence",
    "link_actors": "interests",
    "load_claims": "claims",
    "load_dataset": "datasets",
    "locate_changes": "changes.located",
    "log_score": "forecasting",
    "measure_regularity": "sequence",
    "monitor": "changes.monitoring",
    "plot_log": "plotting",
    "ranked_probability_score": "forecasting",
    "read_acled": "readers.acled",
    "read_claims": "claims",
    "read_country": "countries.systems",
    "read_events": "files",
    "read_gdelt": "readers.gdelt",
    "read_icews": "readers.icews",
    "read_plover": "readers.plover",
    "read_sipri": "readers.sipri",
    "read_ucdp_ged": "readers.ucdp",
    "reporting_sensitivity": "sensitivity",
    "rows_at_fault": "files",
    "scan_test": "changes.scan",
    "segment": "changes.segmentation",
    "shared_changes": "changes.shared",
    "smooth_intensity": "intensity",
    "translate_events": "intensity",
    "waiting_times": "sequence",
    "weigh_events": "intensity",
    "window_sensitivity": "sensitivity",
    "write_claims": "claims",
    "write_events": "files",
}
"""Where each public name lives; it is loaded when first asked for."""

__all__ = [
    "Activity",
    "ActorNetwork",
    "Agreement",
    "Calibration",
    "Change",
    "ChangePosterior",
    "Changes",
    "Channel",
    "CheckedClaim",
    "Claim",
    "ClaimKind",
    "ClaimTable",
    "CoMentions",
    "CompositionChange",
    "CompositionChanges",
    "CountSeries",
    "Counts",
    "Coverage",
    "CoverageError",
    "Crosswalk",
    "DataError",
    "DateComparison",
    "DateError",
    "DateKind",
    "DatePrecision",
    "DuplicateEventError",
    "EngagementError",
    "Event",
    "EventDate",
    "EventError",
    "EventFrame",
    "EventLog",
    "Exercise",
    "FileSettings",
    "Following",
    "Forecast",
    "FormatError",
    "GammaPrior",
    "Gaussian",
    "KeptRhythm",
    "KernelIntensity",
    "LabelError",
    "LeadLag",
    "LocatedChanges",
    "Measure",
    "Mechanism",
    "Meeting",
    "Money",
    "Monitor",
    "NegativeBinomial",
    "NormalPrior",
    "Observed",
    "Operation",
    "Participant",
    "Participation",
    "Personnel",
    "PriorSensitivity",
    "Query",
    "Rank",
    "RankMatrix",
    "Rate",
    "RateComparison",
    "RateEstimate",
    "RateRatio",
    "Recurrence",
    "Regularity",
    "ReportingSensitivity",
    "RowsLeftOutWarning",
    "ScanTest",
    "Segmentation",
    "SeriesError",
    "SeriesRegularity",
    "SeriesVerdict",
    "SettingError",
    "SharedChange",
    "SharedChanges",
    "SmoothIntensity",
    "Source",
    "StatedCompleteness",
    "Status",
    "TableError",
    "TableSettings",
    "Terms",
    "Topic",
    "TopicComparison",
    "TopicMentions",
    "TopicShift",
    "TotalChange",
    "Training",
    "Transfer",
    "TrendFit",
    "TrendOrStep",
    "TrendOrSteps",
    "TriedPrior",
    "TrimmedWindow",
    "UnknownTermError",
    "Verdict",
    "Visit",
    "Wait",
    "WaitingTimes",
    "WeightedIntensity",
    "WildBootstrap",
    "WindowSensitivity",
    "change_posterior",
    "check_claims",
    "check_recurrence",
    "compare_dates",
    "compare_rates",
    "compare_topics",
    "compare_trend_and_step",
    "composition_changes",
    "count_events",
    "count_mentions",
    "count_pairs",
    "count_ranks",
    "detect_changes",
    "estimate_rate",
    "fit_trend",
    "forecast",
    "group_members",
    "kernel_intensity",
    "lead_lag",
    "link_actors",
    "load_claims",
    "load_dataset",
    "locate_changes",
    "log_score",
    "measure_regularity",
    "monitor",
    "plot_log",
    "ranked_probability_score",
    "read_acled",
    "read_claims",
    "read_country",
    "read_events",
    "read_gdelt",
    "read_icews",
    "read_plover",
    "read_sipri",
    "read_ucdp_ged",
    "reporting_sensitivity",
    "rows_at_fault",
    "scan_test",
    "segment",
    "shared_changes",
    "smooth_intensity",
    "translate_events",
    "waiting_times",
    "weigh_events",
    "window_sensitivity",
    "write_claims",
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
