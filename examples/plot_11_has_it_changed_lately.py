"""
Has it changed lately?
======================

Counts arrive week by week. When is there enough evidence of a change?
"""

# %%
# Two years of weeks, in which nothing changes
# --------------------------------------------
# The counts are simulated, so the truth is known.
# The threshold is found by simulation, for one false alarm in ten years.

import numpy as np
import pandas as pd

import engagement as eg

rng = np.random.default_rng(4)
weeks = pd.period_range("2022-01-03", periods=104, freq="W")
known = eg.CountSeries.from_arrays(rng.poisson(3.0, 104), weeks, name="incidents")
state = eg.monitor(known)
print(state.summary())

# %%
# The counts arrive
# -----------------
# For half a year the rate is as before, then more than twice as high.
# Each update gives a new state, which can be saved as a text.

saved = state.to_json()
state = eg.Monitor.from_json(saved)
state = state.update(rng.poisson(3.0, 26))
for count in rng.poisson(8.0, 20):
    state = state.update(count)
    if state.is_alarm:
        print(f"{state.series.periods[-1]}: alarm, {state.probability:.2f}; since {state.since}")
        break

# %%
# The present state, and its history.

print(state.summary())
axes = state.plot()
