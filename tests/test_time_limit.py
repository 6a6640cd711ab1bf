"""No hang is silent: each is ended, says where it stood, and the next test runs."""

import os
import subprocess
import sys
from pathlib import Path

HANGING = """
import asyncio, threading, time
import pytest

async def deaf():
    while True:
        try:
            await asyncio.sleep(3_600)
        except BaseException:
            pass

async def test_a_loop_that_waits_for_a_task():
    await asyncio.gather(asyncio.create_task(asyncio.Event().wait(), name="the forgotten one"))

def test_a_thread_that_is_waited_for():
    def stands_here():
        time.sleep(3_600)
    thread = threading.Thread(target=stands_here, daemon=True)
    thread.start()
    thread.join()

@pytest.fixture
def never_made():
    time.sleep(3_600)

def test_what_is_never_set_up(never_made):
    pass

@pytest.fixture
def never_taken_down():
    yield
    time.sleep(3_600)

def test_what_is_never_taken_down(never_taken_down):
    pass

def test_the_next_one_runs():
    pass
"""


def test_what_hangs_is_ended_with_all_stacks_and_the_rest_runs(tmp_path: Path) -> None:
    (tmp_path / "test_hanging.py").write_text(HANGING, "utf-8")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n", "utf-8"
    )
    root = Path(__file__).resolve().parents[1]

    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.time_limit", str(tmp_path)],
        cwd=root,
        env=os.environ | {"TEST_LIMIT_S": "1", "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1, run.stdout + run.stderr
    assert "2 failed, 2 passed, 2 errors" in run.stdout
    assert run.stderr.count("not over after 1 s") == 4
    assert "the forgotten one" in run.stderr
    assert "stands_here" in run.stderr
