"""One process owns a data folder: the lock lives as long as its process, and says whose it is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from coordinator.errors import BadFile, FolderHeld
from coordinator.home.folder_lock import LOCK_NAME, FolderLock, Use, held_by

SERVER = Use("coordinator up", serves=True)
IMPORT = Use("coordinator roster import", instead="hand it the file: POST /v1/roster")
HOLD = """
import sys, time
from pathlib import Path
from coordinator.home.folder_lock import FolderLock, Use
held = FolderLock.take(Path(sys.argv[1]), Use("coordinator up", serves=True))
print("held", flush=True)
time.sleep(600)
"""


def test_who_comes_second_is_told_who_has_it_and_what_to_do(tmp_path: Path) -> None:
    held = FolderLock.take(tmp_path, SERVER)

    with pytest.raises(FolderHeld) as refused:
        FolderLock.take(tmp_path, IMPORT)

    assert str(refused.value) == (
        f"data-dir: {tmp_path} is in use by `coordinator up` (process {os.getpid()});"
        " stop it first, or hand it the file: POST /v1/roster"
    )
    held.release()
    held.release()
    assert held_by(tmp_path) is None
    FolderLock.take(tmp_path, IMPORT).release()


def test_a_command_is_only_waited_for(tmp_path: Path) -> None:
    held = FolderLock.take(tmp_path, IMPORT)

    with pytest.raises(FolderHeld, match="try again when it has ended"):
        FolderLock.take(tmp_path, SERVER)
    held.release()


def test_it_ends_with_its_process_however_that_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(FolderHeld, match=f"process {process.pid}"):
            FolderLock.take(tmp_path, IMPORT)
        process.kill()
        process.wait()

    # Its name still stands there, and means nothing.
    assert held_by(tmp_path) is not None
    FolderLock.take(tmp_path, IMPORT).release()


def test_a_child_that_lives_on_does_not_keep_it(tmp_path: Path) -> None:
    held = FolderLock.take(tmp_path, SERVER)
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"],
                          stdin=subprocess.PIPE, close_fds=False) as child:  # fmt: skip
        held.release()
        FolderLock.take(tmp_path, IMPORT).release()
        assert child.stdin is not None
        child.stdin.close()


def test_another_path_to_the_same_folder_is_the_same_folder(tmp_path: Path) -> None:
    folder, link = tmp_path / "folder", tmp_path / "link"
    folder.mkdir()
    link.symlink_to(folder)
    held = FolderLock.take(folder, SERVER)

    with pytest.raises(FolderHeld):
        FolderLock.take(link, IMPORT)
    held.release()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"command": 1}', "\xff", '{"pid": "x"}'])
def test_a_file_that_says_nothing_names_nobody(tmp_path: Path, text: str) -> None:
    held = FolderLock.take(tmp_path, SERVER)
    (tmp_path / LOCK_NAME).write_text(text, encoding="latin-1")

    with pytest.raises(FolderHeld, match="another process"):
        FolderLock.take(tmp_path, IMPORT)
    held.release()


def test_the_file_tells_command_and_process(tmp_path: Path) -> None:
    held = FolderLock.take(tmp_path / "made" / "for it", SERVER)

    there = tmp_path / "made" / "for it" / LOCK_NAME
    assert json.loads(there.read_bytes())["command"] == "coordinator up"
    assert there.stat().st_mode & 0o077 == 0
    held.release()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(BadFile, match="cannot be locked"):
        FolderLock.take(tmp_path / "file" / "folder", SERVER)
