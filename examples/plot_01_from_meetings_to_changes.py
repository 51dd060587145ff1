"""
From meetings to dated changes
==============================

How often did Chinese officials meet those of five Central Asian states on security, when did
this change, and how certain is the change?
The bundled data set lists such meetings from 1993 to 2020, each with its place in the source.
"""

# %%
# The events
# ----------
# A log is an ordered collection of events, together with what its sources covered.

import engagement as eg

log = eg.load_dataset("china-central-asia").where(channel="bilateral", activity="meeting")
log = log.where(since="1993", until="2020")
print(log)
print(log[0])
print(log[:3].cite())

# %%
# Counting
# --------
# Counts have named axes, and every count has an exposure: how long its cell was observed.

counts = eg.count_events(log, by=("country", "channel"), freq="Y")
print(counts.summary())
axes = counts.plot()

# %%
# Every number leads back to its events.

for event in counts.events(country="TJK", period="2016"):
    print(event, "-", ", ".join(event.topics))

# %%
# Is there a change, and when?
# ----------------------------
# The answer has a row for each change, and one for each series without a change.
# The date is the first year of the new rate, with its interval; the interval of the rate ratio
# includes the uncertainty about the date.

changes = eg.detect_changes(counts)
print(changes.summary())

# %%
# How sure is the date?
# ---------------------
# The posterior is exact: it sums over all segmentations, without sampling.

posterior = changes.posterior(country="TJK", channel="bilateral")
print(posterior.n_changes.head(4).round(3).to_string())
dates = posterior.date_distribution(change=1, n_changes=1)
print(dates[dates > 0.02].round(3).to_string())
axes = posterior.plot()

# %%
# What the start of a source does
# -------------------------------
# The source begins in 1993 for every country, but several tables have their first row years
# later.
# The source does not say whether nothing took place or nothing was recorded.
# Each change says whether it depends on such an empty stretch.

for change in changes:
    if change.leans_on_start:
        print(change.axes["country"], change.date, "none recorded up to", change.empty_until)

# %%
# If you doubt that those years were observed, state this in the coverage: the years are then
# unobserved and not zeros.

late = eg.Coverage(
    [
        {
            "country": country,
            "channel": "bilateral",
            "activity": "meeting",
            "since": min(str(event.date) for event in log.where(country=country)),
            "until": "2020",
        }
        for country in counts.axes["country"]
    ]
)
again = eg.detect_changes(eg.count_events(log.with_coverage(late), by="country"))
print(again.summary())
