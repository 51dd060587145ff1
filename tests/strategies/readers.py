"""Small files in the layouts of published event data sets, good and bad."""

from __future__ import annotations

import csv
import io

from hypothesis import strategies as st

GDELT_WIDTHS = (57, 58, 61)
_GDELT_PLACES = {
    "GlobalEventID": 0,
    "SQLDATE": 1,
    "MonthYear": 2,
    "Year": 3,
    "FractionDate": 4,
    "Actor1Code": 5,
    "Actor1Name": 6,
    "Actor1CountryCode": 7,
    "Actor1KnownGroupCode": 8,
    "Actor1Type1Code": 12,
    "Actor2Code": 15,
    "Actor2Name": 16,
    "Actor2CountryCode": 17,
    "Actor2KnownGroupCode": 18,
    "Actor2Type1Code": 22,
    "EventCode": 26,
}
_GDELT_LATE = {
    57: {"ActionGeo_FullName": 50, "DATEADDED": 56},
    58: {"ActionGeo_FullName": 50, "DATEADDED": 56, "SOURCEURL": 57},
    61: {"ActionGeo_FullName": 52, "DATEADDED": 59, "SOURCEURL": 60},
}


def gdelt_row(width=61, **cells):
    """Lay out a row of GDELT; what is not given is a meeting of China and Kyrgyzstan."""
    given = {
        "GlobalEventID": "1",
        "SQLDATE": "20200318",
        "Actor1Code": "CHN",
        "Actor1CountryCode": "CHN",
        "Actor2Code": "KGZ",
        "Actor2CountryCode": "KGZ",
        "EventCode": "040",
        "DATEADDED": "20200318104500" if width == 61 else "20200318",
    } | cells
    day = given["SQLDATE"]
    row = [""] * width
    row[2:5] = day[:6], day[:4], f"{day[:4]}.2"
    places = _GDELT_PLACES | _GDELT_LATE[width]
    for name, value in given.items():
        if name in places:
            row[places[name]] = value
    return row


def tab_file(rows):
    """Write rows between tabs, without quotes."""
    return "".join("\t".join(row) + "\n" for row in rows).encode("utf-8", "surrogateescape")


def csv_file(columns, rows, delimiter=","):
    """Write a table of dicts as CSV."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "surrogateescape")


JUNK = ("", " ", "?", "-1", "1e9", "NA", "NAM", "sco", "Ünknown", "a;b", "\x00", "\udcff", "🛡️")


def _cell(*good):
    return st.sampled_from(good) | st.sampled_from(JUNK)


def _mostly(*good):
    return st.sampled_from(good * 8 + JUNK[:4])


_gdelt_cells = st.fixed_dictionaries(
    {
        "GlobalEventID": st.integers(1, 12).map(str) | _cell("1"),
        "SQLDATE": _mostly("20200318", "20200317", "20200217", "20190319", "20201341"),
        "EventCode": _mostly("040", "042", "043", "057", "0711", "071", "190", "40", "999"),
        "DATEADDED": _mostly("20200318104500", "20200318"),
    },
    optional={
        "Actor1CountryCode": _mostly("CHN", "KGZ", "TJK", "EUR", "ROM", "QQQ"),
        "Actor2CountryCode": _mostly("CHN", "KGZ", "NAM", "CAS"),
        "Actor1KnownGroupCode": _mostly("", "UNO", "sco"),
        "Actor2Type1Code": _mostly("", "GOV", "BUS"),
        "SOURCEURL": _cell("https://example.org/a;b", "https://example.org/c", "BBC Monitoring"),
        "ActionGeo_FullName": _cell("Bishkek", "Osh"),
    },
)

gdelt_files = st.lists(
    st.tuples(st.sampled_from(GDELT_WIDTHS), _gdelt_cells), min_size=1, max_size=8
).map(lambda rows: tab_file([gdelt_row(width, **cells) for width, cells in rows]))
"""Files of GDELT with good and bad cells."""

UCDP_COLUMNS = (
    *("id", "year", "code_status", "type_of_violence", "conflict_name", "side_a", "side_b"),
    *("where_coordinates", "country", "country_id", "event_clarity", "date_prec"),
    *("date_start", "date_end", "best", "high", "low", "gwnoa", "gwnob"),
)


def ucdp_row(**cells):
    """Lay out a row of UCDP GED; what is not given is an act of state-based violence."""
    return {
        "id": "1",
        "type_of_violence": "1",
        "side_a": "Government of Afghanistan",
        "side_b": "Taleban",
        "country": "Afghanistan",
        "country_id": "700",
        "date_prec": "1",
        "date_start": "2016-05-03",
        "date_end": "2016-05-03",
        "gwnoa": "700",
    } | cells


_ucdp_cells = st.fixed_dictionaries(
    {
        "id": st.integers(1, 12).map(str) | _cell("7.0"),
        "type_of_violence": _mostly("1", "2.0", "3", "4"),
        "country_id": _mostly("700", "652.0", "365", "255", "0"),
        "date_prec": _mostly("1", "2", "3", "4", "5", "6"),
        "date_start": _mostly("2016-05-03", "2016-05-01", "2016-05-03 00:00:00.000"),
        "date_end": _mostly("2016-05-03", "2016-05-31", "2016-04-30"),
    },
    optional={
        "gwnoa": _mostly("700", "2, 200", "652.0", ""),
        "gwnob": _mostly("", "365", "369.0", "700"),
        "side_b": _cell("Taleban", "two\nlines", 'say "no"'),
        "conflict_name": _cell("Afghanistan: Government"),
    },
)

ucdp_files = st.lists(_ucdp_cells, min_size=1, max_size=8).map(
    lambda rows: csv_file(UCDP_COLUMNS, [ucdp_row(**cells) for cells in rows])
)
"""Files of UCDP GED with good and bad cells."""


@st.composite
def mutated(draw, files):
    """Cut, double or overwrite some bytes of a file."""
    content = bytearray(draw(files))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(0, len(content) - 1)))
        end = min(len(content), start + draw(st.integers(0, 30)))
        new = draw(
            st.binary(max_size=6)
            | st.sampled_from([b"\n", b"\t", b'"', b",", b"\r", b"\xef\xbb\xbf"])
            | st.just(bytes(content[start:end]) * 2)
        )
        content[start:end] = new
    return bytes(content)
