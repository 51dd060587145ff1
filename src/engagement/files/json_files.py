"""Logs as JSON: one object, a list of events, or a line for each event."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from engagement.errors import FormatError, shown, suggest
from engagement.files.content import Content, objects_of
from engagement.tables.cells import is_absent, read_json
from engagement.tables.records import REQUIRED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["json_bytes", "json_lines_bytes", "read_json_file", "read_json_lines"]

_PARTS = ("events", "coverage", "topics")


def read_json_file(text: str, name: str) -> Content:
    """
    Read a JSON object with events, coverage and topics, or a list of events.

    Raises
    ------
    FormatError
        If it is something else.
    """
    try:
        content = read_json(text)
    except ValueError as error:
        raise FormatError(f"{name}: not JSON: {error}") from None
    if isinstance(content, list):
        content = {"events": content}
    parts = content if isinstance(content, dict) else {}
    if "events" not in parts:
        raise FormatError(f"{name}: a JSON object with 'events', or a list of events, is read")
    unknown = sorted(set(parts) - set(_PARTS))
    if unknown:
        listed = ", ".join(f"'{part}'" for part in _PARTS)
        raise FormatError(
            f"{name}: unknown part {shown(unknown[0])}; the parts are {listed}"
            + suggest(unknown[0], _PARTS)
        )
    events, coverage, topics = (objects_of(parts, part, name) for part in _PARTS)
    numbers = list(range(1, len(events) + 1))
    return Content(
        header=_header(events), rows=events, numbers=numbers, coverage=coverage, topics=topics
    )


def read_json_lines(text: str, name: str) -> Content:
    """
    Read a JSON object from each line; empty lines are none.

    Raises
    ------
    FormatError
        If a line is no JSON.
    """
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = read_json(line)
        except ValueError as error:
            raise FormatError(f"{name}: line {number}: not JSON: {error}") from None
        if not isinstance(row, dict):
            raise FormatError(f"{name}: line {number}: must be an object")
        rows.append(row)
        numbers.append(number)
    return Content(header=_header(rows), rows=rows, numbers=numbers)


def _header(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    header = list(dict.fromkeys(name for row in rows for name in row))
    if not header:
        header += REQUIRED
    return header


def json_bytes(
    rows: Iterable[Mapping[str, Any]],
    coverage: Iterable[Mapping[str, Any]],
    topics: Iterable[Mapping[str, Any]],
) -> bytes:
    """Write a log as one JSON object."""
    content = {
        "events": [_present(row) for row in rows],
        "coverage": [_present(row) for row in coverage],
        "topics": list(topics),
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def json_lines_bytes(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Write a line of JSON for each row."""
    lines = [json.dumps(_present(row), ensure_ascii=False) for row in rows]
    return "".join(f"{line}\n" for line in lines).encode()


def _present(row: Mapping[str, Any]) -> dict[str, Any]:
    return {c: (str(v) if c == "value" else v) for c, v in row.items() if not is_absent(v)}
