"""Who may do what, asked of the running server: every role at every way in, and every signal.

The answer stands in `who_may_do_what.txt`, so that a change of it is seen in review. To write it
anew after a change that is meant: `python -m tests.web.test_who_may_do_what`.
"""

import asyncio
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest

from coordinator.web.app import application
from schemas import catalogue
from schemas.ids import ulid_of
from schemas.roles import CAPABILITIES
from schemas.vocabulary import Role
from tests.story import START
from tests.web.station import HERE, Station, bearer, station

WRITTEN = Path(__file__).with_suffix("").with_name("who_may_do_what.txt")
ROUTES = Path(__file__).resolve().parent.parent.parent / "coordinator" / "web" / "routes"
_NOBODY = f"mem_{ulid_of(START, 'nobody')}"
_FILLED = {
    "jurisdiction": HERE, "board": "overview", "signal_id": "x", "incident_id": "x", "unit_id": "x",
    "subject_id": "x", "seq": "0", "assignment_id": "x", "said": "accept", "rehearsal_id": "x",
    "kind": "flash",
}  # fmt: skip
_ASKED: dict[str, str | int] = {
    "jurisdiction": HERE, "boards": "none", "from": START, "to": START + 1, "seq": 0, "after": 0,
    "dry_run": "true",
}  # fmt: skip
_SAID: dict[str, Any] = {
    "/v1/rehearsals": {"jurisdiction": HERE},
    "/v1/enrolments": {"jurisdiction": HERE, "member_id": _NOBODY},
    "/v1/crew": {"jurisdiction": HERE, "member_ids": [_NOBODY]},
    "/v1/me/push": {
        "endpoint": "https://push.invalid/x", "keys": {"p256dh": "A" * 87, "auth": "A" * 22},
    },
    "/v1/me/push/end": {"endpoint": "https://push.invalid/x"},
    "/v1/names": {"ids": []},
}  # fmt: skip
_PASSED_OVER = {"/v1/session"}
"""Opens and ends what the others are asked with."""


async def _turned_away(answer: Any) -> bool:
    """Say whether an answer is that of a role that may not; any other fault is no matter here."""
    return bool(answer.status_code == 403 and "role_not_allowed" in answer.json()["type"])


async def _ways_in(here: Station, tokens: dict[str, str]) -> list[str]:
    found = []
    paths = application(here.home, registry=here.home.registry).openapi()["paths"]
    for path, methods in paths.items():
        if not path.startswith("/v1") or path in _PASSED_OVER:
            continue
        for method in map(str.upper, methods):
            may = [
                role
                for role, token in tokens.items()
                if not await _turned_away(
                    await here.client.request(
                        method,
                        path.format(**_FILLED),
                        params=_ASKED,
                        json=_SAID.get(path, {}) if method == "POST" else None,
                        headers=bearer(token),
                    )
                )
            ]
            found.append(f"{method} {path}: {', '.join(may)}")
    return sorted(found)


async def _signals(here: Station, tokens: dict[str, str]) -> list[str]:
    found = []
    for type_ in sorted(catalogue.SIGNALS):
        may = [
            role
            for role, token in tokens.items()
            if not await _turned_away(await here.say(token, type=type_))
        ]
        found.append(f"signal {type_}: {', '.join(may)}")
    return found


async def who_may(folder: Path) -> str:
    """Return every way in and every signal with the roles that are not turned away."""
    async with station(folder) as here:
        tokens = {
            role.value: here.home.tokens.mint(
                _NOBODY, role, member_id=_NOBODY if role is Role.MEMBER else None
            )
            for role in sorted(Role)
        }
        lines = await _ways_in(here, tokens) + await _signals(here, tokens)
    return "\n".join(lines) + "\n"


async def test_each_role_may_do_what_is_written_down_and_nothing_else(tmp_path: Path) -> None:
    assert await who_may(tmp_path) == WRITTEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("module", sorted(ROUTES.glob("*.py")), ids=lambda it: it.stem)
def test_a_route_asks_for_a_capability_and_never_for_a_role(module: Path) -> None:
    assert not re.search(r"\bRole\.", module.read_text(encoding="utf-8"))


async def test_a_session_is_told_what_it_may_do(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        for role in (Role.DISPATCHER, Role.AUDITOR):
            who = (await here.get(role, "/v1/session")).json()
            assert set(who["capabilities"]) == CAPABILITIES[role]


async def test_the_leader_on_duty_sees_everything_by_name_and_says_nothing(tmp_path: Path) -> None:
    async with station(tmp_path) as here:
        leader = here.home.tokens.mint("leader", Role.DUTY_LEADER)

        people = (await here.get(leader, "/v1/boards/people", jurisdiction=HERE, limit=5)).json()
        past = await here.get(leader, f"/v1/replay/{HERE}/extent")
        said = await here.say(leader, **here.outage())

        assert len(people["names"]) == 5
        assert past.status_code == 200
        assert said.status_code == 403
        assert (await here.get(leader, "/v1/forms")).json()["forms"] == []


def main() -> None:
    """Write down who may do what now."""
    with tempfile.TemporaryDirectory() as folder:
        WRITTEN.write_text(asyncio.run(who_may(Path(folder))), encoding="utf-8")


if __name__ == "__main__":
    main()
