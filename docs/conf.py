"""How the documentation is built: ``nox -s docs``."""

import functools
import importlib
import os
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "_ext"))
os.environ["MPLBACKEND"] = "Agg"

from sphinx.addnodes import pending_xref  # noqa: E402 - after the drawing backend

import engagement  # noqa: E402 - after the drawing backend

SOURCE = Path(engagement.__file__).parent

project = "engagement"
author = "The engagement developers"
copyright = "2026, The engagement developers"  # noqa: A001 - Sphinx's name for it
version = release = engagement.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "matplotlib.sphinxext.plot_directive",
    "sphinx_gallery.gen_gallery",
    "myst_parser",  # the changelog is Markdown
    "api_pages",
    "calibration_tables",
    "claim_tables",
    "invariants",
    "measured_tables",
    "term_tables",
]
exclude_patterns = ["_build"]
nitpicky = True
default_role = "py:obj"

html_theme = "furo"
html_title = f"engagement {release}"
html_static_path = ["_static"]
html_css_files = ["engagement.css"]
html_show_sourcelink = False

autodoc_default_options = {"members": True, "member-order": "bysource"}
# Types stand beside the parameters that a docstring describes, and the signature stays short.
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
add_module_names = False

napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

suppress_warnings = ["myst.header"]

sphinx_gallery_conf = {
    "examples_dirs": str(HERE.parent / "examples"),
    "gallery_dirs": "gallery",
    "filename_pattern": r"[\\/]plot_",
    "ignore_pattern": r"[\\/](?!plot_)[^\\/]*\.py$",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "image_scrapers": ("matplotlib",),
    "reset_modules": ("matplotlib",),
    "capture_repr": (),
    "remove_config_comments": True,
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
    "write_computation_times": False,
}

plot_html_show_source_link = False
plot_html_show_formats = False
plot_formats = ["svg"]

# Other projects' inventories are fetched only where this is asked for: there may be no network.
if os.environ.get("ENGAGEMENT_DOCS_INTERSPHINX") == "1":
    extensions.append("sphinx.ext.intersphinx")
    intersphinx_mapping = {
        "python": ("https://docs.python.org/3", None),
        "numpy": ("https://numpy.org/doc/stable", None),
        "pandas": ("https://pandas.pydata.org/docs", None),
        "matplotlib": ("https://matplotlib.org/stable", None),
    }

# Names of other projects need no target.
OTHERS = (
    "attrs|collections|datetime|decimal|enum|matplotlib|np|numpy|os|pandas|pathlib|pd|typing|types"
)
nitpick_ignore_regex = [
    (
        "py:class",
        r"engagement\.counting\.entries\.Entries",
    ),  # how counts are kept, and no part of the API
    ("py:class", "Actors|OnError|RelativeDates"),  # choices that the parameters' texts list
    ("py:class", "CountsLike|Freq|Missing"),  # likewise
    (
        "py:class",
        "Counting|CoverageChoice|DateOrder|Durations|ForcesAbroad|Imprecise|Selective|Window",
    ),  # likewise
    ("py:class", "Key|Paths|Spans"),  # shapes of plain tuples and texts
    (
        "py:class",
        r"engagement\.sources\.(\w+\.\w+Settings|joining\.Groups|event_table\.Coded)",
    ),  # the keywords of a reader, which its text lists, and what its columns hold
    ("py:.*", r"(engagement\.values\.vocabulary\.)?Basis"),  # terms, listed with coverage
    ("py:class", "Labels|Selection"),  # what the parameters' texts say may be passed
    ("py:class", r"(engagement\.models\.families\.)?Family|Prior"),  # protocols, told on a page
    (
        "py:.*",
        r"(engagement\.changes\.posterior\.date_order\.)?(DatedChange|ExactPosterior)",
    ),  # inner parts
    ("py:class", r"(engagement\.events\.(columns|coded)\.)?(EventColumns|Coded)"),  # a Sequence
    (
        "py:class",
        r"(engagement\.[\w.]+\.)?(CountComponents|LikelihoodRows|PanelModel|Reference|Segmentations)",
    ),  # likewise
    ("py:.*", rf"({OTHERS})(\..*)?"),
    ("py:.*", "Callable|ClassVar|Iterable|Iterator|Mapping|Sequence|optional"),
]


# What annotations say in short, where it is imported for types alone.
WHOLE_NAMES = {
    "ArrayLike": "numpy.typing.ArrayLike",
    "Axes": "matplotlib.axes.Axes",
    "Figure": "matplotlib.figure.Figure",
    "NDArray": "numpy.typing.NDArray",
    "Path": "pathlib.Path",
    "date": "datetime.date",
    "datetime": "datetime.datetime",
    "np": "numpy",
    "pd": "pandas",
}


def say_whole_names(_, doctree):
    """Give references their whole names; `date` alone would be any attribute of that name."""
    for node in doctree.findall(pending_xref):
        if node.get("refdomain") == "py" and node.get("reftype") in {"class", "obj"}:
            first, dot, rest = node["reftarget"].partition(".")
            node["reftarget"] = WHOLE_NAMES.get(first, first) + dot + rest


@functools.cache
def public_names():
    """Map each public name to where it is documented: at the top, else in its folder."""
    folders = [path.parent.name for path in SOURCE.glob("*/__init__.pyi")]
    found = {}
    for package in ("engagement", *(f"engagement.{name}" for name in folders)):
        for name in importlib.import_module(package).__all__:
            found.setdefault(name, f"{package}.{name}")
    return found


def short_home(name):
    """
    Give the public name of what is defined at a dotted name; None where it has none.

    It is importable from the package itself, or from the folder that it stands in.
    """
    first, _, rest = name.partition(".")
    if first in public_names():
        return ".".join([public_names()[first], *filter(None, [rest])])
    module, _, attribute = name.rpartition(".")
    if not module.startswith("engagement."):
        return None
    defined = getattr(importlib.import_module(module), attribute, None)
    folder = importlib.import_module(".".join(module.split(".")[:2]))
    for package in (engagement, folder):
        if attribute in getattr(package, "__all__", ()) and package is not defined:
            public = f"{package.__name__}.{attribute}"
            return public if getattr(package, attribute) is defined and public != name else None
    return None


def link_to_public_name(app, env, node, contnode):
    """Lead a reference to the module that defines a name to the name's one documented place."""
    if node.get("refdomain") != "py":
        return None
    try:
        target = short_home(node["reftarget"])
    except ImportError:
        return None
    if target is None:
        return None
    domain = env.get_domain("py")
    return domain.resolve_xref(env, node["refdoc"], app.builder, "obj", target, node, contnode)


COLON = "\N{MODIFIER LETTER COLON}"


def hide_colon(_, what, *rest):
    """Keep napoleon from taking "One thing: another" under an attribute for a type."""
    lines = rest[-1]
    if what in {"attribute", "property"} and lines:
        lines[0] = lines[0].replace(": ", COLON)


def show_colon(*rest):
    """Undo what was done before napoleon ran."""
    lines = rest[-1]
    lines[:] = [line.replace(COLON, ": ") for line in lines]


def tell_references_apart(_, __, name, *rest):
    """Give a docstring's references labels of its own: many docstrings stand on one page."""
    lines = rest[-1]
    label = name.replace(".", "-").lower()
    lines[:] = [re.sub(r"\[(\d+)\](?=_)", rf"[#{label}-\1]", line) for line in lines]
    lines[:] = [re.sub(r"^(\s*\.\. )\[(\d+)\]", rf"\1[#{label}-\2]", line) for line in lines]


def setup(app):
    """Connect what stands in this file."""
    app.connect("doctree-read", say_whole_names)
    app.connect("missing-reference", link_to_public_name)
    app.connect("autodoc-process-docstring", tell_references_apart, priority=100)
    app.connect("autodoc-process-docstring", hide_colon, priority=100)
    app.connect("autodoc-process-docstring", show_colon, priority=900)
