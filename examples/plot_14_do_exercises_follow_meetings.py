"""
Do exercises follow meetings?
=============================

Ministers meet, and some months later forces practise together: is that a sequence, or do both
simply happen often?
Both became more frequent over the years and both have their seasons, so that one often follows
the other without any connection.
"""

# %%
# Meetings of ministers and above, and exercises
# ----------------------------------------------
# Each month of a country is after such a meeting, has one in it, or is neither.
# In a month with a meeting the order is unknown, since most dates are months.
# The p-value comes from rotating the exercises on the calendar, by whole years within blocks of
# about four years, so that drift and season stay as they are.

import engagement as eg

log = eg.load_dataset("china-central-asia")
high = ["head of state", "head of government", "deputy leader", "minister"]
meetings = {"activity": "meeting", "channel": "bilateral", "rank": high}

exercises = eg.lead_lag(log, meetings, {"activity": "exercise"}, 6)
print(exercises.summary())

# %%
# Effects around causes at each lag, relative to what the calendars alone would give.
# A curve within the light band is compatible with chance.

axes = exercises.plot()

# %%
# Do transfers follow exercises?
# ------------------------------
# More transfers come in the half year after an exercise than otherwise, in three of four countries.
# But the interval of the common ratio contains 1, and its p-value is not small: no difference is
# found.

transfers = eg.lead_lag(
    log, {"activity": "exercise"}, {"activity": "transfer", "channel": "bilateral"}, 6
)
print(transfers.summary())
axes = transfers.plot_ratios()

# %%
# Do courses follow agreements?
# -----------------------------
# The coverage of the data states nothing for agreements: nobody listed them all.
# The question can still be asked under the stated assumption that none is missing.

supposed = eg.Coverage.since_to(log.where(activity="agreement"), "1996", "2020")
courses = eg.lead_lag(
    log.with_coverage(log.coverage | supposed),
    {"activity": "agreement"},
    {"activity": "training", "channel": "bilateral"},
    12,
)
print(courses.summary())

# %%
# How long until the next meeting?
# --------------------------------
# From one bilateral meeting to the next; days of imprecise dates are drawn.
# The last wait of each country is censored at the end of observation.

waits = eg.waiting_times(log, {"activity": "meeting", "channel": "bilateral"})
print(waits.summary())
axes = waits.plot()

# %%
# Regularly?
# ----------
# By the dispersion of the gaps, meetings are random in time: a recent meeting does not delay the next.
# In Tajikistan they are clustered, which a rate that changed over the years can also explain.

axes = waits.plot_dispersions()

# %%
# A stated recurrence
# -------------------
# Exercises of the Shanghai Cooperation Organisation are said to be held every two to three years.
# The table lists all of them, so every interval of three years can be judged.

drills = {"activity": "exercise", "channel": "multilateral"}
axes = eg.check_recurrence(log, "t-sco-exercises", drills).plot()
