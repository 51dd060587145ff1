"""
From separatism to investment: what the meetings were about
===========================================================

The number of meetings can stay the same while their topics change.
The bilateral meetings of China and five Central Asian states, 1993 to 2020, name some fifty
topics.
When did they change, which topics came and went, and how much of this is only a change of terms?
"""

# %%
# What was named, how often, since when
# -------------------------------------
# A meeting has several topics, so the bootstrap draws whole meetings and not mentions.

import engagement as eg

log = eg.load_dataset("china-central-asia")
meetings = log.where(channel="bilateral", activity="meeting", since="1993", until="2020")
mentions = eg.count_mentions(meetings, every="4Y")
print(mentions.summary())
axes = mentions.plot(n_topics=6)

# %%
# When the composition changed
# ----------------------------
# Every date is tested by permuting whole meetings over their dates, those of one month together.
# The red lines are the significant changes, with the intervals of their dates.

changes = eg.composition_changes(meetings)
print(changes.summary())
axes = changes.plot(n_labels=12)

# %%
# The words separatism, terrorism and extremism disappeared at the same time, and one term that
# means all three appeared.

second = changes[1].labels.set_index("label")
print(second.loc[["separatism", "terrorism", "extremism", "three evils"], ["before", "after"]])

# %%
# Words or substance?
# -------------------
# The same with the terms that the umbrella implies.
# What is left is a widening before the turn of the century, and crime in the last decade.

implied = eg.composition_changes(meetings, implied=True)
for change in implied.changes:
    print(change.date, "between", change.date_low, "and", change.date_high, "p =", change.p_value)
    print(change.labels[["label", "before", "after", "p_value"]].head(5).round(2).to_string())

# %%
# Did terrorism displace separatism?
# ----------------------------------
# By the printed terms it did, about 2010.
# With implied terms terrorism became as frequent as separatism about 2000, and remained so.

pair = eg.compare_topics(meetings, "terrorism", "separatism")
print(pair.summary())
axes = pair.plot()

# %%
# What goes together
# ------------------
# Blue pairs are named together more often than the length of lists explains, red ones less.
# Sources that print the umbrella term omit its parts, which is why both readings are needed.

pairs = eg.count_pairs(meetings, min_events=8)
print(pairs.summary())
axes = pairs.plot()

# %%
# And investment?
# ---------------
# The safety of investments and of nationals is named in a handful of meetings.
# Groups of topics can be compared too.
# As printed, economic security partly replaced separatism in the 2010s.
# With implied terms this is uncertain, because the three evils imply separatism to the end.

table = mentions.topics.set_index("topic")
print(table.loc[["investment security", "safety of nationals", "pipeline security"]].to_string())
economy = [
    "investment security",
    "pipeline security",
    "safety of nationals",
    "anti-china sentiment",
]
print(eg.compare_topics(meetings, economy, ["separatism", "east turkestan movement"]).summary())
