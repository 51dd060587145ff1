"""
Intensity by country and channel
================================

How often did China and five Central Asian states engage one another on security between 1993
and 2020, through which channel, and was it more with one than with another?
"""

# %%
# What can be compared with what
# ------------------------------
# Sources begin at different times, so counts are made by activity too.
# A cell that no source observed has no rate, which is not a rate of zero.

import pandas as pd

import engagement as eg
from engagement.intensity.comparison import compare_rates
from engagement.intensity.rates import estimate_rate
from engagement.intensity.smoothing import smooth_intensity
from engagement.intensity.trends import fit_trend
from engagement.intensity.weighing import weigh_events

FIVE = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
log = eg.load_dataset("china-central-asia").where(since="1993", until="2020")
counts = eg.count_events(log, by=("country", "channel", "activity"))
engaged = counts.select(
    country=FIVE,
    channel=("bilateral", "multilateral"),
    activity=("meeting", "exercise", "training", "transfer"),
)
rates = estimate_rate(engaged)
frame = rates.to_frame().dropna(subset=["rate"]).set_index(["activity", "channel", "country"])
columns = ["start", "n_events", "rate", "low", "high", "dispersion"]
print(frame[columns].sort_index().to_string(float_format="{:.2f}".format))

# %%
# Meetings, which are observed since 1993, before and after 2001.
# The date was not taken from these counts: the Shanghai Cooperation Organisation was founded then.
# A star marks counts that vary more than the interval assumes.

meetings = counts.select(country=FIVE, channel="bilateral", activity="meeting")
print(estimate_rate(meetings, by_segment=["2001"]).summary())
axes = estimate_rate(meetings, by_segment=["2001"]).plot()

# %%
# One country against another
# ---------------------------
# Ten pairs of countries are ten tests, and the p-values are adjusted for that.

pairs = compare_rates(meetings, over="country")
print(pairs.summary())
axes = pairs.plot()

# %%
# One channel against another
# ---------------------------
# Exercises are held with one neighbour or with several.
# Only years that were observed for both channels are compared.

exercises = counts.select(
    country=("KAZ", "KGZ", "TJK", "UZB"),
    channel=("multilateral", "bilateral"),
    activity="exercise",
)
print(compare_rates(exercises, over="channel").summary())

# %%
# Did it grow?
# ------------
# Countries have levels of their own and, here, one trend in common.
# Errors are clustered by country; with five clusters the t distribution has four degrees of
# freedom.

fit = fit_trend(meetings, "year + country")
print(fit.summary())

# %%
# Step by step or at once?
# ------------------------
# A change-point model divides a steady rise into steps; a regression fits a slope through a step.
# The probabilities of both, of neither, and of a trend with a break, by country.

shapes = {country: eg.compare_shapes(meetings.series(country=country)) for country in FIVE}
print(pd.DataFrame(shapes).T.to_string(float_format="{:.2f}".format))

# %%
# Over time
# ---------
# The mean over all segmentations.

axes = smooth_intensity(meetings.series(country="KGZ")).plot()

# %%
# How many people
# ---------------
# Of some exercises no number is known.
# The sum therefore lies between two bounds.

people = weigh_events(log.where(activity="exercise"), "personnel", by="channel", unknown="range")
print(people.summary())
axes = people.plot()
