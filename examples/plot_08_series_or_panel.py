"""
One series or a panel?
======================

A short series cannot tell overdispersion from a change.
Twenty short series can.
"""

# %%
# Twenty series of 28 years
# -------------------------
# In five of them the rate rises from two to five in the middle, in the others it is constant.
# The counts are Poisson, but nobody who has only the counts can know that.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import engagement as eg

N_SERIES, N_CHANGED = 20, 5
rng = np.random.default_rng(4)
years = pd.period_range("1993", "2020", freq="Y")
step = np.repeat([2.0, 5.0], 14)


def panel_of(world):
    """Draw a table of counts, the first five series of which change."""
    means = np.tile(rng.uniform(0.5, 8, N_SERIES)[:, None], 28)
    means[:N_CHANGED] = step
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

WAYS = {"robust": {}, "panel": {"borrow": True}, "Poisson": {"null": "poisson"}}
"""Each series by itself, all together, and with the exact test that has to be told."""
found = {way: eg.detect_changes(counts, **settings) for way, settings in WAYS.items()}
for way, changes in found.items():
    names = sorted({change.axes["pair"] for change in changes})
    print(f"{way:7} {len(names)} series changed: {', '.join(names)}")

# %%
# Series count as changed where the q-value, the least false discovery rate at which they do, is .1 or
# less. The three side by side:

figure, axes = plt.subplots(layout="constrained")
for (way, changes), marker, colour in zip(
    found.items(), "o^x", ("#0072B2", "#D55E00", "0.3"), strict=True
):
    q_values = [verdict.q_value for verdict in changes.verdicts]
    axes.plot(q_values, range(N_SERIES), marker, label=way, fillstyle="none", color=colour)
axes.axvline(0.1, color="0.5", linewidth=0.8)
axes.axhspan(-0.5, N_CHANGED - 0.5, color="0.92", label="changed in truth")
axes.set(xscale="log", xlabel="q-value", title="Twenty Poisson series")
axes.set_yticks(range(N_SERIES), [verdict.label for verdict in changes.verdicts])
axes.invert_yaxis()
axes.legend(loc="lower left")

# %%
# A panel of another kind
# -----------------------
# Now all counts have a variance of four times their mean.
# The panel finds that out as well: it does not take overdispersion for a change as the Poisson test
# does.

clustered = panel_of(lambda means: rng.poisson(3 * rng.gamma(means / 3)))
for way, settings in WAYS.items():
    names = {change.axes["pair"] for change in eg.detect_changes(clustered, **settings)}
    true = names & {f"pair {place + 1}" for place in range(N_CHANGED)}
    print(f"{way:7} {len(names)} series said to have changed, {len(true)} of them truly")

# %%
# The bundled panel
# -----------------
# Meetings with five states: a small panel.

log = eg.load_dataset("china-central-asia").where(channel="bilateral", activity="meeting")
meetings = eg.count_events(log, by="country", window=("1993", "2020"))
print(eg.detect_changes(meetings, borrow=True).summary())
