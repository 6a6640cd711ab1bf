"""A home is killed with SIGKILL at random moments, under load, two hundred times.

Afterwards every acknowledged signal is on the log exactly once, the chain verifies, a fresh fold
gives the live state, and every effect that was decided has left exactly once.
"""

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from coordinator.clock import WallClock
from coordinator.domain.canonical import digest
from coordinator.home.home import Home
from coordinator.log.envelope import Kind, Record
from coordinator.log.fold import events_of
from coordinator.log.verify import verify
from schemas.events.assignment import AssignmentOffered
from tests.patience import PATIENCE_S
from tests.scenario.county_under_load import COUNTIES, FOUNDING, settings_in

LIVES = 8
KILLS_EACH = 25
ROOT = Path(__file__).resolve().parents[2]

Acknowledged = dict[tuple[str, str], tuple[int, str]]
"""(county, signal id) → (seq, hash), as the senders were told."""


class Lines:
    """The lines a process writes, with a time limit."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._whole: deque[str] = deque()
        self._rest = b""

    def next(self, deadline: float) -> str | None:
        """Return the next line, None when none came before a moment of the monotonic clock."""
        while not self._whole:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._descriptor], [], [], left)[0]:
                return None
            data = os.read(self._descriptor, 65_536)
            assert data, "the program ended by itself"
            *lines, self._rest = (self._rest + data).split(b"\n")
            self._whole.extend(line.decode() for line in lines)
        return self._whole.popleft()


class Killed(NamedTuple):
    receipts: list[list[str]]
    was_open: bool


def killed_at_random(
    program: subprocess.Popen[bytes], lines: Lines, order: str, chance: random.Random
) -> Killed:
    """Start one run, kill it at a random moment, return what its senders were told."""
    assert program.stdin is not None
    program.stdin.write(order.encode())
    program.stdin.flush()
    began = lines.next(time.monotonic() + PATIENCE_S)
    assert began is not None, "no run began"
    pid, start = int(began.removeprefix("pid ")), time.monotonic()
    # One in four dies while it opens: folding, claiming, catching up.
    moment = start + (chance.uniform(0, 0.1) if chance.random() < 0.25 else PATIENCE_S)
    receipts, was_open = [], False
    while (line := lines.next(moment)) is not None:
        assert line not in ("failed", "dead"), "the home ended by itself"
        if line == "open":
            was_open = True
            # A machine that takes long to open takes as long to say anything.
            now = time.monotonic()
            moment = min(moment, now + chance.uniform(0, max(0.25, 1.5 * (now - start))))
        else:
            receipts.append(line.split()[1:])
    os.kill(pid, signal.SIGKILL)
    while (line := lines.next(time.monotonic() + PATIENCE_S)) != "dead":
        assert line is not None, "a killed process did not end"
        if line == "open":
            was_open = True
        else:
            receipts.append(line.split()[1:])
    return Killed(receipts, was_open)


@pytest.fixture(scope="module")
def program() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.scenario.county_under_load"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as started:
        yield started
        assert started.stdin is not None
        started.stdin.close()
        assert started.wait(timeout=30) == 0


@pytest.fixture(scope="module")
def lines(program: subprocess.Popen[bytes]) -> Lines:
    assert program.stdout is not None
    return Lines(program.stdout.fileno())


@pytest.mark.parametrize("life", range(LIVES))
async def test_a_home_that_is_killed_loses_nothing_and_does_nothing_twice(
    program: subprocess.Popen[bytes], lines: Lines, tmp_path: Path, life: int
) -> None:
    chance, acknowledged, opened = random.Random(life), Acknowledged(), 0
    for run in range(KILLS_EACH):
        killed = killed_at_random(program, lines, f"{tmp_path} {run}\n", chance)
        opened += killed.was_open
        for county, signal_id, seq, hash_ in killed.receipts:
            told = acknowledged.setdefault((county, signal_id), (int(seq), hash_))
            assert told == (int(seq), hash_), "told two things about one signal"
    assert opened > KILLS_EACH // 2
    assert len(acknowledged) > KILLS_EACH

    home = await Home.open(settings_in(tmp_path), WallClock(), FOUNDING, in_memory_tokens=True)
    await home.close()

    again = Home(settings_in(tmp_path), WallClock(), in_memory_tokens=True)
    try:
        for county in COUNTIES:
            records = await again.file.log(county).read(after_seq=-1, records_max=10**9)
            assert_once_each(records, {k[1]: v for k, v in acknowledged.items() if k[0] == county})
            finding, _ = await verify(again.file.log(county))
            assert finding.fault is None
            assert finding.digest == digest(home.state_of(county))
            assert_each_effect_once(again, county, records)
    finally:
        await again.close()


def assert_once_each(records: Sequence[Record], told: dict[str, tuple[int, str]]) -> None:
    decided = [it for it in records if it.kind is Kind.DECISION]
    times = Counter(it.signal_id for it in decided)
    assert {it for it, count in times.items() if count > 1} == set()
    on_log = {it.signal_id: (it.seq, it.hash.hex()) for it in decided}
    assert {it: on_log.get(it) for it in told} == told


def assert_each_effect_once(home: Home, county: str, records: Sequence[Record]) -> None:
    offered = Counter(
        event.assignment_id
        for record in records
        for event in events_of(record)
        if isinstance(event, AssignmentOffered)
    )
    rows = home.file.query(
        "SELECT about FROM inboxes WHERE log_id = ? AND kind = 'assignment_offered'", (county,)
    )
    assert Counter(about for (about,) in rows) == offered
    assert offered
