"""Serving: an answer is not held back by the machine it leaves."""

import asyncio
import socket
from pathlib import Path

from coordinator.cli.serving import free_socket
from coordinator.settings import Settings
from tests.patience import PATIENCE_S


async def test_an_answer_in_two_parts_does_not_wait_for_the_first_to_be_acknowledged(
    tmp_path: Path,
) -> None:
    listening = free_socket(Settings(port_or_next=True, port=18_700, data_dir=tmp_path))
    undelayed: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted = writer.get_extra_info("socket")
        undelayed.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    server = await asyncio.start_server(answer, sock=listening)
    async with server:
        _, writer = await asyncio.open_connection(*listening.getsockname())
        assert await asyncio.wait_for(undelayed, PATIENCE_S)
        writer.close()
