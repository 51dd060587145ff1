"""What a caller writes; it is type-checked and not run."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

import pandas as pd

import engagement as eg
from engagement.changes import PriorSensitivity, SharedChange
from engagement.sequence import Following, KeptRhythm, Wait

# Events

date: eg.EventDate = eg.EventDate.parse("2019-10~")
meeting = eg.Meeting(
    date="2003-09",
    channel="bilateral",
    initiator="CHN",
    countries=["KGZ"],
    participants=[eg.Participant(country="CHN", office="Premier", rank="head of government")],
    topics=["terrorism"],
    sources=[eg.Source(document="notes", where="row 1")],
)
exercise = eg.Exercise(
    date=date,
    channel=eg.Channel.MULTILATERAL,
    countries=("KAZ", "KGZ"),
    personnel=eg.Personnel(low=100, high=200),
)
transfer = eg.Transfer(
    date="2014",
    channel="bilateral",
    countries=["TJK"],
    terms=eg.Terms.GIFT,
    value=eg.Money(amount="4.5e6", currency="CNY"),
)
assert_type(meeting.date, eg.EventDate)
assert_type(meeting.rank, eg.Rank | None)
assert_type(meeting.countries, tuple[str, ...])

# Countries

assert_type(eg.read_country(703, system="gw", on=date), str)
assert_type(eg.group_members("SCO", on="2018"), tuple[str, ...])

# Logs

log = eg.EventLog([meeting, exercise, transfer])
log = eg.EventLog(log, coverage=eg.Coverage.since_to(log, "1993", "2020"))
assert_type(log[0], eg.Event)
assert_type(log[:2], eg.EventLog)
assert_type(log | log, eg.EventLog)
assert_type(log.where(country="KGZ", since="2001", until=date), eg.EventLog)
assert_type(log.to_frame(), pd.DataFrame)
assert_type(eg.EventLog.from_frame(log.to_frame()), eg.EventLog)

# Files and data

assert_type(eg.read_events("events.csv"), eg.EventLog)
good, faults = eg.read_events(Path("events.csv"), on_error="collect")
assert_type(good, eg.EventLog)
assert_type(faults, pd.DataFrame)
assert_type(
    eg.read_events("mine.xlsx", columns={"date": "When"}, date_order="day-first", sheet="2019"),
    eg.EventLog,
)
assert_type(eg.rows_at_fault("events.csv", faults, encoding="cp1252"), pd.DataFrame)
eg.write_events(log, Path("events.parquet"))
bundled = eg.load_dataset("china-central-asia")

# Counts

counts = eg.count_events(bundled, by=("country", "channel"), freq="Y", window=("1993", "2020"))
assert_type(counts, eg.Counts)
assert_type(counts.select(country=["KGZ", "KAZ"]), eg.Counts)
assert_type(counts.resample("5Y"), eg.Counts)
assert_type(counts.events(country="KGZ", period="2003"), eg.EventLog)
framed = eg.EventFrame(
    bundled.to_frame(),
    coverage=bundled.coverage,
    columns={"place": "place"},
    date_order="day-first",
    canonical=True,
)
assert_type(eg.count_events(framed), eg.Counts)
assert_type(eg.count_events(bundled.to_frame(), freq="M"), eg.Counts)
series = counts.series(country="KGZ", channel="bilateral")
assert_type(series, eg.CountSeries)
assert_type(series.periods, pd.PeriodIndex)
mine = eg.CountSeries.from_arrays([1, 0, 2], ["2001", "2002", "2003"], [1.0, 0.5, 1.0])
labelled = pd.Series([1, 0, 2], index=pd.period_range("2001", periods=3, freq="Y"))
assert_type(eg.CountSeries.from_arrays(labelled, missing="zero"), eg.CountSeries)
frame = counts.to_frame()
assert_type(
    eg.Counts.from_frame(
        frame, period="period", by=["country"], count="count", freq="Y", missing="unobserved"
    ),
    eg.Counts,
)
assert_type(eg.segment(labelled), eg.Segmentation)
assert_type(eg.segment([1, 0, 2], periods=range(2001, 2004)), eg.Segmentation)
assert_type(eg.detect_changes(counts.wide()), eg.Changes)

# Changes

assert_type(eg.segment(series, penalty="bic"), eg.Segmentation)
assert_type(eg.segment(mine, penalty=3.0, min_length=2), eg.Segmentation)
posterior = eg.change_posterior(series, prior=eg.GammaPrior(shape=1.0, rate=1.0))
assert_type(posterior, eg.ChangePosterior)
assert_type(posterior.dispersion, pd.Series)
located = eg.locate_changes(["1990-03-01", "1992-07-09"], window=("1990", "1996"))
assert_type(located, eg.LocatedChanges)
assert_type(eg.locate_changes(log), eg.LocatedChanges)
assert_type(posterior.sensitivity(), PriorSensitivity)
people = eg.change_posterior(
    mine, family=eg.Gaussian(variance=2.0), prior=eg.NormalPrior(mean=1.0, sd=2.0)
)
assert_type(eg.segment(mine, family=eg.NegativeBinomial()).dispersion, float)
assert_type(eg.scan_test(series, rng=1), eg.ScanTest)
changes = eg.detect_changes(counts, level=0.9, fdr=0.05)
assert_type(changes, eg.Changes)
assert_type(changes.to_frame(), pd.DataFrame)
assert_type(changes.summary(), str)
assert_type(eg.compare_dates(series, posterior, change=(1, -1)), eg.DateComparison)
assert_type(eg.compare_shapes(series), pd.Series)
shared = eg.shared_changes(counts, shared_prior=0.3)
assert_type(shared, eg.SharedChanges)
assert_type(list(shared), list[SharedChange])
watched = eg.monitor(series, false_alarms=0.2)
assert_type(watched.update(3).update([1, 2]), eg.Monitor)
assert_type(eg.Monitor.from_json(watched.to_json()), eg.Monitor)

# What else could explain a change

for change in changes:
    assert_type(change, eg.Change)
    assert_type(eg.reporting_sensitivity(change, factors=[1.0, 2.0]), eg.ReportingSensitivity)
    assert_type(eg.window_sensitivity(change, n_windows=6), eg.WindowSensitivity)

# Forecasts

coming = eg.forecast(series, horizon=3, hazard=0.05, exposure_years=[1.0, 1.0, 0.5])
assert_type(coming, eg.Forecast)
assert_type(coming.probabilities("2021"), pd.Series)
assert_type(eg.log_score([0.5, 0.5], 1), float)

# Interests

turns = eg.composition_changes(bundled, "topic", implied=True)
assert_type(turns, eg.CompositionChanges)
assert_type(turns[0].labels, pd.DataFrame)
assert_type(eg.composition_changes(bundled, lambda event: event.organisations).verdict, str)
assert_type(eg.count_mentions(bundled, every="7Y", window=("1993", "2020")), eg.TopicMentions)
assert_type(eg.count_pairs(bundled).matrix("lift"), pd.DataFrame)
assert_type(eg.count_ranks(bundled).share(by=("country", "period")), pd.DataFrame)
pair = eg.compare_topics(bundled, "terrorism", eg.Topic("separatism"), split="2000")
assert_type(pair, eg.TopicComparison)
assert_type(pair.printed.p_value, float)

# Intensity

assert_type(eg.estimate_rate(counts, level=0.9, by_segment=["2001"]), eg.RateEstimate)
assert_type(eg.compare_rates(counts, over="country"), eg.RateComparison)
assert_type(eg.fit_trend(counts, "year + country"), eg.TrendFit)
assert_type(eg.smooth_intensity(series), eg.SmoothIntensity)
walk = eg.translate_events(bundled, "cameo")
assert_type(eg.weigh_events(bundled, walk.cooperation), eg.WeightedIntensity)

# Sequence

followed = eg.lead_lag(bundled, {"activity": "meeting"}, {"activity": "exercise"}, 6, freq="M")
assert_type(followed, eg.LeadLag)
assert_type(followed["KGZ"], Following)
assert_type(followed.pooled.curve, pd.DataFrame)
assert_type(followed.to_frame(), pd.DataFrame)
waits = eg.waiting_times(bundled, bundled.where(activity="meeting"), rng=1)
assert_type(waits, eg.WaitingTimes)
assert_type(waits[0], Wait)
assert_type(waits.summary(), str)
kept = eg.check_recurrence(bundled, "t-sco-defence-ministers", observed=("2001", "2020"))
assert_type(kept, KeptRhythm)

# Errors

try:
    eg.read_events("events.csv")
except eg.TableError as error:
    assert_type(error.faults, tuple[tuple[int, str, object, str], ...])
except eg.EngagementError:
    raise
