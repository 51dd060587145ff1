"""The shape of the package: what may import what, what is public, what an import costs."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

import engagement

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "engagement"

# The folders of the package in the order in which they may import: a module imports from its own
# folder and from those before it in this list, for types too. A line of the list is a line of the
# architecture page. ``changes/x`` is a folder by itself, and so is a file that stands in no folder.
FOLDERS = (
    "errors progress display answers compiling",
    "settings",
    "values",
    "events",
    "tables",
    "log",
    "files",
    "sources",
    "counting",
    "models",
    "changes/optimal changes/posterior changes/testing",
    "changes/continuous changes/online changes/shared changes/detect",
    "intensity interests sequence forecasting sensitivity",
    "claims",
    "words figures",
    "report __main__",
)
ORDER = {name: place for place, name in enumerate(" ".join(FOLDERS).split())}

HEAVY = (
    *("matplotlib", "numba", "numpy", "pandas", "pyarrow", "scipy", "statsmodels"),
    *("duckdb", "narwhals", "polars", "pyspark"),
)
VAGUE = {"base", "common", "helpers", "misc", "util", "utils"}
LONGEST = 450


class Import(NamedTuple):
    """One import of a module of the package by another, be it for types alone."""

    target: str
    line: int


def modules(source=SOURCE):
    """Map the dotted name of every module under a folder to its file; the facade is left out."""
    found = {}
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name:
            found[name] = path
    return found


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
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in names_in(node, package, known):
                top, _, rest = name.partition(".")
                if top == "engagement":
                    found.append(Import(rest or top, node.lineno))
    return found


def read_imports(known):
    """Map each of the modules to its imports from the package; the facade of a folder has none."""
    found = {}
    for name, path in known.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        found[name] = imports_of(ast.parse(path.read_text(encoding="utf-8")), package, known)
    return found


@cache
def all_imports():
    """Map every module to its imports from the package."""
    return read_imports(modules())


def folder_of(name):
    """Give the folder of a module as the list names it."""
    first, _, rest = name.partition(".")
    return f"{first}/{rest.partition('.')[0]}" if first == "changes" and rest else first


def wrong_ways(imports):
    """List the imports that go to a later folder, or to the facade."""
    return [
        f"{name}, line {found.line}: {found.target}"
        for name, all_found in imports.items()
        for found in all_found
        if found.target == "engagement" or ORDER[folder_of(found.target)] > ORDER[folder_of(name)]
    ]


def circle(graph):
    """Name the members of a circle, or give nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def folder_graph(imports):
    """Map each folder to the others that its modules import from."""
    graph = {}
    for name, all_found in imports.items():
        here = folder_of(name)
        there = {folder_of(found.target) for found in all_found}
        graph.setdefault(here, set()).update(there - {here})
    return graph


OPEN = {("changes.posterior.prior_sensitivity", "changes.posterior.answer")}
"""Imports that close a circle and wait for the posterior to be taken apart."""


def file_graph(imports):
    """Map each module to those that it imports from."""
    return {
        name: {found.target for found in all_found if (name, found.target) not in OPEN}
        for name, all_found in imports.items()
    }


def test_every_folder_is_in_the_list():
    """Each module stands in a folder that the list names once, and each folder is there."""
    folders = {folder_of(name) for name in modules()} - {"changes"}

    assert sorted(folders) == sorted(ORDER)
    assert len(ORDER) == len(" ".join(FOLDERS).split())


def test_the_architecture_page_shows_the_list():
    """The page names the folders line by line in the order of the list."""
    page = (ROOT / "docs" / "architecture.rst").read_text(encoding="utf-8")
    rows = re.findall(r"^   \* - (\d+)\n     - (.*)$", page, re.MULTILINE)

    listed = [" ".join(re.findall(r"``([\w/]+)``", names)) for _, names in rows]

    assert [int(place) for place, _ in rows] == list(range(1, len(FOLDERS) + 1))
    assert listed == list(FOLDERS)


def test_imports_go_one_way():
    """No module imports from a later folder, not for types either, nor from the facade."""
    assert wrong_ways(all_imports()) == []


def test_imports_make_no_circle():
    """Neither files nor folders import one another in a circle, not for types either."""
    assert circle(file_graph(all_imports())) == []
    assert circle(folder_graph(all_imports())) == []


def test_a_planted_circle_is_found(tmp_path):
    """Two modules that import one another, one of them for types alone, are a circle."""
    (tmp_path / "values").mkdir()
    (tmp_path / "values" / "__init__.py").touch()
    (tmp_path / "values" / "one.py").write_text("from engagement.values.two import Two\n")
    (tmp_path / "values" / "two.py").write_text(
        "from typing import TYPE_CHECKING\n\n"
        "if TYPE_CHECKING:\n    from engagement.values.one import One\n"
    )

    imports = read_imports(modules(tmp_path))

    assert set(circle(file_graph(imports))) == {"values.one", "values.two"}


def test_a_planted_circle_of_folders_is_found(tmp_path):
    """Two folders that import from one another are a circle, though no two files are."""
    texts = {
        "values/one": "from engagement.log.two import Two\n",
        "log/two": "",
        "log/three": "if TYPE_CHECKING:\n    from engagement.values.four import Four\n",
        "values/four": "",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.py").write_text(text)

    imports = read_imports(modules(tmp_path))

    assert circle(file_graph(imports)) == []
    assert set(circle(folder_graph(imports))) == {"values", "log"}
    assert wrong_ways(imports) == ["values.one, line 1: log.two"]


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("from engagement.errors import DateError", False),
        ("from engagement.counting.counts import Counts", True),
        ("import engagement.counting.counts", True),
        ("from engagement.counting import counts", True),
        ("from engagement import Counts", True),
        ("from .. import counting", True),
        ("from ..counting import counts", True),
        ("from ..counting.counts import Counts", True),
        ("def f():\n    from engagement.counting.counts import Counts", True),
        ("if TYPE_CHECKING:\n    from engagement.counting.counts import Counts", True),
        ("from engagement import __version__", False),
        ("from engagement import errors", False),
    ],
)
def test_direction_is_read_from_every_form_of_import(text, is_wrong):
    """However an import is written, one that goes right is seen."""
    known = {"values.dates", "counting", "counting.counts", "errors"}

    found = imports_of(ast.parse(text), "values", known)

    assert bool(wrong_ways({"values.dates": found})) is is_wrong


FACADES = sorted(path.parent for path in SOURCE.rglob("__init__.pyi"))


def package_of(folder):
    """Import a folder of the package."""
    below = folder.relative_to(SOURCE).parts
    return importlib.import_module(".".join(["engagement", *below]))


@pytest.mark.parametrize("folder", FACADES, ids=lambda folder: folder.name)
def test_public_names_load(folder):
    """Each name of a stub loads from where the stub says, and is listed by dir."""
    package = package_of(folder)

    assert package.__all__ == sorted(package.__all__)
    assert package.__all__
    for name in package.__all__:
        assert getattr(package, name) is not None
        assert name in dir(package)


@pytest.mark.parametrize("folder", FACADES, ids=lambda folder: folder.name)
def test_a_stub_names_each_name_once_and_in_order(folder):
    """A stub re-exports names from modules, sorted by module and name, each name once."""
    lines = [
        line
        for line in (folder / "__init__.pyi").read_text(encoding="utf-8").splitlines()
        if line.startswith("from ")
    ]
    found = [re.fullmatch(r"from \.([\w.]+) import (\w+) as \2", line) for line in lines]

    assert all(found)
    assert found == sorted(found, key=lambda one: one.groups())
    names = [one.group(2) for one in found]
    assert len(names) == len(set(names))


def test_unknown_name_is_an_attribute_error():
    """What the package does not have is an AttributeError that names it."""
    with pytest.raises(AttributeError, match="no_such_name"):
        engagement.no_such_name  # noqa: B018 - the access is the point


def documented_names():
    """List the names that the API page documents, with the folder that they are imported from."""
    page = (ROOT / "docs" / "api.rst").read_text(encoding="utf-8")
    return re.findall(r"^\.\. auto(?:class|function|data|exception):: (\S+)$", page, re.MULTILINE)


def test_public_names_are_those_of_the_api_page():
    """
    Each public name is documented once: those of the top level, and those of folders beside them.

    A folder also lists what the top level has, which is documented there.
    """
    top = set(engagement.__all__)
    below = {
        f"{package.__name__}.{name}"
        for package in map(package_of, FACADES)
        for name in package.__all__
        if name not in top
    }

    shown = {"engagement.answers.Answer", "engagement.answers.SeveralAnswer"}
    shown |= {"engagement.display.Column"}  # what every answer has in common

    assert sorted(documented_names()) == sorted(top | below | shown)


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


OF_SEVERAL = {
    "changes/test_compiled.py": "compiled twins in several folders, beside arithmetic on arrays",
    "changes/test_contracts.py": "one list of rules for every family and method",
    "claims/test_tables.py": "the table of claims and the files that claims stand in",
    "counting/frames/test_frames.py": "every module of the folder, through one function",
    "counting/frames/test_frames_spark.py": "the same on an engine that not all machines have",
    "counting/test_counting_by_hand.py": "counts of one log that were worked out by hand",
    "files/test_bundled_data.py": "the bundled data, beside the coded tables read as text",
    "files/test_texts.py": "encodings and delimiters of every reader of texts",
    "log/test_narrowing.py": "what every selection does to coverage",
    "report/test_browser.py": "the page as a browser shows it",
    "sources/test_contracts.py": "rules that every source keeps",
    "sources/test_names.py": "names and numbers of states in every source",
    "sources/test_scans.py": "sources in columns",
}
"""Files of tests that are named after no module, and what they are about."""


def test_files_of_tests_are_named_after_modules():
    """A file of tests stands in the folder of a module and bears its name, or says why not."""
    tests = Path(__file__).parent
    folders = [folder for folder in tests.iterdir() if (SOURCE / folder.name).is_dir()]
    found = [file.relative_to(tests) for folder in folders for file in folder.rglob("test_*.py")]
    strays = {
        file.as_posix()
        for file in found
        if not (SOURCE / file.parent / f"{file.stem.removeprefix('test_')}.py").exists()
    }

    assert len(found) > len(OF_SEVERAL)
    assert strays == set(OF_SEVERAL)


RUNNING = {"eval", "exec", "compile", "__import__", "system", "popen"}
UNPACKING = {"pickle", "marshal", "shelve", "dill", "joblib", "yaml", "subprocess", "ctypes"}
CALLS_THE_SYSTEM = "files.folder_swap: import ctypes"
"""To exchange two folders in one step, for which Python has no function; it reads nothing."""


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

    assert found == [CALLS_THE_SYSTEM]


def test_the_pythons_that_are_named_are_those_that_are_admitted():
    """A Python is admitted if the package names it, is tried by its classifier, and no other is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [
        int(found[1])
        for text in project["classifiers"]
        if (found := re.fullmatch(r"Programming Language :: Python :: 3\.(\d+)", text))
    ]

    assert named == list(range(named[0], named[-1] + 1))
    assert project["requires-python"] == f">=3.{named[0]},<3.{named[-1] + 1}"
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"Python {', '.join(f'3.{n}' for n in named[:-1])} or 3.{named[-1]}" in text
