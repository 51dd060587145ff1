"""The table of numbers that simulation set."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from engagement.settings import tuned

ROOT = Path(__file__).resolve().parents[2]
NAMES = {name for name in vars(tuned) if name.isupper() and name not in ("SET_BY", "TYPE_CHECKING")}


@pytest.mark.parametrize("file", tuned.SET_BY)
def test_each_benchmark_is_there(file):
    """A number is changed by running a file again, and its results are kept beside it."""
    assert (ROOT / "benchmarks" / file).is_file()
    assert (ROOT / "benchmarks" / file).with_suffix(".csv").is_file()


def test_each_number_has_one_benchmark():
    """None is without one, none has two, and none is named that is not there."""
    listed = [name for names in tuned.SET_BY.values() for name in names]

    assert sorted(listed) == sorted(NAMES)


def test_each_number_is_used_and_stands_nowhere_else():
    """A number that nothing imports is deleted, and no module defines one of the same name."""
    imported, defined = set(), set()
    for file in (ROOT / "src").rglob("*.py"):
        if file.name == "tuned.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "engagement.settings.tuned":
                imported |= {name.name for name in node.names}
            elif isinstance(node, ast.Assign):
                defined |= {one.id for one in node.targets if isinstance(one, ast.Name)}

    assert imported == NAMES
    assert not defined & NAMES
