"""A token is for somebody who can be somebody here: what was mistyped is told, not minted."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import said
from tests.cli.test_folder import COUNTY, founded, roster

__all__ = ["founded", "roster"]
NOBODY = "mem_00000000000000000000000000"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("x", "--role", "feed", "-j", "my-conty"),
            "jurisdiction: no log of 'my-conty' here; here are: my-county",
        ),
        (
            ("x", "--role", "member", "--member", NOBODY, "--all-jurisdictions"),
            f"--member: nobody called '{NOBODY}' on the roster of my-county",
        ),
        (
            ("x", "--role", "feed"),
            "--jurisdiction: what the token is good for is said, or --all-jurisdictions,"
            " got neither",
        ),
        (
            ("x", "--role", "feed", "-j", COUNTY, "--all-jurisdictions"),
            "--jurisdiction: what the token is good for is said, one of the two, got both",
        ),
        (
            ("x", "--role", "member"),
            "--member: a token of the role member needs the member's id, none was given",
        ),
        (
            ("x", "--role", "feed", "--member", NOBODY),
            f"--member: goes with --role member only, got '{NOBODY}' with role 'feed'",
        ),
        (
            ("x", "--role", "dispatcher", "-j", COUNTY, "--source", "95598"),
            "--source: changes nothing, the role dispatcher reports for anybody; got '95598'",
        ),
        (
            ("x", "--role", "auditor", "-j", COUNTY, "--source", "95598"),
            "--source: changes nothing, the role auditor reports nothing; got '95598'",
        ),
    ],
)
def test_a_token_for_nobody_here_is_refused_in_one_line(
    founded: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = said("token", "mint", *arguments, folder=founded)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"coordinator: {words}\n"
    listed = said("token", "list", "--json", folder=founded)
    assert json.loads(listed.stdout or "[]") == []


def test_a_member_on_the_roster_gets_a_token_for_their_county(founded: Path, roster: Path) -> None:
    said("roster", "import", str(roster), "-j", COUNTY, folder=founded)
    (member,) = json.loads(said("replay", "--json", folder=founded).stdout)["state"]["roster"][
        "members"
    ]

    done = said(
        "token", "mint", "li", "--role", "member", "--member", member, "-j", COUNTY, folder=founded
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("pec_")


def test_a_folder_without_logs_is_a_gateways_or_a_mistake(tmp_path: Path) -> None:
    folder = tmp_path / "typo"

    refused = said(
        "token", "mint", "q", "--role", "dispatcher", "--all-jurisdictions", folder=folder
    )
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert f"no logs in {folder}" in refused.stderr
    assert "--gateway" in refused.stderr
    assert not folder.exists()

    minted = said(
        "token", "mint", "desk-1", "--role", "dispatcher", "-j", "yunhe", "--gateway", folder=folder
    )
    assert minted.returncode == 0, minted.stderr
    assert minted.stdout.startswith("pec_")
    (listed,) = json.loads(said("token", "list", "--json", folder=folder).stdout)
    assert (listed["actor_id"], listed["jurisdictions"]) == ("desk-1", ["yunhe"])
    assert said("token", "revoke", "desk-1", folder=folder).returncode == 0


def test_a_feed_says_for_which_sources_it_speaks(founded: Path) -> None:
    sources = ("--source", "95598", "--source", "scada", "--source", "95598")
    said("token", "mint", "bridge", "--role", "feed", "-j", COUNTY, *sources, folder=founded)

    (held,) = json.loads(said("token", "list", "--json", folder=founded).stdout)
    assert held["sources"] == ["95598", "scada"]
    assert "reports as 95598, scada" in said("token", "list", folder=founded).stdout
