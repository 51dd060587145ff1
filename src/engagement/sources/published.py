"""Published files, one or many: found, unpacked, decoded, and given in blocks of whole lines."""

from __future__ import annotations

import codecs
import re
import struct
import zipfile
import zlib
from contextlib import contextmanager
from glob import glob, has_magic
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from attrs import field, frozen

from engagement.errors import FormatError, SettingError, shown
from engagement.files.limits import Limits, read_limits
from engagement.files.recognition import archive_as, packed_as
from engagement.settings.checks import check_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import BufferedReader
    from os import PathLike

Block: TypeAlias = bytes | bytearray

__all__ = ["BLOCK", "Block", "Paths", "PublishedFile", "find_files"]

BLOCK = 2**25
"""Bytes that are read at a time."""

PUBLISHED = Limits(rows=2**24, cells=2**25, megabytes=2**11)
"""What a file of a published data set holds at most."""

Paths: TypeAlias = "str | PathLike[str] | Sequence[str | PathLike[str]]"
"""A file, a folder, a pattern such as ``"gdelt/2019*.zip"``, or several of them."""

_BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    LookupError,
)
"""What is raised where an archive cannot be read."""

_HEAD = 2**16
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
_SINGLE_BYTE = re.compile("ascii|iso8859-.*|cp125[0-8]|koi8-.*|mac-.*")
_BOM = codecs.BOM_UTF8


@frozen
class PublishedFile:
    """
    A file, or the one member of a zip archive, that can be read as often as is needed.

    Its text is given as UTF-8. Bytes that are not of its encoding stay such that `text_of`
    makes lone surrogates of them, so that a fault can be told of the one cell that holds them.
    """

    path: Path
    """Where it is."""
    encoding: str
    """That of the text."""
    limits: Limits = PUBLISHED
    """What is read at most."""
    _codec: str = field(init=False)

    @_codec.default
    def _find_codec(self) -> str:
        try:
            "x".encode(self.encoding)
            return codecs.lookup(self.encoding).name
        except (LookupError, TypeError, ValueError):
            raise SettingError(f"unknown encoding {shown(self.encoding)}") from None

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name

    @property
    def errors(self) -> str:
        """How bytes that are not of the encoding are kept in a block."""
        return "surrogateescape" if self._codec == "utf-8" else "surrogatepass"

    def blocks(self, size: int | None = None) -> Iterator[Block]:
        """
        Give the text in blocks of whole lines, each ending with a line feed but the last.

        A block is good until the next one is asked for.

        Parameters
        ----------
        size
            Bytes that are read at a time; ``None`` for `BLOCK`.

        Raises
        ------
        FormatError
            If it is an archive that cannot be read or has not exactly one member, or no text.
        SettingError
            If there is no such encoding.
        FileNotFoundError
            If there is no such file.
        LimitError
            If it unpacks to more than the limits, or a line is longer.
        """
        size = size or BLOCK
        if self._codec == "utf-8":
            start = len(_BOM)
            for block in self._lines(size):
                if start and block.startswith(_BOM):
                    del block[:start]
                start = 0
                yield block
        elif _SINGLE_BYTE.fullmatch(self._codec):
            for block in self._lines(size):
                yield self._recoded(block)
        else:  # in which a byte of a line feed may be a part of something else
            content = self._whole()
            for first, last in _cuts(content, size):
                yield content[first:last]

    def text_of(self, block: Block) -> str:
        """Decode a block."""
        return block.decode(errors=self.errors)

    def head(self, size: int = 2**17) -> str:
        """Give the beginning of the text, in which a line may be cut."""
        if self._codec != "utf-8" and not _SINGLE_BYTE.fullmatch(self._codec):
            return self.text_of(self._whole())
        found = b""
        for block in self._lines(size, has_lines=False):
            found += block
            if len(found) >= size:
                break
        return self.text_of(self._in_utf8(found))

    def text(self) -> str:
        """Give the whole text, whose lines may be of any length."""
        return self.text_of(self._whole())

    def _whole(self) -> bytes:
        return self._in_utf8(b"".join(map(bytes, self._lines(BLOCK, has_lines=False))))

    def _in_utf8(self, content: bytes) -> bytes:
        known = content if self._codec == "utf-8" else self._recoded(content)
        return known.removeprefix(_BOM)

    def _recoded(self, block: Block) -> bytes:
        try:
            text = block.decode(self.encoding, errors="surrogateescape")
        except (UnicodeError, TypeError, ValueError):
            raise FormatError(f"{self.name}: the text is not {self.encoding}") from None
        return text.encode(errors="surrogatepass")

    def _lines(self, size: int, *, has_lines: bool = True) -> Iterator[bytearray]:
        """
        Read whole lines, as long as they end with the byte of a line feed, into one block.

        Without *has_lines* one that is too long is given in parts, and else refused.
        """
        most = self.limits.characters
        n_bytes = 0
        with _opened(self.path) as opened:
            try:
                is_first = True
                block = bytearray(min(size, _HEAD))  # enough for most files
                while n_read := opened.readinto(block):
                    is_last = n_read < len(block)
                    del block[n_read:]
                    if not block.endswith(b"\n"):
                        block += opened.readline(most + 1)
                    n_bytes += len(block)
                    self.limits.hold("megabytes", n_bytes / 2**20, self.name)
                    if has_lines and _has_longer_line(block, most):
                        what = f"a line of more than {most} bytes"
                        self.limits.hold("characters", inf, self.name, what)
                    if is_first:
                        self._refuse_other(bytes(block[:_HEAD]))
                    is_first = False
                    yield block
                    if is_last:
                        break
                    block += bytes(max(0, size - len(block)))
                    del block[size:]
            except _BROKEN_ARCHIVE as error:
                if isinstance(opened, zipfile.ZipExtFile) and not isinstance(error, FormatError):
                    raise _broken(self.path.name, error) from None
                raise

    def _refuse_other(self, piece: bytes) -> None:
        packed = packed_as(piece)
        if packed:
            raise FormatError(f"{self.name}: not a text{packed}")
        if piece.startswith((b"\xff\xfe", b"\xfe\xff")) and self._codec == "utf-8":
            raise FormatError(f"{self.name}: the text is UTF-16; give encoding='utf-16'")


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader | zipfile.ZipExtFile]:
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        if start not in _ZIPPED:
            yield file
            return
        try:
            archive = zipfile.ZipFile(file)
            opened = archive.open(only_member(path, archive))
        except FormatError:
            raise
        except _BROKEN_ARCHIVE as error:
            raise _broken(path.name, error) from None
        with archive, opened:
            yield cast("zipfile.ZipExtFile", opened)


def only_member(path: Path, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """
    Find the one file in an archive.

    Raises
    ------
    FormatError
        If there is not exactly one, or it is packed by another method.
    """
    members = [
        member
        for member in archive.infolist()
        if not member.is_dir() and not member.filename.startswith("__MACOSX/")
    ]
    if any(member.filename == "[Content_Types].xml" for member in members):
        told = archive_as({member.filename for member in members}, path.suffix)
        raise FormatError(f"{path.name}: not a text; this looks like {told}")
    if len(members) != 1:
        raise FormatError(
            f"{path.name}: the archive has {len(members)} files, not one; "
            "unpack it and give the file with the events"
        )
    if members[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FormatError(f"{path.name}: packed by a method that is not read; unpack it")
    return members[0]


def _broken(name: str, error: Exception) -> FormatError:
    return FormatError(f"{name}: not a zip archive that can be read: {error}")


def _has_longer_line(block: Block, most: int) -> bool:
    start = 0
    while len(block) - start > most:
        end = block.rfind(b"\n", start, start + most + 1)
        if end < 0:
            return True
        start = end + 1
    return False


def _cuts(content: bytes, size: int) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(content):
        end = content.rfind(b"\n", start, start + size) + 1
        if not end:
            end = content.find(b"\n", start) + 1 or len(content)
        yield start, end
        start = end


def find_files(paths: object, encoding: str, limits: object = None) -> tuple[PublishedFile, ...]:
    """
    Find the files of a data set, in the order of their names.

    Parameters
    ----------
    paths
        A file; a folder, of which all files are taken but hidden ones; a pattern; or several of
        these.
    encoding
        That of their texts.
    limits
        What of `PUBLISHED` is lifted, see `read_limits`.

    Raises
    ------
    FileNotFoundError
        If a file is not there, or a folder or a pattern has none.
    SettingError
        If it is none of these.
    FormatError
        If one is no regular file.
    """
    found: list[Path] = []
    for file in _several(paths):
        if file.is_dir():
            inside = sorted(one for one in file.iterdir() if one.is_file() and one.name[0] != ".")
        elif not file.exists() and has_magic(str(file)):
            found_here = glob(str(file), recursive=True)  # noqa: PTH207 - patterns of whole paths
            inside = sorted(one for one in map(Path, found_here) if one.is_file())
        else:
            inside = [file]
        if not inside:
            raise FileNotFoundError(f"no files in {str(file)!r}")
        found += inside
    for file in found:
        if file.exists() and not file.is_file():
            raise FormatError(f"{file.name}: no regular file, so that it may have no end")
    held = read_limits(limits, PUBLISHED)
    return tuple(PublishedFile(file, encoding, held) for file in dict.fromkeys(found))


def _several(paths: object) -> list[Path]:
    if isinstance(paths, (list, tuple)) and paths:
        return [check_path("each of several paths", path) for path in paths]
    return [check_path("path", paths)]
