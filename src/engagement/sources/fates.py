"""The outcome of each row of some files: read, joined, left out by a rule, or refused."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from attrs import field, frozen

from engagement.errors import TableError
from engagement.sources.declaration import Rule
from engagement.sources.mapping import Derived, ReadCells, combined
from engagement.sources.spill import Spill, Spilled

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from engagement.sources.mapping import CellFault

__all__ = ["Fates", "LeftOut", "OnError", "RowFate", "RowsLeftOutWarning"]

OnError = Literal["raise", "collect"]

RowFate: TypeAlias = "tuple[int, int, str, str | None, str]"

N_REASONS = 6


class RowsLeftOutWarning(UserWarning):
    """
    Rows of a data set that are no events by the reader's rules.

    It says how many, and why. With ``on_error="collect"`` each of them is listed instead.
    """


@frozen(eq=False)
class LeftOut:
    """Excluded rows of one file, as numbers that are put into words when asked for."""

    file: int
    rule: int
    """Which one holds of them."""
    rows: Spilled
    """Their numbers."""
    why: Spilled
    """Which of the rule's answers."""
    codes: Spilled
    """The number of what was read by the lookup that is to blame."""


@frozen(eq=False)
class Fates:
    """
    The rows that make no event of their own.

    Each row has exactly one fate, but one that is refused has a line for each of its faults.
    """

    names: Sequence[str]
    """Of the files."""
    rules: Sequence[Rule]
    entries: Mapping[str, ReadCells]
    left_out: list[LeftOut] = field(factory=list)
    refused: list[RowFate] = field(factory=list)
    """File, row, column, cell and problem."""
    joined: list[Collection[RowFate]] = field(factory=list)
    """The same, of some rows together; many are put into words when asked for."""
    n_rows: list[int] = field(factory=list)
    """Of each file."""
    _spill: Spill = field(factory=Spill, init=False)
    _asked: list[Derived] = field(init=False)

    @_asked.default
    def _ask_rules(self) -> list[Derived]:
        return [Derived(self.entries, rule.of, rule.why, rule.by) for rule in self.rules]

    def judge(
        self, file: int, rows: NDArray[np.int64], codes: Mapping[str, NDArray[np.int32]]
    ) -> NDArray[np.int64]:
        """Note rows of a file that are excluded, and give the places of the others."""
        left = np.arange(len(rows))
        for number, asked in enumerate(self._asked):
            why = asked.number({name: codes[name][left] for name in asked.names})
            is_against = np.array([value is not None for value in asked.answers], dtype=bool)[why]
            places, why = left[is_against], why[is_against]
            blamed = np.zeros(len(places), dtype=np.int32)
            for answer in np.flatnonzero(np.bincount(why)).tolist():
                holds = why == answer
                blamed[holds] = codes[self._blamed(number, answer).lookup.name][places[holds]]
            if len(places):
                numbers = rows[places].astype(np.int32), why.astype(np.int32), blamed
                self.left_out.append(LeftOut(file, number, *map(self._spill.hold, numbers)))
            left = left[~is_against]
        return left

    def _blamed(self, rule: int, answer: int) -> ReadCells:
        """Give the lookup with the column that is to blame."""
        column = self._asked[rule].answers[answer].column
        read = [self.entries[name] for name in self.rules[rule].of]
        return next(one for one in read if column in one.lookup.columns)

    def refuse(self, file: int, row: int, faults: Sequence[CellFault]) -> None:
        """Note a row with all that is wrong in it."""
        self.refused.extend((file, row, *fault) for fault in faults)

    def settle(self) -> None:
        """
        Tell of rows that are no events, as a reader does that gives no list of them.

        Raises
        ------
        TableError
            If rows were refused.
        """
        where = self.names[0] if len(self.names) == 1 else f"{len(self.names)} files"
        n_rows = sum(self.n_rows)
        if self.refused:
            several = len(self.names) > 1
            faults = [
                (row, column, told, f"{self.names[file]}: {problem}" if several else problem)
                for file, row, column, told, problem in sorted(self.refused, key=_place)
            ]
            raise TableError(where, faults, n_rows)
        n_left_out = sum(len(part.rows) for part in self.left_out)
        if n_left_out:
            reasons = self.reasons()
            listed = [f"{n} {reason}" for reason, n in reasons.most_common(N_REASONS)]
            if len(reasons) > N_REASONS:
                rest = n_left_out - sum(n for _, n in reasons.most_common(N_REASONS))
                listed.append(f"{rest} for other reasons")
            n_joined = sum(map(len, self.joined))
            joined = f"; {n_joined} joined to the event of another row" if n_joined else ""
            told = (
                f"{where}: {n_left_out} of {n_rows} rows left out: {'; '.join(listed)}{joined} "
                "(on_error='collect' lists them)"
            )
            warnings.warn(told, RowsLeftOutWarning, stacklevel=5)

    def reasons(self) -> Counter[str]:
        """Count the excluded rows by reason; of those in equal numbers the first leads."""
        counted: dict[str, list[tuple[int, int, int]]] = {}
        for part in self.left_out:
            rows = part.rows.array()
            found, firsts, numbers = np.unique(
                part.why.array(), return_index=True, return_counts=True
            )
            for answer, first, n in zip(found, firsts, numbers, strict=True):
                reason = self._asked[part.rule].answers[answer].reason
                counted.setdefault(reason, []).append((part.file, int(rows[first]), int(n)))
        by_first = sorted(counted, key=lambda reason: min(counted[reason])[:2])
        return Counter({reason: sum(n for *_, n in counted[reason]) for reason in by_first})

    def frame(self) -> pd.DataFrame:
        """
        List the rows that made no event of their own.

        Returns
        -------
        pandas.DataFrame
            Columns row, column, value, problem and outcome, and before them, of several files,
            the file.
        """
        import pandas as pd

        parts: list[tuple[Any, ...]] = []
        for outcome, faults in (
            ("refused", self.refused),
            ("joined", list(chain.from_iterable(self.joined))),
        ):
            rows = np.empty((len(faults), 6), dtype=object)
            for place, fault in enumerate(faults):
                rows[place, :5] = fault
            rows[:, 5] = outcome
            parts.append(tuple(rows.T))
        texts: NDArray[Any]
        for part in self.left_out:
            words, which = self._words(part)
            texts = np.empty((len(words), 3), dtype=object)
            for place, word in enumerate(words):
                texts[place] = word[:3]
            n = len(part.rows)
            told = texts[which].T
            parts.append(
                (np.full(n, part.file), part.rows.array(), *told, np.full(n, "left out", object))
            )
        columns = ["file", "row", "column", "value", "problem", "outcome"]
        table = {
            name: np.concatenate([part[place] for part in parts])
            for place, name in enumerate(columns)
        }
        rank = {"refused": 0, "left out": 1, "joined": 2}
        order = np.lexsort(
            (
                np.array([rank[outcome] for outcome in table["outcome"]], dtype=np.int64),
                table["row"].astype(np.int64),
                table["file"].astype(np.int64),
            )
        )
        frame = pd.DataFrame({name: cells[order] for name, cells in table.items()})
        frame = frame.astype({"row": "int64"})
        if len(self.names) == 1:
            return frame.drop(columns="file")
        return frame.assign(file=[self.names[file] for file in frame["file"]])

    def _words(self, part: LeftOut) -> tuple[list[tuple[str, str, str]], NDArray[np.int64]]:
        """Put into words what is told: column, cell and problem, and which of these of each row."""
        numbers = part.why.array(), part.codes.array()
        which, places = combined([(array, 1 + int(array.max())) for array in numbers])
        words = []
        for answer, code in zip(*places, strict=True):
            against = self._asked[part.rule].answers[answer]
            told = self._blamed(part.rule, answer).told(code, against.column)
            words.append((*told, against.problem))
        return words, which


def _place(fault: tuple[Any, ...]) -> tuple[int, int]:
    return fault[0], fault[1]
