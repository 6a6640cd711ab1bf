"""Feeding what was read to the coordinator, and what was not understood to the dead letters."""

import os
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from coordinator.errors import UnknownJurisdiction
from coordinator.feeds.areas import Areas
from coordinator.feeds.cap import read_cap
from coordinator.feeds.outage_map import OutageMap
from coordinator.feeds.unreadable import Unreadable
from coordinator.log.ports import DeadLetter, DeadLetters
from schemas.signals.envelope import Signal

Submit = Callable[[Signal], Awaitable[Any]]


def name_of(path: Path) -> str:
    """Return a file's name as it can be kept and shown; a byte that is not UTF-8 stands as such."""
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


class FeedReport(NamedTuple):
    """What became of a feed."""

    read: int
    signals: int
    accepted: int
    refused: int
    duplicates: int
    dead: int


class Feeder:
    """Submits signals one after another and counts what comes back."""

    def __init__(self, submit: Submit, letters: DeadLetters) -> None:
        self._submit = submit
        self._letters = letters
        self._counts: Counter[str] = Counter()

    async def _give(self, signal: Signal) -> None:
        receipt = await self._submit(signal)
        self._counts["signals"] += 1
        if receipt.duplicate:
            self._counts["duplicates"] += 1
        else:
            self._counts["refused" if receipt.refused is not None else "accepted"] += 1

    async def _give_or_bury(self, signal: Signal, source: str, at: int, original: bytes) -> None:
        """Hand a signal in; a jurisdiction without a log here keeps no other from hearing."""
        try:
            await self._give(signal)
        except UnknownJurisdiction:
            wrong = Unreadable("jurisdiction", signal.jurisdiction, "no log of that name here")
            self._bury(source, at, original, wrong)

    def _bury(self, source: str, at: int, original: bytes, wrong: Unreadable) -> None:
        self._counts["dead"] += 1
        self._letters.put(DeadLetter(at, source, wrong.reason, wrong.field, wrong.value, original))

    def _report(self) -> FeedReport:
        names = ("read", "signals", "accepted", "refused", "duplicates", "dead")
        return FeedReport(**{name: self._counts[name] for name in names})

    async def cap(
        self, paths: Iterable[Path], areas: Areas, *, at: int, zone: ZoneInfo | None
    ) -> FeedReport:
        """Feed CAP files; one that cannot be understood stops nothing."""
        for path in paths:
            self._counts["read"] += 1
            try:
                data = path.read_bytes()
            except OSError as error:
                wrong = Unreadable("file", name_of(path), error.strerror or repr(error))
                self._bury(f"cap:{name_of(path)}", at, b"", wrong)
                continue
            try:
                for signal in read_cap(data, areas, at=at, zone=zone):
                    await self._give_or_bury(signal, f"cap:{name_of(path)}", at, data)
            except Unreadable as error:
                self._bury(f"cap:{name_of(path)}", at, data, error)
        return self._report()

    async def outages(
        self, lines: Iterable[bytes], reader: OutageMap, *, name: str, at: int
    ) -> FeedReport:
        """Feed the changes of an outage map."""
        for it in reader.read(lines):
            self._counts["read"] += 1
            if it.wrong is not None:
                self._bury(f"outage-map:{name}:{it.number}", at, it.raw, it.wrong)
            elif it.signal is not None:
                # Received now; the map saw it earlier.
                live = it.signal.model_copy(update={"at": at, "occurred_at": it.signal.at})
                await self._give(live)
        return self._report()
