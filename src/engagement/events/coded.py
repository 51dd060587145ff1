"""Columns as numbers and what they mean, so that what is alike is looked at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Cells", "Coded", "alike", "numbered", "spread"]


@frozen(eq=False)
class Coded:
    """A column as numbers, and what they mean; -1 is the last meaning, that of nothing."""

    codes: NDArray[np.signedinteger[Any]]
    """By row."""
    meanings: Sequence[Any]
    """By number; the same may stand there twice."""

    @classmethod
    def of(cls, values: Sequence[Any]) -> Coded:
        """Number different values in the order in which they come."""
        known: dict[Any, int] = {}
        codes = [known.setdefault(value, len(known)) for value in values]
        return cls(np.array(codes, dtype=_smallest(len(known))), list(known))

    @classmethod
    def shortest(cls, codes: NDArray[np.integer[Any]], meanings: Sequence[Any]) -> Coded:
        """Hold numbers in the shortest type that takes them."""
        return cls(codes.astype(_smallest(len(meanings))), meanings)

    @classmethod
    def constant(cls, value: Any, n_rows: int) -> Coded:
        """Say the same of every row."""
        return cls(np.zeros(n_rows, dtype=np.int8), [value])

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.codes)

    def __getitem__(self, place: int) -> Any:
        """Give the value of a row."""
        return self.meanings[self.codes[place]]

    def take(self, places: NDArray[np.integer[Any]]) -> Coded:
        """Return the column at some places."""
        return Coded(self.codes[places], self.meanings)

    def map(self, function: Callable[[Any], Any]) -> Coded:
        """Give another column of what a function says of each value."""
        return Coded(self.codes, [function(value) for value in self.meanings])

    def at(self, places: NDArray[np.integer[Any]] | slice = slice(None)) -> list[Any]:
        """Give the values of some rows, or of all."""
        codes = self.codes[places]
        if isinstance(self.meanings, Cells):
            return self.meanings.at(codes)
        return [self.meanings[code] for code in codes.tolist()]

    def different(self) -> list[Any]:
        """Give the values that some row has, each once if it stands once in the meanings."""
        numbers = self.codes % max(len(self.meanings), 1)
        return Coded(np.flatnonzero(np.bincount(numbers)), self.meanings).at()

    def used(self) -> Coded:
        """Return the same column without the meanings that no row has."""
        used, codes = np.unique(self.codes, return_inverse=True)
        return Coded.shortest(codes, Coded(used, self.meanings).at())

    def holds(self, test: Callable[[Any], bool]) -> NDArray[np.bool_]:
        """Say of each row whether something holds of its value."""
        known = np.array([test(value) for value in self.meanings], dtype=np.bool_)
        held: NDArray[np.bool_] = known[self.codes]
        return held

    def compact(self) -> Coded:
        """Return the same column with each meaning once."""
        known: dict[Any, int] = {}
        numbers = np.array([known.setdefault(value, len(known)) for value in self.meanings])
        return Coded(numbers[self.codes], list(known))

    def followed_by(self, other: Coded) -> Coded:
        """Return the rows of this and then those of another."""
        meanings: Sequence[Any]
        if isinstance(self.meanings, Cells) and isinstance(other.meanings, Cells):
            meanings = self.meanings.followed_by(other.meanings)
        else:
            meanings = [*self.meanings, *other.meanings]
        one, two = (coded.codes % len(coded.meanings) for coded in (self, other))
        codes = np.append(one.astype(np.int64), two.astype(np.int64) + len(self.meanings))
        return Coded(codes.astype(_smallest(len(meanings))), meanings)

    def texts(self) -> pa.Array:
        """Give the column as an array of texts, where nothing is absent."""
        import pyarrow as pa

        if isinstance(self.meanings, Cells) and self.meanings.read is str:
            return self.meanings.arrays[0].take(pa.array(self.codes))
        told = [None if value is None else str(value) for value in self.meanings]
        return pa.array(told, pa.string()).take(pa.array(self.codes))


@frozen(eq=False)
class Cells(Sequence[Any]):
    """Values that are made of the cells of arrays when they are asked for."""

    arrays: tuple[Any, ...]
    """Of Arrow, of one length."""
    read: Callable[..., Any]
    """Makes a value of a cell of each."""

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self.arrays[0])

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> list[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        """Make a value, or those of a slice."""
        if isinstance(place, slice):
            return self.at(np.arange(len(self))[place])
        place = range(len(self))[place]
        return self.read(*(array[place].as_py() for array in self.arrays))

    def __iter__(self) -> Iterator[Any]:
        """Make all values."""
        return iter(self.at(np.arange(len(self))))

    def at(self, places: NDArray[np.integer[Any]]) -> list[Any]:
        """Make the values at some places."""
        taken = (array.take(places).to_pylist() for array in self.arrays)
        return [self.read(*cells) for cells in zip(*taken, strict=True)]

    def followed_by(self, other: Cells) -> Sequence[Any]:
        """Return these values and then others, made as these are if they are read alike."""
        import pyarrow as pa

        if self.read is not other.read:
            return [*self, *other]
        both = zip(self.arrays, other.arrays, strict=True)
        return Cells(tuple(pa.concat_arrays(arrays) for arrays in both), self.read)


def _smallest(n_meanings: int) -> np.dtype[Any]:
    """Give the shortest type of numbers from -1 to below a number."""
    return np.min_scalar_type(-max(n_meanings, 1))


def _n_unsorted(n_values: int) -> int:
    """Say up to how many different values so many are numbered without being sorted."""
    return max(4 * n_values, 2**16)


def numbered(
    values: NDArray[np.integer[Any]], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Number different values one by one.

    *values* are from 0 to below *size*. Returned are the number of each, and where each number
    stands first.
    """
    if size > _n_unsorted(len(values)):
        _, firsts, numbers = np.unique(values, return_index=True, return_inverse=True)
        return numbers, firsts
    place = np.full(size, -1, dtype=np.int64)
    place[values[::-1]] = np.arange(len(values))[::-1]
    is_there = place >= 0
    return (np.cumsum(is_there) - 1)[values], place[is_there]


def alike(
    parts: Sequence[NDArray[np.integer[Any]]], n_rows: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Number the different rows of several columns of whole numbers from 0.

    Returned are the number of each row, and for each number the first row that has it.
    """
    row = np.zeros(n_rows, dtype=np.int64)
    n_different = 1
    for part in parts:
        size = int(part.max(initial=0)) + 1
        if n_different * size > _n_unsorted(n_rows):
            row, firsts = numbered(row, n_different)
            n_different = len(firsts)
        row = row * size + part if size > 1 else row
        n_different *= size
    return numbered(row, n_different)


def spread(several: Coded) -> tuple[Coded, NDArray[np.int64], NDArray[np.int64]]:
    """
    Give each row once for each of its labels.

    Returned are the labels, the row that each is of, and how many each row has.
    """
    known: dict[str, int] = {}
    flat = [known.setdefault(x, len(known)) for labels in several.meanings for x in labels]
    sizes = np.array([len(labels) for labels in several.meanings], dtype=np.int64)
    firsts = np.cumsum(sizes) - sizes
    numbers = np.array(flat, dtype=np.int64)
    every, times = np.arange(len(several)), sizes[several.codes]
    if (times == 1).all():
        return Coded(numbers[firsts][several.codes], list(known)), every, times
    rows = np.repeat(every, times)
    shift = firsts[several.codes] - (np.cumsum(times) - times)
    return Coded(numbers[np.repeat(shift, times) + np.arange(len(rows))], list(known)), rows, times
