"""Files are written whole or not at all."""

import pytest

from engagement.writing import write_whole


def test_all_files_are_written(tmp_path):
    """Every file has its content, and no draft stays behind."""
    write_whole({tmp_path / "a": b"1", tmp_path / "b": b"2"})

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"1", "b": b"2"}


def test_a_failure_leaves_everything_as_it_was(tmp_path):
    """Where one file cannot be written, none is replaced and no draft stays behind."""
    (tmp_path / "a").write_bytes(b"old")

    with pytest.raises(OSError, match="missing"):
        write_whole({tmp_path / "a": b"new", tmp_path / "missing" / "b": b"2"})

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old"}
