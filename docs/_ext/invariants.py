"""
A directive that sets an invariant beside the test that holds it.

.. code-block:: rst

    .. invariant:: Every event is counted or listed as excluded.
       :test: counting/test_counting.py::test_no_event_is_lost

       Under which conditions, in words.

The build fails if the test does not exist, or says nothing in a docstring.
"""

import ast
from functools import cache
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

TESTS = Path(__file__).resolve().parent.parent.parent / "tests"


@cache
def docstrings(path):
    """Map the tests of a file to their docstrings; methods as ``Class::test``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = ast.get_docstring(node)
        elif isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    found[f"{node.name}::{method.name}"] = ast.get_docstring(method)
    return found


class Invariant(SphinxDirective):
    """Show an invariant, its conditions and its tests."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {"test": directives.unchanged_required}  # noqa: RUF012 - docutils' way

    def run(self):
        """Build the nodes, after a look at the tests."""
        if "test" not in self.options:
            raise self.error("an invariant needs the option :test:")
        statement, messages = self.parse_inline(self.arguments[0])
        body = nodes.definition("", *self.parse_content_to_nodes())
        for place in self.options["test"].split():
            body += self.held_by(place)
        term = nodes.term("", "", *statement)
        item = nodes.definition_list_item("", term, body)
        return [nodes.definition_list("", item, classes=["invariant"]), *messages]

    def held_by(self, place):
        """Name a test and say what it says of itself."""
        name, _, test = place.partition("::")
        path = TESTS / name
        if not path.is_file():
            raise self.error(f"the invariant's test {place!r}: there is no tests/{name}")
        self.env.note_dependency(str(path))
        said = docstrings(path).get(test, "")
        if said == "":
            raise self.error(f"the invariant's test {place!r}: tests/{name} has no test {test!r}")
        if said is None:
            raise self.error(f"the invariant's test {place!r} has no docstring")
        first = " ".join(said.split("\n\n")[0].split())
        paragraph = nodes.paragraph("", "Held by ", classes=["held-by"])
        paragraph += nodes.literal("", place)
        paragraph += nodes.Text(f": {first}")
        return paragraph


def setup(app):
    """Register the directive."""
    app.add_directive("invariant", Invariant)
    return {"parallel_read_safe": True}
