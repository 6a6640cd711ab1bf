"""Clients of the brokers connect together or not at all, and leave whatever one of them says.

A client whose start failed, or was broken off, holds its connections until it is stopped; so does
one that stands behind another whose leaving failed. Whoever starts or stops a client does it here.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Protocol

from aiokafka.admin import AIOKafkaAdminClient

from coordinator.tasks import end_all
from streams.brokers import Brokers, connecting

# What is in flight at the end is judged by the log: nobody waits for it longer than this.
_LEAVING_S: Final = 2.5


class Client(Protocol):
    """What aiokafka's consumers and producers have in common, and what is made of them."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


async def connect(*clients: Client) -> None:
    """Start clients one after the other; if one of them cannot, or is cancelled, none is left.

    Raises:
        KafkaError, NoBroker, TimeoutError: whatever the one that failed said.
    """
    try:
        for it in clients:
            await _started(it)
    except BaseException:
        await disconnect(*clients, telling=False)
        raise


async def _started(client: Client) -> None:
    """Start a client; a start that is cancelled is let end first.

    aiokafka forgets the connection it asks the cluster's layout on when it is cancelled there.
    """
    starting = asyncio.ensure_future(client.start())
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        await asyncio.wait([starting], timeout=_LEAVING_S)
        await end_all([starting])
        raise


async def disconnect(*clients: Client, telling: bool = True) -> None:
    """Stop every client, however many of them fail, and also while being cancelled.

    Args:
        clients: started or not; each is asked.
        telling: raise the first error there was, once all were asked.
    """
    leaving = asyncio.gather(*(it.stop() for it in clients), return_exceptions=True)
    try:
        said = await asyncio.shield(leaving)
    except asyncio.CancelledError:
        await asyncio.wait([leaving], timeout=_LEAVING_S)
        raise
    errors = [it for it in said if isinstance(it, BaseException)]
    if telling and errors:
        raise errors[0]


@asynccontextmanager
async def connected(*clients: Client) -> AsyncIterator[None]:
    """Have clients started for a while."""
    await connect(*clients)
    try:
        yield
    finally:
        await disconnect(*clients)


@asynccontextmanager
async def administering(bootstrap: Brokers | str) -> AsyncIterator[AIOKafkaAdminClient]:
    """Have a client that asks about topics and groups, and makes them.

    Args:
        bootstrap: brokers, `host:port` with commas.
    """
    admin = AIOKafkaAdminClient(**connecting(bootstrap))
    async with connected(_Administering(admin)):
        yield admin


class _Administering:
    """The one client of the library whose leaving has another name."""

    def __init__(self, admin: AIOKafkaAdminClient) -> None:
        self._admin = admin

    async def start(self) -> None:
        await self._admin.start()

    async def stop(self) -> None:
        await self._admin.close()
