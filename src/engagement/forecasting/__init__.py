"""Forecasts: how many events the next periods will bring, and how good that proves."""

from engagement.forecasting.forecasts import Forecast, forecast
from engagement.forecasting.scores import log_score, ranked_probability_score

__all__ = ["Forecast", "forecast", "log_score", "ranked_probability_score"]
