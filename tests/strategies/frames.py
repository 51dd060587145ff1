"""Tables of events as several engines hold them."""

import pyarrow as pa
from hypothesis import strategies as st

LISTS = ("countries", "topics", "organisations")
USED = (
    *("id", "date", "channel", "activity", "initiator", *LISTS, "participants", "status"),
    *("organisations", "subkind", "place", "mechanism", "terms", "own:region"),
)


def arrow_table(frame, *, as_lists, as_days=False):
    """
    Take the columns that counting looks at, empty cells null, lists as texts or as lists.

    *as_days* makes dates a type for days, where all are such.
    """
    columns = {}
    for name in USED:
        cells = [cell or None for cell in frame.get(name, [None] * len(frame))]
        if as_lists and name in LISTS:
            cells = [None if cell is None else cell.split(";") for cell in cells]
            columns[name] = pa.array(cells, pa.list_(pa.string()))
        else:
            columns[name] = pa.array(cells, pa.string())
    if as_days:
        columns["date"] = columns["date"].cast(pa.date32())
    return pa.table(columns)


DATES = (
    *("2019-05", "2019-12-31", "2020", "2019-03/2020-02", "[2019..2020]", "2019-10~", "201X"),
    *("2020-02-XX", "2019-33", "2020-24", "../2019", "2020/..", "[2019,2020-03]?"),
    *("May 2019", "Sept. 2019", "spring 2019", "Winter 2020", "fall, 2019"),
    *("Q2 2019", "2020Q1", "2019-Q4", "2010s"),
    *("13 May 2019", "May 13, 2019", "1st June 2020", "13/05/2019", "05.13.2019", "5/5/2019"),
    *("2019/5/3", "5.2019", "2019-5-3", "2019-05-01 00:00:00", "2019-05-01T00:00:00Z"),
)
"""A date in every form that tables are read in."""

_BILATERAL = st.tuples(
    st.sampled_from(["bilateral", "Bilateral", " bilateral"]),
    st.sampled_from(
        [
            *(["KGZ"], ["Kyrgyzstan"], [" KGZ ", None], ["Côte d'Ivoire", ""], ["CIV"]),
            ["Occupied Palestinian Territory"],
        ]
    ),
)
_MULTILATERAL = st.tuples(
    st.sampled_from(["multilateral", "MULTILATERAL"]),
    st.sampled_from(
        [["KGZ", "TJK"], ["TJK", None, "Kyrgyz Republic"], [], None, [None], ["CIV", "KGZ", "NAM"]]
    ),
)
_DOMESTIC = st.tuples(st.just("domestic"), st.sampled_from([[], None, [""], [None, " "]]))
_TOPICS = st.sampled_from(
    [
        *(
            None,
            [],
            [None],
            ["терроризм"],
            ["Sécurité", "sécurité"],
            [" three_evils", "Three Evils"],
        ),
        *(["terrorism", None, "", "貿易"], ["NA", "null"], ["terrorism"], ["trade", "terrorism"]),
    ]
)


@st.composite
def messy_rows(draw, max_size=8):
    """
    Rows of a table as people write them: names for codes, blanks, gaps and doubles in lists.

    Lists are lists; every row can be read.
    """
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from([*DATES, *(f" {text} " for text in DATES)]),
                st.one_of(_BILATERAL, _MULTILATERAL, _DOMESTIC),
                st.sampled_from(["meeting", "Transfer"]),
                st.sampled_from(["CHN", "China", None, " "]),
                _TOPICS,
                st.sampled_from(["recorded", None, "Planned", ""]),
            ),
            max_size=max_size,
        )
    )
    return [
        {
            "id": f"e{number}",
            "date": date,
            "channel": channel,
            "activity": activity,
            "initiator": initiator,
            "countries": countries,
            "organisations": "SCO" if channel.lower() == "multilateral" else None,
            "topics": topics,
            "status": status,
        }
        for number, (date, (channel, countries), activity, initiator, topics, status) in enumerate(
            rows
        )
    ]


def messy_table(rows, *, as_lists):
    """Make a table of Arrow, lists as lists or as texts with ``;`` between."""
    columns = {}
    for name in ("id", "date", "channel", "activity", "initiator", "organisations", "status"):
        columns[name] = pa.array([row[name] for row in rows], pa.string())
    for name in ("countries", "topics"):
        cells = [row[name] for row in rows]
        if as_lists:
            columns[name] = pa.array(cells, pa.list_(pa.string()))
        else:
            texts = [c if c is None else ";".join(item or "" for item in c) for c in cells]
            columns[name] = pa.array(texts, pa.string())
    return pa.table(columns)
