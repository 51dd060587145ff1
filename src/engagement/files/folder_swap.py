"""Folders that are replaced as a whole."""

from __future__ import annotations

import ctypes
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from engagement.files.atomic_write import alone_in, remove, sync_folder, unnamed, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["write_folder"]

_EXCHANGE, _SWAP = 2, 2  # flags of renameat2 on Linux and of renamex_np on macOS
_HERE = -100  # AT_FDCWD


def write_folder(folder: Path, files: Mapping[str, bytes | None], *, main: str) -> None:
    """
    Write the files of a folder, made if missing, so that all are new or none.

    A folder that holds nothing else is prepared beside its place and exchanged with what stands
    there in one step. In one that holds other files too, which stay, or where the system cannot
    exchange folders, the files are moved one by one, see `write_whole`: a killed process may then
    leave some of them old, until the next write ends what was begun.

    Parameters
    ----------
    folder
        Where to.
    files
        Content by name; ``None`` removes a file.
    main
        The one of the files that the others belong to.

    Raises
    ------
    OSError
        See `write_whole`.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    place = Path(os.path.realpath(folder))
    modes = _modes(place)
    is_ours = modes is not None and not set(modes) - set(files)
    if modes is None or not is_ours or not _is_swapped(place, files, modes):
        place.mkdir(exist_ok=True)
        write_whole({place / name: content for name, content in files.items()}, main=place / main)


def _modes(place: Path) -> dict[str, int] | None:
    """Give the modes of the files of a folder; ``None`` if some cannot simply be replaced."""
    if not place.exists():
        return {}
    if Path.cwd().is_relative_to(place) or not place.is_dir():
        return None
    modes = {entry.name: entry.stat(follow_symlinks=False).st_mode for entry in os.scandir(place)}
    plain = all(stat.S_ISREG(mode) and mode & 0o222 for mode in modes.values())
    return modes if plain else None


def _is_swapped(place: Path, files: Mapping[str, bytes | None], modes: Mapping[str, int]) -> bool:
    """Exchange a folder with a new one; tell whether that could be done."""
    try:
        with alone_in(place.parent):
            draft = unnamed(place.parent)
            try:
                draft.mkdir()
                for name, content in files.items():
                    if content is not None:
                        _write_synced(draft / name, content, modes.get(name))
                sync_folder(draft)
                if not place.exists():
                    draft.rename(place)
                else:
                    draft.chmod(stat.S_IMODE(place.stat().st_mode))
                    _exchange(draft, place)
                    for name in {entry.name for entry in draft.iterdir()} - set(files):
                        (draft / name).rename(place / name)  # came there meanwhile
                sync_folder(place.parent)
            finally:
                remove(draft)
    except OSError:  # a folder above that cannot be written, another disk, no such call
        return False
    return True


def _write_synced(file: Path, content: bytes, mode: int | None) -> None:
    with file.open("xb") as stream:
        if mode is not None:
            file.chmod(stat.S_IMODE(mode))
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _exchange(one: Path, other: Path) -> None:
    """Exchange two folders in one step, which Python has no call for."""
    library = ctypes.CDLL(None if os.name == "posix" else "kernel32", use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):  # Linux
        failed = library.renameat2(_HERE, names[0], _HERE, names[1], _EXCHANGE)
    elif hasattr(library, "renamex_np"):  # macOS
        failed = library.renamex_np(*names, _SWAP)
    else:
        raise OSError("folders cannot be exchanged here")
    if failed:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
