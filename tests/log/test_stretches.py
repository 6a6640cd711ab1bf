"""Verifying on all cores: the same finding as in one process, whatever was done to the file."""

import asyncio
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from coordinator.log import parallel_verify as stretches
from coordinator.log.parallel_verify import Verifiers
from coordinator.log.ports import FollowerPosition
from coordinator.log.sqlite import SqliteFile, SqliteSnapshots
from coordinator.log.verify import Finding, verify
from tests.engine.county import away, outage, owned, roster
from tests.story import HERE

_SIGNALS = 60


@pytest.fixture(autouse=True)
def short_logs_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "_WORTH_A_PROCESS", 10)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a log of some eighty records with a snapshot after every seventh."""
    file = SqliteFile(tmp_path_factory.mktemp("written") / "log.db")

    async def write() -> None:
        owner = await owned(file.log(HERE), snapshots=SqliteSnapshots(file), snapshot_every=7)
        await owner.turn([roster()])
        for number in range(_SIGNALS):
            odd = number % 2
            await owner.turn([away(number % 9, f"a{number}") if odd else outage(f"o{number}")])

    asyncio.run(write())
    file.close()
    return file.path


@pytest.fixture
def path(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(written, tmp_path))


@pytest.fixture
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def change(path: Path, sql: str) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute(sql).rowcount == 1


async def both(
    path: Path, pool: Executor | None, *, expected_head: FollowerPosition | None = None
) -> tuple[Finding, Finding]:
    """Return what is found in one process, and in stretches."""
    file = SqliteFile(path)
    try:
        alone, _ = await verify(file.log(HERE), expected_head=expected_head)
        with Verifiers(path, SqliteSnapshots(file), processes=4, pool=pool) as verifiers:
            (cut,) = await verifiers.verify([file.log(HERE)], expected_head=expected_head)
    finally:
        file.close()
    return alone, cut


async def test_processes_find_what_one_finds(path: Path) -> None:
    alone, cut = await both(path, None)

    assert alone.fault is None
    assert alone.records > _SIGNALS
    assert cut == alone


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE records SET raw = CAST(substr(raw, 1, length(raw) - 1) || x'00' AS BLOB)"
        " WHERE seq = {seq}",
        "DELETE FROM records WHERE seq = {seq}",
    ],
)
@pytest.mark.parametrize("seq", [0, 5, *range(28, 38), 50, "(SELECT max(seq) FROM records)"])
async def test_the_first_fault_is_found_wherever_it_is(
    path: Path, pool: Executor, damage: str, seq: int | str
) -> None:
    change(path, damage.format(seq=seq))

    alone, cut = await both(path, pool)

    assert cut == alone


async def test_of_two_faults_the_first_is_told(path: Path, pool: Executor) -> None:
    change(path, "DELETE FROM records WHERE seq = 10")
    change(path, "DELETE FROM records WHERE seq = 50")

    alone, cut = await both(path, pool)

    assert cut == alone
    assert cut.fault_seq == 11


async def test_snapshots_that_lie_change_nothing(path: Path, pool: Executor) -> None:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT seq, state FROM snapshots").fetchall()
        for seq, state in rows:
            true = zlib.decompress(state)
            other = true.replace(b'"realm":"actual"', b'"realm":"exercise"', 1)
            assert other != true
            kept = zlib.compress(other)
            connection.execute("UPDATE snapshots SET state = ? WHERE seq = ?", (kept, seq))

    alone, cut = await both(path, pool)

    assert cut == alone
    assert cut.fault is None


@pytest.mark.parametrize(
    "lie",
    [
        "state = x'00'",
        "hash = zeroblob(32)",
        "epoch = epoch + 1",
        "cursor = x'7b7d'",
        "at = at + 1",
    ],
)
async def test_one_snapshot_that_does_not_fit_changes_nothing(
    path: Path, pool: Executor, lie: str
) -> None:
    with sqlite3.connect(path) as connection:
        seqs = [seq for (seq,) in connection.execute("SELECT seq FROM snapshots")]
        for seq in (it for it in seqs if 35 < it < 55):
            connection.execute(f"UPDATE snapshots SET {lie} WHERE seq = ?", (seq,))

    alone, cut = await both(path, pool)

    assert cut == alone
    assert cut.fault is None


async def test_a_head_kept_elsewhere_is_looked_for_in_every_stretch(
    path: Path, pool: Executor
) -> None:
    with sqlite3.connect(path) as connection:
        heads = connection.execute("SELECT seq, hash FROM records").fetchall()
    for seq, hash_ in heads[:: len(heads) // 7]:
        for head in (FollowerPosition(seq, hash_), FollowerPosition(seq, bytes(32))):
            alone, cut = await both(path, pool, expected_head=head)
            assert cut == alone
            assert (cut.fault is None) is (head.hash == hash_)
    beyond = FollowerPosition(len(heads), bytes(32))

    alone, cut = await both(path, pool, expected_head=beyond)

    assert cut == alone
    assert "missing" in (cut.fault or "")


async def test_stretches_begin_at_snapshots(path: Path, pool: Executor) -> None:
    read: list[tuple[int | None, int | None]] = []
    file = SqliteFile(path)
    log = file.log(HERE)

    class Watched(Verifiers):
        async def _read(self, stretch: Any, expected_head: FollowerPosition | None) -> Any:
            read.append((stretch.begin and stretch.begin.seq, stretch.end and stretch.end.seq))
            return await super()._read(stretch, expected_head)

    with Watched(path, SqliteSnapshots(file), processes=4, pool=pool) as verifiers:
        await verifiers.verify([log])
    file.close()

    assert len(read) == 4
    assert [end for _, end in read[:-1]] == [begin for begin, _ in read[1:]]
    assert read[0][0] is read[-1][1] is None
