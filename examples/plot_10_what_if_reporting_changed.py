"""
What if reporting changed?
==========================

The counts rose. Did more take place, or was more of it written down?
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
# The grey band is as far as the stated completeness reaches, if every programme that is missing
# was missed before the rise.

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
        f"{change.axes['country']} {change.date}: times {change.ratio:.1f}, in doubt with a factor "
        f"of {answer.factor_to_doubt:.2f} or {answer.n_missing:.1f} missing meetings: "
        f"{answer.verdict}"
    )

# %%
# Does the change depend on the first years?
# ------------------------------------------
# The window is cut from either end.
# Where nothing at all was counted before the change, everything rests on those years having been
# observed, which is for the coverage to say and not for the counts.

window = eg.window_sensitivity(change)
print(window.summary())
axes = window.plot()
