"""Commando units and the vehicles they take."""

from enum import StrEnum

from immutables import Map
from msgspec import Struct

from schemas.muster import Allotment, Explanation, Need, Pick
from schemas.roster import Resource
from schemas.said import Said
from schemas.vocabulary import ResourceKind, UnitRole


class Stage(StrEnum):
    """What was decided about the unit. Whether it musters or is active its people tell."""

    CALLED = "called"
    PROPOSED = "proposed"
    FORMED = "formed"
    STOOD_DOWN = "stood_down"


class CalledTo(Struct, frozen=True, gc=False):
    """What a unit was called to beside an incident, by name as it was then, and why."""

    reason: Said
    task: str | None = None
    operation: str | None = None
    site: str | None = None


class Unit(Struct, frozen=True, gc=False):
    """`people` maps each member bound to the unit to the assignment that binds them.

    `tried` were asked and did not come; `offered` are all its assignments, ended ones too;
    `leaving` are relieved once their replacements are on scene, `relieved` those of them whose
    replacement came while they were at work, and who that was: they leave when it has ended, if
    that one is there still; `proposal` says why
    those who were proposed, or sent, were chosen; until `propose_by` a planner is waited for;
    `was_of`: the incidents that ended while its task or its guard kept it, and when (UTC ms).
    """

    unit_id: str
    need: Need
    priority: int
    called_at: int
    stage: Stage = Stage.CALLED
    incident_id: str | None = None
    operation_id: str | None = None
    site_id: str | None = None
    task_id: str | None = None
    called_to: CalledTo | None = None
    propose_by: int = 0
    proposal: tuple[Pick, ...] = ()
    proposal_allotments: tuple[Allotment, ...] = ()
    explanation: Explanation | None = None
    confirm_by: int | None = None
    formed_at: int | None = None
    people: Map[str, str] = Map()
    roles: Map[str, UnitRole] = Map()
    tried: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    automatic: bool = True
    tries: int = 0
    stood_down_at: int | None = None
    resource_ids: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()
    relieved: Map[str, str] = Map()
    missing: tuple[tuple[UnitRole, int], ...] = ()
    missing_resources: tuple[tuple[ResourceKind, int], ...] = ()
    was_of: Map[str, int] = Map()


class Units(Struct, frozen=True, gc=False):
    """`waiting`: the units that lack people, oldest first; who is served first is asked when
    somebody becomes free, by the priority of that moment.
    """

    by_id: Map[str, Unit] = Map()
    by_incident: Map[str, tuple[str, ...]] = Map()
    waiting: tuple[str, ...] = ()


class ResourceState(Struct, frozen=True, gc=False):
    resource: Resource
    in_service: bool = True
    committed_to: str | None = None
    lent_to: str | None = None


class Resources(Struct, frozen=True, gc=False):
    by_id: Map[str, ResourceState] = Map()
    free: Map[str, tuple[str, ...]] = Map()
