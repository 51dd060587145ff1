"""Intensity: how often events come, how sure that is, and how it runs over time."""

from engagement.intensity.comparison import compare_rates
from engagement.intensity.crosswalk import Crosswalk, translate_events
from engagement.intensity.kernels import KernelIntensity, kernel_intensity
from engagement.intensity.rates import Rate, RateEstimate, estimate_rate
from engagement.intensity.ratios import RateComparison, RateRatio
from engagement.intensity.smoothing import SmoothIntensity, smooth_intensity
from engagement.intensity.steps import TrendOrStep, TrendOrSteps, compare_trend_and_step
from engagement.intensity.trends import TrendFit, fit_trend
from engagement.intensity.weighing import WeightedIntensity, weigh_events
from engagement.intensity.wild import WildBootstrap

__all__ = [
    "Crosswalk",
    "KernelIntensity",
    "Rate",
    "RateComparison",
    "RateEstimate",
    "RateRatio",
    "SmoothIntensity",
    "TrendFit",
    "TrendOrStep",
    "TrendOrSteps",
    "WeightedIntensity",
    "WildBootstrap",
    "compare_rates",
    "compare_trend_and_step",
    "estimate_rate",
    "fit_trend",
    "kernel_intensity",
    "smooth_intensity",
    "translate_events",
    "weigh_events",
]
