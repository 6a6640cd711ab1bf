"""Roles are sets of capabilities: the one place that says who may do what.

A signal names the capability it needs (`Signal.needs`), a route likewise, and a page is told which
ones its session has. Nobody asks for a role by name, but for what concerns a member's own things.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Self


class Role(StrEnum):
    """Who somebody is here, as the record says of each signal."""

    DISPATCHER = "dispatcher"
    COMMANDER = "commander"
    MEMBER = "member"
    AUDITOR = "auditor"
    DUTY_LEADER = "duty_leader"
    FEED = "feed"
    SYSTEM = "system"


class Capability(StrEnum):
    """One kind of thing that somebody may do, with what it opens."""

    meaning: str

    def __new__(cls, name: str, meaning: str) -> Self:
        made = str.__new__(cls, name)
        made._value_ = name
        made.meaning = meaning
        return made

    WATCH = "watch", "boards, map and incidents as they are now, live"
    SEE_NAMES = "see_names", "people by name wherever they are shown, not by id alone"
    LOOK_BACK = "look_back", "the log, replay, reports and what-if"
    SEE_DEAD_LETTERS = "see_dead_letters", "what came in and could not be understood"
    BE_ON_CALL = "be_on_call", "the page of a member's own calls, shifts, notices and phone"
    ENROL_PHONES = "enrol_phones", "codes by which members enrol their phones"
    REHEARSE = "rehearse", "rehearsals of a call-out, and what becomes of notices"

    REPORT = "report", "report what is seen: outages, extent, weather, supply of a site"
    SPEAK_FOR_SOURCE = "speak_for_source", "pass on what a source says: alerts, whistles, all over"
    TAKE_PART = "take_part", "answer calls, work, and tell of work; a member only of their own"

    RUN_INCIDENTS = "run_incidents", "merge, split, close, review and hand over; alerts, promises"
    FORM_UNITS = "form_units", "call, confirm, relieve and stand down units; vehicles"
    KEEP_ROSTER = "keep_roster", "import people, shifts and sites; plan leave"
    COMMAND_SCENE = "command_scene", "command, objectives, roll calls, calls for help"
    PLAN_WORK = "plan_work", "draft tickets for work on a line"
    GUARD_SUPPLY = "guard_supply", "open, guard and conclude guaranteed-power operations"
    RUN_TASKS = "run_tasks", "open, plan and finish tasks with a deadline"
    RUN_BRANCHES = "run_branches", "request, approve, staff and dissolve temporary branches"
    GIVE_AID = "give_aid", "ask neighbours for help, give it, and take it back"
    RUN_COMMUNITIES = "run_communities", "withdraw whistles, end postings"
    RECORD_VIOLATIONS = "record_violations", "record and withdraw violations"

    DECLARE_RESPONSE = "declare_response", "activate and terminate a response"
    ADOPT_POLICY = "adopt_policy", "put another policy in force"
    OVERRIDE_SAFETY = "override_safety", "let work go on against a rule of safety"
    READMIT = "readmit", "let a member back on post"

    BE_COORDINATOR = "be_coordinator", "what the coordinator, its planner and its neighbours say"


_C = Capability
_DESK: Final = frozenset(
    {
        _C.WATCH, _C.SEE_NAMES, _C.SEE_DEAD_LETTERS, _C.ENROL_PHONES, _C.REHEARSE,
        _C.REPORT, _C.SPEAK_FOR_SOURCE, _C.TAKE_PART,
        _C.RUN_INCIDENTS, _C.FORM_UNITS, _C.KEEP_ROSTER, _C.COMMAND_SCENE, _C.PLAN_WORK,
        _C.GUARD_SUPPLY, _C.RUN_TASKS, _C.RUN_BRANCHES, _C.GIVE_AID, _C.RUN_COMMUNITIES,
        _C.RECORD_VIOLATIONS,
    }
)  # fmt: skip

CAPABILITIES: Final[Mapping[Role, frozenset[Capability]]] = {
    Role.DISPATCHER: _DESK,
    Role.COMMANDER: _DESK
    | {_C.LOOK_BACK, _C.DECLARE_RESPONSE, _C.ADOPT_POLICY, _C.OVERRIDE_SAFETY, _C.READMIT},
    Role.MEMBER: frozenset({_C.BE_ON_CALL, _C.REPORT, _C.TAKE_PART}),
    Role.AUDITOR: frozenset({_C.WATCH, _C.LOOK_BACK, _C.SEE_DEAD_LETTERS}),
    Role.DUTY_LEADER: frozenset({_C.WATCH, _C.SEE_NAMES, _C.LOOK_BACK, _C.SEE_DEAD_LETTERS}),
    Role.FEED: frozenset({_C.REPORT, _C.SPEAK_FOR_SOURCE}),
    Role.SYSTEM: frozenset({_C.BE_COORDINATOR}),
}


def can(role: Role, capability: Capability) -> bool:
    """Say whether a role has a capability."""
    return capability in CAPABILITIES[role]


def roles_with(capability: Capability) -> frozenset[Role]:
    """Return the roles that have a capability."""
    return frozenset(role for role, held in CAPABILITIES.items() if capability in held)
