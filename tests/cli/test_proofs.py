"""A utility signs its logs, a regulator keeps what was signed, and finds what was changed since."""

import base64
import gzip
import json
import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from subprocess import CompletedProcess

import msgspec
import pytest

from coordinator.clock import SetClock
from coordinator.domain.refusal import refuse
from coordinator.engine.owner import Owner
from coordinator.log.envelope import Kind, seal
from coordinator.log.sqlite import SqliteFile, SqliteSnapshots
from schemas.catalogue import write_payload
from schemas.default_policy import DEFAULT_POLICY
from schemas.sentences import incidents
from schemas.vocabulary import Realm
from streams.archive import words_of_now
from streams.registry import Entry
from tests.cli.test_commands import said
from words.catalogue import read_files

_KEY = "grid.example/emergency/county+"


async def _turns(folder: Path, count: int, *, at: int = 1_790_000_000_000) -> int:
    """Let the log of a county grow; return how many records it has."""
    file = SqliteFile(folder / "coordinator.db")
    log = file.log("county")
    owner = Owner(log, SqliteSnapshots(file), SetClock(at), (), snapshot_every=100)
    for _ in range(count):
        await owner.open("county", Realm.ACTUAL, DEFAULT_POLICY)
    records = await log.tip_seq() + 1
    file.close()
    return records


async def _refused(folder: Path) -> int:
    """Put a refusal on the log of a county; return its place."""
    file = SqliteFile(folder / "coordinator.db")
    log = file.log("county")
    (last,) = await log.read(after_seq=await log.tip_seq() - 1, records_max=1)
    refusal = write_payload(None, refuse(incidents.NO_SUCH_INCIDENT, field="incident_id"))
    record = seal(
        seq=last.seq + 1, prev=last.hash, epoch=last.epoch, at=last.at + 1, kind=Kind.DECISION,
        log_id="county", signal_id="refused", cursor={"inbox": 1}, payload=refusal,
    )  # fmt: skip
    await log.append([record])
    file.close()
    return record.seq


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Path]:
    # As the program makes its files: open to their owner alone, so that no command has to say so.
    before = os.umask(0o077)
    await _turns(tmp_path, 5)
    yield tmp_path
    os.umask(before)


@pytest.fixture
def proof(there: Path) -> Callable[..., CompletedProcess[str]]:
    return lambda *arguments: said("proof", *arguments, folder=there)


def _signed(proof: Callable[..., CompletedProcess[str]]) -> str:
    """Make a key; return its public half."""
    made = proof("keys", "--origin", "grid.example/emergency")
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith(_KEY)
    return made.stdout.strip()


async def test_what_was_signed_is_checked_elsewhere(
    there: Path,
    tmp_path_factory: pytest.TempPathFactory,
    proof: Callable[..., CompletedProcess[str]],
) -> None:
    key, elsewhere = _signed(proof), tmp_path_factory.mktemp("regulator")
    assert stat.S_IMODE((there / "checkpoint.key").stat().st_mode) == 0o600
    again = proof("keys", "--origin", "another.example")
    assert (again.returncode, again.stdout) == (2, "")
    assert json.loads(proof("keys", "--json").stdout) == {"county": key}

    first = proof("checkpoint", "--out", str(elsewhere))
    kept = Path(first.stdout.strip())
    checked = json.loads(proof("check", str(kept), "--key", key, "--json").stdout)
    size = checked["size"]
    assert checked["origin"] == "grid.example/emergency/county"
    assert kept == elsewhere / f"county-{size}.checkpoint"

    grown = await _turns(there, 3)
    assert grown > size
    newer = elsewhere / "newer"
    newer.write_text(proof("checkpoint", "--since", str(kept)).stdout)
    leads_on = proof("check", str(newer), "--key", key, "--since", str(kept))
    assert f"{grown} records" in leads_on.stdout
    assert f"the first {size} of them are those of the older checkpoint" in leads_on.stdout
    alone = proof("check", str(newer), "--key", key)
    assert alone.returncode == 2
    assert "since" in alone.stderr
    assert proof("check", str(kept), "--key", key, "--since", str(kept)).returncode == 2
    assert proof("compare", str(kept), "--key", key).returncode == 0


async def test_a_record_is_shown_with_its_proof(
    there: Path, proof: Callable[..., CompletedProcess[str]]
) -> None:
    key = _signed(proof)
    early = proof("record", "0")
    assert early.returncode == 2
    assert "no checkpoint yet" in early.stderr
    proof("checkpoint")

    held = there / "record"
    held.write_text(proof("record", "0").stdout)
    shown = json.loads(proof("check", str(held), "--key", key, "--json").stdout)
    assert shown["record"]["kind"] == "genesis"
    assert shown["record"]["payload"]["events"][0]["type"] == "jurisdiction_founded"
    other = key.replace("/county", "/other")
    refused = proof("check", str(held), "--key", other)
    assert refused.returncode == 2  # its id is not of that name
    assert len(refused.stderr.strip().splitlines()) == 1
    late = proof("record", "999")
    assert late.returncode == 2


async def test_a_record_is_told_in_the_words_of_its_time(
    there: Path, tmp_path: Path, proof: Callable[..., CompletedProcess[str]]
) -> None:
    key, seq = _signed(proof), await _refused(there)
    signed = proof("checkpoint")
    assert signed.returncode == 0, signed.stderr
    held, words = tmp_path / "record", tmp_path / "words"
    held.write_text(proof("record", str(seq)).stdout)
    words.write_text(proof("words").stdout)
    digest = read_files(words.read_bytes()).digest
    assert proof("words", "--digest", digest).stdout == words.read_text()
    assert proof("words", "--digest", "0" * 64).returncode == 2

    checked = proof("check", str(held), "--key", key, "--words", str(words), "--json")
    assert checked.returncode == 0, checked.stderr
    shown = json.loads(checked.stdout)
    assert shown["told"] == {"en": ["no such incident"], "zh": ["没有该事件"]}
    assert "zh: 没有该事件" in proof("check", str(held), "--key", key, "--words", str(words)).stdout

    # Words that were mended since are not those that were signed with the record.
    words.write_text(words.read_text().replace("没有该事件", "查无此事"))
    refused = proof("check", str(held), "--key", key, "--words", str(words))
    assert refused.returncode != 0
    assert "those of the checkpoint are" in refused.stderr


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        ("DELETE FROM records WHERE seq = (SELECT max(seq) FROM records)", "records were signed"),
        ("UPDATE records SET raw = substr(raw, 1, length(raw) - 1) WHERE seq = 2", "length"),
    ],
)
async def test_what_was_changed_since_is_not_signed_again(
    harm: str, says: str, there: Path, proof: Callable[..., CompletedProcess[str]]
) -> None:
    key = _signed(proof)
    kept = there / "kept"
    kept.write_text(proof("checkpoint").stdout)
    with sqlite3.connect(there / "coordinator.db") as connection:
        connection.execute(harm)
    connection.close()

    for refused in (proof("checkpoint"), proof("compare", str(kept), "--key", key)):
        assert refused.returncode == 1
        assert says in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1


async def test_a_history_written_anew_is_sound_and_not_the_one_that_was_signed(
    there: Path,
    tmp_path_factory: pytest.TempPathFactory,
    proof: Callable[..., CompletedProcess[str]],
) -> None:
    key, other = _signed(proof), tmp_path_factory.mktemp("other")
    kept = there / "kept"
    kept.write_text(proof("checkpoint").stdout)
    await _turns(other, 9, at=1_790_000_000_001)
    (other / "coordinator.db").replace(there / "coordinator.db")
    for name in ("coordinator.db-wal", "coordinator.db-shm"):
        (there / name).unlink(missing_ok=True)

    assert said("log", "verify", folder=there).returncode == 0
    for refused in (proof("checkpoint"), proof("compare", str(kept), "--key", key)):
        assert refused.returncode == 1
        assert "are not those that were signed" in refused.stderr


def test_a_new_key_begins_anew_once_the_old_checkpoints_are_moved_away(
    there: Path, proof: Callable[..., CompletedProcess[str]]
) -> None:
    _signed(proof)
    assert proof("checkpoint").returncode == 0
    (there / "checkpoint.key").rename(there / "old.key")
    _signed(proof)
    refused = proof("checkpoint")
    assert refused.returncode == 1
    assert "not signed by" in refused.stderr

    (there / "checkpoints").rename(there / "old")
    assert proof("checkpoint").returncode == 0


def test_without_a_key_it_is_said_how_to_make_one(
    proof: Callable[..., CompletedProcess[str]],
) -> None:
    refused = proof("checkpoint")
    assert refused.returncode == 2
    assert "proof keys --origin" in refused.stderr


async def _archived(there: Path) -> bytes:
    """Return the county's log as `topics archive` writes it."""
    held = SqliteFile(there / "coordinator.db")
    records = await held.log("county").read(after_seq=-1, records_max=1_000)
    held.close()
    entry = msgspec.json.encode(Entry("county", Realm.ACTUAL, partitions=1))
    words = msgspec.json.encode(words_of_now())
    lines = [entry, words, *(base64.b64encode(it.raw) for it in records)]
    return gzip.compress(b"\n".join(lines) + b"\n")


async def test_an_archived_log_is_proved_like_the_one_it_was_made_of(
    there: Path, tmp_path: Path, proof: Callable[..., CompletedProcess[str]]
) -> None:
    file = tmp_path / "county.gz"
    file.write_bytes(await _archived(there))
    made = proof("keys", "--archive", str(file), "--origin", "grid.example/emergency")
    key = made.stdout.strip()
    assert key.startswith(_KEY)

    kept = tmp_path / "kept"
    kept.write_text(proof("checkpoint", "--archive", str(file)).stdout)
    assert proof("checkpoint").stdout == kept.read_text()
    for where in (("--archive", str(file)), ()):
        assert proof("compare", str(kept), "--key", key, *where).returncode == 0
        assert proof("record", "1", *where).stdout.startswith("c2sp.org/tlog-proof@v1\n")

    lines = gzip.decompress(file.read_bytes()).split(b"\n")
    file.write_bytes(gzip.compress(b"\n".join([*lines[:3], *lines[4:]])))
    refused = proof("checkpoint", "--archive", str(file))
    assert refused.returncode == 2
    assert "seq is not the next one" in refused.stderr

    other = lines[1].replace(b"no such incident", b"no such thing")
    file.write_bytes(gzip.compress(b"\n".join([lines[0], other, *lines[2:]])))
    refused = proof("checkpoint", "--archive", str(file))
    assert refused.returncode == 2
    assert "line 2: words of" in refused.stderr
