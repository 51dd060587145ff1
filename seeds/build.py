"""Build the bundled data set from the coded tables beside this script: python seeds/build.py."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from engagement import Coverage, EventLog, Meeting, Participant, Source, write_events
from engagement.coding import (
    find_typos,
    parse_offices,
    parse_printed_date,
    parse_topics,
)
from engagement.places import country_code

SEEDS = Path(__file__).parent
TARGET = SEEDS.parent / "src" / "engagement" / "data" / "china-central-asia.csv"
FOCAL = "CHN"
PARTNERS = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
UNDER_DOCUMENTED = ("TJK", "TKM")


def read_table(name: str) -> list[dict[str, str]]:
    """Read a coded table, cells as text."""
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def participants(country: str, office: str, body: str, date: str) -> list[Participant]:
    """Read the offices of one side."""
    return [
        Participant(
            country=None if read.organisation else country,
            organisation=read.organisation or "",
            office=read.printed,
            name=read.name or "",
            rank=read.rank,
        )
        for read in parse_offices(office, of=body, date=date)
    ]


def meetings() -> list[Meeting]:
    """Make a meeting of every row of appendix 1."""
    made = []
    for row in read_table("appendix1.csv"):
        country = country_code(row["partner"])
        date = parse_printed_date(row["date"])
        present = [
            *participants(country, row["partner_office"], row["partner_body"], date),
            *participants(FOCAL, row["china_office"], row["china_body"], date),
        ]
        printed_topics = ", ".join(filter(None, (row["topic"], row["further_topics"])))
        printed = [row["date"], *(p.office for p in present), printed_topics]
        notes = [f"printed '{wrong}'" for text in printed for wrong, _ in find_typos(text)]
        made.append(
            Meeting(
                id=f"a1-{country.lower()}-{int(row['row']):02}",
                date=date,
                channel="bilateral",
                initiator=FOCAL,
                countries=[country],
                organisations=list(
                    dict.fromkeys(p.organisation for p in present if p.organisation)
                ),
                participants=present,
                topics=parse_topics(printed_topics) if printed_topics else (),
                sources=[
                    Source(
                        document=row["document"],
                        where=f"appendix {row['appendix']}, {row['partner']}, row {row['row']}",
                    )
                ],
                note=", ".join(filter(None, (row["note"], *dict.fromkeys(notes)))),
            )
        )
    return made


def coverage() -> Coverage:
    """State what the heading of appendix 1 claims, and what a footnote takes back of it."""
    return Coverage(
        {
            "country": country,
            "channel": "bilateral",
            "activity": "meeting",
            "since": "1993",
            "until": "2020",
            **(
                {
                    "note": "more security officials' meetings took place than are documented",
                    "source": "yau-2022, footnote 69",
                }
                if country in UNDER_DOCUMENTED
                else {}
            ),
        }
        for country in PARTNERS
    )


def main() -> int:
    """Write the data set and say what is in it."""
    log = EventLog(meetings(), coverage=coverage())
    write_events(log, TARGET)
    print(f"{TARGET.name}: {log}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
