"""
Directives that make tables from the vocabularies in the code.

``.. term-table:: engagement.values.vocabulary.Channel`` lists an enumeration's terms with the
docstrings under them; ``.. topic-table::`` lists the library's topics. No definition is written
twice, and a term without one fails the build.
"""

import importlib

from docutils import nodes
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective


class Table(SphinxDirective):
    """A table from rows of cells, each a text or a list of nodes."""

    def table(self, head, rows, widths):
        """Build the nodes."""
        group = nodes.tgroup(cols=len(head))
        group += [nodes.colspec(colwidth=width) for width in widths]
        group += nodes.thead("", self.row(nodes.Text(text) for text in head))
        group += nodes.tbody("", *(self.row(row) for row in rows))
        return nodes.table("", group, classes=["terms"])

    def row(self, cells):
        """Build one row."""
        return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


class TermTable(Table):
    """List an enumeration's terms with their definitions."""

    required_arguments = 1

    def run(self):
        """Read the definitions from the source."""
        module, _, name = self.arguments[0].rpartition(".")
        kind = getattr(importlib.import_module(module), name)
        said = ModuleAnalyzer.for_module(kind.__module__)
        said.analyze()
        self.env.note_dependency(said.srcname)
        rows = []
        for member in kind:
            lines = said.attr_docs.get((name, member.name))
            if not lines:
                raise self.error(f"{name}.{member.name} has no definition under it")
            rows.append((nodes.literal("", str(member.value)), nodes.Text(" ".join(lines).strip())))
        return [self.table(("term", "definition"), rows, (25, 75))]


class TopicTable(Table):
    """List the library's topics with their definitions and what they imply."""

    def run(self):
        """Read the topics as the library holds them."""
        module = importlib.import_module("engagement.values.topics")
        self.env.note_dependency(module.__file__)
        rows = []
        for topic in sorted(module.TOPICS.values(), key=lambda topic: topic.term):
            if not topic.definition:
                raise self.error(f"the topic {topic.term!r} has no definition")
            cells = (topic.term, topic.definition, ", ".join(topic.implies))
            rows.append((nodes.literal("", cells[0]), nodes.Text(cells[1]), nodes.Text(cells[2])))
        return [self.table(("term", "definition", "implies"), rows, (22, 53, 25))]


def setup(app):
    """Register the directives."""
    app.add_directive("term-table", TermTable)
    app.add_directive("topic-table", TopicTable)
    return {"parallel_read_safe": True}
