"""Options of every command that reads a table, and settings as options and back."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from engagement.display import visible
from engagement.errors import SettingError, shown, suggest
from engagement.values.country_systems import COUNTRY_SYSTEMS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

__all__ = [
    "add_reading_options",
    "in_shell_words",
    "reading_settings",
    "refuse_to_replace",
    "tell",
    "words_of",
]

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}


@frozen
class _Option:
    """One setting of `FileSettings`, as an option."""

    setting: str
    word: str
    help: str
    metavar: str | None = None
    choices: Mapping[str, Any] | None = None
    """What each word stands for."""
    flag: Any = None
    """What the option alone stands for."""
    kind: str = "text"
    """``text``, ``number``, ``span``, ``pairs``, ``numbers`` by name, or ``values``."""

    def add_to(self, group: Any) -> None:
        """Add the option to a parser."""
        asked: dict[str, Any] = {"dest": self.setting, "help": self.help, "default": None}
        if self.flag is not None:
            group.add_argument(self.word, action="store_const", const=self.flag, **asked)
            return
        if self.choices is not None:
            asked["choices"] = list(self.choices)
        elif self.kind == "span":
            asked |= {"nargs": 2, "metavar": ("SINCE", "UNTIL")}
        else:
            asked["metavar"] = self.metavar
        if self.kind in ("pairs", "numbers", "values"):
            asked["action"] = "append"
        group.add_argument(self.word, **asked, **({"type": int} if self.kind == "number" else {}))

    def read(self, given: Any) -> Any:
        """Give the value of the setting for what was written."""
        if self.choices is not None:
            return self.choices[given]
        if self.kind not in ("pairs", "numbers", "values"):
            return given
        read: dict[str, Any] = {}
        for text in given:
            of_values = self.kind == "values"
            name, sign, value = text.rpartition("=") if of_values else text.partition("=")
            column, mark, theirs = name.partition(":") if of_values else (name, "", "")
            if not sign or bool(mark) != of_values:
                raise SettingError(f"{self.word} takes {self.metavar}, got {shown(text)}")
            if self.kind == "numbers" and value.isdecimal():
                read[name.strip()] = int(value)
            elif mark:
                read.setdefault(column.strip(), {})[theirs.strip()] = value.strip()
            else:
                read[name.strip()] = value
        return read

    def words(self, value: Any) -> list[str]:
        """Write a value of the setting as words of a command line."""
        if self.flag is not None:
            return [self.word] if value == self.flag else []
        if self.choices is not None:
            told = [word for word, meant in self.choices.items() if meant == value]
            return [self.word, *told]
        if self.kind in ("pairs", "numbers"):
            return [
                word for ours, theirs in value.items() for word in (self.word, f"{ours}={theirs}")
            ]
        if self.kind == "values":
            return [
                word
                for column, texts in value.items()
                for text, meant in texts.items()
                for word in (self.word, f"{column}:{text}={meant}")
            ]
        return [self.word, *map(str, value if self.kind == "span" else [value])]


def _same(*words: str) -> dict[str, str]:
    return dict(zip(words, words, strict=True))


OPTIONS = (
    _Option(
        *(
            "columns",
            "--column",
            "the name of a documented column in the table; may be given again",
        ),
        metavar="OURS=THEIRS",
        kind="pairs",
    ),
    _Option(
        *("values", "--value", "what a text means in a documented column; may be given again"),
        metavar="COLUMN:THEIRS=OURS",
        kind="values",
    ),
    _Option(
        "defaults",
        "--default",
        "the value of empty cells of a documented column; may be given again",
        metavar="COLUMN=VALUE",
        kind="pairs",
    ),
    _Option(
        "unknown_columns",
        "--unknown-columns",
        "what becomes of columns that are not documented (default: refuse)",
        choices=_same("refuse", "keep", "note"),
    ),
    _Option(
        "date_order",
        "--date-order",
        "what dates such as 03/04/2019 mean; without it they are refused",
        choices=_same("day-first", "month-first"),
    ),
    _Option(
        "times",
        "--times",
        "what becomes of times of day: refuse, cut or a time zone (default: refuse)",
        metavar="refuse|cut|ZONE",
    ),
    _Option(
        "decimal",
        "--decimal",
        "the decimal mark; without it amounts such as 1,234 are refused",
        choices={"point": ".", "comma": ","},
    ),
    _Option(
        "fiscal_years",
        "--fiscal-years",
        "the month in which a year written 2018-19 begins",
        metavar="MONTH",
        kind="number",
    ),
    _Option(
        "list_separator",
        "--list-separator",
        "what separates the items of a list in one cell (default: a semicolon)",
        metavar="MARK",
    ),
    _Option("amounts", "--amounts", "read amounts such as $2.5m and RMB 26bn", flag=True),
    _Option("undated", "--undated", "exclude rows without a date", flag="leave out"),
    _Option(
        *("coverage", "--coverage", "first and last date that the sources observed"), kind="span"
    ),
    _Option(
        "countries",
        "--countries",
        "the system in which countries are written (default: name)",
        choices=_same(*COUNTRY_SYSTEMS),
    ),
    _Option(
        "successors",
        "--successors",
        "whether states that ended count as their successors (default: keep)",
        choices=_same("keep", "merge"),
    ),
    _Option("groups", "--groups", "read Central Asia and the like as their members", flag=True),
    _Option("encoding", "--encoding", "of a text file, such as cp1252", metavar="NAME"),
    _Option("delimiter", "--delimiter", "between the cells of a CSV", choices=_DELIMITERS),
    _Option("sheet", "--sheet", "the sheet of a workbook", metavar="NAME"),
    _Option(
        *("header_row", "--header-row", "the row with the names of the columns"),
        metavar="N",
        kind="number",
    ),
    _Option(
        "limits",
        "--limit",
        "what is read at most: rows, columns, cells, characters of a cell, megabytes",
        metavar="NAME=NUMBER",
        kind="numbers",
    ),
)
"""The settings of `FileSettings`, as options."""

_OTHERS = {"missing", "freq", "since", "until", "title", "date"}
_COLUMNS = {name: f"--{name}-column" for name in ("period", "count", "exposure")}
_OPTION_OF = {option.setting: option for option in OPTIONS}
_WORD_OF = {
    **{name: option.word for name, option in _OPTION_OF.items()},
    **{name: f"--{name}" for name in _OTHERS},
    **_COLUMNS,
    "by": "--by",
}
_VALUE = r"""'[^']*'|"[^"]*"|True|None|\d+|"""
_ASSIGNED = re.compile(
    rf"\b({'|'.join(_WORD_OF)})=({_VALUE})((?:(?:, | or |, or )(?:'[^']*'|\"[^\"]*\"))*)"
)
_SUBJECT = re.compile(
    rf"(?:^|(?<=: ))(?:({'|'.join(_WORD_OF)})(?= (?:must name|names|says|is stated))|"
    rf"({'|'.join({*_WORD_OF} - {*_COLUMNS})})(?= (?:must|gives)))"
)
_LIMIT = re.compile(r"limits=\{'(\w+)': \.\.\.\}")
_PYTHON_ALONE = re.compile(r"; or give periods, such as \.to_period\([^)]*\)")


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how a table differs from the documented one."""
    group = parser.add_argument_group("how the table is read")
    group.add_argument(
        "--mapping",
        metavar="JSON",
        help="a file with these settings, as check --save writes it; options take precedence",
    )
    for option in OPTIONS:
        option.add_to(group)


def reading_settings(options: argparse.Namespace) -> dict[str, Any]:
    """
    Give what was asked as settings of `read_events`.

    Raises
    ------
    SettingError
        If a word is not of the form of its option, or the mapping file is none.
    """
    settings: dict[str, Any] = {} if options.mapping is None else _read_mapping(options.mapping)
    for option in OPTIONS:
        given = getattr(options, option.setting)
        if given is None:
            continue
        read, before = option.read(given), settings.get(option.setting)
        if option.kind == "values" and before:
            read = {
                column: {**before.get(column, {}), **read.get(column, {})}
                for column in dict.fromkeys([*before, *read])
            }
        elif option.kind in ("pairs", "numbers") and before:
            read = {**before, **read}
        settings[option.setting] = read
    return settings


def _read_mapping(path: str) -> dict[str, Any]:
    try:
        read = json.loads(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise SettingError(f"{path}: not JSON: {error}") from None
    if not isinstance(read, dict):
        raise SettingError(f"{path}: a JSON object of settings is read")
    for name in read:
        if name not in _OPTION_OF:
            raise SettingError(
                f"{path}: unknown setting {shown(name)}; the settings are "
                f"{', '.join(_OPTION_OF)}{suggest(name, _OPTION_OF)}"
            )
    return read


def words_of(settings: Mapping[str, Any]) -> list[str]:
    """Write settings as words of a command line, in the order of the options."""
    return [
        word
        for option in OPTIONS
        if settings.get(option.setting) is not None
        for word in option.words(settings[option.setting])
    ]


def command_lines(words: Sequence[str], width: int) -> str:
    r"""
    Write a command in lines that a shell takes for one.

    Examples
    --------
    >>> print(command_lines(["engagement", "check", "my table.csv"], 80))
      engagement check 'my table.csv'
    """
    told = [shlex.quote(word) for word in words]
    chunks: list[str] = []
    for word in told:
        if chunks and chunks[-1].startswith("--") and not word.startswith("--"):
            chunks[-1] += f" {word}"
        else:
            chunks.append(word)
    lines = [""]
    for chunk in chunks:
        if lines[-1] and len(lines[-1]) + len(chunk) > width - 6:
            lines.append("")
        lines[-1] += f" {chunk}" if lines[-1] else chunk
    return "  " + " \\\n    ".join(lines)


def in_shell_words(message: str) -> str:
    """
    Say a message about settings of Python with the options of the shell.

    Examples
    --------
    >>> in_shell_words("say date_order='day-first' or 'month-first'")
    'say --date-order day-first or month-first'
    >>> in_shell_words("header_row must be a whole number; groups=True reads them")
    '--header-row must be a whole number; --groups reads them'
    """
    message = _LIMIT.sub(r"--limit \1=...", message)
    said = _ASSIGNED.sub(_as_option, _PYTHON_ALONE.sub("", message))
    return _SUBJECT.sub(lambda found: _WORD_OF[found[1] or found[2]], said)


def _as_option(found: re.Match[str]) -> str:
    name, value, other = found[1], found[2].strip("'\""), re.sub("['\"]", "", found[3])
    option = _OPTION_OF.get(name)
    if option is not None and (option.flag is not None or not value):
        return option.word
    if option is not None and option.choices is not None:
        told = [word for word, meant in option.choices.items() if meant == value]
        value = told[0] if told else value
    return f"{_WORD_OF[name]} {value}{other}".rstrip()


def tell(text: str, *, end: str = "\n") -> None:
    """Print lines; no text of the data and no name of a file steers the terminal."""
    print("\n".join(map(visible, text.split("\n"))), end=end)


def refuse_to_replace(file: Path, *, replace: bool) -> None:
    """Raise SettingError where a file stands already, unless it is to be replaced."""
    if file.exists() and not replace:
        raise SettingError(f"{file} exists already; --replace overwrites it")
