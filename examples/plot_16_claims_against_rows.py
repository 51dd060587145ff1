"""
What a report claims against what its rows give
===============================================

A report makes claims: how many, since when, more than, never.
Each claim in the bundled data has a query, and the verdict is computed from the events.
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
# Claims that disagree
# --------------------
# The text counts more meetings than the tables hold, and says so by "at least".

parted = frame[frame["verdict"] == "disagrees"]
for row in parted.itertuples():
    print(f"{row.statement}: found {row.found} ({row.why})")

# %%
# Claimed and found
# -----------------

axes = table.plot()

# %%
# What cannot be checked
# ----------------------
# A country or a time that was not observed confirms nothing, and a statement about causes cannot
# be tested by counting.

for row in frame[frame["verdict"] == "cannot be checked"].head(5).itertuples():
    print(f"{row.statement}: {row.why}")

# %%
# Verdicts follow the data
# ------------------------
# Without the meetings of one year, the verdict on a total changes.

fewer = eg.EventLog(
    [event for event in log if not str(event.date).startswith("2019")], coverage=log.coverage
)
again = eg.check_claims(fewer, claims).to_frame()
turned = frame["verdict"] != again["verdict"]
print(f"{turned.sum()} of {len(frame)} verdicts turn when the events of 2019 are taken away")
