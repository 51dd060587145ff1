"""The page in a real browser: it draws, answers, filters and prints, and asks for nothing."""

import re
import shutil
import subprocess

import pytest

from engagement.display import visible
from engagement.report import sections
from report.browser import CHROMIUM, Browser
from worked_report import covered_report, hostile_report, small_report

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no chromium is found here: apt-get install chromium"
)

PDFTOTEXT = shutil.which("pdftotext")
BARS = "svg.timeline a"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Start a browser for all tests of this file."""
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Open the page of a report."""

    def open_page(made, **settings):
        made.save(tmp_path)
        return browser.open(tmp_path / "report.html", **settings)

    return open_page


def shown_rows(page):
    """Give the rows of the panel as lists of texts; nothing while it is hidden."""
    return page.run(
        "(() => { const panel = document.getElementById('panel');"
        "if (panel.hidden) return [];"
        "return [...panel.querySelectorAll('tbody tr')].map("
        "(row) => [...row.cells].map((cell) => cell.textContent)); })()"
    )


def open_bar(page, place):
    """Click a bar and wait for its events."""
    page.click(BARS, place)
    page.wait(lambda: page.run("!document.getElementById('panel').hidden"))
    return shown_rows(page)


@pytest.mark.parametrize("made", [small_report, covered_report, hostile_report])
def test_nothing_is_asked_for_and_nothing_complains(opened, made):
    """There is no request, no message on the console, no break of the policy, and no text runs."""
    page = opened(made())

    open_bar(page, 0)

    assert page.requests() == []
    assert page.complaints() == []
    assert page.run("document.title") == visible(made().title)
    assert page.run("document.querySelectorAll('img').length") == 0


def test_a_complaint_would_be_seen(browser, tmp_path):
    """A script that the policy forbids and a picture from elsewhere are both noticed."""
    text = (
        small_report().to_html().replace("</body>", "<script>alert(1)</script><img src=x></body>")
    )
    (tmp_path / "bad.html").write_text(text, encoding="utf-8")

    page = browser.open(tmp_path / "bad.html")

    page.wait(lambda: len(page.complaints()) >= 2)


def test_every_bar_opens_as_many_events_as_it_counts(opened):
    """Each bar's panel has as many rows as its title says, the second time too."""
    page = opened(small_report())

    counted = page.run(
        f"""(async () => {{
          const wrong = [];
          for (const bar of [...document.querySelectorAll('{BARS}'),
                             ...document.querySelectorAll('{BARS}')]) {{
            bar.dispatchEvent(new MouseEvent('click', {{ bubbles: true, cancelable: true }}));
            await new Promise((done) => setTimeout(done));
            const told = bar.querySelector('title').textContent;
            const n = document.querySelectorAll('#panel tbody tr').length;
            if (n !== Number(/: (\\d+) event/.exec(told)[1])) wrong.push([told, n]);
          }}
          return [document.querySelectorAll('{BARS}').length, wrong];
        }})()"""
    )

    assert counted[0] > 40
    assert counted[1] == []


def test_a_click_shows_who_when_and_where_from(opened):
    """The panel names the series and the year, and each event with its place in the source."""
    page = opened(covered_report())
    places = page.run(
        f"[...document.querySelectorAll('{BARS}')].map((bar) => "
        "bar.closest('figure').dataset.name + ' ' + bar.querySelector('title').textContent)"
    )

    rows = open_bar(page, places.index("Tajikistan, domestic measures 2006: 0.5 events"))

    assert page.run("document.querySelector('#panel h2').textContent") == (
        "Tajikistan, domestic measures, 2006: 0.5 events"
    )
    assert rows == [[
        "[2006..2007] (counted as 0.5 here)", "measure", "Tajikistan: minister", "Dushanbe",
        "one of two years", "a book, table 3, row 1",
    ]]  # fmt: skip


def test_the_keyboard_does_what_a_mouse_does(opened):
    """A figure is one stop; arrows go along its bars, Enter opens, Escape closes and goes back."""
    page = opened(small_report())
    stops = page.run(
        "[...document.querySelectorAll('svg.timeline')].map("
        "(one) => one.querySelectorAll('a[tabindex=\"0\"]').length)"
    )
    page.run(f"document.querySelector('{BARS}').focus()")

    page.press("ArrowRight")
    page.press("ArrowRight")
    page.press("ArrowLeft")
    focused = page.run("document.activeElement.querySelector('title').textContent")
    page.press("Enter")
    page.wait(lambda: shown_rows(page))
    heading = page.run("document.querySelector('#panel h2').textContent")
    page.press("Escape")

    assert set(stops) == {1}
    assert focused == "2001: 1 event"
    assert heading.endswith(f", {focused}")
    assert shown_rows(page) == []
    assert page.run("document.activeElement.querySelector('title').textContent") == focused


def test_filters_show_what_is_chosen(opened):
    """A country, an activity and changes only hide the other figures and say how many are left."""
    page = opened(small_report())
    choose = (
        (
            "(query, value) => {{ const one = document.querySelector(query);"
            "if (one.type === 'checkbox') one.checked = value; else one.value = value;"
            "one.dispatchEvent(new Event('change', {{ bubbles: true }})); }}"
        )
        .replace("{{", "{")
        .replace("}}", "}")
    )
    told = "document.querySelector('#filters output').textContent"
    names = (
        "[...document.querySelectorAll('figure[data-labels]')].filter((one) => !one.hidden)"
        ".map((one) => one.dataset.name)"
    )

    everything = page.run(told)
    page.run(f"({choose})('#filters select', 'TJK')")
    one_country = page.run(names)
    page.run(f"({choose})('#filters input', true)")
    none = page.run(told)
    page.run(f"({choose})('#filters select', '')")
    changed = page.run(names)

    assert everything == "5 of 5 series shown"
    assert one_country == ["Tajikistan, bilateral meetings", "Tajikistan, bilateral events"]
    assert none == "0 of 5 series shown"
    assert changed == ["Kyrgyzstan, bilateral meetings", "Kyrgyzstan, bilateral events"]


def test_packed_rows_are_unpacked(opened, monkeypatch):
    """Rows that were packed are the same as those that stand on the page."""
    whole = open_bar(opened(small_report()), 20)
    monkeypatch.setattr(sections, "MOST_ROWS", 10)

    packed = opened(small_report())

    assert open_bar(packed, 20) == whole
    assert packed.complaints() == []


def test_without_scripts_all_can_be_read(opened):
    """Tables and figures stand, no filter is offered that does nothing, and bars lead to rows."""
    page = opened(small_report(), scripts=False)
    seen = page.run(
        "[document.querySelectorAll('figure svg').length,"
        "document.querySelectorAll('table').length,"
        "document.getElementById('filters').hidden, document.getElementById('panel').hidden]"
    )

    page.click(BARS, 20)
    key = page.run(f"document.querySelectorAll('{BARS}')[20].getAttribute('href').slice(1)")
    page.wait(lambda: page.run("location.hash").endswith(key))

    assert seen[0] == 5
    assert seen[1] > 5
    assert seen[2:] == [True, True]
    page.wait(lambda: page.run(f"document.getElementById('{key}').closest('details').open"))


@pytest.mark.parametrize("made", [small_report, covered_report, hostile_report])
def test_a_telephone_needs_no_sideways_scrolling(opened, made):
    """At 390 pixels nothing is wider than the screen, a long hash and open lists included."""
    page = opened(made(), width=390, height=800)

    page.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    assert page.run("document.documentElement.scrollWidth") <= 390


@pytest.mark.skipif(PDFTOTEXT is None, reason="no pdftotext is found here: poppler-utils")
def test_print_has_all_columns_and_no_split_figure(opened, tmp_path):
    """On A4 every column of the table of changes is there, and the list of what did not change."""
    page = opened(small_report())

    page.pdf(tmp_path / "page.pdf")

    run = subprocess.run(
        [PDFTOTEXT, "-layout", tmp_path / "page.pdf", "-"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    flat = re.sub(r"\s+", " ", run.stdout)
    assert "8 in 8 years 64 in 8 years" in flat
    for column in ("series", "change", "before", "after", "rate ratio", "caution"):
        assert column in flat
    assert "no change found" in flat
    assert "BibTeX" in flat or "@misc{engagement-report-" in flat
    assert "Close (Esc)" not in flat
    file = (tmp_path / "page.pdf").read_bytes()
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", file)
    page.call("Emulation.setEmulatedMedia", media="print")
    kept = page.run(
        "[...document.querySelectorAll('figure, tr')]"
        ".map((one) => getComputedStyle(one).breakInside)"
    )

    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}
    assert set(kept) == {"avoid"}
