"""Every figure fits the column and the page of a journal: no text is cut or lies on another."""

from importlib import import_module
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text

from engagement import answers, figures
from golden.make import MAKERS

for path in Path(figures.__file__).parent.glob("*.py"):
    import_module(f"engagement.figures.{path.stem}")

DRAWN = sorted(cls.__name__ for cls in answers.draw.registry if cls is not object)
COLUMN, PAGE = 3.4, 7.0


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def shown_texts(figure):
    """List the texts that are drawn, with the boxes that they fill; turned ones apart."""
    figure.canvas.draw()
    hidden = set()
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            ticks = {*axis.get_major_ticks(), *axis.get_minor_ticks()}
            drawn = set(axis._update_ticks()) if ax.axison and axis.get_visible() else set()
            hidden |= {id(text) for tick in ticks - drawn for text in (tick.label1, tick.label2)}
    renderer = figure.canvas.get_renderer()
    return [
        (text.get_text(), text.get_rotation() % 90 != 0, text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if id(text) not in hidden and text.get_visible() and text.get_text().strip()
    ]


def faults_of(figure):
    """Say which texts are cut by the edge, and which lie on each other."""
    width, height = figure.get_size_inches() * figure.dpi
    texts = shown_texts(figure)
    found = [
        f"cut: {text}"
        for text, _, box in texts
        if box.x0 < -1 or box.y0 < -1 or box.x1 > width + 1 or box.y1 > height + 1
    ]
    for place, (text, is_turned, box) in enumerate(texts):
        for other, also_turned, beside in texts[place + 1 :]:
            wide = min(box.x1, beside.x1) - max(box.x0, beside.x0)
            high = min(box.y1, beside.y1) - max(box.y0, beside.y0)
            if wide > 1 and high > 1 and not is_turned and not also_turned and text != other:
                found.append(f"on each other: {text} / {other}")
    return found


@pytest.mark.parametrize("width", [COLUMN, pytest.param(PAGE, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", DRAWN)
def test_no_text_is_cut_or_lies_on_another(name, width):
    """At the width that matplotlib's settings say, all texts can be read."""
    answer = MAKERS[name]()[0]

    with plt.rc_context({"figure.figsize": (width, 0.7 * width)}):
        figure = answer.plot().figure

    assert figure.get_size_inches()[0] == width
    assert faults_of(figure) == []


def test_what_overlaps_is_found():
    """The check sees a text that is cut and texts on each other."""
    figure, ax = plt.subplots(figsize=(COLUMN, 2))
    ax.set_title("a title that is much longer than the figure is wide, and so is cut twice")
    ax.text(0.5, 0.5, "one")
    ax.text(0.5, 0.5, "other")

    told = faults_of(figure)

    assert any(one.startswith("cut: a title") for one in told)
    assert "on each other: one / other" in told


def test_a_style_of_the_user_goes_first():
    """Sizes of texts that a style sets stay, and colours of a style are used."""
    answer = MAKERS["CountSeries"]()[0]

    with plt.rc_context({"figure.figsize": (COLUMN, 2.4), "font.size": 9}):
        assert answer.plot().yaxis.label.get_fontsize() == 9
    with plt.rc_context({"figure.figsize": (COLUMN, 2.4)}):
        assert answer.plot().yaxis.label.get_fontsize() < 8
    assert answer.plot().yaxis.label.get_fontsize() == 10


@pytest.mark.parametrize("suffix", ["svg", "pdf"])
def test_figures_are_written_as_vectors(tmp_path, suffix):
    """A figure of lines and areas holds no raster image."""
    path = tmp_path / f"figure.{suffix}"

    MAKERS["ChangePosterior"]()[0].plot().figure.savefig(path)

    written = path.read_bytes()
    assert b"<image" not in written
    assert b"/Subtype /Image" not in written
