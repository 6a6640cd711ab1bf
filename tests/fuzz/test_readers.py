"""Every file and document from outside is read, or refused as it is said, and nothing else."""

import asyncio
import gzip
import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from pydantic import ValidationError

from coordinator.errors import BadFile, BrokenLog, NotProved
from coordinator.feeds.areas import Areas
from coordinator.feeds.cap import read_cap
from coordinator.feeds.outage_map import OutageMap, read_snapshots
from coordinator.feeds.unreadable import Unreadable
from coordinator.home.backups import MANIFEST_NAME, read_backup
from coordinator.log.checkpoint import new_signer, read_record_proof, record_proof
from coordinator.log.envelope import Kind, open_record, read_cursor
from coordinator.log.fold import empty, readable
from coordinator.log.memory import MemoryLog
from coordinator.outbox.address import read_address
from coordinator.web.intake import read_document
from coordinator.web.problems import Problem
from schemas.catalogue import UnknownType, read_signal_document
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm
from tests.engine.county import outage, owned, records_of, roster
from tests.feeds.test_cap import AREAS, alert, square
from tests.feeds.test_outage_map import change, lines_of
from tests.fuzz.bytes_of import broken, changed
from tests.fuzz.given import tried
from tests.home.test_roster_files import HEAD, ZHANG, read, workbook
from tests.story import HERE, START

STORED: Final = Path(__file__).resolve().parent.parent / "schemas" / "stored"
SIGNALS: Final = [
    json.loads(line) for line in (STORED / "signals.jsonl").read_text(encoding="utf-8").splitlines()
]
_CIRCLE: Final = "<circle>30.5,110.5 12</circle><geocode><valueName>GB</valueName><value>420100"
CAPS: Final = (
    alert(),
    alert(head="<references>w@x,A0,2026-07-01T07:00:00+08:00</references>", message="Update"),
    alert(area=f"{_CIRCLE}</value></geocode>", info="<expires>2026-07-02T08:00:00+08:00</expires>"),
    alert(encoding="GB18030"),
    alert(encoding="UTF-16"),
)
_PERSON: Final = {
    "staff_number": "S1", "name": "张三", "team_number": "T1", "lon": 110.5, "lat": 30.5,
    "skills": ["line"], "phone": "13800000000", "certificates": [],
}  # fmt: skip
ROSTER: Final = {
    "people": [_PERSON], "teams": [], "shifts": [], "resources": [], "sites": [], "cells": [],
    "removed_members": [], "removed_shifts": [],
}  # fmt: skip
WORKBOOK: Final = workbook([*HEAD.split(",")], ["S001", "张三", "T1", 110.5, 30.5])
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _records() -> list[bytes]:
    async def made() -> list[bytes]:
        log = MemoryLog(HERE)
        owner = await owned(log)
        await owner.turn([roster(), outage("o")], until=START + 1)
        return [it.raw for it in await records_of(log)]

    return asyncio.run(made())


RECORDS: Final = _records()


@tried(300, body=broken(*CAPS))
def test_a_cap_message_is_read_or_told_by_its_element(body: bytes) -> None:
    with suppress(Unreadable):
        assert all(isinstance(it, Signal) for it in read_cap(body, AREAS, at=START))


@tried(250, draw=st.data())
def test_a_roster_is_read_and_every_bad_row_is_told(draw: DataObject) -> None:
    kind = draw.draw(st.sampled_from(["csv", "json", "xlsx", "gz"]))
    csv = f"{HEAD}\n{ZHANG}\nS002,李四,T1,110.6,30.6\n"
    body, media = {
        "csv": (broken(csv.encode(), csv.encode("gb18030"), csv.encode("utf-16")), "text/csv"),
        "json": (changed([ROSTER]), "application/json"),
        "xlsx": (broken(WORKBOOK), SHEET),
        "gz": (broken(gzip.compress(csv.encode(), mtime=0)), "text/csv"),
    }[kind]
    rows = read(draw.draw(body), media)
    for _, fault in rows.bad:
        assert fault.reason("en")
        assert fault.reason("zh")


@tried(250, lines=st.lists(changed([change("reported"), change("updated"), change("gone")])))
def test_a_line_of_an_outage_map_is_a_signal_or_wrong(lines: list[bytes]) -> None:
    good = lines_of(change("reported"))
    found = list(OutageMap(AREAS, Realm.EXERCISE).read([*good, *lines]))
    assert len(found) == 1 + len(lines)
    assert all((it.signal is None) != (it.wrong is None) for it in found)


@tried(120, body=st.one_of(broken(json.dumps({"outages": [change("reported")]}).encode())))
def test_a_snapshot_of_an_outage_map_is_read_or_its_file_named(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "2024-02-04T21-32-58Z.json").write_bytes(body)
        with suppress(BadFile):
            list(OutageMap(AREAS, Realm.EXERCISE).read(list(read_snapshots(Path(name)))))


@tried(150, body=st.one_of(changed([{"features": [square("west", 110, 30, 1, "GB:1")]}])))
def test_areas_are_read_or_refused(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "areas.geojson"
        path.write_bytes(body)
        with suppress(BadFile):
            Areas.read(path)


@tried(500, body=st.one_of(changed(SIGNALS), broken(*(json.dumps(it).encode() for it in SIGNALS))))
def test_a_signal_from_a_topic_is_read_or_refused(body: bytes) -> None:
    with suppress(UnknownType, ValidationError, ValueError):
        read_signal_document(body)


@tried(200, body=st.one_of(st.binary(max_size=300), broken(b'{"type": "outage", "x": [1, {}]}')))
def test_a_document_over_http_is_an_object_or_a_problem(body: bytes) -> None:
    with suppress(Problem):
        read_document(body)


@tried(300, raw=broken(*RECORDS))
def test_a_record_that_was_damaged_is_a_broken_log_and_nothing_else(raw: bytes) -> None:
    with suppress(BrokenLog):
        record = open_record(raw)
        assert record.kind in Kind
        read_cursor(record)
        empty(HERE).step(record)


@tried(150, draw=st.data())
def test_a_damaged_snapshot_is_made_anew(draw: DataObject) -> None:
    fold = empty(HERE)
    for raw in RECORDS:
        fold, _ = fold.step(open_record(raw))
    good = fold.snapshot()
    if draw.draw(st.booleans()):
        bad = good._replace(state=draw.draw(broken(good.state)))
    else:
        bad = good._replace(cursor=draw.draw(broken(good.cursor)))
    found = readable(bad)
    assert found is None or found.tip.log_id == HERE


@tried(150, draw=st.data())
def test_a_backup_that_was_changed_is_named(draw: DataObject) -> None:
    manifest = {
        "v": 1, "at": 1, "tips": {}, "files": {"coordinator.db": "0" * 64, "people.db": "1" * 64},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "coordinator.db").write_bytes(b"x")
        body = draw.draw(st.one_of(changed([manifest]), broken(json.dumps(manifest).encode())))
        (folder / MANIFEST_NAME).write_bytes(body)
        with suppress(BadFile):
            read_backup(folder)


SIGNER: Final = new_signer("here")
LEAVES: Final = [open_record(it).hash for it in RECORDS]
PROOF: Final = record_proof(open_record(RECORDS[1]), LEAVES, SIGNER.sign(HERE, LEAVES)).encode()


@tried(300, text=broken(PROOF))
def test_a_proof_is_read_or_proves_nothing(text: bytes) -> None:
    with suppress(NotProved, BrokenLog):
        record, _ = read_record_proof(text.decode(errors="replace"), SIGNER.verifier(HERE))
        assert record.raw == RECORDS[1]


@tried(
    300,
    text=st.one_of(
        broken(b"https://push.example.org/x/y?z=1").map(lambda it: it.decode(errors="replace")),
        st.text(max_size=80).map("https://{}".format),
    ),
)
def test_a_push_address_leads_where_it_says_or_nowhere(text: str) -> None:
    found = read_address(text)
    assert found is None or found.host in text.lower()
