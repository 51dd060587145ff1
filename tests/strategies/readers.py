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


JUNK = (
    "",
    " ",
    "?",
    "-1",
    "1e9",
    "NA",
    "NULL",
    "NAM",
    "sco",
    "Ünknown",
    "a;b",
    "\x00",
    "\udcff",
    "🛡️",
)


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

gdelt_files_of_one_width = st.tuples(
    st.sampled_from(GDELT_WIDTHS), st.lists(_gdelt_cells, min_size=1, max_size=8)
).map(lambda file: tab_file([gdelt_row(file[0], **cells) for cells in file[1]]))
"""Files of GDELT whose rows have equally many cells."""

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


ICEWS_COLUMNS = (
    *("Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text"),
    *("CAMEO Code", "Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID"),
    *("Sentence Number", "Publisher", "City", "District", "Province", "Country"),
)


def headed_tab_file(columns, rows):
    """Write a table of dicts between tabs, without quotes."""
    return tab_file([list(columns), *([row.get(name, "") for name in columns] for row in rows)])


def icews_row(**cells):
    """Lay out a row of ICEWS; what is not given is a meeting of China and Kyrgyzstan."""
    return {
        "Event ID": "1",
        "Event Date": "2014-05-20",
        "Source Name": "China",
        "Source Country": "China",
        "Event Text": "Consult",
        "CAMEO Code": "040",
        "Target Name": "Kyrgyzstan",
        "Target Country": "Kyrgyzstan",
        "Story ID": "7",
        "Sentence Number": "2",
        "City": "Shanghai",
        "Country": "China",
    } | cells


_icews_cells = st.fixed_dictionaries(
    {
        "Event ID": st.integers(1, 6).map(str) | _cell("1"),
        "Event Date": _mostly("2014-05-20", "2014-05-21", "2014-13-01"),
        "CAMEO Code": _mostly("040", "42", "043", "0711", "190", "x"),
    },
    optional={
        "Source Name": _cell("China", "United Nations", "Kyrgyz Army"),
        "Source Country": _mostly("China", "Kyrgyzstan", "", "Kyrgystan"),
        "Source Sectors": _mostly("", "Military,Army", "Business", "Foreign Ministry"),
        "Target Country": _mostly("Kyrgyzstan", "China", "Tajikistan", ""),
        "Target Name": _cell("Shanghai Cooperation Organization", "Kyrgyzstan"),
        "Story ID": _mostly("7", "8", ""),
        "City": _cell("Bishkek", '"quoted"'),
    },
)

icews_files = st.lists(_icews_cells, min_size=1, max_size=8).map(
    lambda rows: headed_tab_file(ICEWS_COLUMNS, [icews_row(**cells) for cells in rows])
)
"""Files of ICEWS with good and bad cells."""

quoted_icews_files = st.tuples(
    st.sampled_from([",", ";", "|"]), st.lists(_icews_cells, min_size=1, max_size=8)
).map(lambda file: csv_file(ICEWS_COLUMNS, [icews_row(**cells) for cells in file[1]], file[0]))
"""Files of ICEWS as CSV."""

ACLED_COLUMNS = (
    *("event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type"),
    *("sub_event_type", "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2"),
    *("iso", "region", "country", "admin1", "location", "source", "notes", "fatalities"),
)


def acled_row(**cells):
    """Lay out a row of ACLED; what is not given is an armed clash on a border."""
    return {
        "event_id_cnty": "KGZ1",
        "event_date": "2022-09-16",
        "time_precision": "1",
        "event_type": "Battles",
        "sub_event_type": "Armed clash",
        "actor1": "Military Forces of Kyrgyzstan (2021-) Border Guards",
        "actor2": "Military Forces of Tajikistan (1992-)",
        "iso": "417",
        "country": "Kyrgyzstan",
        "admin1": "Batken",
        "location": "Kök-Tash",
    } | cells


_acled_cells = st.fixed_dictionaries(
    {
        "event_id_cnty": st.integers(1, 8).map(lambda n: f"KGZ{n}") | _cell("KGZ1"),
        "event_date": _mostly("2022-09-16", "16 September 2022", "16/09/2022"),
        "time_precision": _mostly("1", "2", "3", "4"),
        "event_type": _mostly("Battles", "Protests", "Strategic developments", "Batles"),
    },
    optional={
        "sub_event_type": _mostly("Armed clash", "Agreement", "Peaceful protest", ""),
        "actor1": _cell("Military Forces of Kyrgyzstan (2021-)", "Civilians (Kyrgyzstan)"),
        "actor2": _cell("Military Forces of the United States (2021-2025)", ""),
        "iso": _mostly("417", "762", "0", ""),
        "country": _mostly("Kyrgyzstan", "Kosovo", "Kyrgystan"),
        "notes": _cell("two\nlines", 'say "no"', "a; b"),
        "source": _cell("Radio Azattyk; 24.kg", ";;"),
    },
)

acled_files = st.lists(_acled_cells, min_size=1, max_size=8).map(
    lambda rows: csv_file(ACLED_COLUMNS, [acled_row(**cells) for cells in rows])
)
"""Files of ACLED with good and bad cells."""

REGISTER_COLUMNS = (
    *("Recipient", "Supplier", "Year of order", "", "Number ordered", "", "Weapon designation"),
    *("Weapon description", "Number delivered", "", "Year(s) of delivery", "status", "Comments"),
)
PREAMBLE = 'Transfers of major weapons\nfor all, "quoted" and others\n\n'


def register_file(rows, preamble=PREAMBLE, encoding="utf-8"):
    """Write a trade register: lists of cells below a header with nameless columns."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([REGISTER_COLUMNS, *rows])
    return (preamble + text.getvalue()).encode(encoding, "surrogateescape")


def register_row(**cells):
    """Lay out a row of a register; what is not given are two helicopters."""
    given = {
        "Recipient": "Kyrgyzstan",
        "Supplier": "Russia",
        "Year of order": "2018",
        "Weapon designation": "Mi-8MT",
        "Weapon description": "transport helicopter",
        "Number delivered": "2",
        "Year(s) of delivery": "2019",
        "status": "Second hand",
    } | cells
    return [given.get(name, "") for name in REGISTER_COLUMNS]


_register_cells = st.fixed_dictionaries(
    {
        "Recipient": _mostly("Kyrgyzstan", "Tajikistan", "Hezbollah (Lebanon)*", "NATO**"),
        "Supplier": _mostly("Russia", "Kyrgyzstan", "unknown supplier(s)", "Rusia"),
        "Year(s) of delivery": _mostly("2019", "(2019)", "2018; 2020?", "2015-2017", "", "soon"),
    },
    optional={"Comments": _cell("aid; from surplus", "two\nlines")},
)

register_files = st.lists(_register_cells, min_size=1, max_size=8).map(
    lambda rows: register_file([register_row(**cells) for cells in rows], preamble="Title\n")
)
"""Trade registers with good and bad cells."""

DEALS_COLUMNS = (
    *("SIPRI AT Database ID", "Supplier", "Recipient", "Designation", "Description"),
    *("Armament category", "Order date", "Order date is estimate", "Numbers delivered"),
    *("Numbers delivered is estimate", "Delivery year", "Delivery year is estimate", "Status"),
)


def deal_row(**cells):
    """Lay out a row of a list of deals; what is not given are two helicopters."""
    return {
        "SIPRI AT Database ID": "55",
        "Supplier": "Russia",
        "Recipient": "Kyrgyzstan",
        "Designation": "Mi-8MT",
        "Description": "transport helicopter",
        "Order date": "2018",
        "Delivery year": "2019",
        "Delivery year is estimate": "No",
    } | cells


_deal_cells = st.fixed_dictionaries(
    {
        "SIPRI AT Database ID": st.integers(1, 4).map(str) | _cell("1"),
        "Recipient": _mostly("Kyrgyzstan", "Tajikistan", "unknown recipient(s)"),
        "Delivery year": _mostly("2019", "2020", "2021", "", "19"),
        "Delivery year is estimate": _mostly("No", "Yes", "perhaps"),
    }
)

deals_files = st.lists(_deal_cells, min_size=1, max_size=8).map(
    lambda rows: csv_file(DEALS_COLUMNS, [deal_row(**cells) for cells in rows], ";")
)
"""Lists of deals with good and bad cells."""

POLECAT_COLUMNS = (
    *("Event ID", "Event Date", "Event Type", "Event Mode", "Event Intensity", "Quad Code"),
    *("Contexts", "Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector"),
    *("Recipient Name", "Recipient Country", "Recipient COW", "Primary Recipient Sector"),
    *("Placename", "City", "Country", "Language", "Version"),
)


def polecat_row(**cells):
    """Lay out a row of POLECAT; what is not given is a meeting of China and Kyrgyzstan."""
    return {
        "Event ID": "A1_CONSULT",
        "Event Date": "2023-05-18",
        "Event Type": "CONSULT",
        "Event Mode": "None",
        "Contexts": "diplomatic",
        "Actor Name": "Xi Jinping",
        "Actor Country": "CHN",
        "Primary Actor Sector": "GOV",
        "Recipient Name": "Sadyr Japarov",
        "Recipient Country": "KGZ",
        "Primary Recipient Sector": "GOV",
        "City": "Xi'an",
        "Country": "CHN",
        "Language": "en",
        "Version": "NGEC",
    } | cells


_polecat_cells = st.fixed_dictionaries(
    {
        "Event ID": st.integers(1, 8).map(lambda n: f"A{n}") | _cell("A1"),
        "Event Date": _mostly("2023-05-18", "2023-05-19", "18/05/2023"),
        "Event Type": _mostly("CONSULT", "AID", "COOPERATE", "ASSAULT", "CONSLUT"),
    },
    optional={
        "Event Mode": _mostly("visit", "None", "CONSULT-third-party", "asylum"),
        "Contexts": _mostly("military; diplomatic", "None", "hypothetical", "legal"),
        "Actor Country": _mostly("CHN", "CHN; KGZ", "None", "IGO", "CHN|TJK", "QQQ"),
        "Actor Name": _cell("Xi Jinping", "United Nations; Xi Jinping"),
        "Recipient Country": _mostly("KGZ", "KGZ; CHN; TJK", "None", "EUR"),
        "Primary Actor Sector": _mostly("GOV", "GOV; MIL", "BUS", "None"),
    },
)

polecat_files = st.lists(_polecat_cells, min_size=1, max_size=8).map(
    lambda rows: headed_tab_file(POLECAT_COLUMNS, [polecat_row(**cells) for cells in rows])
)
"""Files of POLECAT with good and bad cells."""


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
