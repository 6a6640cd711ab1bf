"""What leaves is kept, claimed and ended from several threads at once, as a home does it."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from coordinator.outbox.deliveries import Deliveries, Delivery, Fate, Outcome
from coordinator.outbox.effects import ActualEffect
from tests.story import START

ROUNDS = 300


def effect(number: int, **more: Any) -> ActualEffect:
    fields: dict[str, Any] = {
        "effect_id": f"{number:06}", "log_id": "yunhe", "seq": number, "at": START,
        "target": "desk:dispatcher", "kind": "notice_raised", "about": "-",
        "expires_at": START + 1, "document": {},
    }  # fmt: skip
    return ActualEffect(**(fields | more))


def claimed_now(deliveries: Deliveries, *, room: int, at: int = START) -> list[Delivery]:
    found = deliveries.turn(at, outcomes=[], room={"push": room}, lease_ms=60_000)
    return [it for some in found for it in some]


def numbers(found: list[Delivery]) -> list[int]:
    return [it.effect.seq for it in found]


@pytest.fixture
def deliveries(tmp_path: Path) -> Iterator[Deliveries]:
    kept = Deliveries(tmp_path / "deliveries.db")
    yield kept
    kept.close()


def test_the_worst_goes_first_and_of_the_same_the_oldest(deliveries: Deliveries) -> None:
    deliveries.keep([(effect(it, rank=9_000), "push") for it in range(20)])
    deliveries.keep([(effect(20, rank=0), "push"), (effect(21, rank=500), "push")])

    assert numbers(claimed_now(deliveries, room=4)) == [20, 21, 0, 1]


def test_what_waits_for_one_person_at_one_place_is_claimed_together(deliveries: Deliveries) -> None:
    deliveries.keep([(effect(it, target=f"mem_{it % 3}"), "push") for it in range(6)])
    deliveries.keep([(effect(6, target="mem_0"), "elsewhere")])

    found = deliveries.turn(START, outcomes=[], room={"push": 2}, lease_ms=60_000)

    assert [numbers(it) for it in found] == [[0, 3], [1, 4]]
    # What is claimed is nobody else's; what is left is.
    assert numbers(claimed_now(deliveries, room=9)) == [2, 5]


def test_a_claim_costs_no_more_for_however_much_waits(deliveries: Deliveries) -> None:
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    def cost() -> int:
        deliveries._connection.set_progress_handler(step, 100)
        steps[0] = 0
        assert len(claimed_now(deliveries, room=32)) == 32
        deliveries._connection.set_progress_handler(None, 0)
        return steps[0]

    deliveries.keep([(effect(it, target=f"mem_{it}"), "push") for it in range(100)])
    few = cost()
    deliveries.keep([(effect(it, target=f"mem_{it}"), "push") for it in range(100, 5_000)])
    many = cost()

    assert many < 2 * few


def test_desks_are_told_one_by_one(deliveries: Deliveries) -> None:
    deliveries.keep([(effect(it), "push") for it in range(3)])

    found = deliveries.turn(START, outcomes=[], room={"push": 9}, lease_ms=60_000)

    assert [numbers(it) for it in found] == [[0], [1], [2]]


def test_an_assignment_overtaken_by_a_later_fact_is_told_so(deliveries: Deliveries) -> None:
    about = {"target": "mem_1", "about": "asg_1"}
    deliveries.keep([(effect(1, kind="assignment_offered", **about), "push")])
    deliveries.keep([(effect(2, kind="assignment_released", **about), "push")])

    assert [it.superseded for it in claimed_now(deliveries, room=9)] == [True, False]


def test_claims_of_the_dead_are_free_at_the_next_start(tmp_path: Path) -> None:
    before = Deliveries(tmp_path / "deliveries.db")
    before.keep([(effect(it), "push") for it in range(3)])
    assert before.begin_sending() == 0
    assert len(claimed_now(before, room=2)) == 2
    before.close()

    after = Deliveries(tmp_path / "deliveries.db")
    assert after.begin_sending() == 2
    assert [(it.effect.seq, it.tries) for it in claimed_now(after, room=9)] == [
        (0, 2), (1, 2), (2, 1),
    ]  # fmt: skip
    after.close()


def test_claims_of_the_living_stay_theirs(tmp_path: Path) -> None:
    one, other = (Deliveries(tmp_path / "deliveries.db") for _ in range(2))
    one.keep([(effect(it), "push") for it in range(3)])
    one.begin_sending()
    claimed_now(one, room=2)

    assert other.begin_sending() == 0
    assert numbers(claimed_now(other, room=9)) == [2]
    # Their lease over, they are taken for dead.
    assert numbers(claimed_now(other, room=9, at=START + 60_000)) == [0, 1, 2]
    one.close()
    other.close()


def test_what_failed_waits_for_its_next_try(deliveries: Deliveries) -> None:
    deliveries.keep([(effect(1), "push")])
    (delivery,) = claimed_now(deliveries, room=1)
    deliveries.note([Outcome(delivery, Fate.WAITING, START + 5_000, "no answer")])

    assert claimed_now(deliveries, room=1, at=START + 4_999) == []
    (again,) = claimed_now(deliveries, room=1, at=START + 5_000)
    assert again.tries == 2


def test_threads_share_the_file_and_none_spoils_anothers_transaction(
    deliveries: Deliveries,
) -> None:
    claimed: list[Delivery] = []
    over = threading.Event()

    def keep() -> None:
        for number in range(ROUNDS):
            deliveries.keep([(effect(number), "push")])

    def take() -> None:
        while len(claimed) < ROUNDS and not over.is_set():
            found = claimed_now(deliveries, room=50)
            claimed.extend(found)
            deliveries.note([Outcome(it, Fate.SENT, START) for it in found])
            deliveries.forget_old(START)

    def look() -> None:
        while len(claimed) < ROUNDS and not over.is_set():
            deliveries.counts()
            deliveries.troubled(50)

    with ThreadPoolExecutor(3) as threads:
        try:
            for done in [threads.submit(work) for work in (keep, take, look)]:
                done.result(timeout=60)
        finally:
            over.set()

    assert deliveries.counts() == {"push": {"sent": ROUNDS}}
    assert len({it.effect.effect_id for it in claimed}) == ROUNDS
