"""Data sets in columns: many files, counts without objects, and what becomes of rows."""

import io
import warnings
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engagement.counting.counting import count_events
from engagement.errors import EngagementError, FormatError, SettingError, TableError
from engagement.events.coverage import Coverage
from engagement.sources import cut, published, spill
from engagement.sources.acled import read_acled, scan_acled
from engagement.sources.fates import RowsLeftOutWarning
from engagement.sources.gdelt import read_gdelt, scan_gdelt
from engagement.sources.icews import read_icews, scan_icews
from engagement.sources.joining import group_rows
from engagement.sources.plover import read_plover, scan_plover
from engagement.sources.published import find_files
from engagement.sources.sipri import read_sipri, scan_sipri
from engagement.sources.ucdp import read_ucdp_ged, scan_ucdp_ged
from naive import rows as naive
from strategies import readers as files
from strategies.readers import ICEWS_COLUMNS, gdelt_row, headed_tab_file, icews_row, tab_file

SCANS = {
    "gdelt": (scan_gdelt, read_gdelt, files.gdelt_files_of_one_width | files.gdelt_files),
    "icews": (scan_icews, read_icews, files.icews_files | files.quoted_icews_files),
    "ucdp": (scan_ucdp_ged, read_ucdp_ged, files.ucdp_files),
    "acled": (scan_acled, read_acled, files.acled_files),
    "register": (scan_sipri, read_sipri, files.register_files),
    "deals": (scan_sipri, read_sipri, files.deals_files),
    "polecat": (scan_plover, read_plover, files.polecat_files),
}
N_ABOVE = {"gdelt": 0, "register": 2}
"""Lines above the first row, where not one."""
EVERY = pytest.mark.parametrize("name", SCANS)
FUNCTION_SCOPED = [HealthCheck.function_scoped_fixture]
BY = ("initiator", "country", "channel", "activity", "rank")


def gdelt_line(number="1", **cells):
    """Write a row of GDELT, each with a place of its own."""
    return tab_file([gdelt_row(**{"GlobalEventID": number, "ActionGeo_FullName": number} | cells)])


def zipped(content):
    """Pack a file as the daily exports are published."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export.csv", content)
    return packed.getvalue()


@pytest.fixture
def folder(tmp_path):
    """Give a folder with three days of GDELT, of which the second is packed."""
    back = {"Actor1Code": "KGZ", "Actor1CountryCode": "KGZ"}
    back |= {"Actor2Code": "CHN", "Actor2CountryCode": "CHN"}
    story = {"SOURCEURL": "https://example.org/story"}
    days = (
        [gdelt_row(**story), gdelt_row(GlobalEventID="2", EventCode="190")],
        [gdelt_row(GlobalEventID="3", **back, **story)],
        [gdelt_row(GlobalEventID="4", SQLDATE="x"), gdelt_row(GlobalEventID="5", EventCode="057")],
    )
    for number, rows in enumerate(days, 1):
        content = tab_file(rows)
        name = f"2020031{number}.export.CSV"
        (tmp_path / (f"{name}.zip" if number == 2 else name)).write_bytes(
            zipped(content) if number == 2 else content
        )
    (tmp_path / ".hidden").write_text("no export")
    return tmp_path


def test_folder_is_one_data_set(folder):
    """Rows of several files are joined as those of one; each is told with its file."""
    log, faults = read_gdelt(folder, on_error="collect")

    assert sorted(event.id for event in log) == ["gdelt-1", "gdelt-5"]
    (meeting,) = log.where(activity="meeting")
    assert [str(source) for source in meeting.sources] == [
        "20200311.export.CSV, row 1",
        "20200312.export.CSV.zip, row 1",
        "https://example.org/story",
    ]
    told = faults[["file", "row", "outcome", "problem"]].itertuples(index=False, name=None)
    assert list(told) == [
        ("20200311.export.CSV", 2, "left out", "CAMEO 190 is of no kind"),
        (
            "20200312.export.CSV.zip",
            1,
            "joined",
            "mirrors row 1 of 20200311.export.CSV, event gdelt-1",
        ),
        ("20200313.export.CSV", 1, "refused", "must be a day such as 20191016, got 'x'"),
    ]


@pytest.mark.parametrize(
    "paths",
    [
        lambda folder: str(folder / "2020031*"),
        lambda folder: [folder / "20200311.export.CSV", folder / "2020031[23]*"],
        lambda folder: (str(folder), folder / "20200311.export.CSV"),
    ],
)
def test_patterns_and_lists_are_read(paths, folder):
    """A pattern, or several paths, name the files, each once."""
    assert (
        read_gdelt(paths(folder), on_error="collect")[0]
        == (read_gdelt(folder, on_error="collect")[0])
    )


def test_id_of_another_file_is_compared(tmp_path):
    """A row that stands in two files is one; another row of the same id is refused."""
    row, other = gdelt_row(), gdelt_row(EventCode="041")
    for name, content in {"a": [row], "b": [row, other]}.items():
        (tmp_path / name).write_bytes(tab_file(content))

    log, faults = read_gdelt(tmp_path, on_error="collect")

    assert len(log) == 1
    assert list(faults["problem"]) == [
        "repeats row 1 of a cell for cell",
        "row 1 of a has this id and says otherwise",
    ]


def test_faults_of_several_files_are_told_with_their_files(folder):
    """The error, and the warning, are of all files."""
    with pytest.raises(TableError, match=r"^3 files: 1 of 5 rows .*: 20200313.export.CSV: must"):
        read_gdelt(folder)
    with pytest.warns(RowsLeftOutWarning, match=r"^2 files: 1 of 3 rows left out: 1 of a CAMEO"):
        scan_gdelt([folder / "20200311*", folder / "20200312*"])


def test_paths_that_name_no_file(tmp_path):
    """A folder or a pattern without files, and what is no path, are told."""
    with pytest.raises(FileNotFoundError, match="no files in"):
        scan_gdelt(tmp_path)
    with pytest.raises(FileNotFoundError, match="no files in"):
        scan_gdelt(tmp_path / "*.zip")
    for path in (3, [], [3]):
        with pytest.raises(SettingError, match="must be the path of a file or a folder"):
            scan_gdelt(path)


@pytest.mark.parametrize("size", [1, 50, 10**6])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16", "gb18030"])
@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n", b"\r\n"])
def test_blocks_are_whole_lines_of_the_text(size, encoding, end, tmp_path):
    """Blocks of any size, put together, are the text as UTF-8; each ends where a line does."""
    text = "\ufeffnaïve\tone\nlonger line\r\n\nend" + end.decode()
    (tmp_path / "file").write_bytes(text.replace("\ufeff", "").encode(encoding))
    (file,) = find_files(tmp_path / "file", encoding)

    blocks = [bytes(block) for block in file.blocks(size)]

    assert b"".join(blocks).decode() == text.removeprefix("\ufeff")
    assert all(block.endswith(b"\n") for block in blocks[:-1])
    assert file.head(5).startswith("naïve")


@EVERY
@given(data=st.data())
@settings(max_examples=15, suppress_health_check=FUNCTION_SCOPED)
def test_scan_is_the_log_in_columns(name, data, tmp_path, monkeypatch):
    """A scan makes the events of the log, has its list of rows, and is counted alike."""
    scan, read, strategy = SCANS[name]
    (tmp_path / "data.txt").write_bytes(data.draw(strategy))
    monkeypatch.setattr(published, "BLOCK", data.draw(st.sampled_from([64, 1000, 2**25])))
    monkeypatch.setattr(spill, "IN_MEMORY", data.draw(st.sampled_from([0, 2**24])))
    log, faults = read(tmp_path / "data.txt", on_error="collect")
    coverage = Coverage.since_to(log, "2010", "2021") if len(log) else None

    table, of_table = scan(tmp_path / "data.txt", on_error="collect")

    assert table.log() == log
    assert sorted(map(str, table)) == sorted(map(str, log))
    assert of_table.equals(faults)
    for one, other in ((table, log), (table.with_coverage(coverage), log.with_coverage(coverage))):
        counts, expected = count_events(one, by=BY), count_events(other, by=BY)
        assert counts.axes == expected.axes
        assert np.array_equal(counts.values, expected.values, equal_nan=True)


@EVERY
@given(data=st.data())
@settings(max_examples=25, suppress_health_check=FUNCTION_SCOPED)
def test_arrow_and_python_cut_alike(name, data, tmp_path):
    """Whether Arrow or Python cuts rows into cells, they are read alike."""
    scan, _, strategy = SCANS[name]
    (tmp_path / "data.txt").write_bytes(data.draw(strategy | files.mutated(strategy)))

    told = []
    for by_arrow in (cut.cut_by_arrow, lambda *_: None):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(cut, "cut_by_arrow", by_arrow)
            try:
                table, faults = scan(tmp_path / "data.txt", on_error="collect")
            except EngagementError as error:
                told.append(str(error))
            else:
                told.append((list(table), faults.astype("str").to_dict("list")))

    assert told[0] == told[1]


@pytest.mark.parametrize(
    "content",
    [
        gdelt_line(ActionGeo_FullName="a\rb") + gdelt_line("2"),
        gdelt_line() + b"\t" * 60 + b"\n" + gdelt_line("2", EventCode="x"),
        gdelt_line() + b"  \n\n" + gdelt_line("2", EventCode="x"),
        gdelt_line(ActionGeo_FullName="a\udcffb") + gdelt_line("2"),
        gdelt_line().replace(b"\n", b"\r\n") + gdelt_line("2").replace(b"\n", b"\r\n"),
        gdelt_line(ActionGeo_FullName="x" * 2**21) + gdelt_line("2"),
        gdelt_line(ActionGeo_FullName='"quoted') + gdelt_line("2", ActionGeo_FullName='"'),
        gdelt_line() + gdelt_line("2").replace(b"\n", b"\tmore\n") + gdelt_line("3", EventCode="x"),
        gdelt_line() + gdelt_line(" 1") + gdelt_line("01"),
        (gdelt_line() + gdelt_line("2")).removesuffix(b"\n"),
    ],
    ids=range(10),
)
def test_odd_rows_are_cut_alike(content, tmp_path):
    """What Arrow would cut otherwise, or not at all, is as Python cuts it, row for row."""
    (tmp_path / "data.txt").write_bytes(content)

    by_arrow = scan_gdelt(tmp_path / "data.txt", on_error="collect")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(cut, "cut_by_arrow", lambda *_: None)
        by_python = scan_gdelt(tmp_path / "data.txt", on_error="collect")

    assert list(by_arrow[0]) == list(by_python[0])
    assert by_arrow[1].equals(by_python[1])
    assert len(by_arrow[0]) + by_arrow[1]["row"].nunique() in (2, 3)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 5), st.integers(0, 5), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
def test_rows_of_one_event_are_those_linked(rows):
    """Rows of one key and one story are grouped as by linking each two that share a party."""
    key, first, second, has_story = (np.array(column) for column in zip(*rows, strict=True))

    groups = group_rows([key, has_story.astype(int)], first, second, has_story)

    found = [part.tolist() for part in np.split(groups.rows, groups.starts[1:])]
    assert found == naive.group_rows(rows)


@EVERY
@given(data=st.data())
@settings(max_examples=12, suppress_health_check=FUNCTION_SCOPED)
def test_files_are_read_as_if_they_were_one(name, data, tmp_path):
    """Rows in several files make the events that they make in one, and have the same fates."""
    scan, _, strategy = SCANS[name]
    content = data.draw(strategy.filter(lambda content: b'"' not in content))
    lines = content.splitlines(keepends=True)
    header = lines[: N_ABOVE.get(name, 1)]
    rows = lines[len(header) :]
    cut = data.draw(st.integers(1, max(1, len(rows) - 1)))
    parts = [part for part in (rows[:cut], rows[cut:]) if part]
    for earlier in tmp_path.iterdir():
        earlier.unlink()
    (tmp_path / "whole").write_bytes(content)
    for number, part in enumerate(parts):
        (tmp_path / f"part{number}").write_bytes(b"".join([*header, *part]))

    try:
        whole, told = scan(tmp_path / "whole", on_error="collect")
        several, of_parts = scan(tmp_path / "part*", on_error="collect")
    except FormatError:
        return

    assert [str(event) for event in several] == [str(event) for event in whole]
    if len(parts) == 2:
        n_first = len(parts[0])
        row = of_parts["row"] + n_first * (of_parts["file"] == "part1")
        assert list(row) == list(told["row"])
        assert list(of_parts["outcome"]) == list(told["outcome"])


def test_table_shows_itself_and_its_events(tmp_path):
    """A table tells its length, gives events by place and slice, and states coverage."""
    rows = [icews_row(), icews_row(**{"Event ID": "2", "Event Date": "2014-05-21"})]
    (tmp_path / "events.tab").write_bytes(headed_tab_file(ICEWS_COLUMNS, rows))

    table = scan_icews(tmp_path / "events.tab")

    assert repr(table) == "<EventTable: 2 events in columns, coverage not stated>"
    assert table[1] == table[-1] == table[1:][0]
    assert [event.id for event in table] == ["icews-1-20140520", "icews-2-20140521"]
    with pytest.raises(IndexError):
        table[2]
    covered = table.with_coverage(Coverage.since_to(table.log(), "2014", "2015"))
    assert covered.coverage.is_stated
    assert covered.log().coverage == covered.coverage


def test_refusal_is_raised_by_a_scan_too(tmp_path):
    """A scan raises for refused rows as reading does, and warns of those left out."""
    (tmp_path / "bad").write_bytes(tab_file([gdelt_row(SQLDATE="x")]))

    with pytest.raises(TableError, match="1 of 1 rows could not be read"):
        scan_gdelt(tmp_path / "bad")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(scan_gdelt(tmp_path / "bad", on_error="collect")[0]) == 0


@pytest.mark.parametrize("name", ["gdelt", "icews"])
@given(data=st.data())
@settings(max_examples=25, suppress_health_check=FUNCTION_SCOPED)
def test_counts_do_not_depend_on_the_order_of_rows(name, data, tmp_path):
    """Rows of distinct ids make the same counts in any order, with mirrored rows among them."""
    scan = SCANS[name][0]
    who = st.sampled_from(["CHN", "KGZ", "TJK"])
    pairs = data.draw(st.lists(st.tuples(who, who, st.sampled_from("xy")), min_size=1, max_size=8))
    if name == "gdelt":
        rows = [
            gdelt_row(
                GlobalEventID=str(number),
                Actor1Code=one,
                Actor1CountryCode=one,
                Actor2Code=two,
                Actor2CountryCode=two,
                SOURCEURL=f"https://example.org/{story}",
            )
            for number, (one, two, story) in enumerate(pairs, 1)
        ]
    else:
        names = {"CHN": "China", "KGZ": "Kyrgyzstan", "TJK": "Tajikistan"}
        rows = [
            icews_row(
                **{
                    "Event ID": str(number),
                    "Source Name": names[one],
                    "Source Country": names[one],
                    "Target Name": names[two],
                    "Target Country": names[two],
                    "Story ID": story,
                }
            )
            for number, (one, two, story) in enumerate(pairs, 1)
        ]
    found = []
    for ordered in (rows, data.draw(st.permutations(rows))):
        content = tab_file(ordered) if name == "gdelt" else headed_tab_file(ICEWS_COLUMNS, ordered)
        (tmp_path / "data.txt").write_bytes(content)
        table, _ = scan(tmp_path / "data.txt", on_error="collect", domestic=True)
        found.append(sorted((event.initiator or "", event.countries) for event in table))

    assert found[0] == found[1]
