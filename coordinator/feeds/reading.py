"""Feeding what was read to the coordinator, and what was not understood to the dead letters."""

import os
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from coordinator.errors import NotDeciding, TokenTyped, UnknownJurisdiction
from coordinator.feeds.areas import Areas
from coordinator.feeds.cap import read_cap
from coordinator.feeds.outage_map import OutageMap
from coordinator.feeds.unreadable import Unreadable
from coordinator.log.ports import DeadLetter, DeadLetters
from schemas.sentences import faults
from schemas.signals.envelope import Signal
from words.catalogue import current

Submit = Callable[[Signal], Awaitable[Any]]


class Untaken(NamedTuple):
    """What of a feed nobody acted on, and why."""

    source: str
    field: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.field}: {self.reason} (got {self.value!r})"


Tell = Callable[[Untaken], None]


def name_of(path: Path) -> str:
    """Return a file's name as it can be kept and shown; a byte that is not UTF-8 stands as such."""
    return shown(Path(path.name))


def shown(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")


class FeedReport(NamedTuple):
    """What became of a feed; `unchanged` are those among the accepted that said nothing new."""

    read: int
    signals: int
    accepted: int
    refused: int
    duplicates: int
    unchanged: int
    dead: int
    unread: int


class Feeder:
    """Submits signals one after another and counts what comes back."""

    def __init__(self, submit: Submit, letters: DeadLetters, tell: Tell = lambda _: None) -> None:
        """Take where things go.

        Args:
            submit: where signals are handed in.
            letters: where goes what cannot be understood.
            tell: who hears, thing by thing, of what was not acted on.
        """
        self._submit = submit
        self._letters = letters
        self._tell = tell
        self._counts: Counter[str] = Counter()

    async def _give(self, signal: Signal, source: str) -> None:
        receipt = await self._submit(signal)
        self._counts["signals"] += 1
        it = receipt.refused
        if receipt.duplicate:
            self._counts["duplicates"] += 1
        else:
            self._counts["accepted" if it is None else "refused"] += 1
            self._counts["unchanged"] += receipt.nothing_changed
        if it is not None:
            where = f"{source}: {signal.jurisdiction}"
            why = current().say(it.rule, "en")
            self._tell(Untaken(where, it.field or "signal_id", it.value or signal.signal_id, why))

    async def _give_or_bury(self, signal: Signal, source: str, at: int, original: bytes) -> None:
        """Hand a signal in; a jurisdiction that cannot hear it keeps no other from hearing."""
        said = faults.NO_LOG_OF_NAME
        try:
            await self._give(signal, source)
        except TokenTyped as error:
            self._bury(source, at, original, _not_a_token(error))
        except (UnknownJurisdiction, NotDeciding) as error:
            if isinstance(error, NotDeciding):
                said = faults.not_deciding_now(str(error))
            wrong = Unreadable("jurisdiction", signal.jurisdiction, said)
            self._bury(source, at, original, wrong)

    def _bury(self, source: str, at: int, original: bytes, wrong: Unreadable) -> None:
        self._counts["dead"] += 1
        self._tell(Untaken(source, wrong.field, wrong.value, wrong.reason))
        self._letters.put(DeadLetter(at, source, wrong.reason, wrong.field, wrong.value, original))

    def _report(self) -> FeedReport:
        names = (
            "read",
            "signals",
            "accepted",
            "refused",
            "duplicates",
            "unchanged",
            "dead",
            "unread",
        )
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
                # Nothing came in that could lie among the dead letters.
                reason = error.strerror or repr(error)
                self._counts["unread"] += 1
                self._tell(Untaken(f"cap:{name_of(path)}", "file", shown(path), reason))
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
                source = f"outage-map:{name}:{it.number}"
                try:
                    await self._give(live, source)
                except TokenTyped as error:
                    self._bury(source, at, it.raw, _not_a_token(error))
        return self._report()


def _not_a_token(error: TokenTyped) -> Unreadable:
    return Unreadable(error.field, error.value, faults.TOKEN_TYPED)
