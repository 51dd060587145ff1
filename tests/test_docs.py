"""What the pages show is what happens."""

from __future__ import annotations

import doctest
import re
import tomllib
from pathlib import Path

import pytest

import engagement
from engagement.tables.records import COLUMNS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MADE = {"_build", "gallery"}

PAGES = [
    path.relative_to(DOCS).as_posix()
    for path in sorted(DOCS.rglob("*.rst"))
    if not MADE.intersection(path.relative_to(DOCS).parts)
    and ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("page", PAGES)
def test_examples_on_pages_give_what_they_show(page, capsys):
    """Each example on a page gives the output that stands under it."""
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

    found = doctest.testfile(str(DOCS / page), module_relative=False, optionflags=options)

    assert found.attempted
    assert not found.failed, capsys.readouterr().out


def test_readme_example_runs(capsys):
    """The README's example runs as it stands, and prints a table."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)

    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - the README is our own

    assert "verdict" in capsys.readouterr().out


def test_columns_of_the_table_are_documented():
    """The page of the table documents the columns that are read, in their order."""
    page = (DOCS / "table.rst").read_text(encoding="utf-8").split(":class: columns")[1]
    page = page.split("Coverage beside the table")[0]
    cells = re.findall(r"^   \* - (``.*)$", page, re.MULTILINE)

    assert [name for cell in cells for name in re.findall(r"``(\w+)``", cell)] == list(COLUMNS)


def test_dependencies_are_used_and_explained():
    """Each package that is asked for is imported, and has its reason in the README and the docs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {re.match(r"[\w-]+", text)[0].lower() for text in project["dependencies"]}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    page = (DOCS / "dependencies.rst").read_text(encoding="utf-8")
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    imported = set(re.findall(r"^ *(?:from|import) (\w+)", source, re.MULTILINE))

    assert {name.lower() for name in re.findall(r"^\| \[(.+?)\]", readme, re.MULTILINE)} == asked
    assert {name.lower() for name in re.findall(r"^   \* - ([\w-]+)$", page, re.MULTILINE)} >= asked
    assert sorted(asked - {name.replace("_", "-") for name in imported}) == []


def test_citation_names_the_version():
    """The citation is of the version that the package has."""
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")

    assert f"\nversion: {engagement.__version__}\n" in citation


def test_prose_has_one_sentence_a_line():
    """No line of a page holds the end of one sentence and the start of another."""
    pages = [*DOCS.glob("*.rst"), *DOCS.glob("concepts/*.rst"), *ROOT.glob("*.md")]
    crowded = [
        f"{path.name}:{number}"
        for path in pages
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"[a-z)`*]{2}\. [A-Z]", line) and not line.lstrip().startswith(("|", ">>>"))
    ]

    assert crowded == []
