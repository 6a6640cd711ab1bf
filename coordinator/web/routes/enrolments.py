"""Enrolling a phone: a one-time code for a member, as text and as a QR code to be scanned."""

import asyncio
from typing import Annotated, Any, Final

import segno
from fastapi import APIRouter, Request
from pydantic import Field

from coordinator.web.bodies import BoundedRoute
from coordinator.web.identity import Asking, Here, needs, visible
from coordinator.web.problems import Problem
from coordinator.web.sessions import Sessions
from schemas.bounds import Strict
from schemas.ids import JurisdictionId, MemberId
from schemas.roles import Capability
from schemas.sentences import answers

router = APIRouter(prefix="/v1", tags=["sessions"], route_class=BoundedRoute)

_BORDER: Final = 2


class Enrolment(Strict):
    """Whose phone."""

    member_id: Annotated[MemberId, Field(description="On the roster of the jurisdiction.")]
    jurisdiction: JurisdictionId


@router.post("/enrolments", dependencies=[needs(Capability.ENROL_PHONES)])
async def enrol(body: Enrolment, request: Request, asking: Asking, here: Here) -> dict[str, Any]:
    """Make a code that enrols one phone of a member, once and soon.

    It stands behind the `#` of the address: browsers send that to nobody.
    """
    (where,) = visible(asking, here, body.jurisdiction)
    if here.boards.row("my_duty", where, body.member_id) is None:
        said = answers.not_on_roster_of(body.member_id, where)
        raise Problem(404, "not_found", said, field="member_id")
    sessions: Sessions = request.app.state.sessions
    code, expires_at = await asyncio.to_thread(sessions.issue, body.member_id, where)
    path = f"/me#code={code}"
    origin = here.settings.public_url or str(request.base_url).rstrip("/")
    picture = segno.make_qr(origin + path, error="m")
    return {
        "code": code,
        "path": path,
        "url": origin + path,
        "expires_at": expires_at,
        # An image as data: a page shows it without taking in markup from anywhere.
        "qr_svg": picture.svg_data_uri(border=_BORDER, scale=6, light="#fff"),
    }
