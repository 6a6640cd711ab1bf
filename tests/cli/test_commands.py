"""The command line as a person meets it: what it prints, how it fails, what it leaves behind."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coordinator.cli.app import app
from tests.forking import forking
from tests.patience import PATIENCE_S
from tools import reference

COMMAND = [sys.executable, "-c", "from coordinator.cli.app import main; main()"]


PROGRESS_LINES = 4
"""One comes every two seconds."""


def said(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return forking.run(*arguments, environment=os.environ | {"COORDINATOR_DATA_DIR": str(folder)})


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Play a short drill, ended by Ctrl-C, and return its folder."""
    folder = tmp_path_factory.mktemp("drill")
    environment = os.environ | {
        "COORDINATOR_DATA_DIR": str(folder), "COORDINATOR_PORT": "18650", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    arguments = ["run", "--speed", "900", "--minutes", "60"]
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        out = ""
        # Ended once it has run for a while, however long a busy machine takes to start it.
        while out.count("records") < PROGRESS_LINES and (line := process.stdout.readline()):
            out += line
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=PATIENCE_S)
        out += rest
    assert process.returncode == 0, out
    assert "http://127.0.0.1:" in out
    assert "dispatcher" in out
    return folder


def test_every_log_of_a_drill_verifies(played: Path) -> None:
    done = said("log", "verify", "--json", folder=played)

    findings = json.loads(done.stdout)
    assert done.returncode == 0
    assert len(findings) == 16
    assert all(it["fault"] is None for it in findings)
    assert sum(it["records"] for it in findings) > 500
    in_one = said("log", "verify", "--processes", "1", "--json", folder=played)
    assert json.loads(in_one.stdout) == findings


def test_a_replay_gives_the_digest_of_the_live_state(played: Path) -> None:
    verified = json.loads(said("log", "verify", "--json", folder=played).stdout)

    replayed = json.loads(said("replay", "--digest", "--json", folder=played).stdout)

    assert replayed == {it["log_id"]: it["digest"] for it in verified}


def test_the_state_of_a_moment_is_what_was_known_then(played: Path) -> None:
    lines = said("log", "show", "-j", "yunhe", "--limit", "9999", "--json", folder=played).stdout
    records = [json.loads(line) for line in lines.splitlines()]
    opened = next(
        it for it in records
        if any(event["type"] == "incident_opened" for event in it.get("events", ()))
    )  # fmt: skip
    incident = f"inc_{opened['signal_id']}"

    then = said("replay", "-j", "yunhe", "--at", str(opened["at"]), "--json", folder=played)
    before = said("replay", "-j", "yunhe", "--at", str(opened["at"] - 1), "--json", folder=played)

    assert incident in json.loads(then.stdout)["state"]["incidents"]["by_id"]
    assert incident not in json.loads(before.stdout)["state"]["incidents"]["by_id"]


def test_a_report_tells_people_times_and_promises(played: Path) -> None:
    state = said("replay", "-j", "yunhe", "--json", folder=played).stdout
    units = json.loads(state)["state"]["units"]["by_id"].values()
    # Where the customer is rung first there may be no people to tell of.
    incident = min(it["incident_id"] for it in units if it["incident_id"] and it["people"])

    report = said("report", incident, folder=played).stdout
    named = said("report", incident, "--names", folder=played).stdout

    for part in ("## Promises", "## People", "## Timeline", "every hash and link holds", "Signed:"):
        assert part in report
    assert "mem_" in report
    assert report != named


def test_a_cut_tail_is_found_by_a_head_kept_elsewhere(played: Path) -> None:
    head = "999999:" + "00" * 32

    done = said("log", "verify", "-j", "yunhe", "--head", head, folder=played)

    assert done.returncode == 1
    assert "missing" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("log", "verify", "-j", "nowhere"), "nowhere"),
        (("log", "show"), "name one of"),
        (("replay", "-j", "yunhe", "--at", "noon"), "noon"),
        (("replay", "-j", "yunhe", "--at", "2026-11-30T11:40:00"), "2026-11-30T11:40:00+08:00"),
        (("report", "inc_x"), "inc_x"),
        (("feed", "outage-map", "no-such-file"), "no-such-file"),
        (("token", "mint", "me", "--role", "king", "--all-jurisdictions"), "king"),
        (("token", "revoke", "nobody"), "nobody"),
        (("policy", "check", "no-such-policy"), "no-such-policy"),
    ],
)
def test_an_error_is_one_line_that_names_the_value(
    played: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = said(*arguments, folder=played)

    assert done.returncode == 2
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_tokens_are_minted_listed_and_revoked(tmp_path: Path) -> None:
    said("county", "found", "north", folder=tmp_path)
    token = said(
        "token", "mint", "li", "--role", "dispatcher", "--all-jurisdictions", folder=tmp_path
    ).stdout.strip()

    listed = said("token", "list", "--json", folder=tmp_path).stdout

    assert token.startswith("pec_")
    assert [it["actor_id"] for it in json.loads(listed)] == ["li"]
    assert token not in "".join(it.read_text("latin-1") for it in tmp_path.glob("*.db*"))
    assert (tmp_path / "tokens.db").stat().st_mode & 0o077 == 0
    said("token", "revoke", "li", folder=tmp_path)
    assert json.loads(said("token", "list", "--json", folder=tmp_path).stdout) == []


def test_a_token_is_rotated_and_listed_with_its_age_and_its_scope(tmp_path: Path) -> None:
    said("county", "found", "north", folder=tmp_path)
    old = said("token", "mint", "li", "--role", "feed", "-j", "north", folder=tmp_path)

    new = said("token", "rotate", "li", folder=tmp_path)
    assert new.stdout.startswith("pec_")
    assert new.stdout != old.stdout
    assert new.stderr == "feed, north; the old one ends in 24 h\n"

    listed = json.loads(said("token", "list", "--json", folder=tmp_path).stdout)
    assert [(it["kind"], it["jurisdictions"], it["used_at"]) for it in listed] == [
        ("token", ["north"], None)
    ] * 2
    assert sorted(it["expires_at"] is None for it in listed) == [False, True]
    heading, *rows = said("token", "list", folder=tmp_path).stdout.splitlines()
    assert heading.split()[:3] == ["role", "actor", "kind"]
    assert all("never" in row and row.endswith("north") for row in rows)
    nobody = said("token", "rotate", "wang", folder=tmp_path)
    assert nobody.stderr == "coordinator: actor: nobody called 'wang' holds a token\n"


def test_schemas_are_exported_one_file_a_type(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["schemas", "export", str(tmp_path)])

    assert result.exit_code == 0
    exported = json.loads((tmp_path / "signals" / "outage_reported.v1.json").read_text())
    assert exported["additionalProperties"] is False


def test_a_policy_with_a_fault_is_told_by_field(tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["policy", "show", "--json"]).stdout
    document = json.loads(shown)
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert said("policy", "check", str(path), folder=tmp_path).returncode == 0

    document["promises"]["accept_min"] = -3
    path.write_text(json.dumps(document), encoding="utf-8")
    done = said("policy", "check", str(path), folder=tmp_path)

    assert done.returncode == 2
    assert "promises.accept_min" in done.stderr
    assert "-3" in done.stderr


def test_the_reference_says_what_the_program_says() -> None:
    assert reference.stale() == []


def test_simulate_runs_seeds_and_counts(tmp_path: Path) -> None:
    ran = said(
        "simulate",
        "--seeds",
        "2",
        "--from",
        "10",
        "--storm-hours",
        "0.5",
        "--json",
        folder=tmp_path,
    )

    figures = json.loads(ran.stdout)
    assert ran.returncode == 0
    assert figures["seeds"] == 2
    assert figures["counts"]["accepted"] > 20


def test_simulate_prints_lines_that_join_and_add_up(tmp_path: Path) -> None:
    ran = said("simulate", "--seeds", "3", "--from", "20", "--storm-hours", "0.2", "--every", "2",
               "--faults", "kill,in_doubt,log_full", "--json", folder=tmp_path)  # fmt: skip

    first, second = map(json.loads, ran.stdout.splitlines())
    assert ran.returncode == 0
    assert (first["from"], first["next"], second["from"], second["next"]) == (20, 22, 22, 23)
    assert first["worlds"] == {"file": 1, "partition": 1}
    assert second["worlds"] == {"file": 1, "partition": 0}
    assert set(first["struck"]) <= {"kill", "in_doubt", "log_full"}
    assert first["failures"] == second["failures"] == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_simulate_says_how_far_it_got_when_it_is_ended(number: int, tmp_path: Path) -> None:
    arguments = ["simulate", "--seeds", "9000", "--storm-hours", "0.2", "--every", "1", "--json"]
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline()]
        process.send_signal(number)
        rest, _ = process.communicate(timeout=PATIENCE_S)
    figures = [json.loads(it) for it in (*lines, *rest.splitlines())]

    assert process.returncode == 0
    assert [it["from"] for it in figures] == [0, *(it["next"] for it in figures[:-1])]
    assert figures[-1]["next"] < 9000


def test_simulate_names_a_fault_that_is_none(tmp_path: Path) -> None:
    ran = said("simulate", "--seeds", "1", "--faults", "kill,earthquake", folder=tmp_path)

    assert ran.returncode == 2
    assert "earthquake" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("process", ["worker", "gateway"])
def test_without_brokers_a_process_says_so_in_one_line(process: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, process],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        env=os.environ
        | {
            "COORDINATOR_DATA_DIR": str(tmp_path),
            "COORDINATOR_BOOTSTRAP": "127.0.0.1:1",
            "COORDINATOR_PORT": "18700",
        },
    )

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("coordinator: bootstrap: '127.0.0.1:1'")
    assert "Traceback" not in done.stderr


def test_states_are_kept_before_an_upgrade(played: Path) -> None:
    first = said("log", "keep-states", "-j", "yunhe", folder=played)
    again = said("log", "keep-states", "-j", "yunhe", folder=played)

    assert (first.returncode, again.returncode) == (0, 0)
    assert "seq" in first.stdout
    assert "a state of this version is kept already" in again.stdout
    none = said("log", "keep-states", "-j", "nowhere", folder=played)
    assert none.returncode == 2
    assert "nowhere" in none.stderr


def test_one_damaged_log_keeps_no_other_from_its_state(played: Path, tmp_path: Path) -> None:
    shutil.copytree(played, folder := tmp_path / "copy")
    with sqlite3.connect(folder / "coordinator.db") as connection:
        (log_id,) = connection.execute("SELECT min(log_id) FROM records").fetchone()
        connection.execute(
            "UPDATE records SET hash = zeroblob(32) WHERE log_id = ? AND seq = 3", (log_id,)
        )
        connection.execute("DELETE FROM snapshots")

    done = said("log", "keep-states", folder=folder)

    told = [line for line in done.stdout.splitlines() if line.startswith("exercise/")]
    assert done.returncode == 1
    assert len(told) == 16
    assert [it for it in told if "state kept" not in it] == [
        f"{log_id}: BROKEN: {log_id} seq 3: altered: its hash is not the one kept beside it"
    ]
