"""Long work shows a bar on a terminal and stays silent elsewhere."""

import io
import sys
from threading import current_thread

import pytest

from engagement.progress import waiting, watched, worked


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        """Say so."""
        return True


def test_every_item_comes_through_in_a_pipe(capsys):
    """Without a terminal the items come and nothing is shown."""
    assert list(watched(range(100), "counting")) == list(range(100))

    assert capsys.readouterr().err == ""


def test_a_terminal_shows_a_bar_for_long_work(monkeypatch):
    """On a terminal the bar says what is being done."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)

    items = list(watched(range(100), "counting"))

    assert items == list(range(100))
    assert "counting" in stream.getvalue()


def test_work_of_unknown_length_shows_for_how_long_on_a_terminal(monkeypatch, capsys):
    """On a terminal it says what is being done and for how long; in a pipe, nothing."""
    with waiting("counting"):
        pass
    silent = capsys.readouterr().err
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)

    with waiting("counting"):
        pass

    assert silent == ""
    assert "counting" in stream.getvalue()
    assert "0:00:00" in stream.getvalue()


def test_short_work_shows_none(monkeypatch):
    """A few items are not worth a bar."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)

    assert list(watched(range(3), "counting")) == [0, 1, 2]
    assert stream.getvalue() == ""


@pytest.mark.parametrize("n_items", [3, 200])
def test_what_is_done_with_each_comes_back_in_order(n_items):
    """Whether one after the other or several at a time, in the order of the items."""
    assert worked(lambda item: item**2, range(n_items), "squaring") == [
        item**2 for item in range(n_items)
    ]


def test_many_items_are_worked_on_by_other_threads_and_few_by_this_one():
    """Few items start no threads."""
    here = current_thread().name

    few = set(worked(lambda _: current_thread().name, range(3), "naming"))
    many = set(worked(lambda _: current_thread().name, range(60), "naming"))

    assert few == {here}
    assert here not in many


@pytest.mark.parametrize("n_items", [3, 200])
def test_what_goes_wrong_with_one_is_raised(n_items):
    """The error of an item comes out as it is."""
    with pytest.raises(ZeroDivisionError):
        worked(lambda item: 1 / (item - 1), range(n_items), "dividing")
