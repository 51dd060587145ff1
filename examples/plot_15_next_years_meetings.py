"""
Next year's meetings
====================

How many bilateral meetings on security are to be expected in the next three years, and how many
would be news?
"""

# %%
# One country
# -----------
# The forecast continues the last segment, wherever that began, until there is another change;
# the summary states the probability of one.

import engagement as eg

log = eg.load_dataset("china-central-asia")
meetings = log.where(channel="bilateral", activity="meeting", since="1993", until="2020")
counts = eg.count_events(meetings, by="country")
coming = eg.forecast(counts.series(country="TJK"), horizon=3)
print(coming.summary())
axes = coming.plot()

# %%
# What would be news
# ------------------
# The whole distribution is available.

print(coming.probabilities("2021").head(9).round(3).to_string())
print(f"six or more in 2021: {coming.chance_of_at_least(6):.2f}")
print(f"fewer than two: {1 - coming.chance_of_at_least(2):.2f}")

# %%
# All five
# --------

for country in counts.axes["country"]:
    row = eg.forecast(counts.series(country=country)).to_frame().iloc[0]
    told = f"{row['mean']:.1f} expected, 95% between {row['low']:g} and {row['high']:g}"
    print(f"{country} in {row['period']}: {told}")

# %%
# Expected changes
# ----------------
# The probability of another change is estimated from the series, unless it is stated.
# Without changes the intervals are narrower; with one every second year the forecast approaches
# the mean of the whole series.

series = counts.series(country="TJK")
for hazard in (0, None, 0.5):
    row = eg.forecast(series, horizon=3, hazard=hazard).to_frame().iloc[-1]
    print(f"hazard {hazard}: 2023 {row['mean']:.1f}, {row['low']:g} to {row['high']:g}")

# %%
# How good would it have been?
# ----------------------------
# From every year since 2005, the next year was forecast and scored with the observed count.
# Both scores are proper, and lower is better; a forecast of "as last year" is beside it.

ours, last = [], []
for stop in range(12, len(series)):
    seen = eg.CountSeries.from_arrays(series.counts[:stop], series.periods[:stop])
    ours.append(eg.forecast(seen).score(series)["ranked_probability_score"].iloc[0])
    last.append(abs(series.counts[stop] - series.counts[stop - 1]))
print(f"forecast {sum(ours) / len(ours):.2f}, as last year {sum(last) / len(last):.2f}")
