"""A data folder is copied while it is used, and a copy that is put back says so on its logs."""

import asyncio
import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from coordinator.cli.copying import restore_backup
from coordinator.clock import SetClock
from coordinator.errors import BadFile, BadInput, FolderHeld
from coordinator.home.backups import back_up, losses, put_back, read_backup
from coordinator.home.declaring import PUT_BACK_NAME, RESTORING_NAME
from coordinator.home.home import Home
from coordinator.log.fold import events_of
from coordinator.log.tips import tips_of
from coordinator.log.verify import verify
from coordinator.private.file import make_private_folder
from coordinator.private.stamps import STAMPS_NAME, renew
from coordinator.private.stamps import put_back as put_back_by_hand
from coordinator.settings import Settings
from schemas.events.assignment import AnswerOverdue
from schemas.events.notice import NoticeRaised
from schemas.events.record import RecordPutBack
from schemas.vocabulary import NoticeKind, Recipient
from tests.engine.county import away, outage
from tests.home.test_home import BOTH, NORTH, SOUTH, a_day_in, at_home
from tests.story import HOUR, START


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copy"


async def lived_in(folder: Path) -> None:
    home = await at_home(folder, BOTH)
    await a_day_in(NORTH, home)
    await home.close()


async def told(home: Home, county: str) -> list[RecordPutBack]:
    """Return what a log says of its having been put back."""
    records = await home.file.log(county).read(after_seq=-1, records_max=10**6)
    events = [event for record in records for event in events_of(record)]
    found = [it for it in events if isinstance(it, RecordPutBack)]
    raised = [it for it in events if isinstance(it, NoticeRaised)]
    notices = [it.recipient for it in raised if it.kind is NoticeKind.PUT_BACK]
    assert notices == [Recipient.DISPATCHER, Recipient.COMMANDER] * len(found)
    return found


async def put_back_as_it_was(copy: Path, folder: Path) -> Path | None:
    """Put a copy back as the command does once loss is accepted."""
    manifest = read_backup(copy)
    aside, _ = put_back(copy, manifest, folder, START, losses(copy, manifest, folder, {}))
    return aside


async def test_a_copy_made_under_load_is_sound_and_has_all_that_was_acknowledged_before(
    folder: Path, copy: Path
) -> None:
    home = await at_home(folder, BOTH)
    await a_day_in(NORTH, home)
    saying = asyncio.create_task(_go_on(home))
    before = await home.submit(away(1, "before", jurisdiction=NORTH))

    manifest = await asyncio.to_thread(back_up, folder, copy, START)

    saying.cancel()
    await home.close()
    assert not (copy.parent / "data").samefile(copy)
    await put_back_as_it_was(copy, copy.parent / "new")
    again = await at_home(copy.parent / "new")
    try:
        finding, _ = await verify(again.file.log(NORTH))
        assert finding.fault is None
        assert await again.file.log(NORTH).find(before.signal_id) is not None
        # Nothing is known to be missing, and the desk hears that this is a copy.
        assert [it.lost for it in await told(again, NORTH)] == [0]
        assert (await told(again, NORTH))[0].until == manifest.logs[NORTH].at
        alarms = again.boards.rows("alarms", [NORTH])
        shown = [row for _, _, row in alarms if row["kind"] == NoticeKind.PUT_BACK]
        assert [(it["told"], it["step"]) for it in shown] == [("dispatcher", 0)]
    finally:
        await again.close()


async def _go_on(home: Home) -> None:
    for number in range(10_000):
        await home.submit(away(number % 12, f"more {number}", jurisdiction=NORTH))


async def test_what_a_copy_lacks_is_counted_and_stands_on_the_log(folder: Path, copy: Path) -> None:
    await lived_in(folder)
    back_up(folder, copy, START)
    home = await at_home(folder)
    for number in range(3):
        await home.submit(away(number, f"later {number}", jurisdiction=NORTH))
    went = home.owners[NORTH].confirmed.tip.seq
    await home.close()

    manifest = read_backup(copy)
    lost = losses(copy, manifest, folder, {})
    # The two claims of the later start are lost as well.
    assert [(it.log_id, it.records, it.why) for it in lost] == [
        (NORTH, went - manifest.logs[NORTH].seq, "newer"),
        (SOUTH, 1, "newer"),
    ]
    aside = await put_back_as_it_was(copy, folder)

    assert aside is not None
    assert tips_of(aside / "coordinator.db")[NORTH].seq == went
    for _ in range(2):
        again = await at_home(folder)
        assert [it.lost for it in await told(again, NORTH)] == [lost[0].records]
        await again.close()


async def test_that_a_copy_was_put_back_stands_before_all_that_came_due_since(
    folder: Path, copy: Path
) -> None:
    home = await at_home(folder, BOTH)
    for county in (NORTH, SOUTH):
        await a_day_in(county, home)
    await home.close()
    manifest = back_up(folder, copy, START)
    await put_back_as_it_was(copy, folder)

    settings = Settings(data_dir=folder)
    again = await Home.open(settings, SetClock(START + HOUR), {}, in_memory_tokens=True)
    try:
        for county in (NORTH, SOUTH):
            await again.submit(away(4, "go on", jurisdiction=county, at=START + HOUR))
            after = await again.file.log(county).read(
                after_seq=manifest.logs[county].seq, records_max=100
            )
            kinds = [[type(it) for it in events_of(record)] for record in after]
            decided = [it for it in kinds if it]
            assert decided[0][0] is RecordPutBack
            assert AnswerOverdue in [it for facts in decided[1:] for it in facts]
            assert [it.at for it in after] == sorted(it.at for it in after)
            assert (await verify(again.file.log(county)))[0].fault is None
            assert len(await told(again, county)) == 1
    finally:
        await again.close()


async def test_a_log_that_went_another_way_or_was_signed_further_is_told(
    folder: Path, copy: Path
) -> None:
    await lived_in(folder)
    back_up(folder, copy, START)
    manifest = read_backup(copy)
    signed = {NORTH: manifest.logs[NORTH].seq + 8}
    assert [it.why for it in losses(copy, manifest, copy.parent / "none", signed)] == ["signed"]

    shutil.rmtree(folder)
    home = await at_home(folder, BOTH)
    await home.submit(outage("another", jurisdiction=NORTH))
    await home.close()
    why = {it.log_id: it.why for it in losses(copy, manifest, folder, {})}
    assert why[NORTH] == "other"

    (folder / "coordinator.db").write_bytes(b"no database")
    assert {it.why for it in losses(copy, manifest, folder, {})} == {"damaged"}


@pytest.mark.parametrize("name", ["coordinator.db", "people.db", "member-ids.key"])
async def test_a_copy_that_is_not_as_it_was_made_is_refused_by_file(
    folder: Path, copy: Path, name: str
) -> None:
    await lived_in(folder)
    back_up(folder, copy, START)
    path = copy / name
    held = bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    path.write_bytes(held)

    with pytest.raises(BadFile, match=f"{name}: is not as it was"):
        read_backup(copy)
    path.unlink()
    with pytest.raises(BadFile, match=f"{name}: is missing"):
        read_backup(copy)


@pytest.mark.parametrize(
    "name",
    [
        "../copy/people.db", "./tokens.db", "/etc/passwd", "checkpoints/../people.db",
        "coordinator.lock", "tokens.db-wal", "stamps.json", "checkpoints/.hidden", "a/b.db", "",
    ],
)  # fmt: skip
async def test_a_manifest_that_names_anything_else_is_refused(
    folder: Path, copy: Path, name: str
) -> None:
    await lived_in(folder)
    back_up(folder, copy, START)
    path = copy / "backup.json"
    held = json.loads(path.read_bytes())
    held["files"][name] = held["files"]["people.db"]
    path.write_text(json.dumps(held))

    with pytest.raises(BadFile, match="no file of a data folder"):
        read_backup(copy)


async def test_a_link_in_a_copy_is_not_followed(folder: Path, copy: Path) -> None:
    await lived_in(folder)
    back_up(folder, copy, START)
    (copy / "people.db").rename(copy.parent / "elsewhere.db")
    (copy / "people.db").symlink_to(copy.parent / "elsewhere.db")

    with pytest.raises(BadFile, match="is a link"):
        read_backup(copy)


async def test_twice_in_one_second_nothing_that_was_set_aside_is_written_over(
    folder: Path, copy: Path
) -> None:
    await lived_in(folder)
    back_up(folder, copy, START)

    asides = {await put_back_as_it_was(copy, folder) for _ in range(2)}

    assert len(asides) == 2
    assert all(it is not None and (it / "coordinator.db").exists() for it in asides)


async def test_a_place_that_is_no_place_for_a_copy_is_refused(folder: Path, copy: Path) -> None:
    with pytest.raises(BadInput, match="no logs"):
        back_up(folder, copy, START)
    await lived_in(folder)
    with pytest.raises(BadFile, match="inside the data folder"):
        back_up(folder, folder / "copy", START)
    back_up(folder, copy, START)
    with pytest.raises(BadFile, match="is there already"):
        back_up(folder, copy, START)


async def test_a_copy_without_keys_has_none(folder: Path, copy: Path) -> None:
    await lived_in(folder)

    manifest = back_up(folder, copy, START, keys=False)

    assert not [it for it in manifest.files if it.endswith(".key")]
    assert not (copy / "member-ids.key").exists()
    assert (folder / "member-ids.key").exists()


async def test_another_file_put_in_its_place_beside_a_stale_wal_is_not_opened(
    folder: Path, copy: Path
) -> None:
    await lived_in(folder)
    back_up(folder, copy, START)
    home = await at_home(folder)
    await home.submit(away(1, "later", jurisdiction=NORTH))
    crashed = copy.parent / "crashed"
    shutil.copytree(folder, crashed)
    await home.close()
    assert (crashed / "coordinator.db-wal").stat().st_size

    # After a mere crash it is opened as ever, and says nothing.
    as_crashed = copy.parent / "as-crashed"
    shutil.copytree(crashed, as_crashed)
    again = await at_home(as_crashed)
    assert await told(again, NORTH) == []
    await again.close()

    shutil.copyfile(copy / "coordinator.db", crashed / "coordinator.db")
    with pytest.raises(BadFile, match=r"coordinator\.db-wal: belongs to another"):
        await at_home(crashed)

    for name in ("coordinator.db-wal", "coordinator.db-shm"):
        (crashed / name).unlink()
    for _ in range(2):
        again = await at_home(crashed)
        # Put back by hand: nobody knows how much is missing. It is told once.
        assert [it.lost for it in await told(again, NORTH)] == [None]
        await again.close()


async def test_a_stamp_is_renewed_beside_a_running_home(folder: Path, copy: Path) -> None:
    home = await at_home(folder, BOTH)
    back_up(folder, copy, START)
    renew(folder)
    await home.submit(outage("o", jurisdiction=NORTH))
    await home.close()

    shutil.copyfile(copy / "coordinator.db", folder / "coordinator.db")
    again = await at_home(folder)
    assert [it.lost for it in await told(again, NORTH)] == [None]
    await again.close()


async def test_a_stamp_that_stays_beside_the_file_for_hours_stops_nobody_after_a_crash(
    folder: Path, copy: Path
) -> None:
    home = await at_home(folder, BOTH)
    with sqlite3.connect(folder / "coordinator.db") as reader:
        # Who reads for long keeps what is new out of the file itself.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM records").fetchone()
        await home.submit(outage("o", jurisdiction=NORTH))
        for _ in range(3):
            renew(folder)
        shutil.copytree(folder, copy)
    reader.close()
    await home.close()

    again = await at_home(copy)
    assert await told(again, NORTH) == []
    await again.close()


async def test_the_first_stamp_of_all_stops_nobody_after_a_crash(folder: Path, copy: Path) -> None:
    make_private_folder(folder)
    with sqlite3.connect(folder / "coordinator.db") as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE facts (one)")
    writer.close()
    with sqlite3.connect(folder / "coordinator.db") as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM facts").fetchone()
        renew(folder)
        shutil.copytree(folder, copy)
    reader.close()

    assert (copy / "coordinator.db-wal").stat().st_size
    assert put_back_by_hand(copy) == ()


async def test_a_restore_that_was_cut_short_is_not_opened_and_can_be_done_again(
    folder: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lived_in(folder)
    back_up(folder, copy, START)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as context:
        context.setattr("coordinator.home.backups.shutil.copyfile", full)
        with pytest.raises(BadFile, match="No space left"):
            await put_back_as_it_was(copy, folder)
    with pytest.raises(BadFile, match="cut short"):
        await at_home(folder)

    await put_back_as_it_was(copy, folder)
    again = await at_home(folder)
    assert len(await told(again, NORTH)) == 1
    await again.close()
    assert not (folder / RESTORING_NAME).exists()
    assert not (folder / PUT_BACK_NAME).exists()


async def test_nobody_lends_their_folder_to_a_restore(folder: Path, copy: Path) -> None:
    home = await at_home(folder, BOTH)
    back_up(folder, copy, START)
    try:
        with pytest.raises(FolderHeld):
            await restore_backup(copy, folder, accept_loss=True, as_json=False)
    finally:
        await home.close()


async def test_tokens_that_are_there_stay_and_revoked_ones_stay_revoked(
    folder: Path, copy: Path
) -> None:
    await lived_in(folder)
    make_private_folder(folder)
    (folder / "tokens.db").unlink(missing_ok=True)
    shutil.copyfile(folder / "people.db", folder / "tokens.db")
    back_up(folder, copy, START)
    (folder / "tokens.db").write_bytes(b"as they are now")

    await put_back_as_it_was(copy, folder)
    assert (folder / "tokens.db").read_bytes() == b"as they are now"

    (folder / "tokens.db").unlink()
    await put_back_as_it_was(copy, folder)
    assert (folder / "tokens.db").read_bytes() == (copy / "tokens.db").read_bytes()


async def test_stamps_that_cannot_be_read_stop_nobody(folder: Path) -> None:
    await lived_in(folder)
    (folder / STAMPS_NAME).write_bytes(b'{"coordinator.db": 7, [')

    home = await at_home(folder)
    assert await told(home, NORTH) == []
    await home.close()
