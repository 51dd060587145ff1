"""
What is run on the library: ``nox`` runs the checks, ``nox -l`` lists all, ``nox -s docs`` runs one.

The checks use the environment that nox is started from, with the extra ``dev`` installed. The
sessions ``wheel`` and ``minimum`` make environments of their own.
"""

import re
import secrets
import sys
from itertools import chain
from pathlib import Path

import nox

PROJECT = nox.project.load_toml("pyproject.toml")["project"]
PYTHONS = nox.project.python_versions({"project": PROJECT})
HERE = (sys.executable, "-m")  # the environment that nox was started from
AT_ONCE = ("-n", "auto", "--dist", "loadfile")  # tests of one file stay together
QUICK = (*AT_ONCE, "-q", "-m", "not slow", "-p", "no:cacheprovider", "--hypothesis-profile", "few")
OF_VERSIONS = ("values", "events", "tables", "log", "files", "counting", "changes/posterior")
"""Folders of tests that depend on versions of Python, NumPy, pandas, PyArrow and SciPy."""

OF_OLDEST = ("values", "tables", "files")
"""Those among them in which an old version fails first: dates, cells and formats of files."""

nox.needs_version = ">=2024.10"
nox.options.sessions = ["lint", "types", "tests", "docs"]


@nox.session(venv_backend="none")
def lint(session: nox.Session) -> None:
    """Check rules and format with ruff."""
    session.run(*HERE, "ruff", "check", *session.posargs)
    session.run(*HERE, "ruff", "format", "--check", *session.posargs)


@nox.session(venv_backend="none")
def types(session: nox.Session) -> None:
    """Check types with mypy."""
    session.run(*HERE, "mypy", *session.posargs)


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """Run all tests, the slow ones too."""
    session.run(*HERE, "pytest", *AT_ONCE, *session.posargs)


@nox.session(venv_backend="none")
def fresh(session: nox.Session) -> None:
    """
    Run the property tests on examples that were never tried, for about two minutes.

    The seed is printed; ``nox -s fresh -- SEED`` repeats a run.
    """
    seed = session.posargs[0] if session.posargs else str(secrets.randbelow(2**32))
    session.log(f"seed {seed}; repeat with: nox -s fresh -- {seed}")
    session.run(
        *(*HERE, "pytest", "tests", "-n", "auto", "-q", "-m", "not slow", "-r", "fE"),
        *("-p", "no:cacheprovider", "--hypothesis-profile", "fresh", "--hypothesis-seed", seed),
        *("--only-properties", "--seconds", "120"),
    )


@nox.session(venv_backend="none")
def docs(session: nox.Session) -> None:
    """Build the documentation, warnings as errors."""
    out = str(Path("docs", "_build", "html"))
    options = ("-n", "-W", "--keep-going", "-q", *session.posargs)
    session.run(*HERE, "sphinx", *options, "docs", out)


@nox.session(python=PYTHONS)
def wheel(session: nox.Session) -> None:
    """Run the main job and the tests that depend on versions on the built wheel."""
    folder = Path(session.create_tmp())
    session.run("python", "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), ".")
    (built,) = folder.glob("engagement-*.whl")
    session.install("-q", f"{built}[test]")
    session.run("engagement", "report", "--out", str(folder / "report"), silent=True)
    session.run("python", "-m", "pytest", *QUICK, *versions_tests(), *session.posargs)


@nox.session(python=PYTHONS[0])
def minimum(session: nox.Session) -> None:
    """Run the main job and the tests of files with the oldest versions that are admitted."""
    constraints = Path(session.create_tmp()) / "oldest.txt"
    constraints.write_text("\n".join(oldest()) + "\n", encoding="utf-8")
    try:
        session.install("-q", "-c", str(constraints), ".[test]")
    except nox.command.CommandFailed:
        session.skip("the oldest versions that are admitted cannot be installed here, see above")
    session.run("engagement", "report", "--out", str(constraints.with_name("report")), silent=True)
    session.run("python", "-m", "pytest", *QUICK, *versions_tests(OF_OLDEST), *session.posargs)


def versions_tests(folders: tuple[str, ...] = OF_VERSIONS) -> list[str]:
    """Name the folders of tests that other versions run."""
    return [str(Path("tests", *folder.split("/"))) for folder in folders]


def oldest() -> list[str]:
    """List the oldest admitted version of every dependency, and of those of the tests."""
    extras = PROJECT["optional-dependencies"]
    optional = [extras[name] for name in ("excel", "polars", "duckdb", "xarray")]
    asked = list(chain(PROJECT["dependencies"], *optional))
    bounds = (re.match(r"([\w.-]+)>=([\w.]+)", text) for text in asked)
    return [f"{bound[1]}=={bound[2]}.*" for bound in bounds if bound]
