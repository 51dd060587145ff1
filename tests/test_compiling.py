"""Compiled code that is kept: it is used again, and is never older than its source."""

import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from engagement import compiling
from engagement.changes.optimal import lower_envelope, sweep
from engagement.changes.testing import likelihood_ratios

INNER = """
from {package}.compiling import compiled

@compiled
def inner(number):
    return number + {step}
"""
OUTER = """
from {package}.compiling import compiled
from {package}.inner import inner

@compiled
def outer(number):
    return 10 * inner(number)
"""


def run(folder, step):
    """Write a function that is compiled into another, call that, and tell what was kept."""
    (folder / "inner.py").write_text(INNER.format(package=folder.name, step=step), "utf-8")
    return [int(part) for part in started(folder).stdout.split()]


def started(folder, code="print(outer(1), sum(outer.stats.cache_hits.values()))"):
    """Call the function in a process of its own."""
    code = f"from {folder.name}.outer import outer\n{code}"
    words = [sys.executable, "-c", code]
    return subprocess.run(words, cwd=folder.parent, capture_output=True, text=True, check=True)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Make a package of two functions, one of which is compiled into the other."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    place = tmp_path / "kept"
    place.mkdir()
    shutil.copy(compiling.__file__, place)
    (place / "__init__.py").touch()
    (place / "outer.py").write_text(OUTER.format(package="kept"), "utf-8")
    return place


def test_kept_code_is_used_until_any_source_changes(folder):
    """A changed function takes effect where it is compiled into another that did not change."""
    assert run(folder, 1) == [20, 0]
    assert run(folder, 1) == [20, 1]
    assert run(folder, 2) == [30, 0]


DAMAGES = {
    "cut": lambda content: content[: len(content) // 2],
    "empty": lambda content: b"",
    "noise": lambda content: b"\x80\x05noise" * 40,
    "changed": lambda content: content[:-1000] + bytes(900) + content[-100:],
}


@pytest.mark.parametrize(
    ("kind", "damages"), [("nbi", ("noise", "empty")), ("nbc", ("changed", "cut"))]
)
def test_damaged_code_is_told_and_made_anew(folder, kind, damages):
    """Whatever happened to a file of compiled code, the answer is right, and the next run is."""
    assert run(folder, 1) == [20, 0]
    kept = sorted(folder.rglob(f"*.{kind}"))
    assert len(kept) == 2
    for file, damage in zip(kept, damages, strict=True):
        file.write_bytes(DAMAGES[damage](file.read_bytes()))

    with_warning = started(folder)

    assert with_warning.stdout.split() == ["20", "0"]
    assert with_warning.stderr.count("is damaged and is made anew") == 2
    again = started(folder)
    assert (again.stdout.split(), again.stderr) == (["20", "1"], "")


def test_without_a_compiler_long_series_are_slower_and_right(folder):
    """A Python that numba is not made for yet calls the functions as they are, with a note."""
    (folder.parent / "numba.py").write_text("raise ImportError('no such thing here')")
    (folder / "inner.py").write_text(INNER.format(package=folder.name, step=1), "utf-8")

    ended = started(folder, "print(outer(1))")

    assert ended.stdout.split() == ["20"]
    assert ended.stderr.count("long series take many times longer") == 1


def test_the_stamp_is_of_names_and_texts(tmp_path):
    """A source changed, added or renamed changes it; other files do not."""
    stamps = [compiling.stamp_of(tmp_path)]
    (tmp_path / "a.py").write_text("1")
    stamps.append(compiling.stamp_of(tmp_path))
    (tmp_path / "a.py").write_text("2")
    stamps.append(compiling.stamp_of(tmp_path))
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    stamps.append(compiling.stamp_of(tmp_path))
    (tmp_path / "a.nbi").write_text("3")

    assert len(set(stamps)) == 4
    assert compiling.stamp_of(tmp_path) == stamps[-1]


@pytest.mark.parametrize(
    "function",
    [sweep.solve, sweep.solve_numbers, lower_envelope.lower, likelihood_ratios.add_known],
)
def test_every_kernel_is_kept_under_the_stamp_of_the_sources(function):
    """The name under which it is kept ends in the stamp."""
    stamp = compiling.stamp_of(Path(compiling.__file__).parent)

    assert function.py_func.__qualname__.endswith(f"_{stamp}")


def test_where_nothing_can_be_kept_the_code_is_compiled_each_time(monkeypatch):
    """A cache that finds no folder to write to is no reason to fail."""
    told = []

    def refuse(*, cache=False, **settings):
        told.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: (function, settings)

    def kernel():
        """Do nothing."""

    monkeypatch.setattr(numba, "njit", refuse)

    function, settings = compiling.compiled(kernel)

    assert (told, function, settings["nogil"]) == ([True, False], kernel, True)
