"""The recipes of the architecture page, followed to the letter in a copy of the project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.slow


@pytest.fixture
def copy(tmp_path):
    """Return the project's library and tests, to be changed."""
    leave = shutil.ignore_patterns("__pycache__", "*.nbi", "*.nbc", ".hypothesis")
    for folder in ("src", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=leave)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def insert(path: Path, before: str, text: str) -> None:
    """Put a text before the only place at which another stands."""
    found = path.read_text(encoding="utf-8")
    assert found.count(before) == 1, f"{path.name}: {before!r} stands {found.count(before)} times"
    path.write_text(found.replace(before, text + before), encoding="utf-8")


def run(folder: Path, *arguments: str) -> str:
    """Run Python on the copy."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST")
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def add_kind(root: Path) -> None:
    """Follow "Adding a kind of event" for a statement with a tone."""
    source = root / "src" / "engagement"
    insert(
        source / "values" / "vocabulary.py",
        "\n\nclass Status(StrEnum):",
        '    STATEMENT = "statement"\n    """States declare something together."""\n',
    )
    insert(
        source / "events" / "events.py",
        "KINDS: Mapping[Activity, type[Event]]",
        "@frozen(kw_only=True, repr=False, field_transformer=gather_faults)\n"
        "class Statement(Event):\n"
        '    """States declare something together."""\n\n'
        "    activity: ClassVar[Activity] = Activity.STATEMENT\n\n"
        '    tone: str = field(default="", converter=as_text)\n'
        '    """How it is said, in short terms."""\n\n\n',
    )
    insert(source / "events" / "events.py", "            *(Transfer, ", "            Statement,\n")
    insert(source / "events" / "events.py", '    "Training",\n', '    "Statement",\n')
    insert(source / "tables" / "records.py", '"terms", "goods", "audience", ', '"tone", ')
    insert(
        source / "__init__.pyi",
        "from .events.events import Training as Training\n",
        "from .events.events import Statement as Statement\n",
    )
    insert(
        root / "tests" / "strategies" / "events.py",
        '    "measure": {"value"',
        '    "statement": {"tone": texts()},\n',
    )


STATEMENTS = """\
date,channel,activity,initiator,countries,tone
2001-05-01,bilateral,statement,CHN,KGZ,firm
2002-06,bilateral,statement,CHN,KGZ,
2015,bilateral,statement,CHN,TJK,warm
"""

OF_STATEMENTS = """
import engagement as eg
log = eg.read_events("statements.csv")
assert [event.tone for event in log.where(activity="statement")] == ["firm", "", "warm"]
assert eg.Statement(date="2001", channel="domestic", initiator="CHN").activity == "statement"
walk = eg.translate_events(log, "plover", codes={"statement": "CONSULT"})
assert set(walk.to_frame()["code"]) == {"CONSULT"}
try:
    eg.translate_events(log, "cameo").to_frame()
except eg.SettingError as error:
    print(error)
"""


def test_a_kind_of_event_is_added(copy):
    """It is read, written, counted and reported, and what a scheme lacks is asked for."""
    add_kind(copy)
    (copy / "statements.csv").write_text(STATEMENTS, encoding="utf-8")

    told = run(copy, "-c", OF_STATEMENTS)
    reported = run(copy, "-m", "engagement", "report", "statements.csv", "--out", "report")
    run(copy, "-m", "engagement", "report", "--out", "bundled")
    few = ["-p", "no:cacheprovider", "-q", "-n", "0", "--hypothesis-profile", "few"]
    run(copy, "-m", "pytest", *few, "tests/events", "tests/tables")

    assert told == (
        "scheme 'cameo' has no code for a statement; give one, such as codes={'statement': '040'}\n"
    )
    assert "3 events: 3 bilateral" in reported
    assert "bilateral statements" in (copy / "report" / "report.html").read_text(encoding="utf-8")


def add_family(root: Path) -> None:
    """Follow "Adding a family of distributions" for counts of twice the Poisson variance."""
    source = root / "src" / "engagement" / "models"
    (source / "twofold.py").write_text(
        '"""Counts whose variance is twice their mean."""\n\n'
        "from typing import ClassVar\n\n"
        "from attrs import frozen\n\n"
        "from engagement.models.count_family import CountFamily\n\n"
        '__all__ = ["Twofold"]\n\n\n'
        "@frozen\n"
        "class Twofold(CountFamily):\n"
        '    """Negative binomial counts of one dispersion at every rate."""\n\n'
        '    name: ClassVar[str] = "twofold"\n'
        "    known_dispersion: ClassVar[float] = 2.0\n\n"
        "    def components(self, counts):\n"
        '        """List one component."""\n'
        "        del counts\n"
        "        return [(1.0, 1.0, 0.0, 0.0)]\n",
        encoding="utf-8",
    )
    insert(source / "families.py", '    "auto": AnyDispersion(),\n', '    "twofold": Twofold(),\n')
    insert(
        source / "families.py",
        "from engagement.settings.checks",
        "from engagement.models.twofold import Twofold\n",
    )
    insert(
        root / "tests" / "changes" / "test_contracts.py",
        '    "gaussian": "gaussian",\n',
        '    "twofold": "twofold",\n',
    )


OF_FAMILY = """
import engagement as eg
counts = [2, 1, 4, 0, 1, 2, 9, 17, 8, 6, 19, 8, 12, 10]
series = eg.CountSeries.from_arrays(counts, range(1990, 2004))
found = eg.detect_changes(series, family="twofold")
print(found.found[0].date, eg.segment(series, family="twofold").dates[0])
print(eg.change_posterior(series, family="twofold").dispersion.index.tolist())
assert eg.forecast(series, family="twofold").to_frame().notna().all().all()
"""


def test_a_family_of_distributions_is_added(copy):
    """Every door takes it by name, and the rules for families hold for it."""
    add_family(copy)

    told = run(copy, "-c", OF_FAMILY)
    run(copy, "-m", "engagement", "report", "--out", "bundled")
    few = ["-p", "no:cacheprovider", "-q", "-n", "0", "--hypothesis-profile", "few"]
    run(copy, "-m", "pytest", *few, "tests/changes/test_contracts.py", "-k", "twofold")

    assert told.splitlines() == ["1996 1996", "[2.0]"]
