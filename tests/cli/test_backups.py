"""`backup` beside a server, `restore` when it has ended: as whoever operates it types them."""

import json
from pathlib import Path

from tests.cli.test_commands import said
from tests.cli.test_folder import COUNTY, Served, founded, served

__all__ = ["founded", "served"]


def test_a_served_folder_is_copied_and_not_written_over(served: Served, tmp_path: Path) -> None:
    copy = tmp_path / "copy"

    made = said("backup", str(copy), folder=served.folder)
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith(f"{COUNTY}: ")
    assert "the private keys among them" in made.stdout

    refused = said("restore", str(copy), "--accept-loss", folder=served.folder)
    assert refused.returncode == 2
    assert f"in use by `coordinator up` (process {served.pid})" in refused.stderr


def test_a_restore_tells_what_would_be_lost_and_waits_for_a_word(
    founded: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    assert said("backup", str(copy), "--json", folder=founded).returncode == 0
    said("county", "found", "another", folder=founded)

    refused = said("restore", str(copy), folder=founded)
    assert refused.returncode == 2
    assert refused.stderr == (
        "coordinator: another: its 2 records are not in the backup at all;"
        " --accept-loss puts it back all the same\n"
    )

    done = said("restore", str(copy), "--accept-loss", "--json", folder=founded)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [it["log_id"] for it in told["lost"]] == ["another"]
    assert "coordinator.db" in told["files"]
    assert "coordinator.db" in {it.name for it in Path(told["aside"]).iterdir()}
    assert said("county", "list", folder=founded).stdout.split() == [COUNTY, "actual"]


def test_what_is_no_backup_is_refused_in_one_line(founded: Path, tmp_path: Path) -> None:
    for arguments, words in (
        (("restore", str(tmp_path / "none")), "backup.json: cannot be read"),
        (("backup", str(founded / "inside")), "is inside the data folder"),
        (("backup", str(founded)), "is there already"),
    ):
        refused = said(*arguments, folder=founded)
        assert refused.returncode == 2
        assert words in refused.stderr
        assert refused.stderr.count("\n") == 1
