"""What leaves is kept, claimed and ended from several threads at once, as a home does it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from coordinator.outbox.deliveries import Deliveries, Delivery, Fate
from coordinator.outbox.effects import ActualEffect
from tests.story import START

ROUNDS = 300


def effect(number: int) -> ActualEffect:
    return ActualEffect(
        effect_id=f"{number:06}", log_id="yunhe", seq=number, at=START, target="desk:dispatcher",
        kind="notice_raised", about="-", expires_at=START + 1, document={},
    )  # fmt: skip


def test_threads_share_the_file_and_none_spoils_anothers_transaction(tmp_path: Path) -> None:  # noqa: C901 - three threads in one story
    deliveries = Deliveries(tmp_path / "deliveries.db")
    claimed: list[Delivery] = []
    over = threading.Event()

    def keep() -> None:
        for number in range(ROUNDS):
            deliveries.keep([(effect(number), "push")])

    def take() -> None:
        while len(claimed) < ROUNDS and not over.is_set():
            found = deliveries.claim(START, limit=50, lease_ms=60_000)
            claimed.extend(found)
            for delivery in found:
                deliveries.end(delivery, Fate.SENT, START)
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
    deliveries.close()
