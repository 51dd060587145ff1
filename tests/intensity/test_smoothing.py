"""Intensity over all segmentations."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.changes.posterior.inference import change_posterior
from engagement.counting.series import CountSeries
from engagement.errors import SettingError
from engagement.intensity.smoothing import smooth_intensity
from engagement.models.priors import GammaPrior
from strategies.series import count_series, few


@settings(max_examples=20)
@given(count_series(counts=few), st.sampled_from([0.5, 0.9]))
def test_the_mean_is_that_of_the_posterior(series, level):
    """Mean and band are those of the exact posterior with the same priors."""
    prior = GammaPrior(shape=2, rate=1)
    smooth = smooth_intensity(series, level=level, prior=prior, changes_prior=0.5, max_changes=3)
    posterior = change_posterior(series, prior=prior, changes_prior=0.5, max_changes=3)

    pd.testing.assert_frame_equal(smooth.band, posterior.intensity(level=level))
    assert smooth.to_frame()["mean"].isna().tolist() == (~series.observed).tolist()


def test_a_smooth_intensity_tells_its_priors_and_gaps():
    """The summary has one row per period, and says what was not observed and which priors hold."""
    series = CountSeries.from_arrays([2, np.nan, 9], [1993, 1994, 1995], [1, 0, 1], name="visits")

    told = smooth_intensity(series, changes_prior=0.5).summary()

    assert "1994    not observed      0\n" in told
    assert "each further change 0.5 times as probable" in told
    assert smooth_intensity(series).plot().get_title("left") == "visits"


def test_levels_that_cannot_be_are_refused():
    """The message names the value."""
    series = CountSeries.from_arrays([2, 3], [1993, 1994])

    with pytest.raises(SettingError, match=r"level must lie .* got 3"):
        smooth_intensity(series, level=3)
