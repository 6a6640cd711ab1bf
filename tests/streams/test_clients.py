"""Clients of the brokers connect together or not at all, and each is asked to leave."""

import asyncio
from collections.abc import Sequence

import pytest

from coordinator.tasks import end_all
from streams.clients import connect, connected, disconnect


class Client:
    """Notes what it was asked; fails or waits where it is told to."""

    def __init__(
        self, *, fails: str | None = None, waits: str | None = None, slow_s: float = 0
    ) -> None:
        self.connected = False
        self.asked: list[str] = []
        self.was_asked = {"start": asyncio.Event(), "stop": asyncio.Event()}
        self._fails = fails
        self._waits = waits
        self._slow_s = slow_s

    async def start(self) -> None:
        self.connected = True
        await self._asked("start")
        await asyncio.sleep(self._slow_s)
        self.asked.append("started")

    async def stop(self) -> None:
        await self._asked("stop")
        await asyncio.sleep(self._slow_s)
        self.connected = False

    async def _asked(self, what: str) -> None:
        self.asked.append(what)
        self.was_asked[what].set()
        if self._waits == what:
            await asyncio.Event().wait()
        if self._fails == what:
            raise TimeoutError(what)


def left(clients: Sequence[Client]) -> list[bool]:
    return [it.connected for it in clients]


async def test_one_that_cannot_start_leaves_none_connected() -> None:
    clients = [Client(), Client(fails="start"), Client()]

    with pytest.raises(TimeoutError, match="start"):
        await connect(*clients)

    assert left(clients) == [False, False, False]
    assert clients[2].asked == ["stop"]


async def test_a_start_that_is_broken_off_leaves_none_connected() -> None:
    clients = [Client(), Client(waits="start")]
    starting = asyncio.create_task(connect(*clients))
    await clients[1].was_asked["start"].wait()

    await end_all([starting])

    assert starting.cancelled()
    assert left(clients) == [False, False]


async def test_a_start_that_is_broken_off_is_let_end_where_it_can() -> None:
    client = Client(slow_s=0.05)
    starting = asyncio.create_task(connect(client))
    await client.was_asked["start"].wait()

    await end_all([starting])

    assert starting.cancelled()
    assert client.asked == ["start", "started", "stop"]


async def test_one_that_cannot_leave_keeps_no_other() -> None:
    clients = [Client(fails="stop"), Client(), Client()]
    await connect(*clients)

    with pytest.raises(TimeoutError, match="stop"):
        await disconnect(*clients)

    assert left(clients) == [True, False, False]


async def test_who_is_cancelled_while_leaving_has_left_all_the_same() -> None:
    clients = [Client(slow_s=0.05), Client(slow_s=0.05)]
    await connect(*clients)
    leaving = asyncio.create_task(disconnect(*clients))
    await clients[1].was_asked["stop"].wait()

    await end_all([leaving])

    assert leaving.cancelled()
    assert left(clients) == [False, False]


async def test_what_is_connected_for_a_while_leaves_after_an_error_too() -> None:
    client = Client()

    with pytest.raises(ValueError, match="no good"):
        await _fail_while(client)

    assert client.asked == ["start", "started", "stop"]
    assert not client.connected


async def _fail_while(client: Client) -> None:
    async with connected(client):
        raise ValueError("no good")
