"""
Is it a change or is it chance?
===============================

Counts of clustered events rise and fall by chance.
A test that ignores this finds changes everywhere.
"""

# %%
# Thirty years without change
# ---------------------------
# Visits are announced in rounds: a count is a sum of rounds, and its variance four times its
# mean.
# Nothing changes in these years, although there seems to be a change.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import engagement as eg

rng = np.random.default_rng(12)
years = range(1993, 2023)


def clustered(means, rng):
    """Draw counts with a variance of four times their mean."""
    return rng.poisson(3 * rng.gamma(np.asarray(means) / 3))


quiet = eg.CountSeries.from_arrays(clustered([5.0] * 30, rng), years, name="visits, no change")
print(quiet.counts.astype(int))

# %%
# If events were independent of one another, such ups and downs would be improbable.
# The Poisson null assumes this, and rejects; the robust null keeps the overdispersion of the
# counts.

for null in ("poisson", "robust"):
    print(f"{null:8} p = {eg.scan_test(quiet, null=null).p_value:.3f}")

# %%
# How often each is wrong
# -----------------------
# Two hundred series without change, tested at five per cent.

p_values = {null: [] for null in ("poisson", "robust")}
for _ in range(200):
    series = eg.CountSeries.from_arrays(clustered([5.0] * 30, rng), years)
    for null, values in p_values.items():
        values.append(eg.scan_test(series, null=null, n_draws=99, rng=rng).p_value)

figure, axes = plt.subplots(layout="constrained")
for (null, values), style in zip(p_values.items(), ("-", "--"), strict=True):
    wrong = np.mean(np.array(values) <= 0.05)
    axes.step(np.sort(values), np.arange(1, 201) / 200, style, label=f"{null}: {wrong:.0%} wrong")
axes.plot([0, 1], [0, 1], color="0.6", linewidth=0.8, label="as it should be")
axes.axvline(0.05, color="0.6", linewidth=0.8, linestyle=":")
axes.set(xlabel="p-value", ylabel="share of series with less", title="No change, clustered counts")
axes.legend()

# %%
# The robust null is conservative where counts are as overdispersed as these; :doc:`/calibration`
# shows by how much, and where it rejects too often.

# %%
# What that costs
# ---------------
# A rate that goes from two to six is found by both.

risen = eg.CountSeries.from_arrays(
    rng.poisson(np.repeat([2.0, 6.0], 15)), years, name="visits, risen"
)
test = eg.scan_test(risen)
print(test.summary())
axes = test.plot()

# %%
# A burst of a few years is harder to find.
# If the events are known to be independent, the Poisson null finds it more often.

means = np.repeat([2.0, 5.0, 2.0], [11, 9, 10])
found = dict.fromkeys(("poisson", "robust"), 0)
for _ in range(100):
    series = eg.CountSeries.from_arrays(rng.poisson(means), years)
    for null in found:
        found[null] += eg.scan_test(series, null=null, n_draws=99, rng=rng).p_value <= 0.05
print(found, "of 100")

# %%
# Is it the season?
# -----------------
# Summits come in autumn.
# A season is not a change, if the test takes it into account.

months = pd.period_range("2015-01", periods=72, freq="M")
means = np.where(months.month >= 9, 6.0, 1.0)
rng = np.random.default_rng(5)
seasonal = eg.CountSeries.from_arrays(rng.poisson(means), months, name="summits")
for null in ("poisson", "robust"):
    for season in (None, 12):
        test = eg.scan_test(seasonal, null=null, season=season)
        print(f"{null:8} season {season}: p = {test.p_value:.3f}")

# %%
# The robust null does not reject without ``season`` either: it treats the season as
# autocorrelation, and would hardly find a change in such a series.

# %%
# With the season accounted for, a change is still found.

means = np.where(months >= pd.Period("2018-06", "M"), 3, 1) * means
changed = eg.CountSeries.from_arrays(rng.poisson(means), months, name="summits, more since 2018")
test = eg.scan_test(changed, season=12)
print(test.summary())
axes = test.plot()

# %%
# So are its date and size.
# The rates of the test above are means over whole years; the ratio compares like months.

print(eg.detect_changes(changed, season=12).summary())
