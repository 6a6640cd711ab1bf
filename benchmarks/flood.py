"""From a report to a phone, when very many come at once; beside the same way without any rule.

A home of sixteen counties with a planner takes reports by HTTP, forms a unit of three for each and
calls its people out by a webhook each; the sink is on loopback. Each part begins with a folder of
its own: a few reports at 1/s and 10/s, then 1,000 at once (without `--quick` 5,000, too), one by
one on sixteen connections, then as many in batches. `first_p50_s` is from the moment a report was
sent to the first call-out about it at the sink, `all_out_s` until the last one. `--part NAME` runs
one part alone, whole, beside the yardstick.

The bare yardstick takes in and sends as much and decides nothing. Processor time counts the home
and its planner, or the yardstick, from the first report to the last call-out. What a clock on the
wall says is noise where others use the machine, too; processor time and ratios are good there.
"""

import asyncio
import shutil
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.flood_home import prepare
from benchmarks.flood_world import Sink, at_a_rate, at_once, in_batches, reports
from benchmarks.printing import arguments, tell
from benchmarks.process_costs import pss_mb, seconds_of
from coordinator.demo.province import province
from coordinator.log.envelope import Kind
from coordinator.log.fold import events_of
from coordinator.log.sqlite import SqliteFile
from coordinator.private.folder import DATABASE_NAME
from schemas.catalogue import read_signal
from schemas.events.notice import SignalRefused
from schemas.events.unit import ProposalRejected, UnitFormed
from schemas.signals.unit import MusterProposed

_QUIET_S: Final = 2.0
_GOES_ON_S: Final = 20.0
"""After each report was told of, call-outs go on for a while: of replacements, which do not end."""
_PATIENCE_S: Final = 120.0
_BATCH: Final = 1_000
_COPIES: Final = (2, 8)
"""How often each member of the demo province is there, for 1,000 reports and for 5,000."""
Sending = Callable[[int, str, Sequence[bytes]], Awaitable[dict[str, float]]]


class Server(NamedTuple):
    """A program that takes reports."""

    process: Process
    port: int
    token: str
    ready_s: float

    async def end(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()
        await self.process.wait()


async def started(module: str, argument: str) -> Server:
    """Start a program and wait until it takes reports."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, argument, stdin=PIPE, stdout=PIPE
    )
    if process.stdout is None:
        raise RuntimeError("the program has no output")
    line = (await process.stdout.readline()).split()
    if len(line) != 2:
        raise RuntimeError(f"{module} did not begin")
    return Server(process, int(line[0]), line[1].decode(), time.monotonic() - began)


class Told(NamedTuple):
    """What one part came to; times in seconds."""

    firsts: list[float]
    accepted_s: float
    all_out_s: float
    notices: int
    processor_s: float
    pss_mb: float


async def flooded(server: Server, sink: Sink, documents: Sequence[bytes], send: Sending) -> Told:
    """Send reports and wait until each was told of and it is quiet at the sink."""
    sink.call_outs.clear()
    before, began = seconds_of(server.process.pid), time.monotonic()
    sent = await send(server.port, server.token, documents)
    accepted_s = time.monotonic() - began
    peak_mb, all_told_at = 0.0, None
    while time.monotonic() - began < _PATIENCE_S:
        peak_mb = max(peak_mb, pss_mb(server.process.pid))
        await asyncio.sleep(0.25)
        now = time.monotonic()
        if all_told_at is None and all(name in sink.first for name in sent):
            all_told_at = now
        if all_told_at is not None and (
            now - sink.call_outs[-1] > _QUIET_S or now - all_told_at > _GOES_ON_S
        ):
            break
    processor_s = seconds_of(server.process.pid) - before
    firsts = sorted(sink.first[name] - at for name, at in sent.items() if name in sink.first)
    if len(firsts) < len(sent):
        print(f"never told of: {len(sent) - len(firsts)} of {len(sent)}", file=sys.stderr)
    last = sink.call_outs[-1] if sink.call_outs else time.monotonic()
    return Told(firsts, accepted_s, last - began, len(sink.call_outs), processor_s, peak_mb)


def _at(found: Sequence[float], share: float) -> float:
    return found[min(len(found) - 1, int(len(found) * share))] if found else float("inf")


async def plans_in(folder: Path) -> dict[str, float]:
    """Return which share of a folder's units was formed by plan, and of its proposals was stale."""
    counts: Counter[str] = Counter()
    file = SqliteFile(folder / DATABASE_NAME, untouched=True)
    for log_id in file.log_ids():
        for record in await file.log(log_id).read(after_seq=-1, records_max=10**9):
            events = events_of(record)
            for event in events:
                if isinstance(event, UnitFormed):
                    counts["planned" if event.explanation.solver else "fallback"] += 1
            if record.kind is Kind.DECISION and isinstance(
                read_signal(record.payload), MusterProposed
            ):
                counts["proposals"] += 1
                counts["stale"] += any(
                    isinstance(it, SignalRefused | ProposalRejected) for it in events
                )
    file.close()
    formed = counts["planned"] + counts["fallback"]
    return {
        "by_plan": counts["planned"] / formed if formed else 0.0,
        "proposals": float(counts["proposals"]),
        "stale_proposals": counts["stale"] / counts["proposals"] if counts["proposals"] else 0.0,
    }


class Part(NamedTuple):
    """How many reports, in which way."""

    name: str
    number: int
    send: Sending


def parts(*, quick: bool) -> list[Part]:
    batch = partial(in_batches, size=_BATCH)
    found = [
        Part("1_per_s", 5 if quick else 60, partial(at_a_rate, rate=1)),
        Part("10_per_s", 40 if quick else 300, partial(at_a_rate, rate=10)),
        Part("1000_single", 1_000, at_once),
        Part("1000_batch", 1_000, batch),
    ]
    if not quick:
        found += [Part("5000_single", 5_000, at_once), Part("5000_batch", 5_000, batch)]
    return found


class Flood:
    """Runs the parts, each in a folder of its own, and keeps the figures."""

    def __init__(self, folder: Path, sink: Sink) -> None:
        self._folder = folder
        self._sink = sink
        self._places = [
            (it.code, (it.box[0] + it.box[2]) / 2, (it.box[1] + it.box[3]) / 2)
            for it in province(7, 0, days=0)
        ]
        self._first = 0
        self.figures: dict[str, float] = {}

    def documents(self, number: int) -> list[bytes]:
        self._first += number
        return reports(number, self._places, self._first - number)

    async def run(self, part: Part, prepared: Path) -> Told:
        """Flood a home that begins with a prepared folder."""
        folder = self._folder / part.name
        shutil.copytree(prepared, folder)
        server = await started("benchmarks.flood_home", str(folder))
        told = await flooded(server, self._sink, self.documents(part.number), part.send)
        await server.end()
        self._keep(part, told)
        for name, figure in (await plans_in(folder)).items():
            self.figures[f"{part.name}.{name}"] = figure
        self.figures[f"{part.name}.ready_s"] = server.ready_s
        shutil.rmtree(folder)
        return told

    async def run_bare(self, part: Part) -> Told:
        """Do as much without a rule."""
        server = await started("benchmarks.flood_bare", str(self._sink.port))
        told = await flooded(server, self._sink, self.documents(part.number), at_once)
        await server.end()
        self._keep(part._replace(name="bare"), told)
        return told

    def _keep(self, part: Part, told: Told) -> None:
        self.figures |= {
            f"{part.name}.accepted_per_s": part.number / told.accepted_s,
            f"{part.name}.first_p50_s": _at(told.firsts, 0.5),
            f"{part.name}.first_p99_s": _at(told.firsts, 0.99),
            f"{part.name}.all_out_s": told.all_out_s,
            f"{part.name}.notices": told.notices,
            f"{part.name}.notices_per_s": told.notices / told.all_out_s,
            f"{part.name}.processor_ms_a_notice": told.processor_s / max(1, told.notices) * 1_000,
            f"{part.name}.pss_mb": told.pss_mb,
        }


async def measured(wanted: Sequence[Part]) -> tuple[dict[str, float], dict[str, float]]:
    """Return ratios and figures of these parts, beside the bare way's."""
    with tempfile.TemporaryDirectory() as name:
        folder, sink = Path(name), Sink()
        await sink.open()
        prepared = {}
        for copies in sorted({_COPIES[it.number > 1_000] for it in wanted}):
            prepared[copies] = folder / f"prepared-{copies}"
            await prepare(prepared[copies], copies, sink.port)
        flood = Flood(folder, sink)
        told = {}
        for part in wanted:
            told[part.name] = await flood.run(part, prepared[_COPIES[part.number > 1_000]])
        bare = await flood.run_bare(Part("bare", 1_000, at_once))
    each = bare.processor_s / bare.notices
    ratios = {
        f"bare_{name}": each / (it.processor_s / max(1, it.notices))
        for name, it in told.items()
        if it.notices and name not in {"1_per_s", "10_per_s"}
    }
    return ratios, flood.figures


def main() -> None:
    names = [it.name for it in parts(quick=False)]
    options = arguments(__doc__ or "", parts=names)
    of_all = parts(quick=options.quick and not options.part)
    wanted = [it for it in of_all if not options.part or it.name in options.part]
    ratios, figures = asyncio.run(measured(wanted))
    tell("flood", ratios=ratios, figures=figures, as_json=options.json)


if __name__ == "__main__":
    main()
