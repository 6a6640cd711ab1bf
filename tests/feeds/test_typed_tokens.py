"""A feed that says what stands for words of others is not taken: it is a dead letter, named."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from coordinator.feeds.outage_map import OutageMap
from coordinator.feeds.reading import Feeder
from coordinator.log.ports import DeadLetter
from coordinator.private.vault import Vault
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm
from tests.feeds.test_cap import AREAS, alert
from tests.feeds.test_outage_map import change, lines_of

TOKEN = "told:" + "0f" * 20


class Letters:
    def __init__(self) -> None:
        self.kept: list[DeadLetter] = []

    def put(self, letter: DeadLetter) -> None:
        self.kept.append(letter)

    def newest(self, limit: int) -> list[DeadLetter]:
        return self.kept[:limit]

    def count(self) -> int:
        return len(self.kept)


async def test_a_token_in_a_feed_is_a_dead_letter_and_stops_nothing(tmp_path: Path) -> None:
    vault, letters = Vault(tmp_path / "people.db"), Letters()
    taken: list[Signal] = []

    async def submit(signal: Signal) -> Any:
        taken.append(vault.texts.take_out(signal))
        return SimpleNamespace(refused=None, duplicate=False, nothing_changed=False)

    lines = lines_of(
        change("reported", OUTAGE_CAUSE=f"see {TOKEN}"),
        change("reported", F_OUTAGE_ID=8, OUTAGE_CAUSE="wind"),
    )
    report = await Feeder(submit, letters).outages(
        lines, OutageMap(AREAS, Realm.EXERCISE), name="map", at=1
    )
    files = [tmp_path / it for it in ("a.xml", "b.xml")]
    files[0].write_bytes(alert(info=f"<headline>{TOKEN}</headline>"))
    files[1].write_bytes(alert())
    alerts = await Feeder(submit, letters).cap(files, AREAS, at=1, zone=None)
    vault.close()

    assert (report.dead, report.accepted, alerts.dead, alerts.accepted) == (1, 1, 1, 1)
    assert [it.field for it in letters.kept] == ["cause", "headline"]
    assert len(taken) == 2
