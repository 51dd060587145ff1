"""The report as one page of HTML that needs no other file and asks for nothing from outside."""

from __future__ import annotations

import base64
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from engagement.report.markup import escape
from engagement.report.sections import Sections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engagement.report.contents import Contents

__all__ = ["GENERATOR", "page_of"]

GENERATOR = '<meta name="generator" content="engagement">'
"""By which a page is known as one of ours."""


@cache
def _asset(name: str) -> str:
    return files("engagement.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


def page_of(report: Contents, *, tables: Sequence[str] = ()) -> str:
    """
    Write the page.

    Parameters
    ----------
    report
        What is told of.
    tables
        Names of the files beside the page to link to; none for a page that is sent alone.

    Returns
    -------
    str
        A whole document; every text that came from the data is escaped.
    """
    style, script = _asset("page.css"), _asset("page.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    body = Sections(report=report, tables=tuple(tables)).body()
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'{GENERATOR}\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(report.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"{body}\n<script>{script}</script>\n</body>\n</html>\n"
    )
