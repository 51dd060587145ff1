"""
Set the project up and run it, with nothing but Python.

``python3 do.py report`` and ``python3 do.py test`` make ``.venv`` beside this file where it is
missing, install the package into it and run. Nothing outside of that folder is installed.

The file is kept to what Python 3.6 can read, so that an old Python gives a message and not a
syntax error.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
FOLDER = ROOT / ".venv"
PYPROJECT = ROOT / "pyproject.toml"
STAMP = "do.json"
AGAIN = "ENGAGEMENT_DO_AGAIN"

USAGE = """usage: python3 do.py VERB [more arguments]

  report   count the events, date the changes, write report/ (arguments: as `engagement report`)
  test     run all tests, the slow ones too (arguments: as `pytest`)
  lint     ruff, rules and format
  types    mypy
  docs     build the documentation, into docs/_build/html
  check    lint, types, test, docs
"""

EXTRAS = {"report": "", "test": "test", "lint": "dev", "types": "dev", "docs": "dev"}
INCLUDES = {"": ("",), "test": ("", "test"), "dev": ("", "test", "dev")}
CHECKS = ("lint", "types", "test", "docs")
AT_ONCE = ["-n", "auto", "--dist", "loadfile"]  # tests of one file stay together


class SetupError(Exception):
    """Something is missing that only the user can supply."""


def tell(text):
    """Say one line, at once."""
    print(f"do.py: {text}")
    sys.stdout.flush()


def named_versions(pyproject):
    """List the Python versions that the package names, the newest first."""
    found = re.findall(r'"Programming Language :: Python :: (3)\.(\d+)"', pyproject)
    return sorted(((int(major), int(minor)) for major, minor in found), reverse=True)


def dotted(version):
    """Write a version as people do."""
    return f"{version[0]}.{version[1]}"


def listed(versions):
    """List versions in a sentence, the oldest first."""
    names = [dotted(version) for version in sorted(versions)]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def lacks_venv():
    """Tell whether this Python came without the parts that make environments."""
    return any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip"))


def find_python(versions):
    """Find a command that starts a named Python with all its parts, the newest first."""
    probe = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    names = [dotted(version) for version in versions]
    tries = [["python" + name] for name in names] + [["python3"], ["python"]]
    if os.name == "nt":
        tries = [["py", "-" + name] for name in names] + tries
    for program, *options in tries:
        path = shutil.which(program)
        if path is None:
            continue
        try:
            answer = subprocess.run(
                [path, *options, "-c", probe],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                check=False,
            )
        except OSError:
            continue
        if answer.returncode == 0 and answer.stdout.decode().strip() in names:
            return [path, *options]
    return None


def what_to_install(version, versions, executable=sys.executable):
    """Say in plain words why this Python will not do, and what to install."""
    if version not in versions:
        return (
            f"This is Python {dotted(version)} ({executable}); the project runs on Python "
            f"{listed(versions)}.\n"
            f"No such Python was found on the PATH. Install one, for instance\n"
            f"    Debian, Ubuntu:  sudo apt install python{dotted(versions[-1])} "
            f"python{dotted(versions[-1])}-venv\n"
            f"    Fedora:          sudo dnf install python{dotted(versions[-1])}\n"
            f"    macOS, brew:     brew install python@{dotted(versions[0])}\n"
            f"    Windows:         winget install Python.Python.{dotted(versions[0])}\n"
            f"and run the same command again."
        )
    return (
        f"Python {dotted(version)} ({executable}) cannot make virtual environments: "
        f"its module venv or ensurepip is missing.\n"
        f"On Debian and Ubuntu they are a package of their own:\n"
        f"    sudo apt install python{dotted(version)}-venv\n"
        f"Elsewhere, install a complete Python {listed(versions)}.\n"
        f"Then run the same command again."
    )


def clean_environment(environ):
    """Copy the environment without what would lead installs or imports out of the folder."""
    drop = {"PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONOPTIMIZE", "PYTHONWARNINGS"}
    drop |= {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "__PYVENV_LAUNCHER__", AGAIN}
    kept = {name: value for name, value in environ.items() if name not in drop}
    kept.update(PIP_USER="0", PYTHONNOUSERSITE="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    return kept


def inside(folder, name, system=os.name):
    """Give the path of a program of an environment, on any system."""
    if system == "nt":
        return str(folder / "Scripts" / (name + ".exe"))
    return str(folder / "bin" / name)


def read_stamp(folder):
    """Read what is said about an environment that was made here; None where nothing is."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) else None


def write_stamp(folder, stamp):
    """Say what an environment holds, in one step: a half-written stamp is never seen."""
    new = folder / (STAMP + ".new")
    new.write_text(json.dumps(stamp, indent=1, sort_keys=True), encoding="utf-8")
    new.replace(folder / STAMP)


def wanted_stamp(pyproject, version):
    """Say what an environment must be made from to be of use now."""
    digest = hashlib.sha256(pyproject.encode("utf-8")).hexdigest()
    return {"python": dotted(version), "root": str(ROOT), "pyproject": digest}


def parts_of(extra):
    """
    List the extras that go with one.

    Spark is large, and only runs where there is Java: the tests have it there and do without it
    elsewhere.
    """
    parts = set(INCLUDES[extra])
    if extra and shutil.which("java"):
        parts.add("spark")
    return parts


def what_to_do(stamp, wanted, parts):
    """
    Decide between ``use``, ``install`` and ``make``.

    An environment of another Python or another place, or one whose making never ended, is made
    anew; one that lacks an extra, or was installed from another pyproject.toml, is installed into.
    """
    if not stamp or not stamp.get("whole"):
        return "make"
    if any(stamp.get(name) != wanted[name] for name in ("python", "root")):
        return "make"
    if stamp.get("pyproject") != wanted["pyproject"]:
        return "install"
    return "use" if set(parts) <= set(stamp.get("extras", ())) else "install"


def is_foreign(folder):
    """Tell whether something is there that was not made here."""
    if folder.is_symlink() or not folder.is_dir():
        return folder.is_symlink() or folder.exists()
    names = [entry.name for entry in folder.iterdir()]
    return bool(names) and not any(name.startswith(STAMP) for name in names)


def empty(folder):
    """Remove what an environment holds; its stamp stays, for the removal may be interrupted."""
    folder.mkdir(exist_ok=True)
    write_stamp(folder, {"whole": False})
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(str(entry))
        elif entry.name != STAMP:
            entry.unlink()


def starts(folder, version):
    """Tell whether the Python of an environment still starts, and is the one it was."""
    probe = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [inside(folder, "python"), "-c", probe],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment(os.environ),
            check=False,
        )
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.decode().strip() == dotted(version)


def quietly(command, what):
    """Run a step of the set-up; show all that it said if it fails."""
    answer = subprocess.run(
        command,
        cwd=ROOT,
        env=clean_environment(os.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if answer.returncode:
        said = answer.stdout.decode(errors="replace").rstrip()
        raise SetupError(f"{said}\n\n{what} failed, see above. The next run begins it anew.")


def prepare(extra, version):
    """Bring ``.venv`` to where the verb can run; the stamp is written last."""
    wanted = wanted_stamp(PYPROJECT.read_text(encoding="utf-8"), version)
    if is_foreign(FOLDER):
        raise SetupError(
            f"{FOLDER} was not made by do.py, so it is left alone.\n"
            f"Move it away and run the same command again."
        )
    stamp = read_stamp(FOLDER)
    parts = parts_of(extra)
    step = what_to_do(stamp, wanted, parts)
    if step != "make" and not starts(FOLDER, version):
        step = "make"
    if step == "use":
        return
    if step == "make":
        tell(f"making .venv with Python {dotted(version)}, installing; once, a few minutes")
        empty(FOLDER)
        base = getattr(sys, "_base_executable", None) or sys.executable
        quietly([base, "-m", "venv", str(FOLDER)], f"python -m venv (Python {dotted(version)})")
    else:
        tell("installing into .venv what it lacks")
        write_stamp(FOLDER, {"whole": False})
    before = stamp.get("extras", ()) if step == "install" else ()
    extras = sorted({*parts, *before})
    chosen = ",".join(name for name in extras if name)
    install = [inside(FOLDER, "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    quietly([*install, "--editable", f".[{chosen}]" if chosen else "."], "pip install")
    write_stamp(FOLDER, dict(wanted, whole=True, extras=extras))


def commands(verb, more):
    """Give what a verb runs: each a program's arguments and the folder to run them in."""
    python = inside(FOLDER, "python")
    if verb == "report":
        said = any(argument.split("=")[0] == "--out" for argument in more)
        out = [] if said else ["--out", "report"]
        return [([inside(FOLDER, "engagement"), "report", *more, *out], Path.cwd())]
    if verb == "test":
        return [([python, "-m", "pytest", *AT_ONCE, *more], ROOT)]
    if verb == "lint":
        return [
            ([python, "-m", "ruff", "check", *more], ROOT),
            ([python, "-m", "ruff", "format", "--check", *more], ROOT),
        ]
    if verb == "types":
        return [([python, "-m", "mypy", *more], ROOT)]
    out = str(Path("docs", "_build", "html"))
    return [([python, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", *more, "docs", out], ROOT)]


def run_verb(verb, more, version):
    """Prepare and run one verb; the exit code is that of the first command that fails."""
    prepare(EXTRAS[verb], version)
    worst = 0
    for command, folder in commands(verb, more):
        code = subprocess.call(command, cwd=folder, env=clean_environment(os.environ))
        worst = worst or (code if code >= 0 else 128 - code)
    return worst


def main(argv):
    """Run the verb, in another Python where this one will not do."""
    if not argv or argv[0] not in (*EXTRAS, "check"):
        print(USAGE, end="")
        return 0 if argv and argv[0] in ("-h", "--help", "help") else 2
    versions = named_versions(PYPROJECT.read_text(encoding="utf-8"))
    version = sys.version_info[:2]
    if version not in versions or lacks_venv():
        other = None if os.environ.get(AGAIN) else find_python(versions)
        if other is None:
            raise SetupError(what_to_install(version, versions))
        tell(f"Python {dotted(version)} will not do here, going on with {' '.join(other)}")
        again = [*other, str(ROOT / "do.py"), *argv]
        return subprocess.call(again, env=dict(os.environ, **{AGAIN: "1"}))
    if argv[0] == "check":
        codes = [(verb, run_verb(verb, [], version)) for verb in CHECKS]
        for verb, code in codes:
            tell(f"{verb} {'failed' if code else 'passed'}")
        return next((code for _, code in codes if code), 0)
    return run_verb(argv[0], argv[1:], version)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (SetupError, OSError) as error:
        sys.exit(f"do.py: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
