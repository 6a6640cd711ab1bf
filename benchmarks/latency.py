"""Milliseconds from handing a signal to the coordinator until it is confirmed, at steady rates.

Within a wave signals are handed in on time whatever the answers do, so a stall counts for those
behind it. The next wave is made only when the one before is answered; how late that makes it is
not counted beyond 1 ms. So a stall longer than a wave is under-counted: not a full open loop.
"""

import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks.life_cycle import LifeCycle
from benchmarks.printing import arguments, tell
from coordinator.engine.inbox import Inbox

_RATES = (100, 1_000)


async def measured(rate: int, seconds: float) -> list[float]:
    """Return the latency of every signal, seconds, sorted."""
    with tempfile.TemporaryDirectory() as name:
        life = LifeCycle(Path(name), at_once=max(2, rate // 50))
        await life.open()
        inbox = Inbox(life.place.code, life.owner, life.clock, waiting_max=10**6, batch_max=200)
        serving = asyncio.create_task(inbox.run())
        found: list[float] = []
        began, sent = time.perf_counter(), 0
        async for signals in life.batches():
            answers = []
            for signal in signals:
                on_time = began + sent / rate
                delay = on_time - time.perf_counter()
                if delay > 0:
                    await asyncio.sleep(delay)
                # A batch is made when the one before is answered; who hands it in late is us.
                handed = max(on_time, time.perf_counter() - 0.001)
                answer = inbox.submit(signal)
                answer.add_done_callback(
                    lambda _, at=handed: found.append(time.perf_counter() - at)
                )
                answers.append(answer)
                sent += 1
            await asyncio.gather(*answers)
            if time.perf_counter() - began > seconds:
                break
        inbox.close()
        await serving
        life.close()
    return sorted(found)


def main() -> None:
    options = arguments(__doc__ or "")
    figures: dict[str, float] = {}
    for rate in _RATES:
        found = asyncio.run(measured(rate, 8 if options.quick else 60))
        for label, share in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)):
            place = min(len(found) - 1, int(len(found) * share))
            figures[f"{label}_ms_at_{rate}_per_s"] = found[place] * 1_000
        figures[f"signals_at_{rate}_per_s"] = len(found)
    tell(
        "latency",
        ratios={
            "p99_of_1000_to_100": figures["p99_ms_at_1000_per_s"] / figures["p99_ms_at_100_per_s"]
        },
        figures=figures,
        as_json=options.json,
    )


if __name__ == "__main__":
    main()
