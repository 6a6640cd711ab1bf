"""Guaranteed-power operations and critical sites."""

from enum import StrEnum
from typing import Literal

from immutables import Map
from msgspec import Struct

from schemas.roster import Site
from schemas.said import Said
from schemas.signals.operation import GuardPost
from schemas.vocabulary import GuaranteeLevel

Supply = Literal["grid", "own", "emergency", "none"]


class OperationPhase(StrEnum):
    """Of an operation that is under way: concluded or cancelled it is out of the working state."""

    PREPARING = "preparing"
    GUARDING = "guarding"


class Guard(Struct, frozen=True, gc=False):
    post: GuardPost
    starts_at: int
    ends_at: int


class LastCheck(Struct, frozen=True, gc=False):
    """The last check-in of a site, for the seconds it can be taken back in.

    `by`: who told it; `due`: the clocks (UTC ms) that it wound, as they were before; `alarmed`:
    whether an alarm stood that it ended.
    """

    member_id: str
    kind: Literal["check_in", "patrol", "zero_report", "disturbance"]
    by: str
    at: int
    said_at: int
    due: tuple[tuple[str, int], ...]
    alarmed: bool


class SiteWatch(Struct, frozen=True, gc=False):
    """One site under one operation; `gaps_told`: the stretches (UTC ms) told to be unguarded;
    `silent`: a check-in was missed, and none has come that counts since.
    """

    steps: tuple[str, ...] = ()
    dangers_open: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    interrupted_at: int | None = None
    incident_ids: tuple[str, ...] = ()
    supplied_since: int = 0
    gaps_told: tuple[tuple[int, int], ...] = ()
    last_check: LastCheck | None = None
    silent: bool = False


class Tally(Struct, frozen=True, gc=False):
    check_ins: int = 0
    patrols: int = 0
    zero_reports: int = 0
    missed: int = 0
    incidents: int = 0
    interruptions: int = 0
    interrupted_ms: int = 0
    dips: int = 0
    transfers: int = 0
    disturbances: int = 0
    gaps: int = 0


class Operation(Struct, frozen=True, gc=False):
    """`began_with`: what was still open when the guard began."""

    operation_id: str
    name: str
    level: GuaranteeLevel
    guard_from: int
    guard_until: int
    plan_approved_by: str | None
    opened_at: int
    phase: OperationPhase = OperationPhase.PREPARING
    sites: Map[str, SiteWatch] = Map()
    tally: Tally = Tally()
    began_with: tuple[Said, ...] = ()


class Operations(Struct, frozen=True, gc=False):
    """`guarding` maps a site to the operation that guards it now."""

    by_id: Map[str, Operation] = Map()
    guarding: Map[str, str] = Map()


class SiteState(Struct, frozen=True, gc=False):
    """`lost`: what it ran on when it lost all supply, `left_ms`: how long that would have lasted
    still, None where nobody knows; both while it has none."""

    site: Site
    supply: Supply = "grid"
    since: int = 0
    runs_out_at: int | None = None
    lost: Supply = "grid"
    left_ms: int | None = None
    incident_ids: tuple[str, ...] = ()


class Sites(Struct, frozen=True, gc=False):
    """`by_incident` maps an incident to the sites it touches."""

    by_id: Map[str, SiteState] = Map()
    by_circuit: Map[str, tuple[str, ...]] = Map()
    by_device: Map[str, tuple[str, ...]] = Map()
    by_square: Map[str, tuple[str, ...]] = Map()
    by_incident: Map[str, tuple[str, ...]] = Map()
