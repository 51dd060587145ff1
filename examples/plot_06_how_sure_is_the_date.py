"""
How sure is the date?
=====================

A chart shows a rise.
In which year did it begin, how certain is that year, and does it depend on the priors?
"""

# %%
# Two rises, one dated to the year and one not
# --------------------------------------------
# Meetings between China and five Central Asian states, and transfers of equipment and money to
# them, by year.
# Both rise; the question is when.

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

import engagement as eg

log = eg.load_dataset("china-central-asia").where(since="1993", until="2020")
counts = eg.count_events(log, by=("channel", "activity"))
meetings = counts.series(channel="bilateral", activity="meeting")
transfers = counts.series(channel="bilateral", activity="transfer")

for series in (meetings, transfers):
    print(eg.change_posterior(series).summary(), end="\n\n")

# %%
# The answer is the probability of each year, not only the most probable one.
# The meetings changed in 2000 almost certainly.
# The transfers may have changed in any of seven years, and a single year would be too precise.

figure, axes = plt.subplots(2, 1, figsize=(8, 5), sharex=True, layout="constrained")
for ax, series in zip(axes, (meetings, transfers), strict=True):
    dates = eg.change_posterior(series).date_distribution(change=1, n_changes=1)
    ax.bar(dates.index.year, dates, color="#0072B2", width=0.8)
    ax.set_title(f"{series.axes['activity']}s: first year of the new rate", loc="left")
    ax.set_ylabel("probability")
    ax.set_ylim(0, 1.05)
    ax.spines[["top", "right"]].set_visible(False)

# %%
# The intensity
# -------------
# The mean intensity has a step where the date is sure, and slopes where it is not.

axes = eg.change_posterior(transfers).plot()

# %%
# Does it depend on the priors?
# -----------------------------
# Two priors matter: how different the rates of two segments may be, and how probable each further
# change is.
# Under twenty-four pairs of them the number of changes varies, but the date does not.

tried = eg.change_posterior(transfers).sensitivity()
print(tried.summary())
axes = tried.plot()

# %%
# Report the prior together with the number of changes.
# The date and its interval can be reported as they are.
#
# To the day
# ----------
# Where every event's day is known, no periods are needed.
# These days are simulated, so that the truth is known: one event a year until the end of April 2010,
# and four a year from the first of May on.

rng = np.random.default_rng(5)
before = pd.to_datetime("2000-01-01") + pd.to_timedelta(rng.integers(0, 3773, 10), unit="D")
after = pd.to_datetime("2010-05-01") + pd.to_timedelta(rng.integers(0, 2436, 27), unit="D")
days = [*before, *after]
located = eg.locate_changes(days, window=("2000", "2016"))
print(located.summary())
axes = located.plot()

# %%
# The interval contains the first of May 2010.
# It extends further back, where events are rare and an earlier rise is hard to rule out, than
# forward, where they are frequent: exact days are useful if there are events near the change.
