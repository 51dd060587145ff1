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
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, cast
from warnings import warn

__all__ = ["LONG", "compiled", "stamp_of", "summing"]

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


def summing(function: F) -> F:
    """Compile a function that may add numbers up in any order, as the machine does best."""
    return compiled(function, fastmath={"reassoc", "nsz"})


def compiled(function: F, **settings: Any) -> F:
    """
    Compile a function when it is first called, and keep the outcome.

    Where what was kept is damaged, a warning says so, and it is compiled anew. Where there is no
    numba, the function is called as it is, after one warning. *settings* are numba's.
    """
    try:
        from numba import njit
    except ImportError:
        _warn_of_no_compiler()
        return function
    function.__qualname__ += f"_{_stamp()}"
    settings |= {"nogil": True, "error_model": "numpy"}
    try:
        made = njit(cache=True, **settings)(function)
        made._cache = _cache_class()(function)  # noqa: SLF001 - nothing public says it
    except RuntimeError:  # there is no folder that compiled code could be kept in
        return cast("F", njit(**settings)(function))
    return cast("F", made)


@cache
def _warn_of_no_compiler() -> None:
    warn(
        "numba cannot be loaded, so that long series take many times longer",
        RuntimeWarning,
        stacklevel=3,
    )


@cache
def _cache_class() -> Any:
    """Make the class that keeps compiled code, where numba's own fails at damage."""
    caching: Any = import_module("numba.core.caching")  # which has no types

    class SignedFile(caching.IndexDataCacheFile):  # type: ignore[misc]
        """Files of compiled code, each with a digest of it at its end."""

        def _dump(self, obj: object) -> bytes:
            content: bytes = super()._dump(obj)
            return content + sha256(content).digest()

        def _load_data(self, name: str) -> object:
            content = Path(self._data_path(name)).read_bytes()
            if sha256(content[:-32]).digest() != content[-32:]:
                raise ValueError("it is not what was written")
            return super()._load_data(name)

    class MendingCache(caching.FunctionCache):  # type: ignore[misc]
        """Compiled code on the disk, made anew where it is damaged."""

        def __init__(self, function: Callable[..., object]) -> None:
            super().__init__(function)
            self._cache_file.__class__ = SignedFile

        def load_overload(self, signature: object, context: object) -> object:
            try:
                return super().load_overload(signature, context)
            except Exception as error:  # noqa: BLE001 - damage raises whatever it stumbles over
                told = f"{type(error).__name__}: {error}"
            warn(
                f"the compiled code kept in {self.cache_path} is damaged and is made anew ({told})",
                RuntimeWarning,
                stacklevel=2,
            )
            try:
                self.flush()
            except OSError:  # it can be neither read nor written
                self.disable()
            return None

        def save_overload(self, signature: object, data: object) -> None:
            try:
                super().save_overload(signature, data)
            except OSError:  # a full disk, or a folder that can no longer be written to
                self.disable()

    return MendingCache
