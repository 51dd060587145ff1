"""
One series or a panel?
======================

A short series cannot tell overdispersion from a change.
Twenty short series can.
"""

# %%
# Twenty series of 28 years
# -------------------------
# In five of them the rate rises from two to five for nine years, in the others it is constant.
# The counts are Poisson, but nobody who has only the counts can know that.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import engagement as eg

N_SERIES, N_CHANGED = 20, 5
rng = np.random.default_rng(4)
years = pd.period_range("1993", "2020", freq="Y")
burst = np.repeat([2.0, 5.0, 2.0], [10, 9, 9])


def panel_of(world):
    """Draw a table of counts, the first five series of which change."""
    means = np.tile(rng.uniform(0.5, 8, N_SERIES)[:, None], 28)
    means[:N_CHANGED] = burst
    return eg.Counts(
        axes={"pair": tuple(f"pair {place + 1}" for place in range(N_SERIES))},
        periods=years,
        values=world(means),
        exposure_years=np.ones(means.shape),
        freq="Y",
        settings={},
        coverage_stated=True,
        left_out=pd.DataFrame(columns=["id", "date", "reason", "share", "amount"]),
    )


counts = panel_of(rng.poisson)

# %%
# By itself each series is given the benefit of the doubt.
# Together they show that the counts are not overdispersed.

for null in ("robust", "panel"):
    changes = eg.detect_changes(counts, null=null)
    names = sorted({change.axes["pair"] for change in changes})
    print(f"{null:7} {len(names)} series changed: {', '.join(names)}")

# %%
# The p-values side by side, and beside those of the exact test that has to be told what the panel
# finds out.

NULLS = ("robust", "panel", "poisson")
p_values = pd.DataFrame(
    {
        null: {v.axes["pair"]: v.p_value for v in eg.detect_changes(counts, null=null).verdicts}
        for null in NULLS
    }
)
figure, axes = plt.subplots(layout="constrained")
for null, marker, colour in zip(NULLS, "o^x", ("#0072B2", "#D55E00", "0.3"), strict=True):
    axes.plot(p_values[null], range(N_SERIES), marker, label=null, fillstyle="none", color=colour)
axes.axhspan(-0.5, N_CHANGED - 0.5, color="0.92", label="changed in truth")
axes.set(xscale="log", xlabel="p-value", title="Twenty Poisson series")
axes.set_yticks(range(N_SERIES), p_values.index)
axes.invert_yaxis()
axes.legend(loc="lower left")

# %%
# A panel of another kind
# -----------------------
# Now all counts have a variance of four times their mean.
# Nothing was told, and the panel finds that out as well: it does not take overdispersion for a change as
# the Poisson test does.

clustered = panel_of(lambda means: rng.poisson(3 * rng.gamma(means / 3)))
for null in NULLS:
    changes = eg.detect_changes(clustered, null=null)
    names = {change.axes["pair"] for change in changes}
    true = names & {f"pair {place + 1}" for place in range(N_CHANGED)}
    print(f"{null:7} {len(names)} series said to have changed, {len(true)} of them truly")

# %%
# The bundled panel
# -----------------
# Meetings with five states: as few as make a panel.

log = eg.load_dataset("china-central-asia").where(channel="bilateral", activity="meeting")
meetings = eg.count_events(log, by="country", window=("1993", "2020"))
print(eg.detect_changes(meetings, null="panel").summary())
