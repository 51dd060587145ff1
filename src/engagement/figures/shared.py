"""The figure of shared changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engagement.figures.charts import LIGHT, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from engagement.changes.shared.shared_changes import SharedChanges

__all__ = ["draw_shared"]


def draw_shared(answer: SharedChanges, ax: Axes | None) -> Axes:
    """Draw a column a shared change and a row a series, shaded by taking part."""
    labels = list(answer.own.index)
    ax = new_axes(ax, width=4.0 + 1.3 * len(answer), height=1.6 + 0.36 * len(labels))
    taking = np.array([[m.probability for m in change.members] for change in answer.found])
    taking = taking.reshape(len(answer), len(labels)).T
    ax.patch.set(hatch="////", edgecolor=LIGHT)
    if taking.size:
        picture = ax.imshow(
            np.ma.masked_invalid(taking), aspect="auto", cmap="Blues", vmin=0, vmax=1
        )
        ax.figure.colorbar(picture, ax=ax, label="takes part", pad=0.02)
    for column, change in enumerate(answer.found):
        for row, member in enumerate(change.members):
            if member.takes_part:
                dark = "white" if member.probability > 0.6 else "black"
                ax.text(
                    column, row, f"\N{MULTIPLICATION SIGN}{member.ratio:.2g}", ha="center",
                    va="center", color=dark, fontsize="small",
                )  # fmt: skip
    ax.set_yticks(range(len(labels)), labels)
    ax.set_xticks(
        range(len(answer)),
        [f"{c.date}\n{c.date_low} to {c.date_high}\np {c.probability:.2f}" for c in answer.found],
        fontsize="small",
    )
    ax.set_title("shared changes (hatched: not observed)", loc="left", fontsize="medium")
    return ax
