"""A change of a board is written as bytes once, however many read the stream."""

from typing import Any, cast

import msgspec
import pytest

from coordinator.boards.memory import MemoryBoards
from coordinator.boards.ports import Batch, Change, Row
from coordinator.web.ports import Station
from coordinator.web.routes import boards


def change(seq: int, **row: Any) -> Change:
    return Change("river-city", seq, "open_incidents", "inc", row)


class _Station:
    """All that the writing of a position asks: a county whose log was never put back."""

    boards = MemoryBoards()


def read(batch: Batch) -> list[dict[str, Any]]:
    here = cast("Station", _Station())
    (event,) = boards._events(here, batch, frozenset({"open_incidents"}))
    data = next(it for it in event.split(b"\n") if it.startswith(b"data: "))
    told: list[dict[str, Any]] = msgspec.json.decode(data.removeprefix(b"data: "))
    return told


def test_three_readers_are_told_by_writing_once(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Change] = []
    streamed = boards._streamed

    def noting(it: Change) -> Row | None:
        written.append(it)
        return streamed(it)

    monkeypatch.setattr(boards, "_streamed", noting)
    batch = Batch({"river-city": 2}, (change(1, phase="open"), change(2, phase="closed")))

    first, second, third = read(batch), read(batch), read(batch)

    assert first == second == third
    assert [it["row"]["phase"] for it in first] == ["open", "closed"]
    assert len(written) == 2


def test_another_change_of_the_same_place_is_told_as_it_is() -> None:
    before = read(Batch({"river-city": 1}, (change(1, phase="open"),)))
    # A restored backup tells another story under the same number.
    after = read(Batch({"river-city": 1}, (change(1, phase="restored"),)))

    assert [it["row"]["phase"] for it in before + after] == ["open", "restored"]
