"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["write_whole"]


def write_whole(files: Mapping[Path, bytes]) -> None:
    """
    Write files so that either all of them have the new content, or none.

    Each is written beside its place first; only when all are on the disk they are moved.

    Parameters
    ----------
    files
        Content by path. Folders must be there.

    Raises
    ------
    OSError
        If one cannot be written; drafts are removed.
    """
    drafts: dict[Path, Path] = {}
    try:
        for file, content in files.items():
            drafts[file] = file.with_name(f".{file.name}.{os.getpid()}.part")
            drafts[file].write_bytes(content)
        for file, draft in drafts.items():
            draft.replace(file)
    finally:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink(missing_ok=True)
