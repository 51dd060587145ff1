"""
One page for each public name, made from the list on the API page.

The API page lists names by subject. Here each group of them becomes a table with what each is for,
and each name a page of its own with the worked examples that use it. Signatures of attrs classes
show their defaults as values.
"""

import importlib
import inspect
import re
from enum import Enum
from pathlib import Path

import attrs
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.osutil import ensuredir

ENTRY = re.compile(r"^\.\. auto(\w+):: (\S+)\n((?:   .*\n)*)", re.MULTILINE)
GROUP = re.compile(r"(?:^\.\. auto\w+:: \S+\n(?:   .*\n|\n)*)+", re.MULTILINE)
MAIN = "engagement"


def found(name):
    """Import what a name of the page stands for."""
    module, _, attribute = (name if "." in name else f"{MAIN}.{name}").rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def first_sentence(name):
    """Return the first sentence of a docstring."""
    lines = (inspect.getdoc(found(name)) or "").split("\n\n")[0]
    return " ".join(lines.split())


def page_of(name):
    """Return the document of a name."""
    return f"api/{name.removeprefix('engagement.')}"


def examples_of(name, folder):
    """List the worked examples that use a name, by document and title."""
    short = name.rpartition(".")[2]
    for script in sorted(folder.glob("plot_*.py")):
        text = script.read_text(encoding="utf-8")
        if re.search(rf"\beg\.{short}\b", text):
            yield f"/gallery/{script.stem}", text.split("\n")[1]


def write_pages(app):
    """Write a page for each name on the API page, and change none that is right."""
    folder = Path(app.srcdir)
    ensuredir(folder / "api")
    text = (folder / "api.rst").read_text(encoding="utf-8")
    kept = set()
    for kind, name, options in ENTRY.findall(text):
        title = name.removeprefix("engagement.")
        lines = [title, "=" * len(title), "", f".. currentmodule:: {MAIN}", ""]
        lines += [f".. auto{kind}:: {name}", options]
        examples = list(examples_of(name, folder.parent / "examples"))
        if examples:
            lines += [".. rubric:: Worked examples", ""]
            lines += [f"- :doc:`{what} <{document}>`" for document, what in examples]
        page = folder / f"{page_of(name)}.rst"
        kept.add(page)
        content = "\n".join(lines) + "\n"
        if not page.exists() or page.read_text(encoding="utf-8") != content:
            page.write_text(content, encoding="utf-8")
    for page in set((folder / "api").glob("*.rst")) - kept:
        page.unlink()


def table_of(group):
    """Make a table of a group of names, with a hidden table of contents."""
    names = [name for _, name, _ in ENTRY.findall(group)]
    lines = [".. list-table::", "   :widths: 36 64", "   :class: names", ""]
    for name in names:
        lines += [f"   * - :obj:`{name.rpartition('.')[2]} <{name}>`"]
        lines += [f"     - {first_sentence(name)}"]
    lines += ["", ".. toctree::", "   :hidden:", "", *(f"   {page_of(name)}" for name in names)]
    return "\n".join(lines) + "\n\n"


def show_tables(_, docname, source):
    """Put tables in the place of the groups on the API page."""
    if docname == "api":
        source[0] = GROUP.sub(lambda group: table_of(group[0]), source[0])


def show_defaults(_, what, __, obj, ___, signature, returned):
    """Write the defaults of an attrs class as values."""
    if what != "class" or not attrs.has(obj) or signature is None:
        return None
    fields = {field.name: field.default for field in attrs.fields(obj)}

    def value(match):
        default = fields[match[1]]
        if isinstance(default, attrs.Factory):
            return "()" if default.factory in (tuple, list) else "..."
        return repr(str(default.value) if isinstance(default, Enum) else default)

    told = re.sub(r"attr_dict\['(\w+)'\]\.default", value, signature)
    return re.sub(r"=NOTHING\b", "=...", told), returned


def show_made_signatures():
    """
    Show the signatures that readers of data sets are given when they are made.

    They are overloaded for type checkers, whose declarations name the settings in one word.
    """
    analyze = ModuleAnalyzer.analyze

    def analyze_but_sources(self):
        analyze(self)
        if self.modname.startswith("engagement.sources."):
            self.overloads = {}

    ModuleAnalyzer.analyze = analyze_but_sources


def forget_sources(_):
    """Read no defaults from the source of functions whose signatures were made."""
    main = importlib.import_module(MAIN)
    for name in dir(main):
        own = getattr(getattr(main, name), "__dict__", {})
        if inspect.isfunction(getattr(main, name)) and "__signature__" in own:
            del own["__wrapped__"]


def setup(app):
    """Connect what stands in this file."""
    show_made_signatures()
    app.connect("builder-inited", forget_sources)
    app.connect("builder-inited", write_pages)
    app.connect("source-read", show_tables)
    app.connect("autodoc-process-signature", show_defaults)
    return {"parallel_read_safe": True}
