"""
What if reporting changed?
==========================

The counts rose. Did more events take place, or were more of them recorded?
"""

# %%
# A rise, and what is known about its sources
# -------------------------------------------
# China's training programmes for Uzbekistan, as one report lists them.
# Its author says that fewer than half of them are documented.

import engagement as eg

log = eg.load_dataset("china-central-asia")
counts = eg.count_events(log, by=("country", "channel", "activity"))
training = counts.select(country="UZB", channel="bilateral", activity="training")
changes = eg.detect_changes(training)
print(changes.summary())

# %%
# How much would reporting have had to change?
# --------------------------------------------
# The factor is the completeness of reporting after the change over that before it.
# The grey band shows which factors the stated completeness allows, if all missing programmes belong
# to the years before the rise.

(change,) = changes
reporting = eg.reporting_sensitivity(change)
print(reporting.summary())
axes = reporting.plot()

# %%
# The same question for every change in meetings.
# "Beyond what is stated" means that the sources would have to be less complete than is stated.

meetings = counts.select(channel="bilateral", activity="meeting")
for change in eg.detect_changes(meetings):
    answer = eg.reporting_sensitivity(change)
    print(
        f"{change.axes['country']} {change.date}: rate ratio {change.ratio:.1f}, in doubt at a "
        f"factor of {answer.factor_to_doubt:.2f} or {answer.n_missing:.1f} missing meetings: "
        f"{answer.verdict}"
    )

# %%
# Does the change depend on the first years?
# ------------------------------------------
# The window is shortened from either end.
# If there are no events at all before a change, the change depends on whether those years were
# observed, which the coverage has to state; the counts cannot show it.

window = eg.window_sensitivity(change)
print(window.summary())
axes = window.plot()
