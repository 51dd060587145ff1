"""
Directives that make tables of what simulations have shown, from the file that they wrote.

``.. calibration-table:: size`` (or ``power``) reads ``benchmarks/calibration.csv``,
``.. calibration-table:: discoveries`` (or ``minority``) ``benchmarks/panels.csv``, and
``.. calibration-table:: cover`` (or ``cover_means``) ``benchmarks/coverage.csv``.
What misses its goal is set in bold, and a cell that was not run is a dash: no number on the page
is typed. ``.. calibration-extent::`` says how much was run.
"""

import csv
from collections import defaultdict
from math import isnan
from pathlib import Path

from docutils import nodes
from term_tables import Table

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
SOURCES = {"panel": "panels.csv", "cover": "coverage.csv"}
MEANS = ("0.05", "0.3", "2", "10", "50")
NOTHING = "\N{EN DASH}"


class FromRuns(Table):
    """A table from the file of runs."""

    def table(self, head, rows, widths):
        """Build a table of many narrow columns."""
        table = super().table(head, rows, widths)
        table["classes"].append("measured")
        return table

    def cells(self, kind):
        """Read the measures of every cell of a kind: what was simulated, to measure, to row."""
        source = FOLDER / SOURCES.get(kind, "calibration.csv")
        self.env.note_dependency(str(source))
        found = defaultdict(dict)
        with source.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["kind"] == kind:
                    key = tuple(row[k] for k in ("null", "world", "exposure", "season", "design"))
                    found[key][row["measure"]] = row
        return dict(sorted(found.items(), key=_place) if kind == "panel" else found)


def _place(cell):
    """Put panels of one kind beside one another, shorter series and more even counts first."""
    (_, world, exposure, season, design), _ = cell
    return design.startswith("120"), design, exposure != "even", season != "none", world


class CalibrationTable(FromRuns):
    """Show what was measured."""

    required_arguments = 1

    def run(self):
        """Build the table that is asked for."""
        return [getattr(self, self.arguments[0])()]

    def size(self):
        """Tell how often the robust null errs."""
        return self.sizes("robust")

    def size_poisson(self):
        """Tell how often the exact null errs."""
        return self.sizes("poisson")

    def sizes(self, null):
        """Give a row for each kind and length of series, and a column for each mean."""
        cells = {key: of for key, of in self.cells("size").items() if key[0] == null}
        kinds = sorted(
            {(*key[:4], key[4].split(" at ")[0]) for key in cells},
            key=lambda kind: (kind[0], int(kind[4]), kind[3], kind[2], kind[1]),
        )
        rows = []
        for kind in kinds:
            _, world, exposure, season, length = kind
            goal = 0.07 if world.startswith("latent") else 0.06
            of = [cells.get((*kind[:4], f"{length} at {mean}"), {}) for mean in MEANS]
            here = [measures.get("p <= 0.05") for measures in of]
            known = [row for row in here if row]
            rows.append(
                [
                    nodes.Text(", ".join([world, *special(exposure, season)])),
                    nodes.Text(length),
                    *(number(row, lambda value, goal=goal: value > goal) for row in here),
                    nodes.Text(f"±{max(float(row['error']) for row in known):.3f}"),
                ]
            )
        head = ("counts", "periods", *MEANS, "error")
        return self.table(head, rows, (30, 10, *[10] * 6))

    def power(self):
        """Give one row per design, one column per null, and what is kept."""
        cells = self.cells("power")
        rows = []
        for design in dict.fromkeys(key[4] for key in cells):
            of = {key[0]: cells[key].get("p <= 0.05") for key in cells if key[4] == design}
            robust, poisson = of.get("robust"), of.get("poisson")
            if robust and poisson:
                kept = float(robust["value"]) / float(poisson["value"])
                error = max(float(robust["error"]), float(poisson["error"]))
                rows.append(
                    [
                        nodes.Text(design),
                        number(robust),
                        number(poisson),
                        nodes.Text(f"{kept:.0%}"),
                        nodes.Text(f"±{error:.3f}"),
                    ]
                )
        head = ("periods: means", "robust", "Poisson", "kept", "error")
        return self.table(head, rows, (34, 14, 14, 12, 14))

    def discoveries(self):
        """Give a row for each panel: false discoveries, and true ones."""
        rows = []
        for key, of in self.cells("panel").items():
            false = [of[f"false discoveries, {way}"] for way in WAYS]
            true = [of.get(f"changed, found by {way}") for way in WAYS]
            cells = [number(row, lambda value: value > RATE) for row in false]
            cells += map(number, true)
            rows.append(self.panel_row(key, cells, [*false[:2], *filter(None, true[:2])]))
        head = (
            *("counts", "panel", *(f"false: {way}" for way in WAY_HEAD)),
            *(*(f"found: {way}" for way in WAY_HEAD), "error", "panels"),
        )
        return self.table(head, rows, (24, 18, *[9] * 8))

    def minority(self):
        """Give a row for each panel with a minority: how often its series are said to change."""
        rows = []
        for key, of in self.cells("panel").items():
            hits = [of.get(f"minority, found by {way}") for way in WAYS]
            if hits[0]:
                rows.append(self.panel_row(key, map(number, hits), hits))
        return self.table(("counts", "panel", *WAY_HEAD, "error", "panels"), rows, PANEL_WIDTHS)

    def panel_row(self, key, cells, measured):
        """Say which panel a row is of, and how much was run."""
        _, world, exposure, season, design = key
        error = max(float(row["error"]) for row in measured)
        return [
            nodes.Text(", ".join([world, *special(exposure, season)])),
            nodes.Text(design),
            *cells,
            nodes.Text(f"±{error:.3f}"),
            nodes.Text(runs(measured)),
        ]

    def cover(self):
        """Give a row for each design: number of changes, and how often intervals hold the truth."""
        rows = []
        for key, of in self.cells("cover").items():
            _, world, exposure, season, design = key
            rows.append(
                [
                    nodes.Text(", ".join([world, *special(exposure, season)])),
                    nodes.Text(design),
                    number(of["found"]),
                    *(number(of[measure], misses) for measure, misses in COVERED.items()),
                    nodes.Text(f"{float(of['periods in the interval']['value']):.1f}"),
                    nodes.Text(f"±{max(float(of[name]['error']) for name in COVERED):.2f}"),
                ]
            )
        head = ("counts", "periods: means", "found", *COVER_HEAD, "width", "error")
        return self.table(head, rows, (18, 16, *[7] * 10))

    def cover_means(self):
        """Give a row for each kind of series, the mean over designs of each length."""
        groups = defaultdict(list)
        for (_, world, exposure, season, design), of in self.cells("cover").items():
            groups[", ".join([world, *special(exposure, season)]), design.split(":")[0]].append(of)
        rows = []
        for (world, length), cells in groups.items():
            means = {name: mean([of[name] for of in cells]) for name in COVERED}
            rows.append(
                [
                    nodes.Text(world),
                    nodes.Text(length),
                    *(number(means[name], misses) for name, misses in COVERED.items()),
                    nodes.Text(f"±{max(float(row['error']) for row in means.values()):.3f}"),
                    nodes.Text(str(len(cells))),
                ]
            )
        head = ("counts", "periods", *COVER_HEAD, "error", "designs")
        return self.table(head, rows, (20, 8, *[8] * 9))


WAYS = ("panel", "robust", "poisson")
WAY_HEAD = ("panel", "robust", "Poisson")
PANEL_WIDTHS = (28, 24, 10, 10, 10, 10, 10)
RATE = 0.1
COVERED = {
    "number right, of found": lambda value: value < 0.9,
    "too many, of found": lambda value: value > 0.05,
    "date in its interval": lambda value: value < 0.94,
    "ratio in its interval": lambda value: value < 0.93,
    "date, found or not": lambda value: value < 0.94,
    "ratio, found or not": lambda value: value < 0.93,
    "cannot be dated, of changes": lambda value: value > 0.05,
}
"""What is measured of dates and sizes, and when it misses its goal."""

COVER_HEAD = ("right", "too many", "date", "ratio", "date, all", "ratio, all", "not dated")


class CalibrationExtent(FromRuns):
    """Say how much was run."""

    def run(self):
        """Write a sentence for each kind."""
        said = []
        for kind in ("size", "power", "panel", "cover"):
            what = "panels" if kind == "panel" else "series"
            cells = self.cells(kind)
            told = [row for of in cells.values() for row in of.values()]
            if kind == "cover":  # its other measures are of changes, of which there may be more
                told = [of["found"] for of in cells.values()]
            numbers = runs(told)
            text = f"{kind}: {len(cells)} cells of {numbers} {what} each"
            said.append(nodes.list_item("", nodes.paragraph("", text)))
        return [nodes.bullet_list("", *said)]


def number(row, misses=lambda _: False):
    """Write a share, bold where it misses its goal."""
    if row is None:
        return nodes.Text(NOTHING)
    value = float(row["value"])
    if isnan(value):
        return nodes.Text(NOTHING)
    text = f"{value:.3f}".removeprefix("0")
    return nodes.strong("", text) if misses(value) else nodes.Text(text)


def mean(rows):
    """Average a share over cells that have one, with the error of the average."""
    known = [row for row in rows if int(row["runs"])]
    value = sum(float(row["value"]) for row in known) / len(known)
    error = sum(float(row["error"]) ** 2 for row in known) ** 0.5 / len(known)
    return {"value": value, "error": error}


def runs(rows):
    """Write how many runs there were, from to if they differ."""
    numbers = sorted({int(row["runs"]) for row in rows})
    if not numbers:
        return "0"
    return f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"


def special(exposure, season):
    """Name what is not even or without season."""
    return [exposure] * (exposure != "even") + [f"season of {season}"] * (season != "none")


def setup(app):
    """Register the directives."""
    app.add_directive("calibration-table", CalibrationTable)
    app.add_directive("calibration-extent", CalibrationExtent)
    return {"parallel_read_safe": True}
