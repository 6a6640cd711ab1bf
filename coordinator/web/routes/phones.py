"""A member's phone: where it is pushed to, the calendar it fetches, the rehearsals it answers."""

import base64
import binascii
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Response
from pydantic import Field

from coordinator.private.phones import Subscription
from coordinator.web.bodies import BoundedRoute
from coordinator.web.identity import Asking, Here, needs
from coordinator.web.problems import Problem, shown, wrong
from coordinator.web.routes.members import mine
from coordinator.web.shifts_calendar import shifts_calendar
from schemas.bounds import Strict
from schemas.roles import Capability
from schemas.sentences import answers, faults

router = APIRouter(prefix="/v1/me", tags=["phones"], route_class=BoundedRoute)

_CALENDAR_PATH: Final = "/v1/me/shifts.ics"
_ON_CALL = needs(Capability.BE_ON_CALL)
_KEY = r"^[A-Za-z0-9_-]+=*$"


class Keys(Strict):
    """What only this browser can read with, base64url."""

    p256dh: Annotated[str, Field(min_length=80, max_length=100, pattern=_KEY)]
    auth: Annotated[str, Field(min_length=16, max_length=40, pattern=_KEY)]


class PushSubscription(Strict):
    """As a browser gives it."""

    endpoint: Annotated[str, Field(min_length=10, max_length=1_000)]
    keys: Keys


class Endpoint(Strict):
    """Which subscription."""

    endpoint: Annotated[str, Field(min_length=10, max_length=1_000)]


@router.post("/push", status_code=204, dependencies=[_ON_CALL])
async def subscribe(body: PushSubscription, asking: Asking, here: Here) -> Response:
    """Push to this browser from now on."""
    mine(asking, here)
    push = here.notification_setup.push
    if push is None:
        raise Problem(501, "no_push", answers.NO_PUSH_KEY)
    if not push.may_speak_to(body.endpoint):
        raise wrong("endpoint", body.endpoint[:80], faults.NO_PUSH_SERVICE)
    here.notification_setup.phones.subscribe(
        Subscription(
            body.endpoint,
            asking.member_id or "",
            body.keys.p256dh,
            body.keys.auth,
            push.key.public,
        ),
        here.clock.now(),
    )
    return Response(status_code=204)


@router.post("/push/end", status_code=204, dependencies=[_ON_CALL])
async def unsubscribe(body: Endpoint, asking: Asking, here: Here) -> Response:
    """Push to this browser no more."""
    here.notification_setup.phones.unsubscribe(body.endpoint, asking.member_id)
    return Response(status_code=204)


@router.post("/calendar", dependencies=[_ON_CALL])
async def mint_calendar(asking: Asking, here: Here) -> dict[str, Any]:
    """Make a password that fetches my shifts and nothing else; an earlier one ends."""
    mine(asking, here)
    member_id = asking.member_id or ""
    password = here.notification_setup.phones.mint_calendar(member_id, here.clock.now())
    return {"path": _CALENDAR_PATH, "user": member_id, "password": password}


@router.delete("/calendar", status_code=204, dependencies=[_ON_CALL])
async def revoke_calendar(asking: Asking, here: Here) -> Response:
    """End the password of my calendar."""
    here.notification_setup.phones.revoke_calendar(asking.member_id or "")
    return Response(status_code=204)


@router.get("/shifts.ics")
async def my_calendar(
    here: Here, authorization: Annotated[str, Header(max_length=1_000)] = ""
) -> Response:
    """Return my shifts as iCalendar, for a calendar app: HTTP Basic, no secret in the address."""
    member_id, password = _basic(authorization)
    if not here.notification_setup.phones.may_fetch_calendar(member_id, password):
        raise Problem(
            401,
            "calendar_password_wanted",
            answers.CALENDAR_PASSWORD,
            headers={"WWW-Authenticate": 'Basic realm="shifts", charset="UTF-8"'},
        )
    for where in here.jurisdictions():
        duty = here.boards.row("my_duty", where, member_id)
        if duty is not None:
            return Response(
                shifts_calendar(duty, here.clock.now()),
                media_type="text/calendar; charset=utf-8",
                headers={"Cache-Control": "private, max-age=300"},
            )
    raise Problem(404, "not_found", answers.ON_NO_ROSTER, field="user")


@router.post("/rehearsals/{rehearsal_id}", status_code=204, dependencies=[_ON_CALL])
async def answer_rehearsal(rehearsal_id: str, asking: Asking, here: Here) -> Response:
    """This phone was reached."""
    answered = here.notification_setup.phones.answer_rehearsal(
        rehearsal_id[:40], asking.member_id or "", here.clock.now()
    )
    if not answered:
        raise Problem(
            404,
            "not_found",
            answers.did_not_call_you(shown(rehearsal_id[:40])),
            field="rehearsal_id",
        )
    return Response(status_code=204)


def _basic(header: str) -> tuple[str, str]:
    """Return user and password of a Basic header; nobody for anything else."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
