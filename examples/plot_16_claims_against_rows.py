"""
What a report claims against what its rows give
===============================================

A report says how many, since when, more than, never; its tables are there to be asked.
Each claim of the bundled data carries the query that would bear it out, and the verdict is
computed from the events.
"""

# %%
# All verdicts
# ------------

import engagement as eg

log = eg.load_dataset("china-central-asia")
claims = eg.load_claims("china-central-asia")
table = eg.check_claims(log, claims)
frame = table.to_frame()
print(frame["verdict"].value_counts().to_string())

# %%
# Where the report and its rows part
# ----------------------------------
# The text counts more meetings than the tables hold, and says so by "at least".

parted = frame[frame["verdict"] == "disagrees"]
for row in parted.itertuples():
    print(f"{row.statement}: found {row.found} ({row.why})")

# %%
# Claimed beside found
# --------------------

axes = table.plot()

# %%
# What cannot be checked
# ----------------------
# A country or a time that nobody observed bears nothing out, and a statement about causes is
# none that counting can test.

for row in frame[frame["verdict"] == "cannot be checked"].head(5).itertuples():
    print(f"{row.statement}: {row.why}")

# %%
# Verdicts follow the data
# ------------------------
# Without the meetings of one year, the verdict on a total is another.

fewer = eg.EventLog(
    [event for event in log if not str(event.date).startswith("2019")], coverage=log.coverage
)
again = eg.check_claims(fewer, claims).to_frame()
turned = frame["verdict"] != again["verdict"]
print(f"{turned.sum()} of {len(frame)} verdicts turn when the events of 2019 are taken away")
