"""
Functions that are compiled when they are first called, and kept on the disk for later runs.

What is kept stands in the folder of the source, or where that cannot be written to, in the
user's folder for caches; the environment variable ``NUMBA_CACHE_DIR`` names another one. Where
none can be written to, each run compiles anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar, cast

__all__ = ["LONG", "compiled", "stamp_of"]

F = TypeVar("F", bound=Callable[..., object])

LONG = 100
"""
Periods from which on compiled code simulates, scans and weighs series.

Loading it takes about half a second, for which shorter series do not wait.
"""


def stamp_of(folder: Path) -> str:
    """
    Return a text that changes with any source in a folder or below it.

    What numba keeps of a function is thrown away when the function's own file changes, but not
    when another file does, whose functions are compiled into it. So the stamp of all of them
    goes into the name under which a function is kept.
    """
    digest = sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def _stamp() -> str:
    return stamp_of(Path(__file__).parent)


def compiled(function: F) -> F:
    """Compile a function when it is first called, and keep the outcome."""
    from numba import njit

    function.__qualname__ += f"_{_stamp()}"
    try:
        return cast("F", njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError:  # there is no folder that compiled code could be kept in
        return cast("F", njit(nogil=True, error_model="numpy")(function))
