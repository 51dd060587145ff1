"""Rules that every reader of an event data set keeps."""

import inspect
import io
import warnings
import zipfile
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engagement.errors import EngagementError, FormatError, SettingError, TableError
from engagement.files.event_files import read_events, write_events
from engagement.sources import reader_settings
from engagement.sources.acled import scan_acled
from engagement.sources.fates import RowsLeftOutWarning
from engagement.sources.gdelt import scan_gdelt
from engagement.sources.icews import scan_icews
from engagement.sources.plover import scan_plover
from engagement.sources.sipri import scan_sipri
from engagement.sources.ucdp import scan_ucdp_ged
from readers_under_test import READERS
from strategies import readers as files

EVERY = pytest.mark.parametrize("name", READERS)
SCANS = {
    "gdelt": (scan_gdelt, reader_settings.GdeltSettings),
    "icews": (scan_icews, reader_settings.IcewsSettings),
    "ucdp": (scan_ucdp_ged, reader_settings.UcdpSettings),
    "acled": (scan_acled, reader_settings.AcledSettings),
    "register": (scan_sipri, reader_settings.SipriSettings),
    "polecat": (scan_plover, reader_settings.PloverSettings),
}
FUNCTION_SCOPED = [HealthCheck.function_scoped_fixture]  # one folder serves all examples


@pytest.mark.parametrize("name", SCANS)
def test_settings_are_shown_as_they_are_declared(name):
    """Signature and documentation of both ways of reading hold every setting and its default."""
    read, (scan, declared) = READERS[name][0], SCANS[name]

    for function in (read, scan):
        _, _, *shown = inspect.signature(function).parameters.values()
        assert {one.name for one in shown} == set(declared.__annotations__)
        for one in shown:
            kind, setting = reader_settings.settings_of(declared)[one.name]
            assert one.kind is one.KEYWORD_ONLY
            assert (one.annotation, one.default) == (kind, setting.default)
            assert f"\n{one.name}\n    " in inspect.getdoc(function)
    assert inspect.signature(read).parameters.keys() == inspect.signature(scan).parameters.keys()


@pytest.mark.parametrize("name", SCANS)
def test_unknown_settings_are_refused(name):
    """A misspelt setting is an error, and so is one that is not named."""
    for function in (READERS[name][0], SCANS[name][0]):
        with pytest.raises(TypeError, match="unexpected keyword argument 'focl'"):
            function("events.csv", focl="CHN")
        with pytest.raises(TypeError, match="too many positional arguments"):
            function("events.csv", "collect")


@EVERY
@given(data=st.data())
@settings(max_examples=30, suppress_health_check=FUNCTION_SCOPED)
def test_refused_rows_raise_and_nothing_else_does(name, data, tmp_path):
    """Reading raises if and only if rows were refused, and otherwise gives the same log."""
    read, strategy, _ = READERS[name]
    file = tmp_path / "data.txt"
    file.write_bytes(data.draw(strategy))
    log, faults = read(file, on_error="collect")

    refused = list(faults.loc[faults["outcome"] == "refused", "row"])
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", RowsLeftOutWarning)
        with pytest.raises(TableError) if refused else nullcontext() as caught:
            assert read(file) == log

    if refused:
        assert sorted(fault[0] for fault in caught.value.faults) == refused
    else:
        n_left_out, n_joined = (
            faults.loc[faults["outcome"] == outcome, "row"].nunique()
            for outcome in ("left out", "joined")
        )
        messages = [str(warning.message) for warning in told]
        assert len(messages) == bool(n_left_out)
        for message in messages:
            assert message.startswith(f"data.txt: {n_left_out} of ")
            assert (f"; {n_joined} joined to the event of" in message) == bool(n_joined)


@pytest.mark.foremost
@EVERY
@given(data=st.data())
@settings(max_examples=50, suppress_health_check=FUNCTION_SCOPED)
def test_damaged_files_raise_only_what_is_meant(name, data, tmp_path):
    """A damaged file, or any bytes, is read or refused with an error of the library."""
    read, strategy, _ = READERS[name]
    file = tmp_path / "data.txt"
    file.write_bytes(data.draw(files.mutated(strategy) | st.binary(max_size=300)))

    with suppress(EngagementError):
        read(file, on_error="collect")


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("ucdp", "2016-05-03"),
        ("icews", "2014-05-20"),
        ("acled", "2022-09-16"),
        ("polecat", "2023-05-18"),
    ],
)
def test_days_whose_order_is_said_are_read(name, day, tmp_path):
    """A day with slashes is refused unless the order is said, and then is the day that it says."""
    read, _, content = READERS[name]
    year, month, day_of = map(int, day.split("-"))
    (tmp_path / "data.txt").write_bytes(
        content.replace(day.encode(), f"{month}/{day_of}/{year}".encode())
    )

    _, faults = read(tmp_path / "data.txt", on_error="collect")
    (event,) = read(tmp_path / "data.txt", date_order="month-first")

    assert set(faults["outcome"]) == {"refused"}
    assert faults["problem"].str.contains("date_order= reads days such as").all()
    assert str(event.date) == day


@EVERY
def test_events_that_are_yet_to_come_are_refused(name, tmp_path):
    """A row dated in the future is a fault of its row, and no error of the event."""
    read, _, content = READERS[name]
    (tmp_path / "data.txt").write_bytes(content)
    earlier = patch("engagement.values.today._now", lambda: datetime(2013, 1, 1, tzinfo=UTC))

    with earlier:
        log, faults = read(tmp_path / "data.txt", on_error="collect")

    assert not len(log)
    assert list(faults["outcome"]) == ["refused"]
    assert "is yet to come" in faults["problem"][0]


@EVERY
@given(data=st.data())
@settings(max_examples=10, suppress_health_check=FUNCTION_SCOPED)
def test_what_is_read_can_be_kept(name, data, tmp_path):
    """A log that was read can be written as a table of events and read back, equal."""
    read, strategy, _ = READERS[name]
    file = tmp_path / "data.txt"
    file.write_bytes(data.draw(strategy))
    log, faults = read(file, on_error="collect")

    write_events(log, tmp_path / "kept.csv")
    faults.to_csv(tmp_path / "faults.csv")

    assert read_events(tmp_path / "kept.csv") == log


@EVERY
@pytest.mark.parametrize("other", READERS)
def test_file_of_another_format_is_named(name, other, tmp_path):
    """A reader says what a file of another format looks like, and what reads it."""
    content = READERS[other][2]
    file = tmp_path / "data.txt"
    file.write_bytes(content)

    if READERS[name][0] is READERS[other][0]:
        assert len(READERS[name][0](file)) == 1
        return
    with pytest.raises(FormatError, match=f"this looks like .*; use {READERS[other][0].__name__}"):
        READERS[name][0](file)


@EVERY
def test_table_of_events_is_named(name, tmp_path):
    """A reader given the library's own table says so."""
    file = tmp_path / "events.csv"
    file.write_text("date,channel,activity,countries\n2019,bilateral,meeting,KGZ\n")

    with pytest.raises(FormatError, match="this looks like a table of events; use read_events"):
        READERS[name][0](file)


@EVERY
def test_archive_of_one_file_is_read(name, tmp_path):
    """A zip archive with one member is read as that member."""
    read, _, content = READERS[name]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../elsewhere/data.txt", content)
    (tmp_path / "data.zip").write_bytes(packed.getvalue())
    (tmp_path / "data.txt").write_bytes(content)

    from_archive, plain = read(tmp_path / "data.zip"), read(tmp_path / "data.txt")

    assert [str(event) for event in from_archive] == [str(event) for event in plain]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.txt", "data.zip"]


@EVERY
def test_archive_of_several_files_is_refused(name, tmp_path):
    """A zip archive with two members is not guessed at."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("one.txt", "")
        archive.writestr("two.txt", "")
    (tmp_path / "data.zip").write_bytes(packed.getvalue())

    with pytest.raises(FormatError, match=r"^data.zip: the archive has 2 files, not one"):
        READERS[name][0](tmp_path / "data.zip")


@pytest.mark.foremost
@EVERY
@given(cut=st.integers(4, 200), noise=st.binary(max_size=20))
@settings(max_examples=30, suppress_health_check=FUNCTION_SCOPED)
def test_damaged_archive_is_refused(name, cut, noise, tmp_path):
    """An archive that is cut or overwritten raises an error of the library, or is read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.txt", READERS[name][2])
    content = packed.getvalue()
    (tmp_path / "data.zip").write_bytes(content[:cut] + noise + content[cut + len(noise) :])

    with suppress(EngagementError):
        READERS[name][0](tmp_path / "data.zip", on_error="collect")


@EVERY
def test_settings_are_checked_before_the_file(name):
    """A wrong setting is told even where there is no file."""
    with pytest.raises(
        SettingError, match="on_error must be one of 'raise', 'collect', got 'ignore'"
    ):
        READERS[name][0]("nowhere.csv", on_error="ignore")


@EVERY
def test_unknown_encoding_is_told(name, tmp_path):
    """An encoding that Python does not have is named."""
    (tmp_path / "data.txt").write_bytes(READERS[name][2])

    for encoding in ("utf-99", "hex"):
        with pytest.raises(SettingError, match=f"unknown encoding '{encoding}'"):
            READERS[name][0](tmp_path / "data.txt", encoding=encoding)


@EVERY
def test_missing_file_is_missing(name, tmp_path):
    """A file that is not there is a FileNotFoundError."""
    with pytest.raises(FileNotFoundError):
        READERS[name][0](tmp_path / "nowhere.txt")
