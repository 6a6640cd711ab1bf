"""A drill that was stopped and goes on: the desk is let in at once, and stays in."""

import os
import signal
import subprocess
from pathlib import Path

import httpx

from tests.cli.test_commands import COMMAND
from tests.patience import PATIENCE_S


def _run(folder: Path) -> "subprocess.Popen[str]":
    environment = os.environ | {
        "COORDINATOR_DATA_DIR": str(folder), "COORDINATOR_PORT": "18770", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    # The slower it is asked for, the nearer to nothing is the pace it shows while it folds.
    arguments = ["run", "--speed", "1", "--minutes", "60"]
    return subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, text=True, env=environment
    )


def _until(process: "subprocess.Popen[str]", wanted: str) -> str:
    """Return the first line that begins with a word."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip().startswith(wanted):
            return line.strip()
    raise AssertionError(f"ended without {wanted!r}: {process.wait()}")


def _stop(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate()
    assert process.returncode == 0, out


def test_who_enters_as_a_drill_goes_on_stays_in(tmp_path: Path) -> None:
    with _run(tmp_path) as first:
        url = _until(first, "http://").split()[0]
        earlier = _until(first, "dispatcher").split()[1]
        desk = httpx.Client(
            base_url=url, headers={"X-Coordinator-Console": "1"}, timeout=PATIENCE_S
        )
        entered = desk.post("v1/session", headers={"Authorization": f"Bearer {earlier}"})
        entered.raise_for_status()
        _stop(first)

    with _run(tmp_path) as again:
        url = _until(again, "http://").split()[0]
        token = _until(again, "dispatcher").split()[1]
        with httpx.Client(
            base_url=url, headers={"X-Coordinator-Console": "1"}, timeout=PATIENCE_S
        ) as newcomer:
            newcomer.post(
                "v1/session", headers={"Authorization": f"Bearer {token}"}
            ).raise_for_status()
            states = [newcomer.get("v1/session").status_code for _ in range(5)]
        open_page = desk.get(f"{url}v1/session").status_code
        with_earlier = httpx.get(
            f"{url}v1/session", headers={"Authorization": f"Bearer {earlier}"}, timeout=PATIENCE_S
        ).status_code
        desk.close()
        _stop(again)

    assert states == [200] * 5
    # A page that was open, and a token of the earlier start, go on.
    assert (open_page, with_earlier) == (200, 200)
