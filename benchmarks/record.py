"""
Record what the library answers, so that it can be compared after the code was rearranged.

Recorded are the report on the bundled data (its tables, its page and what it prints), what every
example of the gallery prints and draws, and some of the short cells of ``calibration.py``.
One file of JSON, sorted by key, holds a list of texts under each key::

    python benchmarks/record.py before.json
    python benchmarks/record.py after.json --compare before.json

The second command lists every difference and ends with exit code 1 if there are any. Two files
are compared by ``--compare before.json --read after.json``, and nothing is computed. ``--only``
records or compares the keys that begin with a text, such as ``report/`` or ``examples/plot_1_``.

The same code on the same machine gives the same file, so that texts and numbers are compared to
the last digit; with ``--tolerance 1e-9`` numbers may differ by that much of themselves.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import math
import os
import re
import runpy
import subprocess
import sys
import tempfile
import time
from difflib import SequenceMatcher
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

os.environ["MPLBACKEND"] = "Agg"

import numpy as np
import pandas as pd
from attrs import asdict
from matplotlib import pyplot as plt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

ROOT = Path(__file__).resolve().parent.parent
LONG_LINES = 1000
"""Characters of a line of a recorded figure, at most."""

Record = dict[str, list[str]]

BLOCKS = {"title", "h1", "h2", "h3", "p", "li", "tr", "summary", "table", "img", "div"}
"""Elements of a page that begin a line of their own."""


class PageText(HTMLParser):
    """The text of a page, a line for each heading, paragraph, item and row of a table."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines = [""]
        self.feed(html)
        self.lines = [line for line in map(str.strip, self.lines) if line]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line or a cell."""
        if tag in BLOCKS:
            self.lines.append("")
        if tag in ("td", "th"):
            self.lines[-1] += " | "
        if tag == "img":
            self.lines[-1] += dict(attrs).get("alt") or ""

    def handle_data(self, data: str) -> None:
        """Add text to the line, on one line; a style sheet is none."""
        if self.cdata_elem is None:
            self.lines[-1] += " ".join(data.split()) if data.strip() else " " * bool(data)


def report_answers() -> Iterator[tuple[str, list[str]]]:
    """Give the report on the bundled data: its tables by column, its page, what is printed."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report"
        command = [sys.executable, "-m", "engagement", "report", "--out", str(out)]
        told = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        yield "report/exit code", [str(told.returncode)]
        yield "report/printed", told.stdout.replace(str(out), "OUT").splitlines()
        for path in sorted(out.glob("*.csv")):
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
            for column in table:
                yield f"report/{path.name}/{column}", table[column].tolist()
        for path in sorted(out.glob("*.html")):
            yield f"report/{path.name}", PageText(path.read_text(encoding="utf-8")).lines


def axes_texts(ax: Axes) -> list[str]:
    """Give the words of one picture and the points of its lines."""
    ax.figure.canvas.draw()
    texts = [ax.get_title(loc) for loc in ("left", "center", "right")]
    texts += [ax.get_xlabel(), ax.get_ylabel(), *(text.get_text() for text in ax.texts)]
    texts += [tick.get_text() for tick in (*ax.get_xticklabels(), *ax.get_yticklabels())]
    if (legend := ax.get_legend()) is not None:
        texts += [text.get_text() for text in legend.get_texts()]
    texts.append(f"{len(ax.collections)} collections, {len(ax.patches)} patches")
    for line in ax.lines:
        points = np.asarray(line.get_xydata(), dtype=float).ravel()
        texts.append(f"line {' '.join(f'{point:.8g}' for point in points)}"[:LONG_LINES])
    for patch in ax.patches:
        points = np.asarray(patch.get_extents().transformed(ax.transData.inverted()))
        texts.append(f"patch {' '.join(f'{point:.8g}' for point in points.ravel())}")
    return [text for text in texts if text]


def example_answers(only: str) -> Iterator[tuple[str, list[str]]]:
    """Give what each example prints and draws; an example that fails is recorded as such."""
    for path in sorted((ROOT / "examples").glob("plot_*.py")):
        key = f"examples/{path.stem}"
        if not (key.startswith(only) or only.startswith(key)):
            continue
        printed = io.StringIO()
        begun = time.perf_counter()
        with contextlib.redirect_stdout(printed):
            try:
                runpy.run_path(str(path), run_name="__main__")
            except Exception as problem:  # noqa: BLE001  (whatever it is, it is a difference)
                print(f"failed: {type(problem).__name__}: {problem}")
        print(f"{key}: {time.perf_counter() - begun:.1f} s", file=sys.stderr, flush=True)
        yield f"{key}/printed", printed.getvalue().splitlines()
        for number in plt.get_fignums():
            axes = plt.figure(number).axes
            yield (
                f"{key}/figure {number:02}",
                [text for ax in axes for text in axes_texts(ax)],
            )
        plt.close("all")


RUNS = {"size": (150, 12, 100), "power": (10, 1, 50), "cover": (24, 2, 20)}
"""By kind of cell of ``calibration.py``: of how many which are run, and for how many series."""


def calibration_answers() -> Iterator[tuple[str, list[str]]]:
    """Give the first cells of the calibration, for few series."""
    from calibration import MEASURES, cells

    for kind, (first, every, runs) in RUNS.items():
        for cell in cells([kind], ["robust", "poisson"])[:first:every]:
            name = " | ".join(asdict(cell).values())
            begun = time.perf_counter()
            rng = np.random.default_rng([1, crc32(name.encode())])
            measures = MEASURES[kind](cell, runs, rng)
            print(f"{name}: {time.perf_counter() - begun:.1f} s", file=sys.stderr, flush=True)
            yield (
                f"calibration/{name}",
                [f"{one.measure}: {one.value!r}, {one.runs} runs" for one in measures],
            )


def record(only: str) -> Record:
    """Compute what is asked for."""
    parts = {
        "report/": report_answers,
        "examples/": lambda: example_answers(only),
        "calibration/": calibration_answers,
    }
    found = {}
    for prefix, answers in parts.items():
        if prefix.startswith(only) or only.startswith(prefix):
            found |= {key: lines for key, lines in answers() if key.startswith(only)}
    return dict(sorted(found.items()))


NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def is_same(old: str, new: str, tolerance: float) -> bool:
    """Tell whether two texts are the same but for small differences of their numbers."""
    if old == new or not tolerance:
        return old == new
    return NUMBER.sub("0", old) == NUMBER.sub("0", new) and all(
        math.isclose(float(one), float(two), rel_tol=tolerance)
        for one, two in zip(NUMBER.findall(old), NUMBER.findall(new), strict=True)
    )


def differences(old: Record, new: Record, tolerance: float) -> Iterator[tuple[str, str, str]]:
    """Give the key, the old and the new text of each difference."""
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            yield key, *("(nothing)" if v is None else f"{len(v)} lines" for v in (before, after))
            continue
        if len(before) == len(after):  # compared line by line, which takes small differences
            for place, (one, two) in enumerate(zip(before, after, strict=True), start=1):
                if not is_same(one, two, tolerance):
                    yield f"{key}:{place}", one, two
            continue
        for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if kind != "equal":
                yield f"{key}:{i + 1}", "\n    ".join(before[i:j]), "\n    ".join(after[k:m])


def compare(old: Record, new: Record, tolerance: float) -> int:
    """Print each difference; give the exit code."""
    found = list(differences(old, new, tolerance))
    for key, before, after in found:
        print(f"{key}\n  - {before}\n  + {after}")
    print(f"{len(found)} differences in {len({*old, *new})} keys")
    return int(bool(found))


def read(path: Path, only: str) -> Record:
    """Read what was recorded."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return {key: lines for key, lines in kept.items() if key.startswith(only)}


def main() -> int:
    """Record, write and compare what is asked for."""
    parser = argparse.ArgumentParser(description="Record what the library answers, and compare.")
    parser.add_argument("out", nargs="?", type=Path, help="file to write what is recorded into")
    parser.add_argument("--compare", type=Path, metavar="OLD", help="what was recorded before")
    parser.add_argument("--read", type=Path, metavar="NEW", help="compare this and compute nothing")
    parser.add_argument("--only", default="", metavar="PREFIX", help="begin of the keys")
    parser.add_argument("--tolerance", type=float, default=0.0, help="relative, of numbers")
    asked = parser.parse_args()
    new = record(asked.only) if asked.read is None else read(asked.read, asked.only)
    if asked.out is not None:
        text = json.dumps(new, indent=0, ensure_ascii=False)
        asked.out.write_text(text + "\n", encoding="utf-8")
    if asked.compare is None:
        return 0
    return compare(read(asked.compare, asked.only), new, asked.tolerance)


if __name__ == "__main__":
    sys.exit(main())
