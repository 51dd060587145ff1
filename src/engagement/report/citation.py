"""How the report, the library and the sources behind it are cited, in plain text and BibTeX."""

from __future__ import annotations

from collections import Counter
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from attrs import frozen

from engagement import __version__
from engagement.log.eventlog import EventLog

if TYPE_CHECKING:
    from engagement.counting.counts import Counts

__all__ = ["Citation", "digest_of", "documents_of"]


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


def documents_of(log: EventLog | None) -> list[tuple[str, int]]:
    """List the documents that events name as their sources, with the number of events of each."""
    if log is None:
        return []
    counted = Counter(
        document for event in log for document in {one.document for one in event.sources}
    )
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


@frozen(kw_only=True)
class Citation:
    """What a reader needs to cite a report."""

    title: str
    made_on: date
    digest: str

    def text(self) -> str:
        """Return the citation in plain text."""
        return (
            f"{self.title}. Report of {self.made_on.isoformat()}, made with engagement "
            f"{__version__} from input with SHA-256 {self.digest}."
        )

    def bibtex(self) -> str:
        """Return two entries in BibTeX: the report and the library."""
        note = f"Made with engagement {__version__} from input with SHA-256 {self.digest}"
        return "\n".join(
            [
                f"@misc{{engagement-report-{self.digest[:8]},",
                f"  title = {{{{{_braced(self.title)}}}}},",
                f"  year = {{{self.made_on.year}}},",
                f"  note = {{{note}, {self.made_on.isoformat()}}},",
                "}",
                "@software{engagement,",
                "  title = {{engagement: temporal event modelling}},",
                "  author = {{The engagement developers}},",
                f"  version = {{{__version__}}},",
                "}",
            ]
        )


_BIBTEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: rf"\{character}" for character in "{}&%$#_"},
}


def _braced(text: str) -> str:
    return "".join(_BIBTEX.get(character, character) for character in " ".join(text.split()))
