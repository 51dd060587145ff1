"""
A directive that makes tables from files of measurements, so that no measured number is typed.

``.. measured-table:: composition.csv`` reads a file of the folder ``benchmarks``. Options:
``where`` keeps rows (``kind=size; counting=whole``), ``rows`` and ``columns`` name columns of
the file whose values head the rows and the columns of the table, ``value`` the column that
fills it (averaged where several rows meet), ``digits`` how it is written. Without ``columns``
each row of the file is a row of the table, and ``value`` lists the columns that are shown, each
with its heading (``seconds=s``).
"""

from pathlib import Path

import pandas as pd
from docutils import nodes
from docutils.parsers.rst import directives
from term_tables import Table

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"


class MeasuredTable(Table):
    """A table of what a benchmark wrote."""

    required_arguments = 1
    option_spec = {  # noqa: RUF012 - docutils' way
        "where": str,
        "rows": str,
        "columns": str,
        "value": directives.unchanged_required,
        "digits": int,
    }

    def run(self):
        """Read the file, keep the rows asked for, and lay them out."""
        path = FOLDER / self.arguments[0]
        self.env.note_dependency(str(path))
        frame = pd.read_csv(path, dtype=str)
        for condition in self.options.get("where", "").split(";"):
            name, _, value = (part.strip() for part in condition.partition("="))
            if name:
                frame = frame[frame[name] == value]
        if frame.empty:
            raise self.error(f"no row of {path.name} is kept")
        rows = [name.strip() for name in self.options["rows"].split(",")]
        if "columns" not in self.options:
            return [self.as_it_is(frame, rows)]
        column, value = self.options["columns"], self.options["value"]
        frame[value] = frame[value].astype(float)
        for name in (*rows, column):
            frame[name] = pd.Categorical(frame[name], list(dict.fromkeys(frame[name])))
        table = frame.pivot_table(
            index=rows, columns=column, values=value, aggfunc="mean", observed=True
        )
        digits = self.options.get("digits", 3)
        cells = []
        for keys, values in zip(table.index, table.to_numpy(), strict=True):
            names = keys if isinstance(keys, tuple) else (keys,)
            texts = ["" if pd.isna(number) else f"{number:.{digits}f}" for number in values]
            cells.append([nodes.Text(str(text)) for text in (*names, *texts)])
        head = (*rows, *map(str, table.columns))
        widths = [30] * len(rows) + [14] * len(table.columns)
        return [self.table(head, cells, widths)]

    def as_it_is(self, frame, rows):
        """Show columns of the file under headings of their own."""
        shown = dict(part.strip().split("=") for part in self.options["value"].split(","))
        cells = [
            [nodes.Text(text) for text in texts]
            for texts in frame[[*rows, *shown]].fillna("").itertuples(index=False)
        ]
        widths = [30] * len(rows) + [14] * len(shown)
        return self.table((*rows, *shown.values()), cells, widths)


def setup(app):
    """Register the directive."""
    app.add_directive("measured-table", MeasuredTable)
    return {"parallel_read_safe": True}
