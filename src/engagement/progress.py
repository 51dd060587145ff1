"""A progress bar for long work on a terminal, and silence anywhere else."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from os import cpu_count
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["waiting", "watched", "worked"]

T = TypeVar("T")
A = TypeVar("A")


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


@contextmanager
def waiting(doing: str) -> Iterator[None]:
    """
    Show that something goes on, and since when, while it cannot be told how far it is.

    Parameters
    ----------
    doing
        What is being done, in a word.
    """
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(doing, total=None)
        yield


def worked(
    work: Callable[[T], A], items: Sequence[T], doing: str, *, at_least: int = 50
) -> list[A]:
    """
    Do the same with each of many items, on all processors, with a bar as `watched` shows it.

    Parameters
    ----------
    work
        What is done; it must not matter in which order.
    items
        What it is done with.
    doing
        What is being done, in a word.
    at_least
        Fewer items than this are done one after the other, without a bar.

    Returns
    -------
    list
        What came of each, in the order of the items.
    """
    if len(items) < at_least:
        return [work(item) for item in items]
    with ThreadPoolExecutor(cpu_count() or 1) as threads:
        waiting = [threads.submit(work, item) for item in items]
        try:
            return [each.result() for each in watched(waiting, doing, at_least=at_least)]
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise
