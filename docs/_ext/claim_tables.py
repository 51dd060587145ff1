"""
Directives that check a bundled data set's claims while the pages are built.

``.. claim-summary:: china-central-asia`` counts the claims by kind and verdict, ``.. claim-table::
china-central-asia`` lists them with what was found, in parts by verdict, and ``.. measure-table::``
lists what can be measured. No verdict and no number on the pages is typed.
"""

from collections import Counter
from functools import cache

from docutils import nodes
from sphinx.pycode import ModuleAnalyzer
from term_tables import Table

from engagement.claims.claim import ClaimKind
from engagement.claims.files import load_claims
from engagement.claims.queries import MEASURES
from engagement.claims.table import check_claims
from engagement.claims.verdicts import Verdict
from engagement.files.datasets import load_dataset


@cache
def checked(name):
    """Check the claims of a data set, once a build."""
    return check_claims(load_dataset(name), load_claims(name))


class OfClaims(Table):
    """A table that depends on the claims, the data and the code that checks them."""

    required_arguments = 1

    def checked(self):
        """Check the claims that the directive names."""
        self.env.note_reread()
        return checked(self.arguments[0])


class ClaimSummary(OfClaims):
    """Count the claims by kind and verdict."""

    def run(self):
        """Build one row per kind, and one for all."""
        counted = Counter((row.claim.kind, row.verdict) for row in self.checked())
        rows = []
        for kind in ClaimKind:
            numbers = [counted[kind, verdict] for verdict in Verdict]
            rows.append([nodes.Text(f"{kind}: {said(ClaimKind, kind)}"), *self.cells(numbers)])
        totals = [sum(counted[kind, verdict] for kind in ClaimKind) for verdict in Verdict]
        rows.append([nodes.strong("", "all"), *self.cells(totals)])
        head = ("kind", *map(str, Verdict), "all")
        headline = nodes.paragraph("", "", nodes.strong("", f"{self.checked().title}."))
        return [headline, self.table(head, rows, (36, 12, 12, 14, 16, 10))]

    def cells(self, numbers):
        """Write numbers and their sum."""
        return [nodes.Text(str(number)) for number in (*numbers, sum(numbers))]


class ClaimTable(OfClaims):
    """List the claims of a verdict."""

    option_spec = {"verdict": Verdict}  # noqa: RUF012 - docutils' way

    def run(self):
        """Build one row per claim."""
        wanted = self.options["verdict"]
        rows = []
        for row in self.checked():
            if row.verdict is wanted:
                place = nodes.emphasis("", f"{row.claim.source}, {row.claim.where}")
                statement = [nodes.Text(f"{row.claim.statement} "), nodes.Text("("), place]
                claim = nodes.inline("", "", *statement, nodes.Text(")"))
                values = [row.claimed, row.found, "; ".join(filter(None, (row.why, noted(row))))]
                rows.append([claim, *map(nodes.Text, values)])
        return [self.table(("claim", "claimed", "found", "why"), rows, (38, 14, 18, 30))]


class MeasureTable(Table):
    """List what can be measured."""

    def run(self):
        """Build one row per measure."""
        self.env.note_reread()
        rows = [
            (
                nodes.literal("", name),
                nodes.Text(measure.definition.replace("``", "")),
                nodes.Text(", ".join((*measure.required, *(f"{k}?" for k in measure.optional)))),
                nodes.Text(" ".join(measure.signs)),
            )
            for name, measure in MEASURES.items()
        ]
        return [self.table(("measure", "what it is", "keys", "is"), rows, (13, 45, 15, 27))]


def noted(row):
    """Write a claim's note, if there is one."""
    return f"note: {row.claim.note}" if row.claim.note else ""


def said(kind, member):
    """Give the docstring under a member of an enumeration, its first letter small."""
    analyzer = ModuleAnalyzer.for_module(kind.__module__)
    analyzer.analyze()
    text = " ".join(analyzer.attr_docs[kind.__name__, member.name]).strip().rstrip(".")
    return text[0].lower() + text[1:]


def setup(app):
    """Register the directives."""
    app.add_directive("claim-summary", ClaimSummary)
    app.add_directive("claim-table", ClaimTable)
    app.add_directive("measure-table", MeasureTable)
    return {"parallel_read_safe": True}
