"""Long work shows a bar on a terminal and stays silent elsewhere."""

import io
import sys

from engagement.progress import watched


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


def test_short_work_shows_none(monkeypatch):
    """A few items are not worth a bar."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)

    assert list(watched(range(3), "counting")) == [0, 1, 2]
    assert stream.getvalue() == ""
