"""
Who engages whom, at what rank and on what
==========================================

A data set is more than its totals.
Before anything is tested, it is worth looking at what was recorded, and what was not observed
at all.
"""

# %%
# What was observed
# -----------------
# Grey is what the sources cover, blue are the events.
# An event outside of grey is known, but nobody looked for its like in a systematic way, so it is
# kept and never counted as if silence around it were a zero.

import engagement as eg

log = eg.load_dataset("china-central-asia")
partners = ["KAZ", "KGZ", "TJK", "TKM", "UZB"]
print(log)
axes = eg.plot_log(log.where(country=partners, channel=["bilateral", "multilateral"]))

# %%
# By country and year
# -------------------
# Meetings were listed for the whole span and for each of the five countries.

meetings = log.where(channel="bilateral", activity="meeting", since="1993", until="2020")
by_country = eg.count_events(meetings, by="country")
axes = by_country.plot()

# %%
# At what rank
# ------------
# The rank of a meeting is that of its highest participant.
# Put together by seven years, the counts show who carries the contact.

by_rank = eg.count_events(meetings, by="rank").resample("7Y")
print(by_rank.wide().T.to_string())

# %%
# Heads of state carry a share of the meetings that differs by country.

ranks = eg.count_events(meetings, by=("country", "rank")).to_frame()
table = ranks.pivot_table(index="country", columns="rank", values="count", aggfunc="sum")
shares = table["head of state"] / table.sum(axis=1)
print(shares.round(2).to_string())

# %%
# On what
# -------
# A meeting has several topics, and counts once under each; the umbrella term of the three evils
# is kept as it was printed.

topics = eg.count_events(meetings, by="topic")
frame = topics.to_frame()
most = frame.groupby("topic")["count"].sum().sort_values(ascending=False).head(8)
print(most.to_string())
axes = topics.select(topic=list(most.index)).plot()

# %%
# With the terms that it implies, separatism is named far more often.
# Whether one topic took the place of another should not hang on that choice, so both are at hand.

for name, chosen in (
    ("as printed", meetings),
    ("with implied terms", meetings.with_implied_topics()),
):
    counted = eg.count_events(chosen, by="topic").resample("7Y").select(topic="separatism")
    print(f"{name}: {counted.wide()['separatism'].to_dict()}")

# %%
# From a number to its source
# ---------------------------

print(by_country.events(country="UZB", period="2018").cite())
