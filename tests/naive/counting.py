"""Counting by enumeration: every day of every event is looked at, in sets of ordinals."""

from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import product

from naive.dates import days_of, span_of

COVERED = ("country", "channel", "activity")
YEARS = {
    "Y": Fraction(1),
    "Q": Fraction(1, 4),
    "M": Fraction(1, 12),
    "W": 7 / Fraction("365.2425"),
    "D": 1 / Fraction("365.2425"),
}


@cache
def period_of(day, freq):
    """Name the period in which a day lies, as pandas writes it."""
    when = date.fromordinal(day)
    if freq == "W":
        monday = day - when.weekday()
        return f"{date.fromordinal(monday)}/{date.fromordinal(monday + 6)}"
    return {
        "Y": f"{when.year:04}",
        "Q": f"{when.year:04}Q{(when.month + 2) // 3}",
        "M": f"{when.year:04}-{when.month:02}",
        "D": when.isoformat(),
    }[freq]


@cache
def period_days(day, freq):
    """Give the days of the period in which a day lies."""
    near = {"Y": 366, "Q": 92, "M": 31, "W": 7, "D": 1}[freq]
    name = period_of(day, freq)
    return {d for d in range(max(1, day - near), day + near + 1) if period_of(d, freq) == name}


def span_days(text):
    """Give the days of a bounded date."""
    first, last = span_of(text)
    return range(first, last + 1)


def labels_on(event, axis):
    """List the labels of an event on an axis."""
    found = {
        "country": event.countries or ([event.initiator] if event.channel == "domestic" else []),
        "channel": [event.channel],
        "activity": [activity_of(event)],
        "topic": event.topics,
        "rank": [event.rank],
        "initiator": [event.initiator],
    }[axis]
    return [str(label) for label in found if label is not None] or ["(none)"]


def activity_of(event):
    """Name the activity of an event."""
    return type(event).__name__.lower()


def days_for(event, durations):
    """List the days of an event, whether they are alternatives, and the reason if none."""
    text = str(event.date).rstrip("~?%")
    if "/" not in text:
        return list(span_days(text)), True, None
    begun, ended = text.split("/")
    if begun == "..":
        return [], False, "date has no start"
    if durations == "start":
        stop = None if ended == ".." else span_of(ended)[1]
        return [day for day in days_of(begun) if stop is None or day <= stop], True, None
    if ended == "..":
        return [], False, "duration has no end to spread to"
    return list(span_days(text)), False, None


def recorded_days(log):
    """List the days of all recorded events; of one that lasts without an end, of its start."""
    found = set()
    for event in log:
        text = str(event.date).rstrip("~?%")
        begun, _, ended = text.partition("/")
        if str(event.status) != "recorded" or begun == "..":
            continue
        is_closed = ended not in ("", "..")
        found.update(span_days(text) if is_closed or not ended else span_days(begun))
    return found


def choose(days, imprecise, freq, draw):
    """Apply the rule for imprecise dates; no days if the event is to be left out."""
    if imprecise == "exclude":
        return days if len({period_of(day, freq) for day in days}) == 1 else []
    if imprecise == "spread" or len(days) == 1:
        return days
    if imprecise == "impute":
        return [draw()]
    return [days[{"start": 0, "middle": (len(days) - 1) // 2, "end": -1}[imprecise]]]


class NaiveCount:
    """
    What `engagement.count_events` is to answer; it takes its settings, all of them.

    ``draw(event)`` gives the ordinal of the day that is drawn for an event. ``labels`` are sets by
    axis, ``periods`` names, ``counts`` (None where not observed) and ``years`` fractions by cell
    and period, ``behind`` by the same what each event adds, by id, and ``left`` the share of each
    event that is left out, by id and reason.
    """

    def __init__(self, log, *, draw=None, **settings):
        """Count."""
        self.draw, self.settings = draw, settings
        self.by, self.freq = settings["by"], settings["freq"]
        self.wanted = [event for event in log if str(event.status) in settings["statuses"]]
        self.left = Counter()
        for event in log:
            if event not in self.wanted:
                self.left[event.id, "status not asked for"] += 1
        self.log = list(log)
        self.placed = self.place()
        self.read_coverage(log.coverage, recorded_days(log))
        self.window = self.read_window()
        self.lay_out()
        for event in self.wanted:
            for cell in product(*(labels_on(event, axis) for axis in self.by)):
                self.add(event, cell)

    def place(self):
        """Give the days of each event that has any."""
        placed = {}
        self.loose = set()
        for event in self.wanted:
            days, loose, reason = days_for(event, self.settings["durations"])
            if loose:
                self.loose.add(event.id)
                rule = self.settings["imprecise"]
                days = choose(days, rule, self.freq, lambda event=event: self.draw(event))
                reason = None if days else "date is not within one period"
            if reason:
                self.left[event.id, reason] += 1
            placed[event.id] = days
        return placed

    def read_coverage(self, coverage, dated):
        """Set the days stated, and all days on which anything was observed."""
        self.stated = defaultdict(set)
        for entry in coverage:
            key = (entry.country, str(entry.channel), str(entry.activity))
            self.stated[key].update(span_days(f"[{entry.since}..{entry.until}]"))
        self.is_given = bool(self.stated)
        if self.stated:
            self.whole = set.union(*self.stated.values())
        elif dated:
            ends = period_days(min(dated), self.freq) | period_days(max(dated), self.freq)
            self.whole = set(range(min(ends), max(ends) + 1))
        else:
            self.whole = set()
        if not self.is_given and set(self.settings["statuses"]) != {"recorded"}:
            self.is_given = True  # of what is only planned nothing was observed
            recorded = [event for event in self.log if str(event.status) == "recorded"]
            known = [{label for e in recorded for label in labels_on(e, axis)} for axis in COVERED]
            self.stated |= dict.fromkeys(product(*known), self.whole) if self.whole else {}

    def read_window(self):
        """Give the days of the window."""
        since, until = self.settings["window"] or (None, None)
        if not self.whole and (since is None or until is None):
            return set()
        low = min(self.whole) if since is None else span_of(since)[0]
        high = max(self.whole) if until is None else span_of(until)[1]
        return set(range(low, high + 1))

    def lay_out(self):
        """Make labels, periods and cells, with what was observed of them."""
        self.labels = {
            axis: {label for event in self.wanted for label in labels_on(event, axis)}
            | ({key[COVERED.index(axis)] for key in self.stated} if axis in COVERED else set())
            for axis in self.by
        }
        lengths = {period_of(day, self.freq): day for day in sorted(self.window)}
        lengths = {name: len(period_days(day, self.freq)) for name, day in lengths.items()}
        self.periods = list(lengths)
        self.observed, self.years, self.counts = {}, {}, {}
        self.behind = defaultdict(Counter)
        for cell in product(*self.labels.values()):
            self.observed[cell] = self.observed_in(cell) & self.window
            seen = Counter(period_of(day, self.freq) for day in self.observed[cell])
            for name, n_days in lengths.items():
                self.years[cell, name] = YEARS[self.freq] * Fraction(seen[name], n_days)
                self.counts[cell, name] = Fraction(0) if seen[name] else None

    def observed_in(self, cell):
        """Give the days on which a cell was observed."""
        mine = dict(zip(self.by, cell, strict=True))
        if not self.is_given:
            activity = mine.get("activity")
            return self.whole if activity is None or self.is_coded(activity, mine) else set()
        sets = [
            days
            for key, days in self.stated.items()
            if all(mine.get(axis, label) == label for axis, label in zip(COVERED, key, strict=True))
            and self.is_coded(key[2], mine)
        ]
        if not sets:
            return set()
        return set.intersection(*sets) if self.is_complete else set.union(*sets)

    def is_coded(self, activity, mine):
        """Whether events of an activity, if there are any, have labels on the axes of a cell."""
        events = [event for event in self.log if activity_of(event) == activity]
        axes = [a for a, label in mine.items() if a not in COVERED and label != "(none)"]
        return not events or all(
            any(labels_on(event, axis) != ["(none)"] for event in events) for axis in axes
        )

    @property
    def is_complete(self):
        """Whether all that a cell sums must have been observed."""
        return self.settings["coverage"] == "complete"

    def is_stated(self, event, cell):
        """Tell whether anything is stated of an event's activity where it is counted."""
        if not self.is_given:
            return True
        countries = labels_on(event, "country")
        if "country" in self.by:
            countries = [cell[self.by.index("country")]]
        return any((c, str(event.channel), activity_of(event)) in self.stated for c in countries)

    def add(self, event, cell):
        """Count an event into a cell day by day, or say why not."""
        n_cells = len(list(product(*(labels_on(event, axis) for axis in self.by))))
        days = self.placed[event.id]
        fractional = self.settings["counting"] == "fractional"
        seen = {day for day in days if self.is_stated(event, cell)}
        seen &= self.window & self.observed[cell]
        rigid = self.settings["imprecise"] == "exclude" and event.id in self.loose
        if rigid and 0 < len(seen) < len(days):
            reason = "date lies partly outside of what was observed"
            self.left[event.id, reason] += Fraction(1, n_cells)
            return
        for day in days:
            share = Fraction(1, len(days))
            if not self.is_stated(event, cell):
                self.left[event.id, "no coverage stated for it"] += share / n_cells
            elif day not in self.window:
                self.left[event.id, "outside the window"] += share / n_cells
            elif day not in self.observed[cell]:
                self.left[event.id, "outside the coverage"] += share / n_cells
            else:
                amount = share / n_cells if fractional else share
                self.counts[cell, period_of(day, self.freq)] += amount
                self.behind[cell, period_of(day, self.freq)][event.id] += amount
