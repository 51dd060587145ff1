"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["write_whole"]


def write_whole(files: Mapping[Path, bytes | None]) -> None:
    """
    Write files so that either all of them have the new content, or none.

    Each is written beside its place first; only when all are written they are moved. A process
    that is killed between two moves leaves every file whole, but may leave some of them old.

    Parameters
    ----------
    files
        Content by path; ``None`` removes a file. Folders must be there.

    Raises
    ------
    OSError
        If one cannot be written; all files are as they were, and drafts are removed.
    """
    with ExitStack() as drafts, ExitStack() as undo:
        waiting: list[tuple[Path | None, Path]] = []
        for file, content in files.items():
            draft = None if content is None else _hidden(file, "part")
            if draft is not None and content is not None:
                drafts.callback(_remove, draft)
                draft.write_bytes(content)
            waiting.append((draft, file))
        for draft, file in waiting:
            if os.path.lexists(file):
                kept = _hidden(file, "kept")
                drafts.callback(_remove, kept)
                shutil.copy2(file, kept, follow_symlinks=False)
                undo.callback(kept.replace, file)
            elif draft is not None:
                undo.callback(_remove, file)
            if draft is not None:
                draft.replace(file)
            else:
                file.unlink(missing_ok=True)
        undo.pop_all()


def _hidden(file: Path, ending: str) -> Path:
    return file.with_name(f".{file.name}.{os.getpid()}.{ending}")


def _remove(file: Path) -> None:
    with suppress(OSError):
        file.unlink(missing_ok=True)
