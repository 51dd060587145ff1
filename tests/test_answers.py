"""Answers show a line at a prompt, and a table in a notebook."""

import ast
import io
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from attrs import field, frozen

import engagement as eg
from engagement.answers import answer

SOURCE = Path(eg.__file__).parent


def classes_with(*methods):
    """List the classes of the package that have some methods, with their decorators."""
    found = {}
    for path in SOURCE.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                own = {part.name for part in node.body if isinstance(part, ast.FunctionDef)}
                if own >= set(methods):
                    found[node.name] = {ast.unparse(name) for name in node.decorator_list}
    return found


def test_every_answer_shows_itself():
    """Whatever has a summary and a frame is shown by them."""
    answers = classes_with("summary", "to_frame")

    assert len(answers) > 20
    del answers["Answer"]
    assert [name for name, decorators in answers.items() if "answer" not in decorators] == []


@frozen(kw_only=True)
class Held:
    """Something with a long text."""

    values: tuple = field(default=tuple(range(1000)))


def test_a_prompt_shows_the_name_and_a_line():
    """The first line of the summary, or the text where there is one; not all that is held."""
    import pandas as pd

    @answer
    @frozen(kw_only=True)
    class Found(Held):
        def summary(self):
            return "two & more\nand all the rest"

        def to_frame(self):
            return pd.DataFrame({"<b>": range(100)})

    @answer
    @frozen(kw_only=True)
    class Told(Found):
        def __str__(self):
            return "told in short"

    assert repr(Found()) == "<Found: two & more>"
    assert repr(Told()) == "<Told: told in short>"
    assert Found()._repr_html_().startswith("<p>two &amp; more</p>\n<table")
    assert "<b>" not in Found()._repr_html_()
    assert "100 rows" in Found()._repr_html_()


@pytest.fixture(scope="module")
def counts():
    """Count the meetings of the bundled data by country."""
    log = eg.load_dataset("china-central-asia").where(channel="bilateral", activity="meeting")
    return eg.count_events(log, by="country")


def test_a_table_of_changes_is_short_at_a_prompt_and_a_table_in_a_notebook(counts):
    """As a user sees it."""
    changes = eg.detect_changes(counts)

    assert repr(changes).startswith(f"<Changes: {len(changes)} changes in ")
    assert len(repr(changes)) < 120
    assert changes._repr_html_().count("<tr") == 1 + len(changes.to_frame())
    assert repr(counts) == f"<Counts: {counts}>"


HOSTILE = "$\\frac{$ <script>alert(1)</script> & $5m to $6m"


def hostile_log():
    """Give a log whose names are no names."""
    meetings = [
        eg.Meeting(
            date=f"{year}-05",
            channel="multilateral",
            initiator="CHN",
            countries=["KGZ", "TJK"],
            organisations=[HOSTILE],
            topics=[HOSTILE, "terrorism"],
            place=HOSTILE,
        )
        for year in range(2005, 2020)
    ]
    return eg.EventLog(
        meetings, coverage=eg.Coverage.since_to(eg.EventLog(meetings), "2004", "2020")
    )


FIGURES = {
    "log": eg.plot_log,
    "counts": lambda log: eg.count_events(log, by="topic").plot(),
    "series": lambda log: eg.count_events(log, by="topic").series(topic=HOSTILE).plot(),
    "rates": lambda log: eg.estimate_rate(eg.count_events(log, by="topic")).plot(),
    "mentions": lambda log: eg.count_mentions(log).plot(),
    "pairs": lambda log: eg.count_pairs(log).plot(),
    "actors": lambda log: eg.link_actors(log).plot(),
    "changes": lambda log: eg.detect_changes(eg.count_events(log, by="topic")).plot(),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_names_in_figures_mean_themselves(figure):
    """A dollar in a name begins no formula, and a drawing for a page escapes what is in it."""
    ax = FIGURES[figure](hostile_log())

    sink = io.StringIO()
    with plt.rc_context({"svg.fonttype": "none"}):
        ax.figure.savefig(sink, format="svg")
    plt.close(ax.figure)
    assert "<script" not in sink.getvalue()
    if figure in ("counts", "rates", "mentions"):
        assert "$5m to $6m" in sink.getvalue()


def test_formulas_that_a_caller_wrote_stay():
    """What stood on the axes before is left alone, and so are the powers of ten that they write."""
    _, (ax, other) = plt.subplots(2)
    title = other.set_title("$x^2$")
    other.set_yscale("log")
    other.plot([1, 2], [1, 1e6])

    eg.count_events(hostile_log(), by="topic").series(topic="terrorism").plot(ax)

    ax.figure.canvas.draw()
    plt.close(ax.figure)
    assert title.get_parse_math()
    assert all(text.get_parse_math() for text in other.get_yticklabels())


def test_a_log_shows_itself_as_answers_do():
    """A log is a line at a prompt and the table of its events in a notebook, a wide one cut."""
    log = eg.load_dataset("china-central-asia")

    assert repr(log) == f"<EventLog: {log}>"
    html = log._repr_html_()
    assert str(log) in html
    assert html.count("<tr") < 70
    assert html.count("<th") < 70 + 25
    assert f"{len(log)} rows" in html
