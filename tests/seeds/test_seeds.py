"""Tests of the coded tables, read as text and not through any loader."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from coding import (
    find_typos,
    parse_amount,
    parse_offices,
    parse_personnel,
    parse_printed_date,
    parse_topics,
)
from engagement.values.dates import EventDate
from engagement.values.places import country_code
from engagement.values.topics import TOPICS
from engagement.values.vocabulary import Rank, Terms, fold_term, with_implied

SEEDS = Path(__file__).resolve().parents[2] / "seeds"

# Rows by country, counted in the printed tables; a country without public information has none.
TOTALS = {
    1: {"Kyrgyzstan": 76, "Kazakhstan": 51, "Uzbekistan": 59, "Tajikistan": 51, "Turkmenistan": 24},
    3: {"Kyrgyzstan": 5, "Kazakhstan": 2, "Uzbekistan": 1, "Tajikistan": 4},
    4: {"Kyrgyzstan": 24, "Kazakhstan": 29, "Uzbekistan": 29, "Tajikistan": 21},
    5: {"Kyrgyzstan": 18, "Kazakhstan": 6, "Uzbekistan": 6, "Tajikistan": 13, "Turkmenistan": 2},
}
# Rows of the fourth table by printed type.
TYPES = {
    "Kyrgyzstan": {"Education": 16, "Field Visit": 4, "Joint Operation": 4},
    "Kazakhstan": {"Education": 13, "Field Visit": 5, "Joint Operation": 11},
    "Uzbekistan": {"Education": 22, "Field Visit": 7},
    "Tajikistan": {"Education": 17, "Field Visit": 1, "Joint Operation": 3},
}
UNSEEN = "no public information available"


def text_of(appendix):
    return (SEEDS / f"appendix{appendix}.csv").read_text(encoding="utf-8")


def rows_of(appendix):
    return list(csv.DictReader(text_of(appendix).splitlines()))


def rows_in(name):
    return list(csv.DictReader((SEEDS / name).read_text(encoding="utf-8").splitlines()))


def place_of(row):
    return f"{row['appendix']} {row.get('partner', '')} {row['row']}"


@pytest.mark.parametrize("appendix", TOTALS)
def test_totals_by_country_are_those_of_the_print(appendix):
    """Every printed row is there once: counted as lines of text, by country."""
    lines = [line for line in text_of(appendix).splitlines()[1:] if UNSEEN not in line]

    counted = {land: sum(f",{land}," in line for line in lines) for land in TOTALS[appendix]}

    assert counted == TOTALS[appendix]
    assert len(lines) == sum(TOTALS[appendix].values())


@pytest.mark.parametrize("land", TYPES)
def test_totals_by_type_are_those_of_the_print(land):
    """Trainings, visits and operations of each country are counted as lines of text."""
    types = ("Education", "Field Visit", "Joint Operation")
    lines = text_of(4).splitlines()

    counted = {kind: sum(f",{kind},{land}," in line for line in lines) for kind in types}

    assert {kind: n for kind, n in counted.items() if n} == TYPES[land]


def test_the_table_of_multilateral_exercises_has_sixteen_rows():
    """The second table has no countries of its own, only rows."""
    assert [line.split(",")[2] for line in text_of(2).splitlines()[1:]] == [
        str(number) for number in range(1, 17)
    ]


def test_a_country_without_public_information_is_said_to_be_unseen():
    """Two tables say so of Turkmenistan, and neither has a row of it."""
    for appendix in (3, 4):
        unseen = [row for row in rows_of(appendix) if row["note"] == UNSEEN]

        assert [(row["partner"], row["date"]) for row in unseen] == [("Turkmenistan", "")]


@pytest.mark.parametrize("appendix", range(1, 7))
def test_every_row_names_its_place_once(appendix):
    """Document, appendix, country and row together are a key, and rows count from one."""
    rows = rows_of(appendix)
    keys = [tuple(row.get(name) for name in ("partner", "course", "field", "row")) for row in rows]
    last = Counter(key[:-1] for key in keys)

    assert len(set(keys)) == len(keys)
    assert all(row["document"] == "yau-2022" for row in rows)
    assert all(row["appendix"] == str(appendix) for row in rows)
    assert {key[-1] for key in keys} == {str(n) for n in range(1, max(last.values()) + 1)}


@pytest.mark.parametrize("name", sorted(path.name for path in SEEDS.glob("*.csv")))
def test_no_cell_is_ragged_or_padded(name):
    """Every row has every column, and no cell begins or ends with a space."""
    for row in rows_in(name):
        assert None not in row, row
        assert all(cell is not None and cell == cell.strip() for cell in row.values()), row


@pytest.mark.parametrize("appendix", range(1, 6))
def test_every_date_is_read(appendix):
    """Every printed date is one that an event can have, in the years that the tables cover."""
    for row in rows_of(appendix):
        if row["note"] == UNSEEN:
            continue
        date = EventDate.parse(parse_printed_date(row["date"]))

        assert date.is_within("1993/2021"), place_of(row)


@pytest.mark.parametrize("appendix", [1, 3, 4, 5])
def test_dates_out_of_order_are_noted(appendix):
    """Tables run from the latest to the earliest; a row that does not says so in its note."""
    before = {}
    for row in rows_of(appendix):
        if row["note"] == UNSEEN:
            continue
        date = parse_printed_date(row["date"])
        late = before.get(row["partner"], "9999") < date

        assert late == ("date out of order" in row["note"]), place_of(row)
        before[row["partner"]] = date


def offices_of(row, side):
    date = parse_printed_date(row["date"])
    return parse_offices(row[f"{side}_office"], of=row[f"{side}_body"], date=date)


def test_every_office_is_read():
    """Every cell of both sides is read wholly, and as many presidents as lines of text have."""
    text = text_of(1)
    ranks, n_bodies = Counter(), 0
    for row in rows_of(1):
        for side in ("partner", "china"):
            offices = offices_of(row, side)
            ranks[max(office.rank for office in offices)] += 1
            n_bodies += sum(office.is_body for office in offices)

            assert len(offices) == 1 + (side == "china" and "two offices" in row["note"])

    assert ranks.total() == 2 * sum(TOTALS[1].values())
    assert ranks[Rank.HEAD_OF_STATE] == text.count("President,") - text.count("Vice President,")
    assert n_bodies == text.count(",Department of") + text.count(",Anti-Terrorism Dep") + 2


def test_every_topic_is_read():
    """Every cell is read wholly into defined terms, at least one for each printed item."""
    for row in rows_of(1):
        items = [item for item in (row["topic"], *row["further_topics"].split(", ")) if item]
        terms = parse_topics(", ".join(items))

        assert len(items) == int(row["topic_count"]), place_of(row)
        assert len(terms) >= len(items), place_of(row)
        assert all(fold_term(term) in TOPICS for term in terms)


def test_the_umbrella_term_is_kept():
    """The three evils are counted by lines of text, whatever words stand before them."""
    lines = sum("three evils" in line.casefold() for line in text_of(1).splitlines())

    read = sum(
        "three evils" in parse_topics(f"{row['topic']}, {row['further_topics']}".strip(", "))
        for row in rows_of(1)
    )

    assert read == lines == 127


def test_every_size_is_read():
    """Sizes of exercises are read, with the states that take part where each sends the same."""
    sizes = {
        (appendix, place_of(row)): parse_personnel(
            row["size"], countries=row.get("participants", "").split(", ") if appendix == 2 else ()
        )
        for appendix in (2, 3)
        for row in rows_of(appendix)
    }

    otar = sizes[2, "2  13"]
    assert otar.by_country == tuple(
        (code, 1000) for code in sorted(["CHN", "RUS", "KAZ", "KGZ", "TJK"])
    )
    assert sum(size is None for size in sizes.values()) == 9 + 1


def test_every_amount_is_read():
    """Amounts are dollars unless RMB stands beside them."""
    amounts = [(row, parse_amount(row["amount"])) for row in rows_of(5) if row["amount"]]

    assert len(amounts) == 16
    for row, money in amounts:
        assert money.currency == ("CNY" if "RMB" in row["amount"] else "USD"), place_of(row)
        assert ("dollar sign beside RMB" in row["note"]) == (
            "$" in row["amount"] and "RMB" in row["amount"]
        )


def test_terms_of_transfers_are_those_of_the_vocabulary():
    """A purchase is a sale; aid, grants and donations are gifts; else the note says why."""
    said = {
        "Purchase": "sale",
        "Donation": "gift",
        "Grant": "gift",
        "Aid": "gift",
        "COVID aid": "gift",
    }
    for row in rows_of(5):
        by_text = "according to the text" in row["note"]

        assert Terms(row["terms"]) is Terms(said.get(row["kind"], "unknown")) or by_text


def test_every_state_is_known():
    """Participants and partners are countries that the library reads."""
    named = {row["partner"] for appendix in TOTALS for row in rows_of(appendix)}
    for row in rows_of(2):
        named.update(row["participants"].split(", "))

    assert {country_code(name) for name in named} == set(
        "CHN IND KAZ KGZ PAK RUS TJK TKM UZB".split()  # noqa: SIM905 - codes in a row
    )


def test_inherited_participants_are_those_of_the_row_named():
    """A merged cell has the states of the row above that printed them."""
    rows = {row["row"]: row for row in rows_of(2)}
    inherited = {n: row["inherited"].removeprefix("row ") for n, row in rows.items()}

    assert {n: above for n, above in inherited.items() if above} == {
        "2": "1",
        "3": "1",
        "8": "7",
        "16": "15",
    }
    assert all(
        rows[n]["participants"] == rows[above]["participants"]
        for n, above in inherited.items()
        if above
    )


def test_alike_trainings_name_each_other():
    """If one country's row is alike to another's, then the other has such a row, alike to it."""
    rows = rows_of(4)
    alike = {
        (row["partner"], row["date"], row["audience"]): set(filter(None, row["alike"].split(";")))
        for row in rows
        if row["alike"]
    }

    assert all(
        alike[other, date, audience] == {partner, *others} - {other}
        for (partner, date, audience), others in alike.items()
        for other in others
    )


def test_misprints_of_the_sources_are_still_in_the_cells():
    """Printed cells keep their misprints, which the library reads and tells."""
    told = Counter(printed.casefold() for n in range(1, 6) for printed, _ in find_typos(text_of(n)))

    assert told == {
        "seperatist": 14,
        "seperatists": 3,
        "feburary": 2,
        "janurary": 2,
        "minster": 2,
        "counciller": 1,
        "humanitraian": 1,
        "infomration": 1,
        "reginal": 1,
        "rescus": 1,
    }


def test_every_document_is_cited():
    """Every id that a row bears stands in the table of sources, with what a citation needs."""
    sources = {row["id"]: row for row in rows_in("sources.csv")}
    cited = {row["document"] for n in range(1, 7) for row in rows_of(n)}
    for name in ("text.csv", "news.csv", "mentions.csv"):
        cited.update(document for row in rows_in(name) for document in row["source"].split(";"))

    assert cited == set(sources)
    for source in sources.values():
        assert all(source[name] for name in ("title", "publisher", "date", "kind", "language"))
        EventDate.parse(source["date"])


@pytest.mark.parametrize(
    ("lead", "columns"),
    [
        ("Kinds follow the text", {2: "kind"}),
        ("Scenarios: ", {2: "scenario", 3: "scenario"}),
        ("Tasks: ", {2: "tasks", 3: "tasks"}),
        ("| `subkind` |", {4: "subkind"}),
        ("| `type` |", {4: "type"}),
        ("course` numbers", {6: "field"}),
    ],
)
def test_the_codebook_lists_the_terms_that_are_used(lead, columns):
    """Every coded term stands in its line of the codebook."""
    book = (SEEDS / "codebook.md").read_text(encoding="utf-8")
    line = next(line for line in book.splitlines() if lead in line)
    used = {
        term
        for appendix, column in columns.items()
        for row in rows_of(appendix)
        for term in row[column].split(";")
        if term
    }

    assert used
    assert {term for term in used if term not in line} == set()


def test_the_codebook_names_every_column_and_every_printed_topic_reads_as_it_says():
    """Columns are explained, and the table of topics in the codebook is what the library does."""
    book = (SEEDS / "codebook.md").read_text(encoding="utf-8")
    columns = {name for appendix in range(1, 7) for name in rows_of(appendix)[0]}
    columns.update(*(rows_in(f"{table}.csv")[0] for table in ("mentions", "coverage")))
    used = {
        term
        for row in rows_of(1)
        for term in parse_topics(f"{row['topic']}, {row['further_topics']}".strip(", "))
    }
    told = {}
    for line in book.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and fold_term(cells[1]) in TOPICS:
            told[cells[1]] = set(filter(None, cells[2].split(", ")))

    assert {name for name in columns if f"`{name}`" not in book} == set()
    assert used == set(told)
    assert told == {term: set(with_implied([term], TOPICS)) - {term} for term in told}


def test_the_readme_counts_as_the_tables_do():
    """The numbers of rows that the overview gives are those of the files."""
    overview = (SEEDS / "README.md").read_text(encoding="utf-8")
    for appendix in range(1, 7):
        n_rows = sum(UNSEEN not in line for line in text_of(appendix).splitlines()[1:])
        line = next(one for one in overview.splitlines() if f"`appendix{appendix}.csv`" in one)

        assert f"| {n_rows}" in line
        for land, n in TOTALS.get(appendix, {}).items():
            assert f"{land} {n}" in line
    for name in ("text.csv", "news.csv", "mentions.csv", "coverage.csv", "sources.csv"):
        line = next(one for one in overview.splitlines() if f"`{name}`" in one)

        assert line.endswith(f"| {len(rows_in(name))} |")
