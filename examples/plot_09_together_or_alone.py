"""
Together or alone: changes in a panel
=====================================

Did China's security meetings with five neighbours change together? Which changed first? And what
explains a change of the total?
"""

# %%
# Changes in common
# -----------------
# A series takes part in a shared change, does not take part, or the counts do not decide.

import engagement as eg

FIVE = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
log = eg.load_dataset("china-central-asia")
counts = eg.count_events(log, by=("country", "channel", "activity"))
meetings = counts.select(country=FIVE, channel="bilateral", activity="meeting")
shared = eg.shared_changes(meetings)
print(shared.summary())
axes = shared.plot()

# %%
# A total whose members do not change
# -----------------------------------
# Meetings are observed since 1993, training since 2000.
# Their sum changes when the second source begins, and the answer says so.

both = counts.select(country="KGZ", channel="bilateral", activity=("meeting", "training"))
print(eg.shared_changes(both).summary())

# %%
# Which came first?
# -----------------
# The exact distributions of two dates, compared pair by pair.
# Beside each probability is the one that the windows of observation alone would give.

order = eg.compare_dates(
    counts.series(country="UZB", channel="bilateral", activity="meeting"),
    counts.series(country="UZB", channel="bilateral", activity="training"),
)
print(order.summary())
axes = order.plot()
