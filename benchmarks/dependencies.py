"""
What each dependency costs: distributions it brings, megabytes on the disk, time to import it.

``python benchmarks/dependencies.py`` looks at the environment that it runs in and writes
``dependencies.csv`` beside this file, which the page on dependencies shows.
"""

from __future__ import annotations

import csv
import statistics
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from time import perf_counter

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OUT = Path(__file__).with_suffix(".csv")
IMPORTED = {"attrs": "attr", "lazy-loader": "lazy_loader"}  # where it is not the name itself
RUNS = 5


def required(name: str) -> list[str]:
    """List what a distribution needs to run here, without its extras."""
    asked = [Requirement(text) for text in metadata.requires(name) or ()]
    return [
        canonicalize_name(one.name)
        for one in asked
        if one.marker is None or one.marker.evaluate({"extra": ""})
    ]


def closure(name: str) -> set[str]:
    """Find a distribution and all that comes with it."""
    found: set[str] = set()
    waiting = [canonicalize_name(name)]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += required(one)
    return found


def megabytes(name: str) -> float:
    """Sum the sizes of the files of a distribution, without what Python compiled."""
    files = metadata.distribution(name).files or ()
    paths = [Path(str(file.locate())) for file in files if "__pycache__" not in str(file)]
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def licence(name: str) -> str:
    """Name the licence that a distribution states."""
    stated = metadata.metadata(name)
    if text := stated.get("License-Expression"):
        return str(text)
    classified = [
        text.rpartition("::")[2].strip()
        for text in stated.get_all("Classifier") or ()
        if text.startswith("License ::")
    ]
    return classified[0] if classified else str(stated.get("License") or "").partition("\n")[0]


def seconds_to_import(module: str) -> float:
    """Take the median time to start Python and import a module, less that to start it alone."""

    def median(code: str) -> float:
        times = []
        for _ in range(RUNS):
            began = perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            times.append(perf_counter() - began)
        return statistics.median(times)

    return max(median(f"import {module}") - median("pass"), 0.0)


def main() -> None:
    """Write a row for each dependency and one for all of them together."""
    direct = sorted(required("engagement"))
    rows = []
    for name in direct:
        brought = closure(name)
        module = IMPORTED.get(name, name.replace("-", "_"))
        rows.append(
            {
                "package": name,
                "version": metadata.version(name),
                "licence": licence(name),
                "MB": f"{megabytes(name):.1f}",
                "with all that it brings, MB": f"{sum(map(megabytes, brought)):.1f}",
                "packages": len(brought),
                "import, s": f"{seconds_to_import(module):.2f}",
            }
        )
    every = set().union(*map(closure, direct))
    rows.append(
        {
            "package": "all together",
            "MB": f"{sum(map(megabytes, every)):.1f}",
            "with all that it brings, MB": f"{sum(map(megabytes, every)):.1f}",
            "packages": len(every),
        }
    )
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(OUT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
