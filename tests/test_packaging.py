"""What is installed is pinned, and what is shipped in a container is closed down."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

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


@pytest.fixture
def service() -> dict[str, Any]:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    [only] = compose["services"].values()
    assert isinstance(only, dict)
    return only


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


def test_compose_builds_from_the_containerfile(service: dict[str, Any]) -> None:
    assert (ROOT / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


def test_compose_keeps_the_data_on_a_volume(service: dict[str, Any]) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    [text] = [rest for verb, rest in containerfile() if verb == "ENV"]
    [data_dir] = re.findall(r"COORDINATOR_DATA_DIR=(\S+)", text)
    [mount] = service["volumes"]
    volume, _, target = mount.partition(":")

    assert target == data_dir
    assert volume in compose["volumes"]


def test_compose_opens_the_port_to_this_machine_only(service: dict[str, Any]) -> None:
    [text] = [rest for verb, rest in containerfile() if verb == "ENV"]
    [port] = re.findall(r"COORDINATOR_PORT=(\d+)", text)

    assert service["ports"] == [f"127.0.0.1:{port}:{port}"]


def test_compose_bounds_what_the_coordinator_may_use(service: dict[str, Any]) -> None:
    assert {"cpus", "mem_limit", "pids_limit"} <= service.keys()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
