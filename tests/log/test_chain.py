"""Which records count: every guard of the acceptance rule, and what is told of a broken log."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from coordinator.domain.jurisdiction import found
from coordinator.errors import FuturePayload, LogError, LogFull, UndecodableEnvelope
from coordinator.log.chain import Tip, Verdict, accept
from coordinator.log.envelope import ZERO_HASH, Kind, Record, open_record, seal
from coordinator.log.fold import empty
from coordinator.log.memory import MemoryLog
from coordinator.log.ports import FollowerPosition
from coordinator.log.sqlite import SqliteFile
from coordinator.log.verify import verify
from schemas.catalogue import write_payload
from schemas.default_policy import DEFAULT_POLICY
from schemas.vocabulary import Realm

LOG = "county"


def record(tip: Tip, **changes: object) -> Record:
    fields = {
        "seq": tip.seq + 1,
        "prev": tip.hash,
        "epoch": tip.epoch,
        "at": 1_000,
        "kind": Kind.GENESIS if tip.seq < 0 else Kind.DECISION,
        "log_id": tip.log_id,
        "signal_id": f"s{tip.seq + 1}",
        "cursor": {} if tip.seq < 0 else {"inbox": tip.cursor.get("inbox", 0) + 1},
        "payload": b'{"signal":null,"events":[]}',
    } | changes
    return seal(**fields)  # type: ignore[arg-type]


def after(tip: Tip, accepted: Record) -> Tip:
    return accept(tip, accepted)[1]


GENESIS = record(Tip(LOG))
TIP = after(Tip(LOG), GENESIS)
SECOND = after(TIP, record(TIP))


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.ACCEPTED),
        ({"log_id": "other"}, Verdict.WRONG_LOG),
        ({"seq": 3}, Verdict.NOT_NEXT),
        ({"seq": 1}, Verdict.NOT_NEXT),
        ({"kind": Kind.GENESIS}, Verdict.NOT_NEXT),
        ({"prev": ZERO_HASH}, Verdict.BROKEN_CHAIN),
        ({"epoch": 1}, Verdict.STALE_EPOCH),
        ({"cursor": {"inbox": 1}}, Verdict.STALE_CURSOR),
        ({"cursor": {"inbox": 0}}, Verdict.STALE_CURSOR),
        ({"cursor": {}}, Verdict.STALE_CURSOR),
        ({"kind": Kind.CLAIM, "epoch": 0}, Verdict.CLAIM_NOT_HIGHER),
        ({"kind": Kind.CLAIM, "epoch": 1, "cursor": {}}, Verdict.ACCEPTED),
        ({"kind": Kind.BARRIER, "cursor": {}}, Verdict.ACCEPTED),
    ],
)
def test_a_record_counts_only_if_everything_fits(
    changes: dict[str, object], verdict: Verdict
) -> None:
    assert accept(SECOND, record(SECOND, **changes))[0] is verdict


def test_a_log_begins_with_its_genesis() -> None:
    assert accept(Tip(LOG), GENESIS)[0] is Verdict.ACCEPTED
    assert accept(Tip(LOG), record(Tip(LOG), kind=Kind.DECISION))[0] is Verdict.NOT_NEXT


@pytest.mark.parametrize("place", range(0, len(GENESIS.raw), 7))
def test_a_flipped_bit_changes_the_hash_or_cannot_be_read(place: int) -> None:
    raw = bytearray(GENESIS.raw)
    raw[place] ^= 1
    with contextlib.suppress(UndecodableEnvelope):
        assert open_record(bytes(raw)).hash != GENESIS.hash


@pytest.mark.parametrize("cut", [0, 1, 60, len(GENESIS.raw) - 1])
def test_a_torn_record_cannot_be_read(cut: int) -> None:
    with pytest.raises(UndecodableEnvelope):
        open_record(GENESIS.raw[:cut])


def test_what_is_sealed_is_opened_the_same() -> None:
    assert open_record(GENESIS.raw) == GENESIS


def _with_genesis() -> list[Record]:
    payload = write_payload(None, (found(LOG, Realm.ACTUAL, DEFAULT_POLICY),))
    first = record(Tip(LOG), payload=payload)
    second = record(after(Tip(LOG), first))
    return [first, second]


@pytest.mark.parametrize(
    "payload",
    [
        b'{"signal":null,"events":[{"type":"unheard_of","v":1}]}',
        b'{"signal":null,"events":[{"type":"unit_formed","v":2}]}',
        b'{"signal":null,"events":[{"type":"unit_formed","v":1}]}',
        b'{"signal":null}',
        b"not json",
    ],
)
def test_what_this_program_does_not_know_halts_it_and_is_never_skipped(payload: bytes) -> None:
    fold, _ = empty(LOG).step(_with_genesis()[0])

    with pytest.raises(FuturePayload):
        fold.step(record(fold.tip, payload=payload))


async def test_a_sound_log_verifies_and_its_head_is_on_it() -> None:
    records = _with_genesis()
    log = MemoryLog(LOG)
    await log.append(records)

    finding, fold = await verify(
        log, expected_head=FollowerPosition(records[0].seq, records[0].hash)
    )

    assert finding.fault is None
    assert finding.head == FollowerPosition(1, records[1].hash)
    assert fold.state.jurisdiction == LOG


async def test_a_cut_tail_shows_against_a_head_kept_elsewhere() -> None:
    records = _with_genesis()
    log = MemoryLog(LOG)
    await log.append(records[:1])

    finding, _ = await verify(log, expected_head=FollowerPosition(1, records[1].hash))

    assert "missing" in (finding.fault or "")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE records SET raw = CAST(substr(raw, 1, length(raw) - 1) || x'00' AS BLOB)"
        " WHERE seq = 1",
        "DELETE FROM records WHERE seq = 0",
        "UPDATE records SET seq = 5 WHERE seq = 1",
    ],
)
async def test_damage_behind_our_back_is_found(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "log.db"
    file = SqliteFile(path)
    records = _with_genesis()
    await file.log(LOG).append([*records, record(after(after(Tip(LOG), records[0]), records[1]))])
    file.close()
    with sqlite3.connect(path) as connection:
        connection.execute(damage)

    again = SqliteFile(path)
    finding, _ = await verify(again.log(LOG))
    again.close()

    assert finding.fault is not None


@pytest.mark.parametrize("seq", [0, 1, 2])
async def test_an_altered_record_is_named_and_none_after_it_blamed(
    tmp_path: Path, seq: int
) -> None:
    path = tmp_path / "log.db"
    file = SqliteFile(path)
    records = _with_genesis()
    await file.log(LOG).append([*records, record(after(after(Tip(LOG), records[0]), records[1]))])
    file.close()
    with sqlite3.connect(path) as connection:
        (raw,) = connection.execute("SELECT raw FROM records WHERE seq = ?", (seq,)).fetchone()
        # A blank more, one less: as long as it was, and still a record.
        changed = raw[:-1] + b" " if raw.endswith(b"\n") else raw.replace(b"events", b"Events")
        connection.execute("UPDATE records SET raw = ? WHERE seq = ?", (changed, seq))

    again = SqliteFile(path)
    finding, _ = await verify(again.log(LOG))
    again.close()

    assert raw != changed
    assert "altered" in (finding.fault or "")
    assert (finding.fault_seq, finding.head.seq, finding.records) == (seq, seq - 1, seq)


async def test_a_full_disk_is_told_and_writes_nothing(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "log.db", pages_max=40)
    log, tip = file.log(LOG), Tip(LOG)
    big = b'{"signal":null,"events":[]}' + b" " * 20_000

    async def fill(tip: Tip) -> Tip:
        with contextlib.suppress(LogFull):
            while True:
                made = record(tip, payload=big)
                await log.append([made])
                tip = after(tip, made)
        return tip

    tip = await fill(tip)

    with pytest.raises(LogFull):
        await log.append([record(tip, payload=big)])
    assert await log.tip_seq() == tip.seq
    assert [it.seq for it in await log.read(after_seq=-1, records_max=100)] == list(
        range(tip.seq + 1)
    )
    file.close()


async def test_one_log_that_fails_does_not_fail_the_others(tmp_path: Path) -> None:

    file = SqliteFile(tmp_path / "log.db")
    good = [record(Tip(f"log-{number}")) for number in range(20)]
    bad = record(Tip("bad"), seq=7)

    answers = await asyncio.gather(
        *(file.log(it.log_id).append([it]) for it in (*good[:10], bad, *good[10:])),
        return_exceptions=True,
    )

    assert sum(isinstance(it, LogError) for it in answers) == 1
    assert file.log_ids() == sorted(it.log_id for it in good)
    file.close()
