"""
Overdispersion or change?
=========================

Training courses are held in clusters, and a cluster looks like a change.
This page shows how the two are distinguished, and what happens if one is taken for the other.
"""

# %%
# Three changes, or one
# ---------------------
# Training courses that China gave to officers of five Central Asian states, by year.
# A Poisson count has a variance that equals its mean.
# If these are Poisson counts, their rate changed several times.

from matplotlib import pyplot as plt

import engagement as eg

log = eg.load_dataset("china-central-asia").where(since="1993", until="2020")
counts = eg.count_events(log, by=("channel", "activity"))
training = counts.series(channel="bilateral", activity="training")

poisson = eg.change_posterior(training, family="poisson")
print(poisson.summary())

# %%
# The default, ``family="auto"``, averages over models with different overdispersion, beginning with
# Poisson counts.
# Overdispersion is estimated within segments, over all segmentations, so a change is not taken for
# overdispersion.

auto = eg.change_posterior(training)
print(auto.summary())

# %%
# These courses have a variance several times their mean, within wide bounds, and one change is
# enough.

print(auto.dispersion.round(3).to_string())
figure, axes = plt.subplots(2, 1, figsize=(8, 7), layout="constrained")
for ax, posterior, title in zip(axes, (poisson, auto), ("Poisson", "any dispersion"), strict=True):
    posterior.plot(ax).set_title(f"training courses, {title}", loc="left")

# %%
# Without overdispersion, little is lost
# --------------------------------------
# Meetings are planned and spread over the year; they are found to be Poisson counts.

meetings = counts.series(channel="bilateral", activity="meeting")
for family in ("poisson", "auto"):
    posterior = eg.change_posterior(meetings, family=family)
    numbers = posterior.n_changes[:4].round(3).to_dict()
    print(f"{family:8} {numbers}, dispersion {posterior.dispersion_mean:.2f}")

# %%
# Known dispersion, and values that are not counts
# ------------------------------------------------
# A dispersion that is known from elsewhere can be given.
# The best single segmentation takes the same families.

for family in ("poisson", eg.NegativeBinomial(dispersion=4.0), "negative_binomial", "auto"):
    best = eg.segment(training, family=family)
    print(f"{family!s:32} {best.n_changes} changes, dispersion {best.dispersion:.2f}")

# %%
# Sums of money or people are not counts.
# They can be modelled as normal, with a variance proportional to the time observed.

people = eg.CountSeries.from_arrays(
    [410.5, 380, 395, 450, 402, 1150, 1210, 990, 1085], range(1990, 1999), name="officers trained"
)
normal = eg.change_posterior(people, family="gaussian")
print(normal.summary())
axes = normal.plot()
