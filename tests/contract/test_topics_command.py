"""Topics are made by a command, again and again the same, and never changed by it.

It empties the shared broker, so that it comes after those that have processes on it.
"""

import json
import os
import subprocess
from pathlib import Path

from tests.forking import forking


def said(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return forking.run(*arguments, environment=os.environ | {"COORDINATOR_DATA_DIR": str(folder)})


def test_topics_are_applied_by_a_command(bare_kafka: str, tmp_path: Path) -> None:
    asked = ("--partitions", "2", "--replication", "1", "--min-in-sync", "1", "--json")
    first = said("topics", "apply", "--bootstrap", bare_kafka, *asked, folder=tmp_path)
    again = said("topics", "apply", "--bootstrap", bare_kafka, *asked, folder=tmp_path)
    other = said("topics", "apply", "--bootstrap", bare_kafka, "--partitions", "3",
                 "--replication", "1", "--min-in-sync", "1", folder=tmp_path)  # fmt: skip

    assert "coordinator.log" in json.loads(first.stdout)["created"]
    assert json.loads(again.stdout)["created"] == []
    assert other.returncode == 2
    assert "coordinator.log: it has 2 partitions, not 3" in other.stderr
    assert "Traceback" not in other.stderr
