"""How the library, a data set, a report and the documents behind them are cited."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING

from attrs import frozen

from engagement import __version__
from engagement.errors import SettingError, shown
from engagement.files.datasets import DATASETS
from engagement.log.eventlog import EventLog

if TYPE_CHECKING:
    from datetime import date

    from engagement.counting.counts import Counts

__all__ = ["Citation", "Reference", "cite", "cite_report", "digest_of", "documents_of"]


@frozen(kw_only=True)
class Reference:
    """One thing to cite; what is not known is empty."""

    key: str
    """Under which BibTeX knows it."""
    title: str
    kind: str = "misc"
    """The type of the BibTeX entry."""
    author: str = ""
    """Names with " and " between them."""
    year: str = ""
    publisher: str = ""
    version: str = ""
    note: str = ""

    def text(self) -> str:
        """Return it in plain text, as a list of references has it."""
        names = re.sub(" and (?=.* and )", ", ", self.author)
        who = f"{names} ({self.year}). " if names and self.year else f"{names}. " if names else ""
        year = f" ({self.year})" if self.year and not names else ""
        version = f", version {self.version}" if self.version else ""
        parts = (self.publisher, self.note)
        rest = "".join(f" {part[0].upper()}{part[1:]}." for part in parts if part)
        return f"{who}{self.title}{year}{version}.{rest}"

    def bibtex(self) -> str:
        """Return it as an entry of BibTeX."""
        names = [_braced(name) for name in self.author.split(" and ")]
        fields = {
            "title": f"{{{_braced(self.title)}}}",
            # what is no person's name is one word to BibTeX
            "author": " and ".join(f"{{{n}}}" if n.startswith("The ") else n for n in names),
            "year": _braced(self.year),
            "institution" if self.kind == "techreport" else "publisher": _braced(self.publisher),
            "version": _braced(self.version),
            "note": _braced(self.note),
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@{self.kind}{{{self.key},", *lines, "}"])


@frozen
class Citation:
    """
    What to cite: the library, the data, and the documents behind them.

    ``print`` shows the references in plain text; `bibtex` gives them as entries of BibTeX.
    """

    references: tuple[Reference, ...]
    """What is cited, the work itself first."""

    def text(self) -> str:
        """Return the references in plain text, a line each."""
        return "\n".join(reference.text() for reference in self.references)

    def bibtex(self) -> str:
        """Return the references as entries of BibTeX."""
        return "\n".join(reference.bibtex() for reference in self.references)

    def __str__(self) -> str:
        """Return the references in plain text."""
        return self.text()


_SOFTWARE = Reference(
    kind="software",
    key="engagement",
    title="engagement: temporal event modelling of how states engage one another",
    author="The engagement developers",
    version=__version__,
)


def cite(log: EventLog | None = None) -> Citation:
    """
    Say how to cite the library, the data and the documents that they rest on.

    Parameters
    ----------
    log
        Whose documents are cited, with the SHA-256 of its content; ``None`` for the bundled
        data set. `EventLog.cite` gives the sources of each event.

    Returns
    -------
    Citation
        ``print`` shows it in plain text, ``bibtex()`` gives BibTeX entries. A document of which
        only the name is known, such as a file that was read, is cited by its name.

    Raises
    ------
    SettingError
        If *log* is no log.

    Examples
    --------
    >>> print(cite().references[2].text())
    Niva Yau (2022). China's Security Management towards Central Asia. Foreign Policy Research ...
    >>> print(cite().references[0].bibtex())
    @software{engagement,
      title = {{engagement: temporal event modelling of how states engage one another}},
      author = {{The engagement developers}},
      version = {...},
    }
    """
    if log is not None and not isinstance(log, EventLog):
        raise SettingError(f"log must be an EventLog or None, got {shown(log)}")
    if log is None:
        (name, title), *_ = DATASETS.items()
        note = f"Data set {name} of engagement {__version__}"
        data = Reference(
            key=name, title=title, author=_SOFTWARE.author, version=__version__, note=note
        )
        documents = [_reference_of(document) for document in _known_documents()]
    else:
        digest = digest_of(log)
        note = f"SHA-256 {digest}"
        data = Reference(key=f"events-{digest[:8]}", title=f"Log of {log}", note=note)
        documents = documents_of(log)
    return Citation((_SOFTWARE, data, *documents))


def cite_report(title: str, made_on: date, digest: str) -> Citation:
    """Say how to cite a report, and the library that made it."""
    made = Reference(
        key=f"engagement-report-{digest[:8]}",
        title=title,
        year=str(made_on.year),
        note=(
            f"Report of {made_on.isoformat()}, made with engagement {__version__} from input "
            f"with SHA-256 {digest}"
        ),
    )
    return Citation((made, _SOFTWARE))


@cache
def _known_documents() -> dict[str, dict[str, str]]:
    """Documents of the bundled data, by their short names."""
    (name, *_) = DATASETS
    file = resources.files("engagement") / "data" / f"{name}.sources.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row for row in rows}


def _reference_of(document: str, n_events: int | None = None) -> Reference:
    known = _known_documents().get(document)
    count = "" if n_events is None else f"Source of {n_events} event{'s' * (n_events != 1)}"
    if known is None:
        key = re.sub(r"[^\w.-]+", "-", document, flags=re.ASCII).strip("-") or "source"
        return Reference(key=key, title=document, note=count)
    said = {name: "" if text.startswith("unknown") else text for name, text in known.items()}
    year = re.match(r"\d{4}", known["date"])
    return Reference(
        kind="techreport" if known["kind"] == "report" else "misc",
        key=document,
        title=said["title"] or f"News text of {known['date']}, without a title",
        author=re.sub("; (?:with )?", " and ", said["author"]),
        year=year[0] if year else "",
        publisher=said["publisher"],
        note="; ".join(filter(None, (known["note"], count))),
    )


def digest_of(source: EventLog | Counts) -> str:
    """
    Compute the SHA-256 of what a report was made of.

    Parameters
    ----------
    source
        A log, of which events, coverage and own topics count; or counts, of which labels,
        periods, counts and exposures do.

    Returns
    -------
    str
        64 hexadecimal digits; the same for the same content, whatever file it was read from.
    """
    digest = sha256()
    if isinstance(source, EventLog):
        frames = [source.to_frame(), source.coverage.to_frame()]
        digest.update("\n".join(map(repr, source.topics)).encode())
    else:
        frames = [source.to_frame()]
    for frame in frames:
        text: str = frame.to_csv(index=False, lineterminator="\n")
        digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def documents_of(log: EventLog | None) -> list[Reference]:
    """Cite the documents that events name as their sources, those of most events first."""
    if log is None:
        return []
    counted = Counter(
        document for event in log for document in {one.document for one in event.sources}
    )
    pairs = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [_reference_of(document, n) for document, n in pairs]


_BIBTEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: rf"\{character}" for character in "{}&%$#_"},
}


def _braced(text: str) -> str:
    return "".join(_BIBTEX.get(character, character) for character in " ".join(text.split()))
