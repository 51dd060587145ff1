"""The figure of a table of claims."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from engagement.answers import draw
from engagement.claims.answers import Number, write_number
from engagement.claims.table import ClaimTable
from engagement.claims.verdicts import CheckedClaim, Verdict
from engagement.figures.charts import BLUE, GREY, RED, new_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(ClaimTable)
def draw_claims(table: ClaimTable, ax: Axes | None) -> Axes:
    """
    Draw each number found as a part of the claimed one, one row per claim.

    The line at 1 is what is claimed; a dot, a square or a cross is what was found, by
    verdict, a bar reaches over all values that it may have, and an arrow says that it lies
    beyond the edge. Both numbers stand at the right. Claims that are not about one number,
    or of which nothing at all was found, have no row.
    """
    shown = [row for row in table if _is_drawn(row)]
    statements = [row.claim.statement for row in shown]
    ax = new_rows(ax, statements, width=9.0, margin=1.4, each=0.24)
    seen: set[Verdict] = set()
    for place, row in enumerate(shown):
        _draw_row(ax, place, row, is_first=row.verdict not in seen)
        seen.add(row.verdict)
    ax.axvline(1, color="black", linewidth=1, zorder=0)
    ax.set_xlim(-0.05, EDGE)
    ax.tick_params(axis="y", labelsize="small", length=0)
    ax.set_xlabel("found, as a part of what is claimed")
    ax.grid(axis="y", color="#ececec", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)
    if shown:
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=4)
    return ax


EDGE = 2.05
"""Where the axis ends, as a multiple of the claimed value."""

_STYLES = {
    Verdict.AGREES: (BLUE, "o"),
    Verdict.DISAGREES: (RED, "s"),
    Verdict.SAYS_SO_ITSELF: (BLUE, "2"),
    Verdict.CANNOT_BE_CHECKED: (GREY, "X"),
}


def _is_drawn(row: CheckedClaim) -> bool:
    """Tell whether a claim is about one number of which something was found."""
    claimed, found = row.claimed_number, row.found_number
    if claimed is None or found is None or claimed[0] != claimed[1]:
        return False
    return found[0] > 0 or found[1] < inf


def _draw_row(ax: Axes, place: int, row: CheckedClaim, *, is_first: bool) -> None:
    claimed, found = row.claimed_number, row.found_number
    if claimed is None or found is None:
        return
    colour, marker = _STYLES[row.verdict]
    low, high = (_part(value, claimed[0]) for value in found)
    if high > low:
        ax.plot([low, high], [place, place], color=colour, linewidth=3, alpha=0.5, zorder=1)
    if high == EDGE:
        ax.plot(EDGE, place, ">", color=colour, markersize=7, clip_on=False, zorder=2)
    if low < EDGE:
        ax.plot(low, place, marker, color=colour, markersize=6, zorder=3)
    if is_first:
        ax.plot([], [], marker, color=colour, label=str(row.verdict))
    ax.annotate(
        f"{Number(*found)} / {write_number(claimed[0])}",
        (EDGE, place),
        xytext=(10, 0),
        textcoords="offset points",
        va="center",
        fontsize="x-small",
        color=GREY,
        annotation_clip=False,
    )


def _part(value: float, claimed: float) -> float:
    """Give what is found as a part of what is claimed, no further than the edge."""
    if not claimed:
        return EDGE if value else 1.0
    return min(value / claimed, EDGE)
