"""`health`, the exit code of `up`, and a port that is taken: what a supervisor goes by."""

import os
import signal
import socket
import sqlite3
import subprocess
from pathlib import Path

from tests.cli.test_commands import COMMAND, said
from tests.cli.test_folder import COUNTY, Served, founded, served

__all__ = ["founded", "served"]


def test_a_server_that_is_well_is_called_well(served: Served) -> None:
    done = said("health", folder=served.folder)

    assert (done.returncode, done.stdout) == (0, "well\n")


def test_no_server_is_told_apart_from_one_that_is_not_well(founded: Path) -> None:
    none = said("health", folder=founded)
    assert none.returncode == 2
    assert "no server has" in none.stderr

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        stranger = said("health", "--url", f"http://127.0.0.1:{port}", folder=founded)
    assert stranger.returncode == 1
    assert "no health to be had there" in stranger.stderr


def test_a_taken_port_is_an_error_unless_the_next_is_asked_for(founded: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        environment = {"COORDINATOR_DATA_DIR": str(founded), "COORDINATOR_PORT": port}

        refused = subprocess.run(
            [*COMMAND, "up"],
            check=False,
            env=os.environ | environment,
            capture_output=True,
            text=True,
        )
        assert refused.returncode == 2
        assert f"COORDINATOR_PORT: {port} on 127.0.0.1" in refused.stderr
        assert "COORDINATOR_PORT_OR_NEXT" in refused.stderr

        with subprocess.Popen(
            [*COMMAND, "up"],
            env=os.environ | environment | {"COORDINATOR_PORT_OR_NEXT": "true"},
            stdout=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            assert process.stdout.readline().startswith("http://127.0.0.1:")
            process.send_signal(signal.SIGINT)
            assert process.wait() == 0


def test_a_county_that_is_stopped_shows_in_health_and_in_the_exit_code(founded: Path) -> None:
    with sqlite3.connect(founded / "coordinator.db") as file:
        file.execute("UPDATE records SET raw = X'00' WHERE seq = 1")
    file.close()
    environment = os.environ | {"COORDINATOR_DATA_DIR": str(founded), "COORDINATOR_PORT": "0"}

    with subprocess.Popen(
        [*COMMAND, "up"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://")
        done = said("health", folder=founded)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()

    assert done.returncode == 1
    assert done.stdout.startswith(f"GRAVE stopped {COUNTY} ")
    assert process.returncode == 1
    assert errors.splitlines()[-1].startswith(f"coordinator: stopped {COUNTY}")
