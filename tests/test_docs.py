"""What the pages show is what happens."""

from __future__ import annotations

import doctest
import re
import shlex
import shutil
import textwrap
import tomllib
from pathlib import Path

import pytest

import engagement
from engagement.report.cli import main
from engagement.tables.records import COLUMNS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MADE = {"_build", "gallery"}

COMMANDS = re.compile(r"^\.\. code-block:: console\n\n((?:   .*\n|\n)+)", re.MULTILINE)
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

PAGES = [
    path.relative_to(ROOT).as_posix()
    for path in (*sorted(DOCS.rglob("*.rst")), ROOT / "README.md", ROOT / "CONTRIBUTING.md")
    if not MADE.intersection(path.relative_to(ROOT).parts)
    and re.search(r">>> |^ *\$ engagement ", path.read_text(encoding="utf-8"), re.MULTILINE)
]


def commands_of(page):
    """Give the commands on a page, each with the output that stands under it."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = [textwrap.dedent(block) for block in COMMANDS.findall(text)]
    blocks += re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    parts = [p for block in blocks for p in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    found = [re.match(r"((?:.*\\\n)*.*)\n?", part) for part in parts]
    return [
        (one[1].replace("\\\n", " "), part[one.end() :])
        for one, part in zip(found, parts, strict=True)
    ]


@pytest.mark.parametrize("page", PAGES)
def test_pages_show_what_happens(page, tmp_path, monkeypatch, capsys):
    """Each command and each example on a page gives the output that stands under it."""
    for file in [*ROOT.glob("examples/*.xlsx"), *ROOT.glob("examples/*.csv")]:
        shutil.copy(file, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)

    for command, wanted in commands_of(page):
        name, *words = shlex.split(command)
        assert name == "engagement"
        code = main(words)
        printed = capsys.readouterr()
        got = printed.err + printed.out
        if wanted.strip() or code > 1:
            assert doctest.OutputChecker().check_output(wanted.strip(), got.strip(), OPTIONS), got
    found = doctest.testfile(str(ROOT / page), module_relative=False, optionflags=OPTIONS)
    assert found.attempted or commands_of(page)
    assert not found.failed, capsys.readouterr().out


def test_no_command_is_shown_that_is_not_run():
    """Every line of a page that begins as a command does stands in a block that is run."""
    for page in [*DOCS.rglob("*.rst"), *ROOT.glob("*.md")]:
        if MADE.intersection(page.relative_to(ROOT).parts):
            continue
        text = page.read_text(encoding="utf-8")
        shown = re.findall(
            r"^ *\$? ?engagement (?:report|check|convert|template)\b", text, re.MULTILINE
        )
        run = commands_of(page.relative_to(ROOT).as_posix())
        inside = sum(wanted.count("\n  engagement ") for _, wanted in run)
        assert len(shown) == len(run) + inside, page.name


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


@pytest.mark.parametrize(
    ("term", "page"),
    [
        ("overdispersion", "concepts/changes"),
        ("credible interval", "concepts/changes"),
        ("structural break", "concepts/changes"),
        ("change point", "concepts/changes"),
        ("exposure", "concepts/coverage"),
        ("LaTeX", "publishing"),
        ("citation", "publishing"),
    ],
)
def test_terms_of_the_field_lead_to_their_page(term, page):
    """What a reader searches for stands on the page that explains it."""
    text = (DOCS / f"{page}.rst").read_text(encoding="utf-8")

    assert re.search(rf"\b{term}s?\b", text, re.IGNORECASE)


def _without_output(path):
    """Read a page without its commands and what they print; lines keep their numbers."""
    text = path.read_text(encoding="utf-8")
    return COMMANDS.sub(lambda block: "\n" * block[0].count("\n"), text)


def test_prose_has_one_sentence_a_line():
    """No line of a page holds the end of one sentence and the start of another."""
    pages = [*DOCS.glob("*.rst"), *DOCS.glob("concepts/*.rst"), *ROOT.glob("*.md")]
    crowded = [
        f"{path.name}:{number}"
        for path in pages
        for number, line in enumerate(_without_output(path).splitlines(), 1)
        if re.search(r"[a-z)`*]{2}\. [A-Z]", line) and not line.lstrip().startswith(("|", ">>>"))
    ]

    assert crowded == []
