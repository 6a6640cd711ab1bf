"""A server starts without what only some of its work takes: a start after a crash is waited for."""

import subprocess
import sys

SEEN = """
import sys
import coordinator.cli.app
import coordinator.cli.serving
print(*sorted(it for it in ("apprise", "numpy", "openpyxl", "scipy") if it in sys.modules))
"""


def test_a_start_reads_no_library_of_planning_workbooks_or_channels() -> None:
    told = subprocess.run([sys.executable, "-c", SEEN], check=True, capture_output=True, text=True)

    assert told.stdout.split() == []
