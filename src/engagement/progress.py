"""A progress bar for long work on a terminal, and silence anywhere else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["watched"]

T = TypeVar("T")


def watched(items: Sequence[T], doing: str, *, at_least: int = 50) -> Iterable[T]:
    """
    Go through items, with a progress bar where somebody can see it.

    Parameters
    ----------
    items
        What there is to do.
    doing
        What is being done, in a word.
    at_least
        Fewer items than this show no bar.

    Yields
    ------
    object
        The items.
    """
    if len(items) < at_least or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=doing, console=Console(stderr=True), transient=True)
