"""Figures of the width of a journal's column or page: broken lines, fewer dates, smaller texts."""

from __future__ import annotations

import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

__all__ = ["NARROW", "asked_width", "fit_narrow", "text_sizes"]

NARROW = 7.5
"""Inches below which a figure is fitted; a journal's page has about 7, its column about 3.4."""

_FULL_SIZE = 6.0  # inches from which texts have their full size
_SMALLEST = 0.72  # of the size that matplotlib has by default: 7 points
_LEGEND_LINE = 0.17  # inches
_SQUARE = 1.25  # height by width of a figure whose cells are square
_CLOSE = 3.0  # pixels between the labels of two ticks


def asked_width(ax: Axes | None) -> float | None:
    """Return how wide a figure is to be, in inches; ``None`` where nobody says."""
    from matplotlib import rcParams, rcParamsDefault

    if ax is not None:
        spec = ax.get_subplotspec()
        n_columns = spec.get_gridspec().ncols if spec is not None else 1
        figure: Any = ax.figure
        return float(figure.get_size_inches()[0]) / n_columns
    asked = rcParams["figure.figsize"]
    return float(asked[0]) if list(asked) != list(rcParamsDefault["figure.figsize"]) else None


def text_sizes(width: float | None) -> Any:
    """Return the size of texts for a width, as settings of matplotlib; a style's own goes first."""
    from matplotlib import rcParams, rcParamsDefault

    size = rcParamsDefault["font.size"]
    if width is None or width >= _FULL_SIZE or rcParams["font.size"] != size:
        return {}
    factor = max(width / _FULL_SIZE, _SMALLEST)
    return {"font.size": factor * size, "axes.titlesize": "medium", "axes.titlepad": 4.0}


def fit_narrow(ax: Axes, *, is_own: bool) -> None:
    """
    Fit a figure that is narrow.

    Parameters
    ----------
    ax
        What was drawn on.
    is_own
        Whether the figure was made for it alone: then a legend goes below, and the figure grows
        by it.
    """
    figure: Any = ax.figure
    all_axes = figure.axes if is_own else [ax]
    if is_own and ax.get_aspect() != "auto":
        width, height = figure.get_size_inches()
        figure.set_size_inches(width, min(height, _SQUARE * width))
    for one in all_axes:
        _break_texts(one)
        _thin_dates(one)
    if is_own:
        _make_room(figure)
        _move_legends(figure)
    figure.canvas.draw()
    for one in all_axes:
        _thin_labels(one)


def _move_legends(figure: Any) -> None:
    """Put legends below the axes, an entry a line where they are long."""
    handles: list[Any] = []
    labels: list[str] = []
    for ax in figure.axes:
        legend = ax.get_legend()
        if legend is None:
            continue
        handles += legend.legend_handles
        labels += [text.get_text() for text in legend.get_texts()]
        legend.remove()
    if not labels:
        return
    n_columns = 2 if len(labels) > 1 and max(map(len, labels)) < _characters(figure, 0.36) else 1
    labels = [textwrap.fill(label, _characters(figure, 0.85)) for label in labels]
    figure.legend(
        handles,
        labels,
        loc="outside lower left",
        ncols=n_columns,
        frameon=False,
        fontsize="small",
        borderpad=0.1,
    )
    n_lines = -(-sum(label.count("\n") + 1 for label in labels) // n_columns)
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + _LEGEND_LINE * n_lines)


def _characters(figure: Any, share: float) -> int:
    """Return about how many characters fit into a share of the width."""
    from matplotlib import rcParams

    return max(int(share * figure.get_size_inches()[0] * 72 / (0.5 * rcParams["font.size"])), 8)


def _break_texts(ax: Axes) -> None:
    figure: Any = ax.figure
    wide, label = _characters(figure, 0.8), _characters(figure, 0.55)
    left, right = ax.title, getattr(ax, "_right_title")  # noqa: B009 - it has no public name
    left = left if left.get_text() else getattr(ax, "_left_title")  # noqa: B009
    if left.get_text() and right.get_text():  # the note goes below the title
        right.set_text(_broken(right, wide))
        left.set_text(_broken(left, wide) + "\n" * (1 + right.get_text().count("\n")))
    else:
        for title in (left, right):
            title.set_text(_broken(title, wide))
    ax.xaxis.label.set_text(_broken(ax.xaxis.label, label))
    high = max(int(wide * figure.get_size_inches()[1] / figure.get_size_inches()[0] * 0.7), 12)
    ax.yaxis.label.set_text(_broken(ax.yaxis.label, high))
    if _is_named(ax.yaxis) and ax.get_aspect() == "auto":
        names = [_broken(name, _characters(figure, 0.35)) for name in ax.get_yticklabels()]
        ax.set_yticks(ax.get_yticks(), names)


def _make_room(figure: Any) -> None:
    """Make a figure as high as the broken names of its rows need."""
    for ax in figure.axes:
        names = [text.get_text() for text in ax.get_yticklabels() if text.get_text()]
        if not names or not _is_named(ax.yaxis) or ax.get_aspect() != "auto":
            continue
        line = 1.25 * ax.get_yticklabels()[0].get_fontsize() / 72
        width, height = figure.get_size_inches()
        needed = len(names) * line * (1 + max(name.count("\n") for name in names))
        figure.set_size_inches(width, max(height, needed + 0.8))


def _broken(text: Text, width: int) -> str:
    said = text.get_text()
    return "\n".join(textwrap.fill(line, width) for line in said.split("\n"))


def _is_named(axis: Any) -> bool:
    """Tell whether the labels of an axis are names that somebody set."""
    from matplotlib.ticker import FixedFormatter, FuncFormatter

    return isinstance(axis.get_major_formatter(), (FixedFormatter, FuncFormatter))


def _thin_dates(ax: Axes) -> None:
    from matplotlib.dates import AutoDateLocator
    from matplotlib.ticker import MaxNLocator

    figure: Any = ax.figure
    n_most = max(int(1.4 * figure.get_size_inches()[0]), 3)
    locator = ax.xaxis.get_major_locator()
    if isinstance(locator, AutoDateLocator):
        found: Any = AutoDateLocator
        ax.xaxis.set_major_locator(found(minticks=2, maxticks=n_most))
    elif isinstance(locator, MaxNLocator) and not _is_named(ax.xaxis):
        ax.xaxis.set_major_locator(MaxNLocator(n_most, integer=True, min_n_ticks=2))


def _thin_labels(ax: Axes) -> None:
    """Leave labels of the x axis out, every second at a time, until none touches the next."""
    if not _is_named(ax.xaxis):
        return
    for _ in range(5):
        labels = [text for text in ax.get_xticklabels() if text.get_text()]
        if not any(_touch(one, other) for one, other in pairwise(labels)):
            return
        said: Any = [text.get_text() for text in labels][::2]
        turned = labels[0].get_rotation()
        align = "right" if turned else "center"
        ax.set_xticks(list(ax.get_xticks())[::2], said, rotation=turned, ha=align)


def _touch(one: Text, other: Text) -> bool:
    """Tell whether two labels of ticks are closer to each other than a line is high."""
    first, second = one.get_window_extent(), other.get_window_extent()
    if one.get_rotation() % 180:
        figure: Any = one.figure
        return bool(second.x1 - first.x1 < float(one.get_fontsize()) * figure.dpi / 72)
    return bool(second.x0 - first.x1 < _CLOSE)
