"""The scripts' own tests, of what needs no browser: read by Node where there is one."""

import os
import shutil
import subprocess

import pytest

from tools.check_scripts import ROOT, node_tests


def test_what_the_scripts_reckon_is_right() -> None:
    if shutil.which("node") is None:
        if os.environ.get("REQUIRE_REAL_PARTS"):
            pytest.fail("the real thing is required here: no node")
        pytest.skip("needs the real thing: no node (apt-get install nodejs)")

    done = subprocess.run(node_tests(), cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "# fail 0" in done.stdout or "ℹ fail 0" in done.stdout
