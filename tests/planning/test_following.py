"""A planner reads whole logs beside those who decide, and keeps what it came to for them."""

import pytest

from coordinator.domain.canonical import digest
from coordinator.log.memory import MemoryLog, MemorySnapshots
from coordinator.log.ports import Snapshot
from coordinator.planning import following
from coordinator.planning.following import Following
from coordinator.planning.planner import Planner
from tests.engine.county import outage, owned, roster
from tests.story import HERE


class NoRoom(MemorySnapshots):
    """Keeps nothing: the disk is full, or Redis is gone."""

    async def save(self, snapshot: Snapshot) -> None:
        raise OSError("no room")


@pytest.mark.parametrize("store", [MemorySnapshots, NoRoom])
async def test_a_planner_plans_whether_or_not_a_state_can_be_kept(
    monkeypatch: pytest.MonkeyPatch, store: type[MemorySnapshots]
) -> None:
    log, snapshots = MemoryLog(HERE), store()
    owner = await owned(log)
    await owner.turn([roster(), outage("o1")])
    monkeypatch.setattr(following, "_WORTH_KEEPING", 1)
    reader = Following(Planner("straight"))

    await reader.catch_up(log, snapshots)

    assert digest(reader.folds[HERE].state) == digest(owner.state)
    kept = await snapshots.latest(HERE)
    assert (kept is None) is (store is NoRoom)
    assert kept is None or kept.seq == reader.folds[HERE].tip.seq
