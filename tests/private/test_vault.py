"""The vault keeps names whole or not at all."""

import sqlite3
from pathlib import Path

import pytest

from coordinator.private.vault import PersonalData, Vault
from schemas.ids import ulid_of
from tests.story import START

LI, WANG = (f"mem_{ulid_of(START, it)}" for it in ("li", "wang"))


def test_a_roster_that_cannot_be_kept_leaves_nothing_half_done(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "people.db")
    li = PersonalData(LI, "yunhe", "1", "李", "138")
    no_name = PersonalData(WANG, "yunhe", "2", None, "139")  # type: ignore[arg-type]

    with pytest.raises(sqlite3.IntegrityError):
        vault.put([li, no_name])
    assert vault.names([LI, WANG]) == {}
    vault.put([li])
    vault.close()

    again = Vault(tmp_path / "people.db")
    assert again.names([LI, WANG]) == {LI: "李"}
    again.close()
