"""Ctrl-C at a terminal reaches every process of its group; ending cleanly is nothing to warn of."""

import os
import signal
import subprocess
import time
from pathlib import Path

import httpx

from tests.cli.test_commands import COMMAND
from tests.cli.test_folder import founded
from tests.patience import PATIENCE_S

__all__ = ["founded"]


def test_a_server_that_is_ended_warns_of_nothing(founded: Path) -> None:
    environment = os.environ | {"COORDINATOR_DATA_DIR": str(founded), "COORDINATOR_PORT": "18755"}
    with subprocess.Popen(
        [*COMMAND, "up"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        url = next(it for it in process.stdout if it.startswith("http")).strip()
        until = time.monotonic() + PATIENCE_S
        while not httpx.get(f"{url}health").json()["planner"]["running"]:
            assert time.monotonic() < until
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 0, out
    assert "warning" not in out
