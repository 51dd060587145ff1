"""
Counts made elsewhere
=====================

Dated changes from a data frame of monthly counts for three countries, such as the result of
``groupby`` in pandas or of a query, in two steps: read the frame and detect the changes.
"""

# %%
# A frame of counts
# -----------------
# There is a row for each month and country, and the numbers are simulated: in one of the three
# countries the rate triples in May 2019.
# As after ``groupby``, months without a visit have no row.

import numpy as np
import pandas as pd

import engagement as eg

rng = np.random.default_rng(7)
months = pd.date_range("2016-01-01", "2021-12-01", freq="MS")
rates = {"KAZ": np.full(72, 1.5), "KGZ": np.repeat([1.0, 3.0], [40, 32]), "TJK": np.full(72, 0.6)}
frame = pd.concat(
    pd.DataFrame(
        {"month": months.strftime("%b %Y"), "country": country, "visits": rng.poisson(rate)}
    )
    for country, rate in rates.items()
)
frame = frame[frame["visits"] > 0]
print(frame.head(4).to_string(index=False))

# %%
# Missing months
# --------------
# A month without a row may be a month without visits, or one that was not observed.
# The frame does not say which, and the two give very different rates.

try:
    eg.Counts.from_frame(frame, period="month", by="country", count="visits")
except eg.TableError as error:
    print(error)

# %%
# Here there were no visits in these months, so they are zeros.

counts = eg.Counts.from_frame(frame, period="month", by="country", count="visits", missing="zero")
print(counts.summary())

# %%
# A wide frame needs no column names: its index has the periods, and its columns are the series.

same = eg.Counts.from_frame(counts.wide())
print(same.to_frame().equals(counts.to_frame()))

# %%
# The changes
# -----------
# From here on everything is as with counts of events.

changes = eg.detect_changes(counts)
print(changes.summary())
axes = changes.plot()

# %%
# Directly
# --------
# All functions on counts also take such frames, and Series with an index of periods.

kyrgyzstan = counts.wide()["KGZ"]
print(type(kyrgyzstan).__name__, *eg.segment(kyrgyzstan).dates)
print(eg.estimate_rate(kyrgyzstan, by_segment=["2019-05"]).summary())
