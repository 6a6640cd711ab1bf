"""Reachability rehearsal: a silent test call-out to everyone on call, and who did not answer it.

Dead contacts are found before they matter. It asks phones, not people: an enrolled phone answers by
itself. Who is off duty, away or unavailable is left in peace here, too.
"""

import asyncio
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, Final

import structlog

from coordinator.boards.ports import Row
from coordinator.outbox.notices_out import NotSent
from coordinator.private.phones import Rehearsal, Rehearsed
from coordinator.web.ports import Station
from schemas.durations import HOUR, MINUTE
from schemas.ids import ulid
from schemas.vocabulary import Realm

log = structlog.get_logger()

_ANSWER_MS: Final = 10 * MINUTE
"""How long phones have: a push service may hold a message back for a phone that sleeps."""
_LOOK_MS: Final = MINUTE
_AT_ONCE: Final = 32


async def rehearse_on_schedule(here: Station, every_h: int) -> None:
    """Begin a rehearsal in every jurisdiction that had none for so many hours; for ever."""
    while every_h:
        for where in here.jurisdictions():
            try:
                await _rehearse_if_due(here, where, here.clock.now() - every_h * HOUR)
            except Exception as error:  # noqa: BLE001 - a full disk, say; looked at again, and no end of it
                log.warning("rehearsal.not_begun", jurisdiction=where, reason=repr(error))
        await here.clock.sleep_until(here.clock.now() + _LOOK_MS)


async def _rehearse_if_due(here: Station, where: str, not_after: int) -> None:
    latest = here.notification_setup.phones.latest_rehearsal(where)
    if latest is None or latest.called_at <= not_after:
        await rehearse(here, where, not_after=not_after)


async def rehearse(
    here: Station, jurisdiction: str, *, not_after: int | None = None
) -> Rehearsal | None:
    """Call everyone on call silently; None if nobody is, or another process has just done it.

    Open pages are told by their own connection. Phones that are pushed to are called here, and only
    in an actual jurisdiction: nothing of an exercise ever reaches a push service.
    """
    now = here.clock.now()
    ways = _ways(here, jurisdiction, now)
    if not ways:
        return None
    rehearsal = Rehearsal(
        f"reh_{ulid(now, secrets.token_bytes(10))}", jurisdiction, now, now + _ANSWER_MS
    )
    if not here.notification_setup.phones.begin_rehearsal(rehearsal, ways, not_after=not_after):
        return None
    log.info("rehearsal.begun", jurisdiction=jurisdiction, called=len(ways))
    await _push(here, rehearsal, [it for it, way in ways.items() if way == "push"])
    return rehearsal


def _ways(here: Station, jurisdiction: str, now: int) -> dict[str, str]:
    """Return how each member on call can be asked: `push`, an open `page`, or `none`."""
    pushed: set[str] = set()
    if (
        here.notification_setup.push is not None
        and here.realm_of(jurisdiction) == Realm.ACTUAL.value
    ):
        pushed = here.notification_setup.phones.subscribed(here.notification_setup.push.key.public)
    ways = {}
    for _, member_id, row in here.boards.rows("my_duty", [jurisdiction]):
        if _on_call(row, now):
            enrolled = "page" if row["devices"] else "none"
            ways[member_id] = "push" if member_id in pushed else enrolled
    return ways


def _on_call(row: Row, now: int) -> bool:
    away = any(starts_at <= now < ends_at for starts_at, ends_at in row["leaves"])
    return row["available"] and not away and (row["on_shift"] or row["on_standby"])


async def _push(here: Station, rehearsal: Rehearsal, member_ids: Iterable[str]) -> None:
    push = here.notification_setup.push
    if push is None:
        return
    message = {
        "kind": "rehearsal",
        "about": rehearsal.rehearsal_id,
        "at": rehearsal.called_at,
        "expires_at": rehearsal.answer_by,
    }
    lasts_s = (rehearsal.answer_by - rehearsal.called_at) // 1_000
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(member_id: str) -> None:
        async with slots:
            try:
                await push.push(member_id, message, topic="rehearsal", lasts_s=lasts_s)
            except NotSent as error:
                # It shows as unanswered: a phone that cannot be called now is what is looked for.
                log.warning("rehearsal.not_pushed", member_id=member_id, reason=str(error))

    await asyncio.gather(*(one(it) for it in member_ids))


def coverage(here: Station, jurisdiction: str) -> dict[str, Any] | None:
    """Return what the latest rehearsal of a jurisdiction showed; None if there was none.

    Counts are per skill and per team, whose home area is the area; `dead` are those who did not
    answer, who longest first, as soon as the time to answer is over.
    """
    phones = here.notification_setup.phones
    rehearsal = phones.latest_rehearsal(jurisdiction)
    if rehearsal is None:
        return None
    parts = phones.rehearsed_in(rehearsal.rehearsal_id)
    rows = {it.member_id: here.boards.row("my_duty", jurisdiction, it.member_id) for it in parts}
    known = [(it, row) for it in parts if (row := rows[it.member_id]) is not None]
    is_open = here.clock.now() < rehearsal.answer_by
    silent = [] if is_open else [(it, row) for it, row in known if it.answered_at is None]
    last = phones.last_answers(it.member_id for it, _ in silent)
    return {
        "rehearsal_id": rehearsal.rehearsal_id,
        "jurisdiction": jurisdiction,
        "called_at": rehearsal.called_at,
        "answer_by": rehearsal.answer_by,
        "open": is_open,
        "called": len(known),
        "answered": sum(1 for it, _ in known if it.answered_at is not None),
        "by_skill": _counted((skill, {}, it) for it, row in known for skill in row["skills"]),
        "by_team": _counted((row["team_id"], {"team": row["team"]}, it) for it, row in known),
        "dead": sorted(
            (
                {
                    "member_id": it.member_id,
                    "team_id": row["team_id"],
                    "team": row["team"],
                    "skills": row["skills"],
                    "way": it.way,
                    "last_answered_at": last.get(it.member_id),
                }
                for it, row in silent
            ),
            key=lambda it: (it["last_answered_at"] or 0, it["member_id"]),
        ),
    }


def _counted(parts: Iterable[tuple[str, Mapping[str, Any], Rehearsed]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for key, more, it in parts:
        row = found.setdefault(key, {"key": key, **more, "called": 0, "answered": 0})
        row["called"] += 1
        row["answered"] += it.answered_at is not None
    return [row for _, row in sorted(found.items())]
