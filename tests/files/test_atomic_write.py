"""Files are written whole or not at all."""

import subprocess
import sys
import textwrap
import time

import pytest

from engagement.files.atomic_write import write_whole


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


WRITING = """
import sys
from pathlib import Path
from engagement.files.atomic_write import write_whole
a, b = (Path(name) for name in sys.argv[1:])
while True:
    for letter in (b"x", b"y"):
        write_whole({a: letter * 2_000_000, b: letter * 500_000})
        print("written", flush=True)
"""


@pytest.mark.slow
def test_a_killed_process_leaves_whole_files(tmp_path):
    """Wherever a process that writes is killed, each file is a whole one, old or new."""
    sizes = {tmp_path / "a": 2_000_000, tmp_path / "b": 500_000}
    for delay in (0, 0.002, 0.005, 0.008, 0.011, 0.015, 0.02, 0.03):
        words = [sys.executable, "-c", textwrap.dedent(WRITING), *map(str, sizes)]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as writer:
            writer.stdout.readline()
            time.sleep(delay)
            writer.kill()
            writer.communicate()

        for file, size in sizes.items():
            content = file.read_bytes()
            assert content in (b"x" * size, b"y" * size)
