"""The page holds all of the report, and nothing that came from the data runs in it."""

import base64
import html
import re
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from engagement import CountSeries, EventLog, report
from engagement.report import bars, sections
from worked_report import (
    MARKUP,
    covered_report,
    hostile_report,
    meeting,
    small_log,
    small_report,
)


class Tags(HTMLParser):
    """Gathers tags with their attributes, and texts by the tag that they stand in."""

    def __init__(self, page):
        super().__init__()
        self.found, self.texts, self._open = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """Keep a tag."""
        self.found.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag):
        """Close a tag."""
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data):
        """Keep a text with the innermost tag."""
        self.texts.append((self._open[-1] if self._open else "", data))

    def all(self, tag):
        """Give the attributes of all tags of a name."""
        return [attrs for name, attrs in self.found if name == tag]


@pytest.fixture(params=["small", "covered", "hostile"])
def page(request):
    """Give the page of each worked report."""
    made = {"small": small_report, "covered": covered_report, "hostile": hostile_report}
    return made[request.param]().to_html()


def test_the_policy_allows_its_own_style_and_script_only(page):
    """The hashes of the policy are those of the style and the script as they stand."""
    tags = Tags(page)
    (policy,) = (one["content"] for one in tags.all("meta") if "http-equiv" in one)
    texts = {
        kind: [text for tag, text in tags.texts if tag == kind] for kind in ("style", "script")
    }

    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for kind, (text,) in texts.items():
        digest = base64.b64encode(sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy


def test_the_page_asks_for_nothing(page):
    """There is no address but within the page, no attribute that runs, no style of an element."""
    tags = Tags(page)

    assert not {"link", "iframe", "object", "embed", "img", "base"} & {tag for tag, _ in tags.found}
    links = [attrs[name] for _, attrs in tags.found for name in ("href", "src") if name in attrs]
    assert links
    assert all(link.startswith("#") for link in links)
    names = {name for _, attrs in tags.found for name in attrs}
    assert not [name for name in names if name.startswith("on") or name == "style"]
    assert "http" not in re.sub(r"http-equiv", "", page)


def test_every_link_leads_somewhere(page):
    """Each address within the page is the id of one element, and no id stands twice."""
    tags = Tags(page)
    ids = [attrs["id"] for _, attrs in tags.found if "id" in attrs]

    assert len(ids) == len(set(ids))
    assert {one["href"][1:] for one in tags.all("a")} <= set(ids)


def test_texts_of_the_data_stay_texts():
    """Markup in the data is shown and makes no tag."""
    text = hostile_report().to_html()

    assert MARKUP not in text
    assert "<img" not in text
    assert text.count("<script") == 1
    assert any(MARKUP in told for _, told in Tags(text).texts)


def test_every_bar_leads_to_as_many_events_as_it_counts():
    """The rows behind a bar are as many as its title says, each with a source or a word of it."""
    page = small_report().to_html()
    rows = {
        key: body.count("<tr>")
        for key, body in re.findall(r'<tbody id="([^"]+)"[^>]*>(.*?)</tbody>', page)
    }
    told = re.findall(r'<a href="#([^"]+)"><title>[^:<]+: (\d+) events?</title>', page)

    assert len(told) == len(rows) > 40
    assert {key: int(number) for key, number in told} == rows
    assert sum(rows.values()) == 2 * len(small_log())


def test_a_share_of_an_event_is_told():
    """An event of one year or another stands behind both bars, with its share."""
    page = covered_report().to_html()

    assert page.count("[2006..2007] (counted as 0.5 here)") == 4
    assert "Tajikistan: minister" in page
    assert '<td data-h="place">Dushanbe</td>' in page


def test_many_rows_are_packed(monkeypatch):
    """Beyond a limit, events are packed once each, and a note names the file to read instead."""
    whole = small_report().to_html()
    monkeypatch.setattr(sections, "MOST_ROWS", 10)

    packed = small_report().to_html()

    assert len(packed) < len(whole)
    assert '<script type="application/octet-stream" id="packed">' in packed
    assert "read them in events.csv" in packed
    assert "<tbody id=" not in packed
    assert bars.MOST_ROWS == 3000


def test_many_figures_begin_with_changes(monkeypatch):
    """Where there are many figures, the box for changes only is ticked."""
    few = small_report().to_html()
    monkeypatch.setattr(sections, "MOST_FIGURES", 3)

    assert '<input type="checkbox" checked>' in small_report().to_html()
    assert '<input type="checkbox">' in few


def test_what_is_not_observed_is_hatched_and_parts_are_outlined():
    """A stretch without coverage is hatched; half a year observed shows what a whole would have."""
    page = covered_report().to_html()

    assert page.count("<title>not observed</title>") >= 2
    assert "observed for 50% of it: at that rate" in page
    assert '<pattern id="hatch"' in page


@pytest.mark.parametrize(
    ("counts", "marks"),
    [
        ([1, 2, 1, 1, 2, 1, 1, 2, 9, 8, 9, 10, 8, 9, 10, 9], ["2008", "rise"]),
        ([9, 8, 9, 10, 8, 9, 10, 9, 1, 2, 1, 1, 2, 1, 1, 2], ["2008", "fall"]),
        ([0] * 8 + [3, 2, 3, 2, 3, 2, 3, 2], ["2008", "empty start"]),
    ],
)
def test_marks_say_which_way_and_on_what(counts, marks):
    """The mark of a change points up or down, and is hollow on an empty start."""
    series = CountSeries.from_arrays(counts, range(2000, 2016), name="meetings")

    made = report(series)

    (found,) = made.panels[0].findings[0].changes
    assert str(found.change.date) == marks[0]
    assert marks[1] == found.change.direction or marks[1] in found.marks
    assert ('class="mark hollow"' in made.to_html()) == ("empty start" in found.marks)


def test_the_sections_stand_in_order():
    """Headline, what changed, timelines, channels, what did not, basis, how to cite."""
    page = covered_report().to_html()
    places = [
        page.index(part)
        for part in (
            "<h1>", 'id="changed"', 'id="timelines"', 'id="channels"', 'id="same"', 'id="basis"',
            'id="cite"', 'id="panel"',
        )
    ]  # fmt: skip

    assert places == sorted(places)
    assert covered_report().digest in page


def test_the_citation_can_be_copied_from_the_page():
    """The page has the entries of BibTeX line by line, and one paragraph per reference."""
    made = covered_report()
    section = made.to_html().partition('<section id="cite">')[2]
    (shown,) = re.findall("<pre>(.*?)</pre>", section, re.DOTALL)

    assert html.unescape(shown) == made.citation.bibtex()
    assert section.partition("<pre>")[0].count("<p>") == len(made.citation.references)


def test_all_three_channels_are_shown():
    """The table by country has one column per channel, and says what is only recorded."""
    page = covered_report().to_html()
    section = page[page.index('id="channels"') : page.index('id="same"')]

    assert all(f"<th>{name}</th>" in section for name in ("multilateral", "bilateral", "domestic"))
    assert "recorded, not systematically covered: at least 1 (measures); no rate" in section
    assert "not observed" in section


def test_all_records_are_drawn():
    """Every event of every country is in the picture, however many countries there are."""
    countries = ["KAZ", "KGZ", "TJK", "TKM", "UZB", "PAK", "IND", "MNG", "AFG", "IRN", "BLR", "RUS"]
    log = EventLog(
        meeting(year, n, country)
        for place, country in enumerate(countries)
        for year in (2001, 2005)
        for n in range(place + 1)
    )
    page = report(log).to_html()
    pictures = page[page.index("All records, day by day") : page.index('id="cite"')]

    ticks = re.findall(r'<path class="tick" d="([^"]*)"/>', pictures)
    assert pictures.count("<h3>") == len(countries)
    assert sum(path.count("M") for path in ticks) == len(log)


def test_coverage_is_listed():
    """Each statement stands in a row, without columns that are empty everywhere."""
    page = covered_report().to_html()

    assert "Coverage as stated, 4 lines" in page
    table = page[page.index("Coverage as stated") :]
    assert '<td data-h="until">2015-06</td>' in table
    assert "<th>completeness</th>" not in table
    assert "Coverage is not stated." in small_report().to_html()
