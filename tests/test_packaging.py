"""What is installed is pinned, and what is shipped in a container is closed down."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from coordinator.cli.app import app
from coordinator.settings import read_settings

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements-build.txt", "requirements.txt", "requirements-dev.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS: dict[str, list[str]] = {
    "requirements-build.txt": PROJECT["dependency-groups"]["build"],
    "requirements.txt": PROJECT["project"]["dependencies"],
    "requirements-dev.txt": PROJECT["dependency-groups"]["dev"],
}


def name_of(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def pins_of(lock: str) -> dict[str, str]:
    """Return each pinned requirement with everything that stands behind it."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    pins: dict[str, str] = {}
    for line in filter(None, text.splitlines()):
        pins[name_of(line)] = pins.get(name_of(line), "") + line
    return pins


def containerfile() -> list[tuple[str, str]]:
    """Return the instructions of the last stage, the one that is shipped."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    stage = text[text.rindex("\nFROM ") :]
    lines = [line.split(maxsplit=1) for line in stage.splitlines() if line.strip()]
    return [(verb, rest) for verb, rest in lines if verb != "#"]


COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def of_profile(profile: str) -> dict[str, dict[str, Any]]:
    return {name: it for name, it in SERVICES.items() if profile in it["profiles"]}


def container_setting(name: str) -> str:
    [text] = [rest for verb, rest in containerfile() if verb == "ENV"]
    [value] = re.findall(rf"COORDINATOR_{name}=(\S+)", text)
    return str(value)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_that_is_named_is_pinned(lock: str) -> None:
    assert {name_of(it) for it in GROUPS[lock]} <= pins_of(lock).keys()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_exact_and_has_a_hash(lock: str) -> None:
    loose = [
        pin for pin in pins_of(lock).values() if "==" not in pin or "--hash=sha256:" not in pin
    ]

    assert loose == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_no_address_and_no_place_of_a_machine(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert re.findall(r"\S*(?:://|--(?:extra-)?index-url|--find-links|^/|\s/)\S*", text) == []


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    shipped, tested = pins_of("requirements.txt"), pins_of("requirements-dev.txt")

    assert {name: tested.get(name) for name in shipped} == shipped


def test_the_container_runs_as_nobody_in_particular() -> None:
    users = [rest for verb, rest in containerfile() if verb == "USER"]

    assert users
    assert users[-1] not in {"root", "0"}


def test_the_container_is_healthy_while_the_owners_decide() -> None:
    [check] = [rest for verb, rest in containerfile() if verb == "HEALTHCHECK"]

    assert "/health" in check


def test_the_container_sets_only_settings_that_exist() -> None:
    [text] = [rest for verb, rest in containerfile() if verb == "ENV"]
    given = dict(re.findall(r"(COORDINATOR_\w+)=(\S+)", text))

    settings = read_settings(given)

    assert settings.model_fields_set == {it.removeprefix("COORDINATOR_").lower() for it in given}
    assert settings.host == "0.0.0.0"


def test_what_the_container_copies_is_there_and_not_ignored() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE)
        for name in line.split()[:-1]
    }
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()

    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert [name for name in copied if f"!{name}" not in sent] == []


def test_compose_is_what_the_compose_schema_allows() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    file = ROOT / "docker-compose.yml"
    command = [str(checker), "--builtin-schema", "vendor.compose-spec", str(file)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_has_a_profile_for_each_size() -> None:
    assert set(of_profile("one-machine")) == {"coordinator"}
    assert set(of_profile("development")) == {
        "broker", "redis", "setup", "worker", "planner", "gateway",
    }  # fmt: skip
    production = set(of_profile("production"))
    assert {it for it in production if it.startswith("broker")} == {
        f"broker-{number}" for number in (1, 2, 3)
    }
    assert {"worker-1", "worker-2", "planner-1", "gateway-1", "redis"} <= production


def test_production_loses_nothing_with_a_broker() -> None:
    for name, it in of_profile("production").items():
        if name.startswith("broker"):
            assert it["environment"]["KAFKA_MIN_INSYNC_REPLICAS"] == "2"
            assert it["environment"]["KAFKA_DEFAULT_REPLICATION_FACTOR"] == "3"
            assert it["environment"]["KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE"] == "false"
    [command] = [it["command"][-1] for name, it in SERVICES.items() if name == "topics"]
    assert "--replication 3 --min-in-sync 2" in command


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_pinned_bounded_and_nobody_in_particular(name: str) -> None:
    it = SERVICES[name]

    assert re.search(r":\d+(\.\d+)+", it["image"])
    assert {"cpus", "mem_limit", "pids_limit"} <= it.keys()
    assert it["cap_drop"] == ["ALL"]
    assert it["security_opt"] == ["no-new-privileges:true"]
    if "build" in it:
        assert (ROOT / it["build"]["context"] / it["build"]["dockerfile"]).is_file()
        assert it["read_only"] is True
    else:
        assert it["user"] not in {"root", "0"}
        assert it["healthcheck"]["test"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_keeps_what_matters_on_a_volume(name: str) -> None:
    it = SERVICES[name]
    mounts = dict(mount.split(":") for mount in it.get("volumes", ()))

    assert mounts.keys() <= COMPOSE["volumes"].keys()
    if "build" in it:
        assert set(mounts.values()) == {container_setting("DATA_DIR")}
    elif name.startswith("broker"):
        assert set(mounts.values()) == {it["environment"]["KAFKA_LOG_DIRS"]}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_opens_its_port_to_this_machine_only(name: str) -> None:
    port = container_setting("PORT")

    for published in SERVICES[name].get("ports", ()):
        assert published.startswith("127.0.0.1:")
        assert published.endswith(f":{port}")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_given_settings_and_commands_that_exist(name: str) -> None:
    it = SERVICES[name]
    given = {
        key: str(value)
        for key, value in it.get("environment", {}).items()
        if key.startswith("COORDINATOR_") and "$" not in str(value)
    }
    known = {"topics", *(command.name or "" for command in app.registered_commands)}
    known |= {
        (command.callback.__name__ if command.callback else "")
        for command in app.registered_commands
    }
    said = re.findall(r"\bcoordinator (\w+)", " ".join(it.get("command", ())))

    read_settings(given)
    assert set(said) <= known


def test_every_variable_of_compose_is_in_the_example() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    used = set(re.findall(r"\$\{(\w+)", text))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert set(re.findall(r"^#?(\w+)=", example, re.MULTILINE)) == used


def images() -> dict[str, str]:
    """Return the images that are taken from others, by the variable that names another."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    text += (ROOT / "Containerfile").read_text(encoding="utf-8")
    return dict(re.findall(r"\b(\w+_IMAGE)(?:=|:-)([^\s}]+)", text))


def test_base_images_are_pinned() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")

    assert set(re.findall(r"^FROM (\S+)", text, re.M)) == {"${PYTHON_IMAGE}"}
    assert images().keys() == {"PYTHON_IMAGE", "KAFKA_IMAGE", "REDIS_IMAGE"}
    assert all(re.search(r":\d+\.\d+\.\d+", it) for it in images().values())


def test_each_image_of_others_can_be_named_by_its_digest() -> None:
    taken = {it["image"] for it in SERVICES.values() if "build" not in it}
    named = {it.partition(":-")[0].removeprefix("${") for it in taken}
    [given] = {it["build"]["args"]["PYTHON_IMAGE"] for it in SERVICES.values() if "build" in it}
    file = (ROOT / "Containerfile").read_text(encoding="utf-8")
    [default] = re.findall(r"^ARG PYTHON_IMAGE=(\S+)$", file, re.M)
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")

    assert named | {"PYTHON_IMAGE"} == images().keys()
    assert given == f"${{PYTHON_IMAGE:-{default}}}"
    # A digest is read where images come from, and stands here only if it was: whole, or not at all.
    digests = {it: it.partition("@")[2] for it in images().values() if "@" in it}
    assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", it) for it in digests.values())
    assert all(it in page for it in images())
