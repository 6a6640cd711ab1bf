"""Feeding alerts: what nobody acted on is told with its reason, and the command fails."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import said
from tests.cli.test_folder import ALERT, areas, founded

__all__ = ["areas", "founded"]


@pytest.fixture
def only_mine(areas: Path) -> Path:
    """Areas of the one county that a log is kept of."""
    document = json.loads(areas.read_text())
    document["features"] = document["features"][1:]
    areas.write_text(json.dumps(document))
    return areas


def test_a_missing_file_is_told_as_such_and_is_no_dead_letter(
    founded: Path, only_mine: Path
) -> None:
    alert, missing = only_mine.with_name("alert.xml"), only_mine.with_name("alrt.xml")
    alert.write_text(ALERT)
    fed = said("feed", "cap", str(missing), str(alert), "--areas", str(only_mine), folder=founded)

    assert fed.returncode == 1
    first, last = fed.stderr.splitlines()
    assert first == f"cap:alrt.xml: file: No such file or directory (got '{missing}')"
    assert last == "coordinator: not everything was taken: 1 unread"
    assert "accepted: 1" in fed.stdout  # The other was heard.
    assert json.loads(said("dead-letters", "--json", folder=founded).stdout) == []


def test_an_alert_that_cannot_be_understood_is_told_with_field_value_and_reason(
    founded: Path, only_mine: Path
) -> None:
    alert = only_mine.with_name("alert.xml")
    alert.write_text(ALERT.replace("08:00:00+08:00</sent>", "08:00:00</sent>"))

    fed = said("feed", "cap", str(alert), "--areas", str(only_mine), folder=founded)

    assert fed.returncode == 1
    assert fed.stderr.startswith("cap:alert.xml: sent: ")
    assert "(got '2026-11-29T08:00:00')" in fed.stderr
    assert "dead: 1" in fed.stdout


def test_a_refused_alert_is_told_each_time_it_is_said(founded: Path, only_mine: Path) -> None:
    alert = only_mine.with_name("alert.xml")
    alert.write_text(ALERT.replace("<status>Actual", "<status>Exercise"))

    for _ in range(2):
        fed = said("feed", "cap", str(alert), "--areas", str(only_mine), "--json", folder=founded)

        assert fed.returncode == 1
        assert fed.stderr.startswith("cap:alert.xml: my-county: ")
        (untaken,) = json.loads(fed.stdout)["untaken"]
        assert untaken["reason"] in fed.stderr
