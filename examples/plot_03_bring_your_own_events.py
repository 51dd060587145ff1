"""
Bring your own events
=====================

A table with its own column names, dates in several forms and a few mistakes is read, corrected and
counted, and every row that cannot be read is listed.
"""

# %%
# A table as people keep it
# -------------------------
# It has its own column names, dates with the day first, and names of countries, one of them misspelt.

import tempfile
from pathlib import Path

import engagement as eg

folder = Path(tempfile.mkdtemp())
table = folder / "mine.csv"
table.write_text(
    """\
When;Partner;What;City;Seen by
13/05/2014;Kyrgyz Republic;meeting;Osh;AB
2015-03;Tajikistan;meeting;;AB
spring 2016;Kirgistan;meeting;;
03/04/2017;Kazakhstan;exercise;Almaty;CD
May 2018;Kyrgyzstan;meeting;;CD
2018;Kyrgyzstan;meetng;;CD
14/09/2019;Kyrgyzstan;meeting;Bishkek;CD
2019-11;Tajikistan;meeting;Dushanbe;CD
2020;Kyrgyzstan;meeting;;CD
"""
)

# %%
# What would be read?
# -------------------
# Each fault names its row as a spreadsheet numbers it, and suggests what was probably meant.
# ``engagement check mine.csv`` prints the same in a shell.

settings = {
    "columns": {"date": "When", "countries": "Partner", "activity": "What", "place": "City"},
    "defaults": {"channel": "bilateral", "initiator": "CHN"},
    "unknown_columns": "keep",
}
log, faults = eg.read_events(table, on_error="collect", **settings)
print(log)
for fault in faults.itertuples():
    print(f"row {fault.row}, {fault.column}: {fault.problem}")

# %%
# Correct and read again
# ----------------------
# The rows at fault are a frame; here a few lines correct them, as one would do in a spreadsheet.

bad = eg.rows_at_fault(table, faults, **settings)
bad["Partner"] = bad["Partner"].replace("Kirgistan", "Kyrgyzstan")
bad["What"] = bad["What"].replace("meetng", "meeting")
bad.to_csv(folder / "mended.csv", index=False)

mended = eg.read_events(folder / "mended.csv", date_order="day-first", **settings)
log = log | mended
print(log)
print(log[0].own)

# %%
# Count what was observed
# -----------------------
# The table was kept from 2013 to 2020, so that a year without rows is a year without meetings.

meetings = log.where(activity="meeting")
meetings = eg.EventLog(meetings, coverage=eg.Coverage.since_to(meetings, "2013", "2020"))
counts = eg.count_events(meetings, by="country")
print(counts.wide())

# %%
# Imprecise dates lie within one year each here, so that no event is spread over two.

axes = counts.plot()

# %%
# Keep it
# -------
# A workbook has the events and their coverage on two sheets, and is read back as the same log.

eg.write_events(meetings, folder / "meetings.xlsx")
print(eg.read_events(folder / "meetings.xlsx") == meetings)
