"""The thread that writes the file: whatever it is handed, it answers who asked, and goes on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from coordinator.errors import LogFull, LogInDoubt
from coordinator.log.ports import DeadLetter
from coordinator.log.sqlite import SqliteDeadLetters, SqliteFile
from tests.patience import PATIENCE_S


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteFile]:
    opened = SqliteFile(tmp_path / "log.db")
    opened.query("CREATE TABLE kept (it TEXT NOT NULL) STRICT")
    yield opened
    opened.close()


async def keep(file: SqliteFile, text: object) -> None:
    async with asyncio.timeout(PATIENCE_S):
        await file.transact(lambda it: it.execute("INSERT INTO kept VALUES (?)", (text,)).close())


def kept(file: SqliteFile) -> list[str]:
    return [it for (it,) in file.query("SELECT it FROM kept ORDER BY rowid")]


@pytest.mark.parametrize(
    ("unwanted", "error"),
    [("half of \ud83d", UnicodeEncodeError), (2**70, OverflowError), (object(), LogInDoubt)],
)
async def test_what_cannot_be_written_is_answered_and_the_next_is_written(
    file: SqliteFile, unwanted: object, error: type[Exception]
) -> None:
    answers = await asyncio.gather(
        keep(file, "before"), keep(file, unwanted), keep(file, "after"), return_exceptions=True
    )

    assert answers[0] is answers[2] is None
    assert isinstance(answers[1], error)
    await keep(file, "later")
    assert kept(file) == ["before", "after", "later"]


async def test_who_no_longer_waits_does_not_end_the_writer(file: SqliteFile) -> None:
    for _ in range(50):
        gone = asyncio.create_task(keep(file, "gone"))
        await asyncio.sleep(0)
        gone.cancel()

    await keep(file, "later")

    assert kept(file)[-1] == "later"


async def test_a_closed_file_says_so_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    closed = SqliteFile(tmp_path / "log.db")
    closed.close()

    with pytest.raises(LogFull, match="closed"):
        await keep(closed, "late")


async def test_a_dead_letter_with_half_a_character_is_kept_spelled_out(file: SqliteFile) -> None:
    letters = SqliteDeadLetters(file)
    letter = DeadLetter(1, "cap:\udcd1.xml", "why \ud83d", "cause", "x\ud83d\x00", b"\xd1")

    async with asyncio.timeout(PATIENCE_S):
        await asyncio.to_thread(letters.put, letter)

    assert letters.newest(1) == [
        DeadLetter(1, r"cap:\udcd1.xml", r"why \ud83d", "cause", r"x\ud83d\x00", b"\xd1")
    ]
