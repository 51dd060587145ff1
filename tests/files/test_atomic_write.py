"""Files are written whole or not at all, and those that belong together, together."""

import errno
import os
import stat
import subprocess
import sys
import threading
import time
from itertools import pairwise

import pytest

from engagement.errors import FormatError
from engagement.files import atomic_write
from engagement.files.atomic_write import read_whole, write_whole
from engagement.files.folder_swap import write_folder

posix = pytest.mark.skipif(os.name != "posix", reason="modes, links and locks of POSIX")


def contents(folder):
    """Give the bytes of each file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def pair(folder, content):
    """Give two files that belong together."""
    return {folder / "b": content * 2, folder / "a": content}


def test_all_files_are_written(tmp_path):
    """Every file has its content, and no draft stays behind."""
    write_whole({tmp_path / "a": b"1", tmp_path / "b": b"2"}, main=tmp_path / "a")

    assert contents(tmp_path) == {"a": b"1", "b": b"2"}
    assert read_whole(tmp_path / "a", [tmp_path / "b", tmp_path / "c"]) == {
        tmp_path / "a": b"1",
        tmp_path / "b": b"2",
        tmp_path / "c": None,
    }


def test_a_failure_leaves_everything_as_it_was(tmp_path, monkeypatch):
    """Where one file cannot be moved, all are put back, and no draft stays behind."""
    write_whole(pair(tmp_path, b"old"), main=tmp_path / "a")
    before, real = contents(tmp_path), os.replace

    def refuse(source, target):
        if os.fspath(target).endswith("a") and len(os.fspath(source)) > 40:
            raise PermissionError(errno.EACCES, "in use", os.fspath(source))
        real(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError, match=r"in use: '.*/a'"):
        write_whole(pair(tmp_path, b"new"), main=tmp_path / "a")

    assert contents(tmp_path) == before


def test_a_full_disk_leaves_everything_as_it_was(tmp_path, monkeypatch):
    """A disk that is full when a draft is synced leaves none, and the message names the file."""
    write_whole(pair(tmp_path, b"old"), main=tmp_path / "a")
    before = contents(tmp_path)

    def full(handle):
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=r"no space: '.*/b'"):
        write_whole(pair(tmp_path, b"new"), main=tmp_path / "a")

    assert contents(tmp_path) == before


# What is killed at any step; run in a process of its own, which forks one to be killed a step
KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from engagement.files.atomic_write import read_whole, write_whole
from engagement.files.folder_swap import write_folder

root, what = Path(sys.argv[1]), sys.argv[2]
CALLS = "open close replace rename unlink link fsync mkdir rmdir chmod scandir stat".split()
names = ["a", "b", "c"]


def write(content, folder):
    files = {"a": content, "b": None if content == b"old" else content, "c": content}
    if what == "folder" or what == "mixed":
        write_folder(folder, files, main="a")
    else:
        write_whole({folder / name: files[name] for name in "bca"}, main=folder / "a")


def state(folder):
    if what == "files" or what == "mixed":
        found = read_whole(folder / "a", [folder / name for name in "bc"])
        return tuple(found[folder / name] for name in names)
    return tuple(
        (folder / name).read_bytes() if (folder / name).exists() else None for name in names
    )


def arm(last):
    seen = [0]
    for call in CALLS:
        def counted(*args, real=getattr(os, call), **kwargs):
            seen[0] += 1
            if seen[0] > last:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)
        setattr(os, call, counted)


os.fsync = lambda handle: None  # what is killed is a process, not the machine
old, new = (b"old", None, b"old"), (b"new", b"new", b"new")
states = []
while True:
    place = root / str(len(states))
    folder = place / "out"
    folder.mkdir(parents=True)
    if what == "mixed":
        (folder / "foreign").write_bytes(b"foreign")
    write(b"old", folder)
    assert state(folder) == old
    child = os.fork()
    if not child:
        arm(len(states))
        write(b"new", folder)
        os._exit(0)
    _, code = os.waitpid(child, 0)
    found = state(folder)
    assert found in (old, new), (len(states), found)
    states.append(found == new)
    write(b"end", folder)
    assert state(folder) == (b"end",) * 3, len(states)
    left = sorted(file.name for top in (place, folder) for file in top.iterdir())
    assert left == sorted([*names, "out", *["foreign"] * (what == "mixed")]), left
    shutil.rmtree(place)
    if not code:
        break
print(len(states), *map(int, states))
"""


@posix
@pytest.mark.parametrize("what", ["files", "folder", "mixed"])
def test_a_process_killed_at_any_step_leaves_one_state(tmp_path, what):
    """
    Wherever a process is killed, what is read is all old or all new; the next write cleans up.

    Of a folder this is so as the files stand there; of files beside others by `read_whole`.
    """
    words = [sys.executable, "-c", KILLED, str(tmp_path), what]

    done = subprocess.run(words, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    n_steps, *is_new = map(int, done.stdout.split())
    assert n_steps > 15
    assert is_new[0] == 0
    assert is_new[-1] == 1
    assert all(earlier <= later for earlier, later in pairwise(is_new))


@posix
def test_threads_do_not_collide(tmp_path):
    """Forty threads that write the same two files leave those of one, and read one state."""
    write_whole(pair(tmp_path, b"start"), main=tmp_path / "a")
    failed = []

    def work(number):
        try:
            write_whole(pair(tmp_path, b"%d" % number * 1000), main=tmp_path / "a")
            found = read_whole(tmp_path / "a", [tmp_path / "b"])
            assert found[tmp_path / "b"] == found[tmp_path / "a"] * 2
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert sorted(contents(tmp_path)) == ["a", "b"]


@posix
def test_processes_take_turns(tmp_path, monkeypatch):
    """A process waits for another one that writes into the folder, and then says that it waited."""
    writing = (
        "import sys, time; from pathlib import Path; "
        "from engagement.files.atomic_write import alone_in\n"
        "with alone_in(Path(sys.argv[1])):\n    print('in', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", writing, str(tmp_path)], stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        monkeypatch.setattr(atomic_write, "PATIENCE", 0.05)
        with pytest.raises(TimeoutError, match="another"):
            write_whole({tmp_path / "a": b"1"})
        monkeypatch.undo()
        other.kill()
        other.communicate()

    start = time.monotonic()
    write_whole({tmp_path / "a": b"1"})

    assert time.monotonic() - start < 5
    assert contents(tmp_path) == {"a": b"1"}


@posix
def test_modes_are_kept(tmp_path):
    """A file that only its owner reads stays so; its draft, too, is never open to others."""
    for folder in ("files", "folder"):
        place = tmp_path / folder
        place.mkdir()
        (place / "a").write_bytes(b"old")
        (place / "a").chmod(0o600)

    write_whole({tmp_path / "files" / "a": b"new"})
    write_folder(tmp_path / "folder", {"a": b"new"}, main="a")

    for folder in ("files", "folder"):
        assert stat.S_IMODE((tmp_path / folder / "a").stat().st_mode) == 0o600
        assert contents(tmp_path / folder) == {"a": b"new"}


@posix
def test_what_is_not_to_be_written_stays(tmp_path):
    """A read-only file, a folder and a pipe in the place of a file are refused by their names."""
    for folder, kind in (("read", "only"), ("in", "folder"), ("no", "regular")):
        place = tmp_path / folder
        place.mkdir()
        (place / "b").write_bytes(b"old")
        if kind == "only":
            (place / "a").write_bytes(b"old")
            (place / "a").chmod(0o444)
        elif kind == "folder":
            (place / "a").mkdir()
        else:
            os.mkfifo(place / "a")
        before = sorted(place.iterdir())

        with pytest.raises(OSError, match=r"(read-only|[Dd]irectory|no regular file.*): '.*/a'"):
            write_whole(pair(place, b"new"), main=place / "a")
        with pytest.raises(OSError, match=r"(read-only|[Dd]irectory|no regular file.*): '.*/a'"):
            write_folder(place, {"a": b"new", "b": b"new"}, main="a")

        assert sorted(place.iterdir()) == before
        assert (place / "b").read_bytes() == b"old"
    with pytest.raises(FormatError, match="a: no regular file"):
        read_whole(tmp_path / "no" / "a")


@posix
def test_links_stay_links(tmp_path):
    """What a link points to is written, in its own folder, and nothing is left there."""
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    here.mkdir()
    (there / "real").write_bytes(b"old")
    (here / "a").symlink_to(there / "real")

    write_whole(pair(here, b"new"), main=here / "a")
    write_folder(here, {"a": b"newer", "b": b"newer"}, main="a")

    assert (here / "a").is_symlink()
    assert contents(there) == {"real": b"newer"}
    assert contents(here) == {"a": b"newer", "b": b"newer"}


@posix
def test_drafts_follow_no_link_and_cannot_be_foreseen(tmp_path, monkeypatch):
    """A link in the place of a draft is never written through, even if its name were known."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"safe")
    names = [atomic_write.unnamed(tmp_path).name for _ in range(100)]
    monkeypatch.setattr(atomic_write, "token_hex", lambda n: "0" * 32)
    atomic_write.unnamed(tmp_path).with_name("kept").write_bytes(b"")
    draft = tmp_path / f".engagement-linked-{'0' * 32}.part"  # such are not cleaned away
    draft.symlink_to(victim)
    there = tmp_path / "there"
    there.mkdir()
    (there / "a").symlink_to(tmp_path / "a")

    with pytest.raises(FileExistsError, match=r"/a'"):
        write_whole({there / "a": b"new"})

    assert victim.read_bytes() == b"safe"
    assert len(set(names)) == 100


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="makes files of others")
def test_moves_of_another_user_are_not_followed(tmp_path):
    """In a shared folder nobody can slip in other content, nor have a file replaced."""
    main = tmp_path / "a"
    main.write_bytes(b"mine")
    listed = atomic_write._moves_of(main)
    draft = atomic_write.unnamed(tmp_path)
    draft.write_bytes(b"theirs")
    listed.write_text(f'{{"a": "{draft.name}"}}')
    for file in (listed, draft):
        os.chown(file, 12345, 12345)

    with pytest.raises(FormatError, match="no list of moves that this user may follow"):
        read_whole(main)
    write_whole({tmp_path / "b": b"1"})

    assert main.read_bytes() == b"mine"


def test_long_names_can_be_written(tmp_path):
    """A name that the system just takes can be written, for drafts have short ones."""
    file = tmp_path / ("n" * 230)

    write_whole({file: b"1"})
    write_whole({file: b"2", tmp_path / "m": b"2"}, main=file)

    assert file.read_bytes() == b"2"
    assert len(contents(tmp_path)) == 2


def test_what_is_not_there_is_told_by_its_name(tmp_path):
    """Of a folder that is missing the message names the folder, and no draft."""
    with pytest.raises(FileNotFoundError, match=r"missing'"):
        write_whole({tmp_path / "missing" / "b": b"2"})


@posix
def test_the_current_folder_stays_the_current_folder(tmp_path, monkeypatch):
    """A folder that one stands in is not exchanged, so that one does not stand in an old one."""
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path, {"a": b"1"}, main="a")
    write_folder(tmp_path, {"a": b"2"}, main="a")

    with open("a", "rb") as stream:  # noqa: PTH123 - by the current folder
        assert stream.read() == b"2"


def test_where_folders_cannot_be_exchanged_files_are_moved(tmp_path, monkeypatch):
    """Without such a call of the system, the files have the new content all the same."""

    def lacks(one, other):
        raise OSError("folders cannot be exchanged here")

    monkeypatch.setattr("engagement.files.folder_swap._exchange", lacks)
    for content in (b"1", b"2"):
        write_folder(tmp_path / "out", {"a": content, "b": content}, main="a")

    assert contents(tmp_path / "out") == {"a": b"2", "b": b"2"}
    assert [file.name for file in tmp_path.iterdir()] == ["out"]
