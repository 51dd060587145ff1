"""
Coming from ruptures or MCMCpack
================================

A small series, analysed as with ruptures, strucchange or MCMCpack, and the corresponding calls here.
"""

# %%
# The series
# ----------
# Accidents with ten dead or more in British coal mines, by year, 1851 to 1962 (Jarrett 1979).
# It is a standard example for change points.

import numpy as np
from matplotlib import pyplot as plt

import engagement as eg

accidents = [
    *(4, 5, 4, 1, 0, 4, 3, 4, 0, 6, 3, 3, 4, 0, 2, 6, 3, 3, 5, 4, 5, 3, 1, 4, 4, 1, 5, 5),
    *(3, 4, 2, 5, 2, 2, 3, 4, 2, 1, 3, 2, 2, 1, 1, 1, 1, 3, 0, 0, 1, 0, 1, 1, 0, 0, 3, 1),
    *(0, 3, 2, 2, 0, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 2, 1, 0, 0, 0, 1, 1, 0, 2, 3, 3, 1, 1),
    *(2, 1, 1, 1, 1, 2, 4, 2, 0, 0, 0, 1, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1),
]
coal = eg.CountSeries.from_arrays(accidents, range(1851, 1963), name="coal")
print(coal)

# %%
# Counts have dates, and so do the answers.
#
# Call by call
# ------------
# .. list-table::
#    :header-rows: 1
#    :widths: 46 54
#
#    * - there
#      - here
#    * - | ruptures
#        | ``rpt.Pelt(model="l2", min_size=2, jump=1)``
#        | ``.fit(signal).predict(pen=10)``
#      - | ``eg.segment(series, penalty=10, min_length=2)``
#        | Poisson cost over the dispersion found. Penalties count in log likelihood, not squares.
#    * - | trying several values of ``pen``
#      - | ``eg.segment(series).path()``
#        | all numbers of changes, each with the penalties at which it is the best
#    * - | ``jump=5``, the default
#      - | none: every period may be a change, and the optimum is exact
#    * - | strucchange
#        | ``breakpoints(y ~ 1, h = 0.15)``
#      - | ``eg.segment(series, min_length=...)``
#        | in periods, 1 unless asked for
#    * - | strucchange
#        | ``sctest(y ~ 1, type = ...)``
#      - | ``eg.scan_test(series)``
#    * - | strucchange
#        | ``confint(breakpoints(y ~ 1))``
#      - | ``eg.detect_changes(series)``
#        | the interval of each date, and of each ratio of rates
#    * - | MCMCpack
#        | ``MCMCpoissonChange(y ~ 1, m = 2, ...)``
#        | once for each ``m``, then ``BayesFactor(...)``
#      - | ``eg.change_posterior(series)``
#        | all numbers at once, exact, without chains
#    * - | MCMCpack
#        | ``plotState(fit)``, ``plotChangepoint(fit)``
#      - | ``posterior.plot()``, ``posterior.date_distribution()``
#    * - | MCMCpack
#        | ``MCMCnegbinChange(...)``
#      - | ``eg.change_posterior(series, family="negative_binomial")``

# %%
# From a penalty to a test
# ------------------------
# One call of ``path`` replaces the search for a penalty.
# One change is the best for a wide range of penalties, and more only for small ones.

best = eg.segment(coal)
path = best.path(max_changes=4)
print(path.drop(columns="dates").round(2).to_string())
for n_changes, dates in path["dates"].items():
    print(n_changes, *dates)

# %%
# No penalty says whether there is a change at all.
# A test does, and it does not take overdispersion for a change.

print(eg.scan_test(coal).summary())

# %%
# From a number of states to all numbers
# --------------------------------------
# MCMCpack needs a number of changes, and compares models with different numbers.
# Here the number of changes has a posterior.
# The prior is printed with it; ``posterior.sensitivity()`` varies it, see
# :doc:`/gallery/plot_06_how_sure_is_the_date`.

posterior = eg.change_posterior(coal)
print(posterior.summary())

# %%
# Which index is the change?
# --------------------------
# A change is the first period of the new regime.
# ruptures gives the ends of segments in the way of Python's slices, and with them the end of the
# data; strucchange gives the last observation of a segment, counted from 1.
# All three write the same number for it, but it stands for another period.

ends = [*best.positions, len(coal)]
print("ruptures would write", ends)
for end in best.positions:
    print(
        f"strucchange would write {end}, observation {coal.periods[end - 1]}; "
        f"here position {end}, date {coal.periods[end]}"
    )

# %%
# To compare dates with a list from elsewhere, take ``periods[end]``, without the last end.

print(*(coal.periods[end] for end in ends[:-1]))

# %%
# Years without data
# ------------------
# A missing year is not a year of zero accidents, and need not be filled.
# It has an exposure of zero, and its count may be NaN.
# NaN in a year that was observed is an error.

counts, exposure = np.array(accidents, dtype=float), np.ones(112)
counts[30:45], exposure[30:45] = np.nan, 0.0
with_gap = eg.CountSeries.from_arrays(counts, range(1851, 1963), exposure, name="coal, with a gap")
for change in eg.detect_changes(with_gap):
    print(change.date, "between", change.date_low, "and", change.date_high)

# %%
# The change lies within the gap and may have come in any of its years, which the interval shows.
#
# Overdispersed counts
# --------------------
# ruptures' ``l2`` takes the variance to be the same at every level, a Poisson model takes it to
# equal the mean.
# The default family, ``auto``, averages over the variance; ``poisson`` asserts
# it, and ``gaussian`` is for sums that are not counts.

print(f"variance over mean {posterior.dispersion_mean:.2f}")
asserted = eg.change_posterior(coal, family="poisson")
print(asserted.n_changes[:4].round(3).to_string())

# %%
# All at once
# -----------
# Test, number, dates and ratios in one call, with their intervals.

changes = eg.detect_changes(coal)
print(changes.summary())

figure, axes = plt.subplots(2, 1, figsize=(8, 6), sharex=True, layout="constrained")
best.plot(axes[0]).set_title("the best segmentation", loc="left")
posterior.plot(axes[1]).set_title("the posterior", loc="left")
