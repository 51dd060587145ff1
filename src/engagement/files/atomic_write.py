"""
Files that are written whole or not at all, those that belong together too.

Each file is written as a draft beside its place, synced to disk, and moved. Where several files
belong together, a list of the moves is put beside them before the first move and removed after
the last: reading follows the list where it stands, so that a process that is killed between two
moves leaves the new files, and the next write ends what was begun.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import stat
from contextlib import contextmanager, suppress
from hashlib import sha256
from math import inf
from pathlib import Path
from secrets import token_hex
from threading import Lock
from time import monotonic, sleep, time
from typing import TYPE_CHECKING

from engagement.errors import FormatError
from engagement.files.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["alone_in", "read_whole", "remove", "sync_folder", "unnamed", "write_whole"]

_MARK, _LINKED = ".engagement-", ".engagement-linked-"
_DRAFT = re.compile(r"\.engagement-(?:linked-)?[0-9a-f]{32}\.part")
_MOVES = re.compile(r"\.engagement-[0-9a-f]{32}\.moves")

PATIENCE = 60.0
"""Seconds for which a write waits for another one in the same folder to end."""

_ABANDONED = 3600.0  # seconds after which a draft is no one's, where folders cannot be locked
_ATTEMPTS = 50  # to read files that belong together while they are written

_BINARY: int = getattr(os, "O_BINARY", 0)

_WRITING = Lock()

Moves = dict[str, str | None]
"""Name of a draft by name of a file; ``None`` for a file that is removed."""


def write_whole(files: Mapping[Path, bytes | None], *, main: Path | None = None) -> None:
    """
    Write files of one folder so that all of them have the new content, or none.

    A link stays, and what it points to is written. A file that is replaced keeps its mode.

    Parameters
    ----------
    files
        Content by path; ``None`` removes a file. The folder must be there.
    main
        The one of the files that the others belong to; by it `read_whole` finds what a killed
        process left. ``None`` for the only one.

    Raises
    ------
    OSError
        If one cannot be written, is read-only or is no regular file; its name is told, and all
        files are as they were.
    """
    main = next(iter(files)) if main is None else main
    folder = main.parent
    with alone_in(folder):
        targets = {file.name: _checked_target(file) for file in files}
        drafts: list[Path] = []
        try:
            moves: Moves = {}
            for file, content in files.items():
                target = targets[file.name]
                moves[file.name] = (
                    None if content is None else _drafted(target, content, folder, drafts).name
                )
            if len(files) == 1:
                _move(folder, moves)
            else:
                _move_together(folder, main, moves, drafts)
        finally:
            for draft in drafts:
                remove(draft)


def _move_together(folder: Path, main: Path, moves: Moves, drafts: list[Path]) -> None:
    """Make all moves, or those of the files as they were."""
    back: Moves = {}
    for name in moves:
        target = _target(folder / name)
        back[name] = _kept(target, folder, drafts).name if target.exists() else None
    listed = _moves_of(main)
    try:
        _list_moves(listed, moves, drafts)
        _move(folder, moves)
    except BaseException:
        if not os.path.lexists(listed):
            raise
        try:
            _list_moves(listed, back, drafts)
        except BaseException:  # no way back, so that the next write makes the moves
            drafts.clear()
            raise
        for name, draft in back.items():
            with suppress(OSError):  # what could not be moved is still in its place
                _move(folder, {name: draft})
        listed.unlink(missing_ok=True)
        raise
    listed.unlink()
    sync_folder(folder)


def _move(folder: Path, moves: Moves) -> None:
    """Put drafts into the place of files; those that are there already are passed over."""
    for name, draft in moves.items():
        target = _target(folder / name)
        with _named(target):
            if draft is None:
                target.unlink(missing_ok=True)
            elif os.path.lexists(target.with_name(draft)):
                target.with_name(draft).replace(target)
    for place in {_target(folder / name).parent for name in moves}:
        sync_folder(place)


def _list_moves(listed: Path, moves: Moves, drafts: list[Path]) -> None:
    """Put a list of moves beside the files, from when on they are as good as made."""
    draft = _drafted(listed, json.dumps(moves).encode(), listed.parent, drafts)
    draft.replace(listed)
    sync_folder(listed.parent)


def _moves_of(main: Path) -> Path:
    name = sha256(os.fsencode(main.name)).hexdigest()[:32]
    return main.with_name(f"{_MARK}{name}.moves")


def _read_moves(listed: Path, owners: Iterable[int]) -> Moves:
    """Read the moves that a killed process left; none where it left none."""
    try:
        handle = os.open(listed, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return {}
    with open(handle, "rb") as stream:  # noqa: PTH123 - of a handle, no path
        text, owner = stream.read(), os.fstat(handle).st_uid
    moves = json.loads(text) if owner in owners else None
    if not isinstance(moves, dict) or not all(
        "/" not in name and os.sep not in name and (draft is None or _DRAFT.fullmatch(draft))
        for name, draft in moves.items()
    ):
        raise FormatError(f"{listed}: no list of moves that this user may follow; remove it")
    return moves


def read_whole(
    main: Path, beside: Iterable[Path] = (), *, limits: Limits | None = None
) -> dict[Path, bytes | None]:
    """
    Read files that `write_whole` writes together, all of one state.

    Parameters
    ----------
    main, beside
        The file that the others belong to, and the others.
    limits
        How large each of them may be.

    Returns
    -------
    dict
        Content by path; ``None`` for a file that is missing.

    Raises
    ------
    FormatError
        If one is no regular file or larger than that, or they are written all the time.
    """
    files = [main, *beside]
    watched = [*files, _moves_of(main)]
    for _ in range(_ATTEMPTS):
        before = [*map(_state, watched)]
        owners = {_user(), before[0][-1]}
        moves = _read_moves(watched[-1], owners) if before[-1] else {}
        found = {file: _content_of(file, moves, limits or Limits()) for file in files}
        if [*map(_state, watched)] == before:
            return found
        sleep(0.01)
    raise FormatError(f"{main.name}: is written again and again; read it when that has ended")


def _content_of(file: Path, moves: Moves, limits: Limits) -> bytes | None:
    source = file
    if file.name in moves:
        draft = moves[file.name]
        if draft is None:
            return None
        moved = _target(file).with_name(draft)
        source = moved if os.path.lexists(moved) else file
    try:
        handle = os.open(source, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
    except FileNotFoundError:
        return None
    try:
        status = os.fstat(handle)
        mode = status.st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise FormatError(f"{file.name}: no regular file, so that it may have no end")
        _check_kind(mode, file)
        with open(handle, "rb", closefd=False) as stream:
            most = max(status.st_size, 2**16)  # so much memory is taken before anything is read
            content = stream.read(min(limits.bytes, most) + 1)
    finally:
        os.close(handle)
    limits.hold("megabytes", len(content) / 2**20, file.name)
    return content


def _check_kind(mode: int, file: Path) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "no regular file", str(file))


def _state(file: Path) -> tuple[int, ...]:
    try:
        found = file.stat()
    except OSError:
        return (-1,)
    return found.st_ino, found.st_mtime_ns, found.st_size, found.st_uid


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """
    Let no other thread and no other process write into a folder, and end what was begun in it.

    Raises
    ------
    TimeoutError
        If another write into it does not end.
    """
    if not _WRITING.acquire(timeout=PATIENCE):
        raise _busy(folder)
    handle = None
    try:
        with _named(folder), suppress(PermissionError):  # Windows opens no folder
            handle = os.open(folder, os.O_RDONLY)
        is_locked = handle is not None and _is_locked(handle, folder)
        _end_what_was_begun(folder, latest=inf if is_locked else time() - _ABANDONED)
        yield
    finally:
        if handle is not None:
            os.close(handle)
        _WRITING.release()


def _is_locked(handle: int, folder: Path) -> bool:
    """Lock a folder until its handle is closed, where the system can."""
    try:
        import fcntl
    except ImportError:
        return False
    last = monotonic() + PATIENCE
    while monotonic() < last:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sleep(0.005)
        except OSError:
            return False
        else:
            return True
    raise _busy(folder)


def _busy(folder: Path) -> TimeoutError:
    return TimeoutError(errno.ETIMEDOUT, "another write into the folder does not end", str(folder))


def _end_what_was_begun(folder: Path, *, latest: float) -> None:
    """Make the moves that killed processes of this user left, and remove their drafts."""
    left = [
        entry
        for entry in os.scandir(folder)
        if entry.name.startswith(_MARK)
        and (found := entry.stat(follow_symlinks=False)).st_uid == _user()
        and found.st_mtime <= latest
    ]
    for entry in left:
        if _MOVES.fullmatch(entry.name):
            _move(folder, _read_moves(Path(entry), [_user()]))
            remove(Path(entry))
    for entry in left:
        if _DRAFT.fullmatch(entry.name) and not entry.name.startswith(_LINKED):
            remove(Path(entry))


def unnamed(folder: Path, mark: str = _MARK) -> Path:
    """Give a path that nobody can foresee."""
    return folder / f"{mark}{token_hex(16)}.part"


def _drafted(file: Path, content: bytes, folder: Path, drafts: list[Path]) -> Path:
    """Write a draft beside a file, with its mode, and sync it."""
    draft = unnamed(file.parent, _MARK if file.parent == folder else _LINKED)
    drafts.append(draft)
    with _named(file):
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
        with open(handle, "wb") as stream:  # noqa: PTH123 - of a handle, no path
            with suppress(FileNotFoundError):
                found = file.stat()
                draft.chmod(stat.S_IMODE(found.st_mode))
                if hasattr(os, "chown"):
                    with suppress(PermissionError):
                        os.chown(draft, found.st_uid, found.st_gid)
            stream.write(content)
            stream.flush()
            os.fsync(handle)
    return draft


def _kept(file: Path, folder: Path, drafts: list[Path]) -> Path:
    """Keep a file as it is under another name."""
    kept = unnamed(file.parent, _MARK if file.parent == folder else _LINKED)
    drafts.append(kept)
    try:
        kept.hardlink_to(file)
    except (OSError, NotImplementedError):
        shutil.copy2(file, kept)
    return kept


def _target(file: Path) -> Path:
    """Give the file that a path leads to, over links."""
    return Path(os.path.realpath(file))


def _checked_target(file: Path) -> Path:
    """Give the file that a path leads to if it can be replaced."""
    target = _target(file)
    with _named(file):
        try:
            mode = target.stat().st_mode
        except FileNotFoundError:
            return target
    _check_kind(mode, file)
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only", str(file))
    return target


def sync_folder(folder: Path) -> None:
    """Bring the names of a folder to disk, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Name the file that is meant, not its draft, in what the system says."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from None


def remove(file: Path) -> None:
    """Remove a file, or a folder with what is in it, if that can be done."""
    with suppress(OSError):
        if file.is_dir() and not file.is_symlink():
            shutil.rmtree(file)
        else:
            file.unlink(missing_ok=True)


def _user() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 0
