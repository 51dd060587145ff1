"""The table of numbers that simulation set."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from engagement.settings import tuned

ROOT = Path(__file__).resolve().parents[2]
NAMES = {name for name in vars(tuned) if name.isupper()}
HEADINGS = re.compile(r"^# .*: (benchmarks/\w+)\.py\.$", re.MULTILINE)
SOURCE = Path(tuned.__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize("file", HEADINGS.findall(SOURCE))
def test_each_benchmark_is_there(file):
    """A number is changed by running a file again, and its results are kept beside it."""
    assert (ROOT / f"{file}.py").is_file()
    assert (ROOT / f"{file}.csv").is_file()


def test_each_number_stands_below_a_benchmark():
    """None comes before the first heading, and each heading has numbers below it."""
    before, *below = HEADINGS.split(SOURCE)
    numbers = [re.findall(r"^([A-Z_]+): Final", part, re.MULTILINE) for part in below[1::2]]

    assert ": Final =" not in before
    assert all(numbers)
    assert sorted(name for part in numbers for name in part) == sorted(NAMES)


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
