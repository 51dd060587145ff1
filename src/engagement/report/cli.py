"""The command line: engagement report, check, template and convert."""

from __future__ import annotations

import argparse
import io
import os
import shlex
import sys
import warnings
from typing import TYPE_CHECKING

from engagement import __version__
from engagement.display import visible
from engagement.errors import EngagementError, TableError
from engagement.report.commands.check import add_check
from engagement.report.commands.convert import add_convert
from engagement.report.commands.options import in_shell_words
from engagement.report.commands.report import add_report
from engagement.report.commands.template import add_template

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run a command.

    Parameters
    ----------
    arguments
        Words of the command line; ``None`` takes those of the process.

    Returns
    -------
    int
        0 if done, 1 if ``check`` found rows that cannot be read, 2 if the input or the words of
        the command line cannot be used; what is wrong with them goes to standard error.
    """
    for stream in (sys.stdout, sys.stderr):  # a character that they lack is no reason to stop
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _tell_once(set())
            code: int = options.run(options)
    except TableError as error:
        _tell_faults(error, options)
        return 2
    except BrokenPipeError:  # whoever reads what is printed has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except FileNotFoundError as error:
        _tell(f"engagement: {error.filename}: no such file")
        return 2
    except (EngagementError, OSError) as error:
        _tell(f"engagement: {in_shell_words(str(error))}")
        return 2
    return code


def _tell_faults(error: TableError, options: argparse.Namespace) -> None:
    """Say all that is wrong with a table, and how to go on."""
    n_rows = len({row for row, *_ in error.faults if row})
    _tell(f"engagement: {error.where} cannot be read, nothing was written")
    for row, column, _, problem in error.faults:
        place = f"row {row}, column '{column}': " if row else ""
        _tell(f"  {place}{in_shell_words(problem)}")
    if any("is required and missing" in problem for *_, problem in error.faults):
        _tell("  --column activity=NAME says which column holds something, and")
        _tell("  --default activity=meeting says it of all rows; likewise for other columns")
    if n_rows:
        _tell(f"  {n_rows} of {error.n_rows} rows are at fault")
    if options.command in ("report", "convert") and not getattr(options, "counts", False):
        _tell(f"  engagement check {shlex.join(options.events)} proposes how to read it")


def _tell_once(told: set[str]) -> Callable[..., None]:
    """Make a function that says a warning in the words of the shell, once however often given."""

    def tell(message: Warning | str, *_: object) -> None:
        if str(message) not in told:
            told.add(str(message))
            _tell(f"engagement: {in_shell_words(str(message))}")

    return tell


def _tell(text: str) -> None:
    """Say on standard error what is wrong; no text of the data steers the terminal."""
    print(visible(text), file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="engagement",
        description="Count how states engage one another, and find when that changed.",
    )
    parser.add_argument("--version", action="version", version=f"engagement {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (add_report, add_check, add_template, add_convert):
        add(commands)
    return parser
