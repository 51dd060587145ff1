"""The set-up script, without a network: what it decides, what it says, what it leaves behind."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HERE = sys.version_info[:2]
HERE_TEXT = f"{HERE[0]}.{HERE[1]}"

posix_only = pytest.mark.skipif(
    os.name == "nt", reason="the stand-in for a Python is a shell script"
)


@pytest.fixture
def do(tmp_path, monkeypatch):
    """Load the script as a module that works in an empty folder."""
    spec = spec_from_file_location("do", ROOT / "do.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "FOLDER", tmp_path / ".venv")
    return module


@pytest.fixture
def steps(do, monkeypatch):
    """Record the steps of a set-up instead of running them."""
    taken = []
    monkeypatch.setattr(do, "quietly", lambda command, what: taken.append((what, command)))
    monkeypatch.setattr(do, "starts", lambda folder, version: True)
    monkeypatch.setattr(do.shutil, "which", lambda _: None)
    return taken


@pytest.fixture
def clone(tmp_path):
    """Copy what a set-up reads into an empty folder."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    for name in ("do.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def run_do(clone, *arguments, **environ):
    """Run the clone's script as a user would, and give back how it ended."""
    return subprocess.run(
        [sys.executable, str(clone / "do.py"), *arguments],
        env={**os.environ, **environ},
        cwd=clone.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def pretend(path, lines):
    """Write a program of that name."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\n" + lines, encoding="utf-8")
    path.chmod(0o755)


def test_old_python_can_read_the_script():
    """Python 3.6 can parse do.py, so that it gives a message and not a syntax error."""
    source = (ROOT / "do.py").read_text(encoding="utf-8")

    assert ast.parse(source, feature_version=(3, 6))
    assert "from __future__" not in source


def test_versions_are_those_that_the_package_names(do):
    """The versions are read from the classifiers, and agree with requires-python."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    versions = do.named_versions(text)

    assert versions == sorted(versions, reverse=True)
    assert "Programming Language :: Python :: " + do.dotted(versions[0]) in text
    lowest = tomllib.loads(text)["project"]["requires-python"].removeprefix(">=")
    assert do.dotted(versions[-1]) == lowest


def test_versions_are_numbers_not_texts(do):
    """Python 3.9 is older than 3.13."""
    text = '"Programming Language :: Python :: 3.9",\n"Programming Language :: Python :: 3.13"'

    assert do.named_versions(text) == [(3, 13), (3, 9)]
    assert do.listed([(3, 13), (3, 9), (3, 10)]) == "3.9, 3.10 or 3.13"


WHOLE = {
    "whole": True,
    "python": "3.12",
    "root": "here",
    "pyproject": "abc",
    "extras": ["", "test"],
}
WANTED = {"python": "3.12", "root": "here", "pyproject": "abc"}


@pytest.mark.parametrize(
    ("change", "parts", "step"),
    [
        ({}, {""}, "use"),
        ({}, {"", "test"}, "use"),
        ({}, {"", "test", "dev"}, "install"),
        ({}, {"", "test", "spark"}, "install"),
        ({"pyproject": "abd"}, {"", "test"}, "install"),
        ({"python": "3.11"}, {"", "test"}, "make"),
        ({"root": "elsewhere"}, {"", "test"}, "make"),
        ({"whole": False}, {"", "test"}, "make"),
    ],
)
def test_step_follows_from_stamp(do, change, parts, step):
    """What is whole is used, what lacks a part is installed into, all else is made anew."""
    assert do.what_to_do({**WHOLE, **change}, WANTED, parts) == step


def test_spark_comes_where_there_is_java_to_run_it(do, monkeypatch):
    """The tests have it then; the report never does."""
    monkeypatch.setattr(do.shutil, "which", lambda name: "/bin/java" if name == "java" else None)
    with_java = do.parts_of("test"), do.parts_of("dev"), do.parts_of("")
    monkeypatch.setattr(do.shutil, "which", lambda _: None)
    without = do.parts_of("test")

    assert with_java == ({"", "test", "spark"}, {"", "test", "dev", "spark"}, {""})
    assert without == {"", "test"}


def test_no_stamp_means_make(do):
    """Without a stamp there is nothing to use."""
    assert do.what_to_do(None, WANTED, {""}) == "make"


def test_first_run_makes_second_uses(do, steps, capsys):
    """The first run makes and installs in two steps and one line; the second does nothing."""
    do.prepare("test", HERE)

    assert [what for what, _ in steps] == [f"python -m venv (Python {HERE_TEXT})", "pip install"]
    assert steps[1][1][-1] == ".[test]"
    assert capsys.readouterr().out.count("\n") == 1

    do.prepare("test", HERE)
    do.prepare("", HERE)

    assert len(steps) == 2
    assert capsys.readouterr().out == ""


def test_extras_add_up(do, steps):
    """What was installed before stays wanted when more is installed."""
    do.prepare("", HERE)
    do.prepare("test", HERE)
    do.prepare("dev", HERE)

    assert [command[-1] for what, command in steps if what == "pip install"] == [
        ".",
        ".[test]",
        ".[dev,test]",
    ]


@pytest.mark.parametrize("broken", ["python -m venv", "pip install"])
def test_interrupted_set_up_is_not_taken_for_whole(do, steps, monkeypatch, broken):
    """After an interruption at either step the next run makes the environment anew."""
    with monkeypatch.context() as patch:

        def interrupted(command, what):
            if what.startswith(broken):
                raise KeyboardInterrupt

        patch.setattr(do, "quietly", interrupted)
        with pytest.raises(KeyboardInterrupt):
            do.prepare("", HERE)
    (do.FOLDER / "half").mkdir()

    do.prepare("", HERE)

    assert len(steps) == 2
    assert not (do.FOLDER / "half").exists()
    assert do.read_stamp(do.FOLDER)["whole"]


def test_interrupted_removal_is_known_as_ours(do, monkeypatch):
    """A folder whose removal was interrupted is made anew, not taken for somebody else's."""
    (do.FOLDER / "lib").mkdir(parents=True)
    (do.FOLDER / "bin").mkdir()
    do.write_stamp(do.FOLDER, WHOLE)

    def interrupted(path):
        raise KeyboardInterrupt

    monkeypatch.setattr(do.shutil, "rmtree", interrupted)
    with pytest.raises(KeyboardInterrupt):
        do.empty(do.FOLDER)

    assert not do.is_foreign(do.FOLDER)
    assert do.what_to_do(do.read_stamp(do.FOLDER), WANTED, "") == "make"


def test_environment_whose_python_is_gone_is_made_anew(do, steps, monkeypatch):
    """A stamp alone is not believed: the environment's Python must start."""
    do.prepare("", HERE)
    monkeypatch.setattr(do, "starts", lambda folder, version: False)

    do.prepare("", HERE)

    assert [what for what, _ in steps].count("pip install") == 2


def test_folder_of_somebody_else_is_left_alone(do, steps):
    """A .venv without our stamp is neither used nor removed."""
    do.FOLDER.mkdir()
    (do.FOLDER / "pyvenv.cfg").write_text("home = /usr", encoding="utf-8")

    with pytest.raises(do.SetupError, match=r"was not made by do\.py, so it is left alone"):
        do.prepare("", HERE)

    assert steps == []
    assert (do.FOLDER / "pyvenv.cfg").exists()


def test_failed_step_shows_all_that_it_said(do):
    """What pip prints on either stream is in the error, whole."""
    talk = "import sys; print('to out'); print('to err', file=sys.stderr); sys.exit(1)"

    with pytest.raises(do.SetupError) as caught:
        do.quietly([sys.executable, "-c", talk], "pip install")

    for said in ("to out", "to err", "pip install failed"):
        assert said in str(caught.value)


def test_environment_leads_nowhere_else(do):
    """Variables that lead imports or installs out of the folder are dropped or overruled."""
    kept = do.clean_environment(
        {"PYTHONPATH": "/x", "PYTHONHOME": "/x", "PIP_TARGET": "/x", "PIP_USER": "1", "LANG": "C"}
    )

    assert kept["PIP_USER"] == "0"
    assert kept["LANG"] == "C"
    assert not {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET"} & set(kept)


def test_programs_on_windows(do):
    """On Windows an environment's programs stand in Scripts and end in exe."""
    path = do.inside(Path("env"), "python", system="nt")

    assert Path(path).parts == ("env", "Scripts", "python.exe")


@pytest.mark.parametrize(
    ("more", "tail"),
    [
        ([], ["report", "--out", "report"]),
        (["my.csv"], ["report", "my.csv", "--out", "report"]),
        (["--out", "x"], ["report", "--out", "x"]),
        (["--out=x"], ["report", "--out=x"]),
    ],
)
def test_report_writes_to_report_unless_told(do, more, tail):
    """The report goes to the folder report unless the caller names one."""
    ((command, _),) = do.commands("report", more)

    assert command[1:] == tail


def test_first_exit_code_that_is_not_zero_is_passed_on(do, monkeypatch):
    """A verb of two commands runs both and ends with the first failure's code."""
    ends = [[sys.executable, "-c", f"raise SystemExit({code})"] for code in (0, 3, 4)]
    monkeypatch.setattr(do, "prepare", lambda extra, version: None)
    monkeypatch.setattr(do, "commands", lambda verb, more: [(end, Path.cwd()) for end in ends])

    assert do.run_verb("lint", [], HERE) == 3


def test_python_without_ensurepip_names_the_package(clone):
    """On a plain Debian the message names the package to install, and no .venv is left."""
    site = clone.parent / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import sys\nsys.modules['ensurepip'] = None\n", encoding="utf-8"
    )

    ended = run_do(clone, "report", PYTHONPATH=str(site), PATH="")

    assert ended.returncode == 1
    assert f"sudo apt install python{HERE_TEXT}-venv" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (clone / ".venv").exists()


def test_unnamed_python_says_what_to_install(clone):
    """A Python that the package does not name says which ones it runs on."""
    name_only(clone, "3.7")

    ended = run_do(clone, "test", PATH="")

    assert ended.returncode == 1
    assert "the project runs on Python 3.7" in ended.stderr
    assert "sudo apt install python3.7 python3.7-venv" in ended.stderr
    assert "Traceback" not in ended.stderr


@posix_only
def test_unnamed_python_goes_on_with_a_named_one(clone):
    """Another Python is looked for; names that do not start or are too old are passed over."""
    name_only(clone, "3.7", "3.6")
    programs = clone.parent / "programs"
    pretend(programs / "python3.7", "exit 127\n")
    pretend(programs / "python3", "echo 3.5\n")
    pretend(
        programs / "python3.6", '[ "$1" = -c ] && echo 3.6 && exit\nshift\necho "got $*"\nexit 7\n'
    )

    ended = run_do(clone, "test", "-k", "some", PATH=str(programs))

    assert ended.returncode == 7
    assert "got test -k some" in ended.stdout
    assert "will not do here" in ended.stdout


def name_only(clone, *versions):
    """Let the clone's pyproject name these versions of Python alone."""
    named = "".join(f'    "Programming Language :: Python :: {name}",\n' for name in versions)
    (clone / "pyproject.toml").write_text(f"classifiers = [\n{named}]\n", encoding="utf-8")


def test_unknown_verb_shows_the_verbs(clone):
    """A verb that is not known prints the usage and ends with 2."""
    ended = run_do(clone, "rport")

    assert ended.returncode == 2
    assert "report" in ended.stdout


def test_readme_and_continuous_integration_give_the_same_two_commands():
    """The README's first block of commands is the two that continuous integration runs."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = readme.split("```shell\n")[1].split("```")[0].splitlines()
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    assert first == ["python3 do.py report", "python3 do.py test"]
    assert [line.strip() for line in script if line.strip() in first] == first
