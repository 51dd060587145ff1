"""What a table of someone's own holds, how it can be read, and what is wrong with it."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
import textwrap
from collections import Counter
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from attrs import frozen

from engagement.display import Column, Table, number_of, visible
from engagement.events.axes import labels_of
from engagement.files.atomic_write import write_whole
from engagement.files.delimited import restored
from engagement.files.event_files import rows_at_fault, table_files
from engagement.files.mended_rows import ReadFiles, part_mended, read_several
from engagement.files.opening import OPENING_SETTINGS, read_file_settings
from engagement.files.proposal import propose_settings
from engagement.files.table_content import holds_guarded_texts, read_content
from engagement.log.doubts import doubts_in_words
from engagement.report.commands.options import command_lines, in_shell_words, words_of
from engagement.tables.cells import is_absent
from engagement.tables.table import LEFT_OUT, faults_frame
from engagement.tables.table_settings import PROBLEM_COLUMN, ROW_COLUMN
from engagement.values.vocabulary import SEPARATOR, Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engagement.log.eventlog import EventLog
    from engagement.tables.table import RowFault

__all__ = ["CheckedTable", "left_out_lines"]


_MANY = 12


@frozen(kw_only=True)
class CheckedTable:
    """One table or several, read as far as they can be."""

    paths: list[str]
    """Of the files."""
    given: dict[str, Any]
    """The settings that the user says."""
    settings: dict[str, Any]
    """These, and what is proposed beside them."""
    reading: ReadFiles
    """What is read by the settings."""

    @classmethod
    def of(cls, paths: list[str], given: dict[str, Any]) -> Self:
        """Propose settings by the first file, and read all by them."""
        settings = propose_settings(part_mended(paths)[0][0], **given)
        reading = read_several(paths, settings)
        return cls(paths=paths, given=given, settings=settings, reading=reading)

    @property
    def bad(self) -> dict[str, list[RowFault]]:
        """Faults by file, where there are any."""
        faults = self.reading.faults.items()
        wrong = {path: [f for f in found if f[-1] != LEFT_OUT] for path, found in faults}
        return {path: found for path, found in wrong.items() if found}

    @property
    def n_bad(self) -> int:
        """How many rows cannot be read."""
        return sum(len({row for row, *_ in faults}) for faults in self.bad.values())

    def proposal(self) -> str:
        """Say how the first table is read, where that was not asked."""
        if self.settings == self.given:
            return ""
        opening, layout = read_file_settings(self.settings)
        first = next(iter(self.reading.faults))
        header = read_content(Path(first), opening, layout).header
        targets = layout.targets(header)
        where = "" if opening.sheet is None else f", sheet '{opening.sheet}'"
        row = opening.header_row
        where += "" if row is None else f", names of columns in row {row}"
        told = [(name, targets.get(name, "(not read)")) for name in header]
        lines = [f"{first}{where}", "", *_table(["column", "read as"], told)]
        for column, texts in (self.settings.get("values") or {}).items():
            lines += ["", *_table([column, "read as"], texts.items())]
        others = {
            name: value
            for name, value in self.settings.items()
            if name not in (*self.given, *OPENING_SETTINGS, "columns", "values", "unknown_columns")
        }
        if others:
            lines += ["", f"also proposed: {shlex.join(words_of(others))}"]
        known = {*targets.values(), *layout.defaults}
        if "date" in known and "initiator" not in known:
            lines += ["", "no column names the focal state; --default initiator=CHN names it"]
        return "\n".join(map(visible, lines)) + "\n\n"

    def contents(self) -> str:
        """
        Say how many events there are, and every fault.

        Raises
        ------
        TableError
            If the names of the columns are at fault, so that no row can be read.
        """
        if any(row == 0 for faults in self.bad.values() for row, *_ in faults):
            self.reading.settled()
        log, n_rows = self.reading.log, sum(self.reading.n_rows.values())
        lines = [f"{', '.join(self.paths)}: {log}"]
        if not n_rows:
            return "\n".join([*lines, "the table has no rows"])
        for table in (_by_channel(log), _by_country(log), _by_year(log)):
            lines += ["", *table]
        doubts = doubts_in_words(log.far_events(), log.duplicates(), rows=self.reading.rows)
        lines += ["", *(_fitted(f"please check: {note}") for note in doubts)]
        lines += map(_fitted, left_out_lines(self.reading))
        n_out = sum(map(len, self.reading.left_out().values()))
        n_read = n_rows - self.n_bad - n_out
        told = "" if n_read == len(log) else f" as {number_of(len(log), 'event')}"
        if self.n_bad:
            bad = f"{self.n_bad} could not be read"
            lines += [f"{number_of(n_rows, 'row')}: {n_read} read{told}, {bad}", *self._faults()]
        elif n_out:
            lines.append(f"{number_of(n_rows, 'row')}: {n_read} read{told}")
        else:
            lines.append(f"every row was read: {number_of(n_rows, 'row')}{told}")
        return "\n".join(lines)

    def _faults(self) -> list[str]:
        counted = Counter(column for faults in self.bad.values() for _, column, *_ in faults)
        lines = ["", *_table(["column", "faults"], counted.most_common()), ""]
        for path, faults in self.bad.items():
            where = f"{Path(path).name}: " if len(self.paths) > 1 else ""
            for row, column, value, problem in faults:
                is_told = not isinstance(value, str) or repr(value)[1:-1] in problem
                told = "" if is_told else f" {value!r}"
                said = in_shell_words(problem)
                lines.append(_fitted(visible(f"{where}row {row}, column '{column}'{told}: {said}")))
        return lines

    def write(self, *, faulty: str | None, save: str | None) -> str:
        """Write what was asked, and give the command that reads the table."""
        if not sum(self.reading.n_rows.values()):
            return ""
        words, files, told = words_of(self.settings), list(self.paths), ""
        hints = []
        if save:
            text = json.dumps(self.settings, ensure_ascii=False, indent=2)
            write_whole({Path(save): f"{text}\n".encode()})
            words = ["--mapping", save]
        if not self.bad:
            lead = "To read it, run"
        elif faulty:
            n_bad = self._write_faulty(faulty)
            told = f"written to {faulty}: {number_of(n_bad, 'row')} to be corrected\n"
            files.append(faulty)
            lead = f"Correct the rows in {faulty}, then run"
        else:
            lead = "Correct these rows, then run"
            hints.append("--faulty OUT.csv writes these rows to a separate file")
        if len(words) > _MANY:
            hints.append("--save OUT.json keeps the options in a file")
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 88
        asked = ["engagement", "report", *files, *words, "--out", "report"]
        command = command_lines(asked, width)
        said = f"\n{_fitted('; '.join(hints))}\n" if hints else ""
        return f"{told}{said}\n{lead}:\n\n{command}\n"

    def _write_faulty(self, out: str) -> int:
        """Write the rows at fault of all files, each with its place; give their number."""
        columns: dict[str, None] = {}
        rows: list[dict[str, Any]] = []
        for path, faults in self.bad.items():
            frame = rows_at_fault(path, faults_frame(faults), **self.settings)
            columns |= dict.fromkeys(map(str, frame.columns))
            for number, row in zip(frame.index, frame.to_dict("records"), strict=True):
                cells = {str(n): "" if is_absent(c) else _as_cell(c) for n, c in row.items()}
                if holds_guarded_texts(Path(path)):
                    cells = restored(cells)  # the file that is written guards them anew
                cells[PROBLEM_COLUMN] = in_shell_words(cells[PROBLEM_COLUMN])
                rows.append({**cells, ROW_COLUMN: f"{Path(path).name} row {number}"})
        names = [name for name in columns if name != PROBLEM_COLUMN]
        names += [PROBLEM_COLUMN, ROW_COLUMN]
        write_whole(table_files(Path(out), names, rows, is_beside=False))
        return len(rows)


def left_out_lines(reading: ReadFiles) -> list[str]:
    """Say which rows were excluded for want of a date."""
    return [
        f"{Path(path).name}: {number_of(len(rows), 'row')} without a date excluded: "
        + ", ".join(map(str, rows))
        for path, rows in reading.left_out().items()
    ]


def _fitted(line: str) -> str:
    """Break a line for a terminal; what goes into a file or a pipe stays one line."""
    if not sys.stdout.isatty():
        return line
    width = max(shutil.get_terminal_size().columns - 1, 40)
    return textwrap.fill(line, width, subsequent_indent="  ", break_on_hyphens=False)


def _by_channel(log: EventLog) -> list[str]:
    counted = Counter(str(event.channel) for event in log)
    return _table(["channel", "events"], [(str(c), counted[str(c)]) for c in Channel])


def _by_country(log: EventLog) -> list[str]:
    channels = [str(channel) for channel in Channel]
    counted = Counter(
        (country, str(event.channel)) for event in log for country in labels_of(event, "country")
    )
    countries = sorted({country for country, _ in counted})
    rows = [(one, *(counted[one, channel] for channel in channels)) for one in countries]
    return _table(["country", *channels], rows)


def _by_year(log: EventLog) -> list[str]:
    starts = (event.date.start for event in log)
    counted = Counter("(open)" if start is None else f"{start.year:04}" for start in starts)
    return _table(["year of start", "events"], sorted(counted.items()))


def _table(names: Sequence[str], rows: Iterable[tuple[object, ...]]) -> list[str]:
    """Write a table: numbers to the right, texts to the left."""
    columns = [Column(name, name, value=itemgetter(k)) for k, name in enumerate(names)]
    return Table(columns=columns, rows=list(rows)).text()


def _as_cell(cell: Any) -> Any:
    """Write what only JSON and Parquet can hold as a cell of a table of texts."""
    if isinstance(cell, list) and all(isinstance(item, str) for item in cell):
        return SEPARATOR.join(cell)
    if isinstance(cell, (list, dict)):
        return json.dumps(cell, ensure_ascii=False, default=str)
    return str(cell)
