"""Assignments and escalations: each has its own state."""

from immutables import Map
from msgspec import Struct

from schemas.bounds import Position
from schemas.said import Said
from schemas.vocabulary import AssignmentStatus, NoticeKind, Recipient, Tap, UnitRole


class LastTap(Struct, frozen=True, gc=False):
    """What a member said last, when it was so and when it was recorded, and what was so before.

    `alarms`: which stood about them, or about the silence of their unit.
    """

    tap: Tap
    said_at: int
    at: int
    before: AssignmentStatus
    accepted_at: int | None = None
    en_route_at: int | None = None
    on_scene_at: int | None = None
    arrival_min: int | None = None
    worked_since: int | None = None
    idle_since: int | None = None
    finished_at: int | None = None
    alarms: tuple[NoticeKind, ...] = ()


class Assignment(Struct, frozen=True, gc=False):
    """Times are event times, UTC milliseconds; filled in late when a crew was offline.

    `told_at`: when the call-out left for the member's phone, as far as anybody says.
    `seen_at`: when they were last known to be at it, by a roll call or a step of a ticket.
    """

    assignment_id: str
    unit_id: str
    member_id: str
    role: UnitRole
    status: AssignmentStatus
    offered_at: int
    arrive_by: int
    answer_by: int
    expires_at: int
    muster_point: Position
    incident_id: str | None = None
    escalation_id: str | None = None
    told_at: int | None = None
    acknowledged_at: int | None = None
    accepted_at: int | None = None
    en_route_at: int | None = None
    on_scene_at: int | None = None
    seen_at: int | None = None
    ended_at: int | None = None
    arrival_min: int | None = None
    straight_back: bool = False
    instead_of: str | None = None
    last_tap: LastTap | None = None


class Assignments(Struct, frozen=True, gc=False):
    by_id: Map[str, Assignment] = Map()


class Escalation(Struct, frozen=True, gc=False):
    """`step` within the ladder, `loop` how often it was repeated, `attempt` over all.

    `parts` are what it is about, each with its text; `about` is the first of them, `text` says all.
    `exhausted`: nobody is told any more, and it stays until its cause is over or is about more.
    """

    escalation_id: str
    about: str
    cause: NoticeKind
    ladder: str
    text: Said
    started_at: int
    step: int = -1
    loop: int = 0
    attempt: int = -1
    paused_by: str | None = None
    incident_id: str | None = None
    told: tuple[Recipient, ...] = ()
    parts: tuple[tuple[str, Said], ...] = ()
    exhausted: bool = False


class Escalations(Struct, frozen=True, gc=False):
    """Only those under way; an ended one is in the log."""

    by_id: Map[str, Escalation] = Map()
    by_subject: Map[str, tuple[str, ...]] = Map()
    by_incident: Map[str, tuple[str, ...]] = Map()
