"""Health is true: what is wrong shows, and what does not work is not called well."""

import asyncio
import re
import shutil
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from coordinator.clock import SetClock
from coordinator.errors import BrokenLog, Superseded
from coordinator.home.health import HomeHealth
from coordinator.troubles import GRAVE, Trouble, TroubleKind
from tests.home.test_home import BOTH, NORTH, SOUTH, at_home
from tests.patience import PATIENCE_S
from tests.story import START
from words.catalogue import LANGUAGES, current

ROOT = Path(__file__).resolve().parents[2]
FREE = 10_000_000_000


class Made:
    """A home of parts that are as a test wants them."""

    def __init__(self) -> None:
        self.owners: Any = {NORTH: owner()}
        self.failed: str | None = None
        self.outbox: Any = SimpleNamespace(failing=None, waiting=0)
        self.drawing: Any = SimpleNamespace(behind_s=lambda: 0.0)
        self.out: Any = SimpleNamespace(troubles=list)
        self.notification_setup: Any = SimpleNamespace(out=self.out)
        self.planner: Any = SimpleNamespace(ready=asyncio.Event(), health=dict)
        self.planner.ready.set()
        self.deciding = True

    def waiting(self, _: str) -> int:
        return 0

    def decides(self, _: str) -> bool:
        return self.deciding


def owner(**given: Any) -> SimpleNamespace:
    well: dict[str, Any] = {
        "stopped_because": None, "stopped_by": None, "in_time": True, "ahead_ms": 0,
        "wakes_at": START + 1, "confirmed": SimpleNamespace(tip=SimpleNamespace(seq=1, epoch=1)),
    }  # fmt: skip
    return SimpleNamespace(**(well | given))


@pytest.fixture
def made() -> Made:
    return Made()


def looking_at(made: Made, folder: Path, at: int = START) -> HomeHealth:
    health = HomeHealth(made, SetClock(at), folder, CollectorRegistry(), disk_low_mb=2_000)
    health.look_at_disk()
    return health


def kinds(health: HomeHealth) -> list[str]:
    return [it.kind.value for it in health.troubles()]


def test_a_home_that_is_well_has_no_troubles(made: Made, tmp_path: Path) -> None:
    health = looking_at(made, tmp_path)

    assert health.troubles() == []
    assert health.document()["ok"]


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Superseded(log_id=NORTH, epoch=2), TroubleKind.SUPERSEDED),
        (BrokenLog("north-city: cut"), TroubleKind.STOPPED),
    ],
)
def test_who_stopped_and_who_was_superseded_are_told_apart(
    made: Made, tmp_path: Path, error: Exception, kind: TroubleKind
) -> None:
    made.owners[NORTH] = owner(stopped_by=error, stopped_because=repr(error))

    health = looking_at(made, tmp_path)
    assert [(it.kind, it.about) for it in health.troubles()] == [(kind, NORTH)]
    assert not health.document()["ok"]


def test_a_deadline_that_is_late_shows_by_the_pace_of_the_clock(made: Made, tmp_path: Path) -> None:
    made.owners[NORTH] = owner(wakes_at=START - 60_000)

    (late,) = looking_at(made, tmp_path).troubles()
    assert (late.kind, late.about, late.amount) == (TroubleKind.DEADLINE_LATE, NORTH, 60)
    drill = looking_at(made, tmp_path)
    drill._clock.speed = 60  # type: ignore[attr-defined]
    assert drill.troubles() == []


def test_what_is_beside_the_deciding_shows_and_is_not_grave(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [1_000.0]
    monkeypatch.setattr(time, "monotonic", lambda: moment[0])
    made.drawing.behind_s = lambda: 7.0
    made.planner.ready.clear()
    health = looking_at(made, tmp_path)
    assert kinds(health) == ["drawing_behind"]

    moment[0] += 31
    assert kinds(health) == ["drawing_behind", "planner_down"]
    assert health.document()["ok"]
    made.planner.ready.set()
    assert kinds(health) == ["drawing_behind"]


def test_a_channel_that_is_down_is_told_and_starts_nothing_anew(made: Made, tmp_path: Path) -> None:
    down = Trouble(TroubleKind.CHANNEL_DOWN, "apprise|member|0", "no answer within 20 s", 21)
    made.out.troubles = lambda: [down]

    health = looking_at(made, tmp_path)

    assert health.troubles() == [down]
    assert health.document()["ok"]


def test_the_disk_is_looked_at(made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, told in ((FREE, []), (1_999_999_999, ["disk_low"]), (49_999_999, ["disk_full"])):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        assert kinds(looking_at(made, tmp_path)) == told


def test_a_disk_that_cannot_be_asked_is_as_good_as_full(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shutil, "disk_usage", gone)
    assert kinds(looking_at(made, tmp_path)) == ["disk_full"]


def test_grave_things_are_told_first(made: Made, tmp_path: Path) -> None:
    made.drawing.behind_s = lambda: 7.0
    made.deciding = False
    made.failed = "notices out: KeyError"

    assert kinds(looking_at(made, tmp_path)) == ["nobody_decides", "part_failed", "drawing_behind"]


async def test_a_county_nobody_decides_for_shows_in_health_and_metrics(tmp_path: Path) -> None:
    home = await at_home(tmp_path, BOTH)
    try:
        assert home.health()["troubles"] == []
        (task,) = [it for it in home._serving if it.get_name() == f"inbox {NORTH}"]
        task.cancel()
        async with asyncio.timeout(PATIENCE_S):
            while home.health()["ok"]:  # noqa: ASYNC110 - looked at from outside
                await asyncio.sleep(0.01)

        (trouble,) = home.health()["troubles"]
        assert (trouble["kind"], trouble["about"], trouble["grave"]) == (
            "nobody_decides",
            NORTH,
            True,
        )
        shown = generate_latest(home.registry).decode()
        labels = f'about="{NORTH}",grave="yes",kind="nobody_decides"'
        assert f"coordinator_trouble{{{labels}}} 1.0" in shown
        assert SOUTH not in str(home.health()["troubles"])
    finally:
        home._serving.remove(task)
        await home.close()


async def test_the_alert_rules_ask_for_what_is_measured(tmp_path: Path) -> None:
    rules = yaml.safe_load((ROOT / "ops/prometheus-rules.yml").read_text("utf-8"))
    asked = {
        name
        for group in rules["groups"]
        for rule in group["rules"]
        for name in re.findall(r"\bcoordinator_\w+", rule["expr"])
    }
    home = await at_home(tmp_path, BOTH)
    try:
        shown = generate_latest(home.registry).decode()
    finally:
        await home.close()

    assert asked
    assert not [it for it in asked if not re.search(rf"^# TYPE {it} ", shown, re.M)]
    assert "Watchdog" in {rule["alert"] for group in rules["groups"] for rule in group["rules"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_trouble_has_its_words_at_the_desk(language: Any) -> None:
    words = current().groups[language]["common"]

    assert {f"trouble_{it.value}" for it in TroubleKind} <= words.keys()
    assert set(TroubleKind) > GRAVE
