"""Dead letters hold what others sent, names too; the way to be rid of one is as the pages say."""

import re
import sqlite3
from pathlib import Path

from coordinator.log.ports import DeadLetter
from coordinator.log.sqlite import SqliteDeadLetters, SqliteFile

PRIVACY = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"


def test_what_the_page_says_drops_a_letter_and_every_byte_of_it(tmp_path: Path) -> None:
    (said,) = re.findall(r'^sqlite3 coordinator\.db "(.+)"$', PRIVACY.read_text(), re.MULTILINE)
    path = tmp_path / "coordinator.db"
    file = SqliteFile(path)
    letters = SqliteDeadLetters(file)
    gone = DeadLetter(1, "cap:weather", "not XML", "document", "<alert>", b"<alert>Mrs Zhou")
    stays = DeadLetter(2, "cap:river", "not XML", "document", "<alert>", b"<alert>rain")
    letters.put(gone)
    letters.put(stays)
    file.close()
    assert b"Mrs Zhou" in path.read_bytes()

    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(said)
    connection.close()

    assert not any(b"Mrs Zhou" in it.read_bytes() for it in tmp_path.iterdir())
    file = SqliteFile(path)
    assert SqliteDeadLetters(file).newest(10) == [stays]
    file.close()
