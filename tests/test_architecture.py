"""The shape of the package: what may import what, what is public, what an import costs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

import engagement

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "engagement"

# A module imports from its own layer and from those above it in this list, never from below.
# A package's modules stand in the layer of the package.
LAYERS = (
    "answers errors progress writing formulas",
    (
        "date_texts date_guesses dates typos printed_dates table_dates table_numbers vocabulary "
        "topics places countries money checking cells"
    ),
    "parts events",
    "records layouts participant_rows tables coverage expansion eventlog",
    (
        "files formats offices printed_topics quantities coding readers datasets "
        "corrections periods tallies placing exposure panels sharing frames charts series counts "
        "counting"
    ),
    "intensity changes",
    "sensitivity claims sequence interests forecasting",
    "wording figures page report plotting",
    "commands cli __main__",
)
LAYER = {name: place for place, names in enumerate(LAYERS) for name in names.split()}

HEAVY = (
    *("matplotlib", "numba", "numpy", "pandas", "pyarrow", "scipy", "statsmodels"),
    *("duckdb", "narwhals", "polars", "pyspark"),
)
VAGUE = {"base", "common", "helpers", "misc", "util", "utils"}
LONGEST = 450


class Import(NamedTuple):
    """One import of a module of the package by another."""

    target: str
    line: int
    for_types: bool


def modules(source=SOURCE):
    """Map the dotted name of every module under a folder to its file; the facade is left out."""
    found = {}
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name:
            found[name] = path
    return found


def guards_types(node):
    """Tell whether a node is ``if TYPE_CHECKING:``."""
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def names_in(node, package, known):
    """
    List the dotted names that an import statement loads.

    Relative imports start at *package*, a dotted name below ``engagement``. A name from the facade
    is the facade, unless it is one of the *known* modules.
    """
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    start = node.module or ""
    if node.level:
        above = ["engagement", *filter(None, package.split("."))]
        start = ".".join([*above[: len(above) - node.level + 1], *filter(None, [node.module])])
    wholes = [f"{start}.{alias.name}" for alias in node.names]
    return [
        whole if whole.removeprefix("engagement.") in known else start
        for whole in wholes
        if whole != "engagement.__version__"
    ]


def imports_of(tree, package, known):
    """Find what a module imports from the package, wherever in it the import stands."""
    found = []

    def visit(node, *, for_types=False):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in names_in(node, package, known):
                top, _, rest = name.partition(".")
                if top == "engagement":
                    found.append(Import(rest or top, node.lineno, for_types))
        for child in ast.iter_child_nodes(node):
            guarded = for_types or (guards_types(node) and child in node.body)
            visit(child, for_types=guarded)

    visit(tree)
    return found


@cache
def all_imports():
    """Map every module to its imports from the package."""
    known = modules()
    found = {}
    for name, path in known.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        found[name] = imports_of(ast.parse(path.read_text(encoding="utf-8")), package, known)
    return found


def layer_of(name):
    """Give the place of a module's layer."""
    return LAYER[name.split(".")[0]]


def wrong_ways(imports):
    """List the imports that go to a layer further right, or to the facade."""
    return [
        f"{name}, line {found.line}: {found.target}"
        for name, all_found in imports.items()
        for found in all_found
        if found.target == "engagement" or layer_of(found.target) > layer_of(name)
    ]


def test_every_module_has_a_layer():
    """Each module, or the package that it stands in, is named in exactly one layer."""
    named = [name for names in LAYERS for name in names.split()]

    assert sorted({name.split(".")[0] for name in modules()} - set(LAYER)) == []
    assert len(named) == len(set(named))


def test_layers_are_those_of_the_architecture_page():
    """The page lists the layers in their order, and each module that it names in its layer."""
    page = (ROOT / "docs" / "architecture.rst").read_text(encoding="utf-8")
    rows = re.findall(r"^   \* - (\d+)\n     - (.*)$", page, re.MULTILINE)
    listed = [(int(place), re.findall(r"``(\w+)``", names)) for place, names in rows]
    there = {name.split(".")[0] for name in modules()}

    assert [place for place, _ in listed] == list(range(1, len(listed) + 1))
    places = [{LAYER[name] for name in names} for _, names in listed]
    assert all(len(place) == 1 for place in places)
    assert places == sorted(places, key=min)
    assert sorted({name for _, names in listed for name in names} - there) == []


def test_imports_go_one_way():
    """No module imports from a layer to its right, not for types either, nor from the facade."""
    assert wrong_ways(all_imports()) == []


def test_imports_make_no_cycle():
    """Imports make no cycle; those for types alone, which are not run, do not count."""
    graph = {
        name: {found.target for found in all_found if not found.for_types}
        for name, all_found in all_imports().items()
    }

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("from engagement.errors import DateError", False),
        ("from engagement.counting.counts import Counts", True),
        ("import engagement.counting.counts", True),
        ("from engagement import counts", True),
        ("from engagement import Counts", True),
        ("from . import counts", True),
        ("from .counts import Counts", True),
        ("def f():\n    from engagement.counting.counts import Counts", True),
        ("if TYPE_CHECKING:\n    from engagement.counting.counts import Counts", True),
        ("from engagement import __version__", False),
        ("from engagement import errors", False),
    ],
)
def test_direction_is_read_from_every_form_of_import(text, is_wrong):
    """However an import is written, one that goes right is seen."""
    known = {"dates", "counts", "errors"}

    found = imports_of(ast.parse(text), "", known)

    assert bool(wrong_ways({"dates": found})) is is_wrong


def test_package_lists_its_public_names_in_order():
    """``__all__`` is sorted, and each name but the version has a home that it is loaded from."""
    assert engagement.__all__ == sorted(engagement.__all__)
    assert set(engagement.__all__) - {"__version__"} == set(engagement._HOMES)


@pytest.mark.parametrize("name", sorted(engagement._HOMES))
def test_public_name_loads(name):
    """Each public name loads from the module that the table names, and is listed by dir."""
    assert getattr(engagement, name) is not None
    assert name in dir(engagement)


def test_unknown_name_is_an_attribute_error():
    """What the package does not have is an AttributeError that names it."""
    with pytest.raises(AttributeError, match="no_such_name"):
        engagement.no_such_name  # noqa: B018 - the access is the point


def documented_names():
    """List the names that the API page documents."""
    page = (ROOT / "docs" / "api.rst").read_text(encoding="utf-8")
    return re.findall(r"^\.\. auto(?:class|function|data|exception):: (\w+)$", page, re.MULTILINE)


def test_public_names_are_those_of_the_api_page():
    """Each public name is documented, once, and nothing else is."""
    names = documented_names()

    assert sorted(names) == sorted(set(engagement.__all__) - {"__version__"})


def test_import_loads_nothing_heavy():
    """Importing the package loads none of the heavy parts; they come when first needed."""
    listing = "import sys, engagement; print(*{name.split('.')[0] for name in sys.modules})"

    ended = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True
    )

    assert "engagement" in ended.stdout.split()
    assert sorted(set(HEAVY) & set(ended.stdout.split())) == []


def test_modules_are_short():
    """No module is longer than the ceiling."""
    lengths = {
        name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules().items()
    }

    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_modules_are_named_after_what_they_hold():
    """No module has a name that would fit anything."""
    parts = {part.strip("_") for name in modules() for part in name.split(".")}

    assert sorted(parts & VAGUE) == []


RUNNING = {"eval", "exec", "compile", "__import__", "system", "popen"}
UNPACKING = {"pickle", "marshal", "shelve", "dill", "joblib", "yaml", "subprocess", "ctypes"}


def test_data_are_never_run():
    """No module can run what it reads: none unpickles, evaluates or starts a program."""
    found = []
    for name, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [alias.name for alias in node.names]
                tops = {
                    text.partition(".")[0] for text in [getattr(node, "module", "") or "", *names]
                }
                found += [f"{name}: import {top}" for top in tops & UNPACKING]
            elif isinstance(node, ast.Call):
                called = getattr(node.func, "id", None)
                is_os = (
                    isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "os"
                )
                called = node.func.attr if is_os else called
                found += [f"{name}: {called}"] if called in RUNNING else []

    assert found == []
