"""
Who engages whom, at what rank and on what
==========================================

A data set is more than its totals.
Before any test, look at what was recorded and what was not observed.
"""

# %%
# What was observed
# -----------------
# Grey is what the sources cover, blue are the events.
# An event outside the grey is known, but its kind was not searched for systematically, so the time
# around it is unobserved and not zero.

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
# A meeting has two sides, and a president may receive a minister.
# The highest office of either delegation counts.

ranks = eg.count_ranks(meetings, every="7Y")
print(ranks.summary())
axes = ranks.plot()

# %%
# How often heads of state meet one another, period by period, with exact intervals.
# A test shows whether that changed: from 2017 on, a larger share of the meetings is held by
# ministers and their deputies.

two = "{:.2f}".format
print(ranks.share(by=("period",)).to_string(index=False, float_format=two))
change = eg.composition_changes(meetings, "rank")[0]
print(change.date, change.date_low, change.date_high, change.p_value)
columns = ["label", "before", "after", "low", "high"]
print(change.labels[columns].to_string(index=False, float_format=two))

# %%
# Who takes part with whom
# ------------------------
# Pairs of states over all kinds of events, also those that a text only mentions.
# With fractional counting an event has a weight of one, however many take part.

pairs = eg.count_events(log, by="pair", counting="fractional", selective="count").to_frame()
print(pairs.groupby("pair")["count"].sum().nlargest(8).to_string(float_format="{:.1f}".format))

# %%
# On what
# -------
# A meeting has several topics; the umbrella term of the three evils is kept as it was printed.
# With the terms that it implies, separatism is named far more often; a claim that one topic took
# the place of another should not depend on that choice.

for implied in (False, True):
    topics = eg.count_mentions(meetings, every="7Y", implied=implied, share_of="events")
    frame = topics.to_frame()
    rows = frame[frame["topic"] == "separatism"].drop(columns="topic")
    print(rows.to_string(index=False, float_format=two))

# %%
# From a number to its source
# ---------------------------

print(by_country.events(country="UZB", period="2018").cite())
