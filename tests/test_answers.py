"""Every answer states title, columns, rows and notes; all forms in which it shows itself follow."""

import importlib
import io
import pkgutil
import re
import subprocess
import sys
from functools import cache

import matplotlib.pyplot as plt
import pytest
from attrs import frozen

import engagement as eg
from engagement import answers, display
from engagement.answers import Answer, Drawn, SeveralAnswer
from engagement.changes import ChangeVerdict
from engagement.display import Column, Table
from engagement.errors import LabelError
from golden.make import MAKERS


@cache
def modules():
    """Load every module of the package."""
    names = [module.name for module in pkgutil.walk_packages(eg.__path__, "engagement.")]
    return [importlib.import_module(name) for name in names if not name.endswith("__main__")]


def classes_of(kind):
    """List the classes of the package that are of a kind, but for those of the protocol."""
    return {
        found.__name__: found
        for module in modules()
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, kind)
        and found.__module__ == module.__name__ != answers.__name__
    }


ANSWERS = classes_of(Answer)
DRAWN = classes_of(Drawn)


@cache
def answer_of(name):
    """Make one answer of a class."""
    return MAKERS[name]()[0]


def test_every_table_with_a_summary_is_an_answer():
    """Whatever has a summary and a frame follows the protocol; parts of the report are none."""
    shown = {
        kind
        for kind in classes_of(object).values()
        if hasattr(kind, "summary") and hasattr(kind, "to_frame")
    }

    assert len(ANSWERS) > 25
    assert {kind.__name__ for kind in shown} == set(ANSWERS)


def test_only_what_is_asked_for_by_a_setting_is_drawn_or_made_otherwise():
    """No answer writes its own forms; some draw with settings."""
    forms = {"to_frame", "summary", "__str__", "_repr_html_", "to_latex", "to_markdown", "_tables"}
    own = {name: forms & set(vars(kind)) for name, kind in ANSWERS.items()}

    assert {name: found for name, found in own.items() if found} == OWN_FORMS
    assert all(kind.__repr__ is Answer.__repr__ for kind in ANSWERS.values())


OWN_FORMS = {"LocatedChanges": {"to_frame"}}
"""By answer the forms that take settings of their own."""


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_the_frame_has_the_columns_that_are_declared(name):
    """In their order; and every heading stands in the summary, or other tables do."""
    answer = answer_of(name)
    declared = [column for column in answer.columns if column.in_frame]
    frame = answer.to_frame()

    assert list(frame.columns) == [column.name for column in declared if not column.is_index]
    assert [key for key in frame.index.names if key] == [
        column.name for column in declared if column.is_index
    ]
    assert len({column.name for column in answer.columns}) == len(answer.columns)


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_the_summary_has_title_tables_and_notes(name):
    """All headings and notes stand in it, and its first line is the title and the text."""
    answer = answer_of(name)
    lines = answer.summary().splitlines()
    title = str(answer)

    assert title == lines[0]
    assert title
    assert "\n" not in title
    assert repr(answer) == f"<{name}: {title}>"
    tables = answer._tables()
    assert tables or answer.notes
    for table in tables:
        rows, _, _ = table.cells()
        assert rows == [] or all(heading in "\n".join(lines) for heading in rows[0])
    assert list(answer.notes) == lines[len(lines) - len(answer.notes) :]


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_markdown_html_and_latex_have_the_cells_of_the_summary(name):
    """As many columns in each line of Markdown; as many rows; LaTeX closes what it opens."""
    answer = answer_of(name)
    cells = [table.cells(display.MOST_HTML_ROWS)[0] for table in answer._tables()]
    n_rows = sum(map(len, cells))

    html, latex, markdown = answer._repr_html_(), answer.to_latex(), answer.to_markdown()

    assert html.count("<tr>") == html.count("</tr>") == n_rows
    assert html.count("<th ") == sum(len(rows[0]) for rows in cells if rows)
    assert re.findall(r"\\begin\{(\w+)\}", latex) == ["table", *["tabular"] * sum(map(bool, cells))]
    assert latex.count(r"\begin{") == latex.count(r"\end{")
    bare = latex.replace("\\\\", "").replace(r"\{", "").replace(r"\}", "")
    assert bare.count("{") == bare.count("}")
    for rows, table in zip(cells, answer._tables(), strict=True):
        if rows:
            head = "| " + " | ".join(map(display.markdown_text, rows[0])) + " |"
            at = markdown.splitlines().index(head)
            n_all = len(table.cells()[0])
            lines = markdown.splitlines()[at : at + n_all + 1]
            bars = {len(re.findall(r"(?<!\\)\|", line)) for line in lines}
            assert bars == {len(rows[0]) + 1}


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_a_figure_is_registered_for_what_is_drawn(name):
    """In the module of its wing, which is loaded when it is first drawn."""
    answers._load("figures", DRAWN[name])

    assert answers.draw.dispatch(DRAWN[name]) is not answers.draw.dispatch(object)


def test_what_has_no_figure_says_so():
    """By the name of its class."""

    class Bare(Drawn):
        """Nothing to see."""

    with pytest.raises(TypeError, match="no figure is registered for Bare"):
        Bare().plot()


HIDDEN = "KGZ\x1b[31m\n<b>&</b>\u202e | 50% of $x_1$ {a} \\ ~ ^ #"


@frozen(kw_only=True, eq=False, repr=False)
class Named(SeveralAnswer):
    """An answer whose names are no names."""

    items: tuple = ({"label": HIDDEN, "low": 1.0, "high": 2.5}, {"label": "b", "low": None})

    @property
    def title(self):
        """Name it."""
        return f"two of {HIDDEN}"

    @property
    def columns(self):
        """Show the names of the rows."""
        return [
            Column("label", HIDDEN),
            Column("low", "interval", "{:.1f} to {high}", missing="none"),
            Column("high", value=lambda row: row.get("high")),
            Column("sign", "sign", value=lambda row: row["low"] or 0, in_frame=False),
        ]

    @property
    def notes(self):
        """Say the name once more."""
        return (f"note of {HIDDEN}",)

    @property
    def _items(self):
        return self.items

    @staticmethod
    def _label(one):
        return one["label"]


def test_names_mean_themselves_in_every_form():
    """A terminal is not steered, a page not written, a line not broken, a formula not begun."""
    named = Named()
    shown = r"KGZ\x1b[31m\n<b>&</b>\u202e | 50% of $x_1$ {a} \\ ~ ^ #".replace("\\\\", "\\")

    assert str(named) == f"two of {shown}"
    assert repr(named) == f"<Named: two of {shown}>"
    assert named.summary().splitlines() == [
        f"two of {shown}",
        "",
        f"{shown}    interval  sign",
        f"{shown}  1.0 to 2.5   1.0",
        f"b{' ' * (len(shown) - 1)}        none     0",
        "",
        f"note of {shown}",
    ]
    assert "<b>" not in named._repr_html_()
    assert "&lt;b&gt;&amp;&lt;/b&gt;" in named._repr_html_()
    for text in (named.summary(), named._repr_html_(), named.to_latex(), named.to_markdown()):
        assert not re.search("[\x1b\u202e]", text)
    latex = named.to_latex()
    assert (
        r"50\% of \$x\_1\$ \{a\} \textbackslash{} \textasciitilde{} \textasciicircum{} \#" in latex
    )
    assert r"\<b\>\&\</b\>" in named.to_markdown()
    assert r"\| 50% of \$x\_1\$" in named.to_markdown()


def test_a_frame_holds_values_and_not_their_texts():
    """With the names and types that columns declare; what is only shown is not in it."""
    frame = Named().to_frame()

    assert frame.columns.tolist() == ["label", "low", "high"]
    assert frame["low"].tolist()[0] == 1.0
    low = Column("low", dtype="float64", is_index=True)
    typed = Table(columns=[low], rows=[{"low": 1}]).frame()
    assert (typed.index.name, typed.index.dtype) == ("low", "float64")


def test_truths_are_words_and_stand_to_the_left():
    """A truth is no number, though Python counts with it."""
    rows = [{"n": 10, "sure": True}, {"n": 9, "sure": False}]
    table = Table(columns=[Column("sure", "sure"), Column("n", "n")], rows=rows)

    assert table.text() == ["sure    n", "True   10", "False   9"]


def test_a_wing_is_loaded_when_it_is_first_shown():
    """A fresh interpreter finds words and figure of one wing, and loads no other."""
    code = """
import sys, engagement as eg
log = eg.load_dataset("china-central-asia").where(activity="exercise")
counts = eg.count_events(log, by="channel")
told, ax = counts.summary(), counts.plot()
wings = ("engagement.words.", "engagement.figures.")
print(*sorted(name for name in sys.modules if name.startswith(wings)), told.splitlines()[2])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == [
        *(
            "engagement.figures.charts",
            "engagement.figures.counting",
            "engagement.figures.narrow",
            "engagement.words.counting",
        ),
        *("channel", "events", "years"),
    ]


def test_several_are_found_by_place_and_by_label():
    """A label that no row has, or several have, is an error that lists them."""
    named = Named()

    assert len(named) == 2
    assert list(named) == list(named.items)
    assert named[1] is named["b"]
    with pytest.raises(LabelError, match=r"no row has the label 'c'; there is .*, 'b'"):
        named["c"]
    twice = Named(items=(named[1], named[1]))
    with pytest.raises(LabelError, match="2 rows have the label 'b'"):
        twice["b"]


def test_long_tables_are_cut_and_say_so():
    """As many rows as the class says; a notebook shows sixty at most."""
    rows = [{"n": place} for place in range(100)]
    table = Table(columns=[Column("n", "n")], rows=rows, most=3)
    whole = Table(columns=[Column("n", "n")], rows=rows)

    assert table.text() == ["n", "0", "1", "2", "... and 97 more"]
    assert table.markdown()[-1] == "... and 97 more"
    assert whole.html()[-1] == "<p>... and 40 more</p>"
    assert len(whole.text()) == 101


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


def test_changes_stand_first_and_series_without_observation_in_the_frame_alone():
    """A reader sees what changed before what did not, in text and in a notebook."""
    log = eg.load_dataset("china-central-asia").where(channel="bilateral")
    changes = eg.detect_changes(eg.count_events(log, by=("country", "activity")))
    told = [verdict for verdict in changes.to_frame()["verdict"] if verdict != "not observed"]

    page = re.findall("<td[^>]*>([^<]*)</td></tr>", changes._repr_html_())
    text = [line.rsplit("  ", 1)[-1] for line in changes.summary().split("\n\n")[1].split("\n")[1:]]

    assert len(told) < len(changes.to_frame())
    assert page == text == sorted(told, key=[str(one) for one in ChangeVerdict].index)
    assert page[0] == "change" != page[-1]


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
    assert f"... and {len(log) - html.count('<tr') + 1} more" in html
