"""An id of a person tells nothing, and stays a person's through all that becomes of a folder."""

import hashlib
from pathlib import Path

import pytest

from coordinator.errors import BadFile
from coordinator.private.folder import begin_folder
from coordinator.private.member_ids import KEY_NAME, MemberIds, make_key
from schemas.ids import ulid, ulid_of

MOMENT = 1_600_000_000_000


def test_the_same_staff_number_always_has_the_same_id(tmp_path: Path) -> None:
    begin_folder(tmp_path)
    first = MemberIds(tmp_path).of("yunhe", "1017")

    begin_folder(tmp_path)

    assert MemberIds(tmp_path).of("yunhe", "1017") == first
    assert MemberIds(tmp_path).of("yunhe", "1018") != first
    assert MemberIds(tmp_path).of("qingshan", "1017") != first


def test_guessing_every_staff_number_finds_nobody(tmp_path: Path) -> None:
    begin_folder(tmp_path)
    wanted = MemberIds(tmp_path).of("yunhe", "31017")

    guesses = set[str]()
    for number in range(40_000):
        said = f"yunhe\x1f{number}".encode()
        guesses |= {
            f"mem_{ulid_of(MOMENT, 'yunhe', str(number))}",
            f"mem_{ulid(MOMENT, hashlib.sha256(said).digest())}",
        }

    assert wanted not in guesses


def test_another_machine_with_the_key_gives_the_same_ids_and_one_without_it_others(
    tmp_path: Path,
) -> None:
    here, there, stranger = (tmp_path / it for it in ("here", "there", "stranger"))
    for folder in (here, stranger):
        begin_folder(folder)
    there.mkdir()
    (there / KEY_NAME).write_bytes((here / KEY_NAME).read_bytes())
    begin_folder(there)

    ids = [MemberIds(it).of("yunhe", "7") for it in (here, there, stranger)]

    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("kept", ["people.db", "coordinator.db"])
def test_a_folder_that_lost_its_key_gets_no_other_unasked(tmp_path: Path, kept: str) -> None:
    begin_folder(tmp_path)
    (tmp_path / KEY_NAME).unlink()
    (tmp_path / "coordinator.db").rename(tmp_path / kept)

    begin_folder(tmp_path)

    assert not (tmp_path / KEY_NAME).exists()
    with pytest.raises(BadFile, match=r"member-ids\.key: the key .* is gone: bring it back"):
        MemberIds(tmp_path).of("yunhe", "7")
    make_key(tmp_path)
    assert MemberIds(tmp_path).of("yunhe", "7").startswith("mem_")


def test_no_key_is_made_over_another(tmp_path: Path) -> None:
    begin_folder(tmp_path)
    before = (tmp_path / KEY_NAME).read_bytes()

    with pytest.raises(BadFile, match="there is a key already"):
        make_key(tmp_path)
    assert (tmp_path / KEY_NAME).read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"00ff\n", b"not a key", b"\xff" * 64])
def test_what_is_no_key_is_told_of(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_NAME).write_bytes(content)

    with pytest.raises(BadFile, match=r"member-ids\.key: not a key of 32 bytes"):
        MemberIds(tmp_path).of("yunhe", "7")
