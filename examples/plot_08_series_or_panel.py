"""
One series or a panel?
======================

A short series cannot tell overdispersion from a change: counts that vary more than Poisson counts
look like changes, and changes look like overdispersion.
Many such series together can.
This page compares three ways to look for changes in simulated series, whose changes are known.
"""

# %%
# Twenty-five series of 28 years
# ------------------------------
# In fifteen of them the rate rises from 1.5 to 6 a year in 2007; in ten it stays at 1.5.
# The counts are overdispersed: their variance is four times their mean.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import engagement as eg

YEARS = pd.period_range("1993", "2020", freq="Y")
NAMES = [f"pair {number:02}" for number in range(1, 26)]
CHANGED = set(NAMES[:15])


def simulated(rng):
    """Draw counts of 25 series; the first fifteen change in 2007."""
    means = np.full((28, 25), 1.5)
    means[14:, :15] = 6.0
    counts = rng.poisson(3 * rng.gamma(means / 3))
    return eg.Counts.from_frame(pd.DataFrame(counts, index=YEARS, columns=NAMES), by="pair")


counts = simulated(np.random.default_rng(1))
figure, axes = plt.subplots(5, 5, sharex=True, sharey=True, layout="constrained")
for ax, series in zip(axes.flat, counts.all_series(), strict=True):
    colour = "#D55E00" if series.axes["pair"] in CHANGED else "0.5"
    ax.bar(YEARS.year, series.counts, width=1, color=colour)
    ax.set_axis_off()
title = figure.suptitle(
    "Orange: the rate quadruples in the middle. Grey: it is constant.", size="medium"
)

# %%
# Three ways to ask
# -----------------
# The robust test takes each series by itself and assumes little about its counts.
# With ``borrow=True`` the series learn from one another how counts vary and how many series change.
# The Poisson test takes the variance to be the mean, which is false here.

WAYS = {"robust": {}, "borrow": {"borrow": True}, "Poisson": {"null": "poisson"}}


def found_by(counts):
    """Count the changed and the unchanged series that each way says to have changed."""
    rows = {}
    for way, settings in WAYS.items():
        found = {change.axes["pair"] for change in eg.detect_changes(counts, **settings)}
        rows[way] = {
            "of 15 changed": len(found & CHANGED),
            "of 10 constant": len(found - CHANGED),
        }
    return pd.DataFrame(rows).T


print(found_by(counts))

# %%
# The notes of the answer say what was learned.
# The variance is estimated well: in truth it is four times the mean.
# The share of changed series is estimated too high: in truth it is 60%.
# Even so, none of the ten constant series is said to have changed.

changes = eg.detect_changes(counts, borrow=True)
print(
    *(note for note in changes.notes if "learned" in note or "variance" in note),
    sep="\n",
)

# %%
# More than one panel
# -------------------
# One panel may be a lucky one, so the same is done with four more, and these are the means.
# A table of many more panels is in :doc:`/concepts/changes`.

rng = np.random.default_rng(2)
print(sum(found_by(simulated(rng)) for _ in range(4)) / 4)

# %%
# Borrowing finds more of the series that changed than either test of single series does, and about
# as few false ones.
# It is for panels of many series of one kind.
# It does not help where a single series holds too little information: changes shortly before the end
# are missed in either way, as the same table shows.

# %%
# The bundled panel
# -----------------
# Meetings with five states: a small panel.

log = eg.load_dataset("china-central-asia").where(channel="bilateral", activity="meeting")
meetings = eg.count_events(log, by="country", window=("1993", "2020"))
print(eg.detect_changes(meetings, borrow=True).summary())
