"""A crew for a neighbour: people with certificates, and vehicles, as the roster has them."""

from typing import Annotated, Any

from fastapi import APIRouter
from msgspec import to_builtins
from pydantic import BaseModel, ConfigDict, Field

from coordinator.web.bodies import BoundedRoute
from coordinator.web.identity import Asking, Here, needs, visible
from coordinator.web.problems import Problem, wrong
from schemas.bounds import MEMBERS_MAX
from schemas.ids import JurisdictionId, MemberId, ResourceId
from schemas.sentences import answers, faults
from schemas.signals.aid import CommitAid

router = APIRouter(prefix="/v1", tags=["records"], route_class=BoundedRoute)


class Chosen(BaseModel):
    """Who and what goes."""

    model_config = ConfigDict(extra="forbid")

    jurisdiction: JurisdictionId
    member_ids: Annotated[list[MemberId], Field(min_length=1, max_length=MEMBERS_MAX)]
    resource_ids: Annotated[list[ResourceId], Field(max_length=100)] = []


@router.post("/crew", dependencies=[needs(CommitAid.needs)])
async def pack(chosen: Chosen, asking: Asking, here: Here) -> dict[str, Any]:
    """Return what `commit_aid` needs of these people and vehicles; 501 where only workers know."""
    visible(asking, here, chosen.jurisdiction)
    try:
        crew = here.crew_of(chosen.jurisdiction, chosen.member_ids, chosen.resource_ids)
    except LookupError as error:
        raise wrong("member_ids", str(error.args[0]), faults.NOT_ON_THIS_ROSTER) from None
    if crew is None:
        raise Problem(501, "no_roster_here", answers.GATEWAY_NO_ROSTER)
    people, resources = crew
    return {
        "people": [to_builtins(it) for it in people],
        "resources": [to_builtins(it) for it in resources],
    }
