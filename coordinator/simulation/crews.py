"""The crews of a county at work: tickets drafted, made safe, worked under, cleared and ended.

People do their next step sooner or later; now and then somebody says what is not theirs to say, too
early, or would let go of people who are on a line.
"""

import random

from coordinator.domain.at_work import begun, people_at, to_count, worked_at
from coordinator.domain.leave_to_work import kept_from_line
from coordinator.domain.member_rights import is_there
from coordinator.domain.state.incidents import ENDED
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket, TicketStage
from coordinator.domain.state.units import Stage, Unit
from coordinator.domain.ticket.clearing import still_to_clear
from coordinator.domain.ticket.named import may_count
from coordinator.domain.ticket.turn import next_step
from coordinator.simulation.faults import Fault
from coordinator.simulation.reference import Accepted
from coordinator.simulation.senders import Senders
from coordinator.simulation.weather import Weather
from schemas.durations import MINUTE
from schemas.roles import Role
from schemas.vocabulary import Clearance, Interlock, WorkKind

_MINUTE_S = 60.0
_KINDS = (WorkKind.LINE_REPAIR, WorkKind.LINE_REPAIR, WorkKind.CABLE_REPAIR, WorkKind.PATROL)
_AT_WORK_MS = 40 * MINUTE
_AT_LEAST = 2
_TOWARDS_WORK = frozenset({"confirm_interlock", "start_work"})
_SHIFTS_MAX = 2
"""So many tickets a unit draws at most, so that every incident comes to its end."""


class Crews:
    def __init__(self, senders: Senders, weather: Weather, *, seed: int, place: str) -> None:
        self._senders = senders
        self._weather = weather
        self._chance = random.Random(f"{seed}/crews/{place}")
        self._drawn: dict[str, int] = {}
        self._said_at: dict[str, int] = {}

    def hear(self, accepted: Accepted) -> None:
        """See what is to be done next, as whoever looks at the ticket does."""
        state, at = accepted.after, accepted.at
        # In order of their ids: a world is the same whatever the hash seed.
        for _, unit in sorted(state.units.by_id.items()):
            if unit.stage is Stage.FORMED and worked_at(unit):
                self._draw(state, unit, at)
        for _, ticket in sorted(state.safety.tickets.items()):
            pause = _AT_WORK_MS if ticket.stage is TicketStage.WORKING else 4 * MINUTE
            if at - self._said_at.get(ticket.ticket_id, 0) >= pause:
                self._said_at[ticket.ticket_id] = at
                self._go_on(state, ticket)

    def _say(self, type_: str, role: Role, who: str, **fields: object) -> None:
        self._senders.later(self._chance.random() * 2 * _MINUTE_S, type_, role, who, **fields)

    def _draw(self, state: Jurisdiction, unit: Unit, at: int) -> None:
        """Draft a ticket once enough of a unit are there, and not for everything."""
        incident = state.incidents.by_id.get(unit.incident_id or "")
        over = incident is None or incident.phase in ENDED or incident.restored_at is not None
        if over and unit.task_id not in state.tasks.by_id:
            return
        drawn = self._drawn.get(unit.unit_id, 0)
        if drawn >= _SHIFTS_MAX or at - self._said_at.get(unit.unit_id, 0) < 60 * MINUTE:
            return
        busy = {who for it in state.safety.tickets.values() for who in people_at(it)}
        there = [
            it
            for it in sorted(unit.people)
            if it not in busy
            and (held := state.assignments.by_id.get(unit.people[it])) is not None
            and held.on_scene_at is not None
        ]
        if len(there) < 2:
            return
        self._drawn[unit.unit_id], self._said_at[unit.unit_id] = drawn + 1, at
        if self._chance.random() < 0.3:
            return
        self._say(
            "draft_ticket",
            Role.COMMANDER,
            "desk",
            incident_id=unit.incident_id,
            task_id=unit.task_id,
            work_id=self._planned(state, unit, at),
            unit_id=unit.unit_id,
            kind=self._chance.choice(_KINDS),
            place=unit.need.muster_point if incident is None else incident.place,
            work_leader=there[0],
            crew=tuple(there[:3]),
            text="repair",
        )

    def _planned(self, state: Jurisdiction, unit: Unit, at: int) -> str | None:
        """Return the planned work that a ticket belongs to, where there is one that is not over."""
        if unit.task_id is None:
            return None
        works = sorted(state.planned_works.by_id.items())
        return next((id_ for id_, it in works if it.ends_at > at), None)

    def _go_on(self, state: Jurisdiction, ticket: Ticket) -> None:
        """Say the next step, or what is wrong to say now."""
        if self._weather.strikes(Fault.CONTRADICTION, self._chance, 0.5):
            self._wrong(state, ticket)
        if ticket.stage is TicketStage.STOPPED and self._chance.random() < 0.4:
            self._say("start_work", Role.MEMBER, ticket.work_leader, ticket_id=ticket.ticket_id)
            return
        there = sorted(it for it in people_at(ticket) if is_there(state, it, ticket))
        gone = [it for it in sorted(ticket.crew) if it not in there]
        if gone and not begun(ticket):
            self._say(
                "take_off_ticket",
                Role.COMMANDER,
                "desk",
                ticket_id=ticket.ticket_id,
                member_id=gone[0],
                reason="left",
            )
            return
        step = _next(state, ticket, len(there))
        if step.get("step") == "people_off":
            there = sorted(may_count(state, ticket))
        elif not there:
            unit = state.units.by_id.get(ticket.unit_id)
            people = () if unit is None else sorted(unit.people)
            there = [it for it in people if is_there(state, it, ticket)]
        who = ticket.work_leader if ticket.work_leader in there or not there else there[0]
        fields = self._fields(ticket, step, who, there)
        remote = step["type"] in ("issue_ticket", "end_ticket") or step.get("step") == "permit"
        desk = "issues" if step["type"] == "issue_ticket" else "permits"
        role, name = (Role.DISPATCHER, desk) if remote else (Role.MEMBER, who)
        if not there and not remote:
            role, name = Role.DISPATCHER, "permits"
        if step["type"] == "start_work":
            name = ticket.work_leader
        self._say(step["type"], role, name, ticket_id=ticket.ticket_id, **fields)

    def _fields(
        self, ticket: Ticket, step: dict[str, str], who: str, there: list[str]
    ) -> dict[str, object]:
        asked = step.get("step", "")
        match step["type"]:
            case "issue_ticket":
                return {"issued_by": "issues"}
            case "end_ticket":
                return {"ended_by": ticket.permitter or "permits"}
            case "confirm_interlock":
                by = "permits" if asked == "permit" else who
                return {"interlock": Interlock(asked), "confirmed_by": by, "reference": "T-1"}
            case "confirm_clear":
                people = tuple(sorted(to_count(ticket))) if asked == "people_off" else ()
                by = who if there else "permits"
                return {"clearance": Clearance(asked), "confirmed_by": by, "people": people}
        return {}

    def _wrong(self, state: Jurisdiction, ticket: Ticket) -> None:
        """Say what would let people go, pass over a step, or set aside what nobody may."""
        id_, chance = ticket.ticket_id, self._chance
        which = chance.choice(tuple(Interlock))
        who = chance.choice(sorted(people_at(ticket)))
        # Who was lent may have gone home since, and is on the roster here no more.
        held = state.roster.members.get(who)
        bound = (None if held is None else held.assignment_id) or ""
        ways: tuple[tuple[str, Role, str, dict[str, object]], ...] = (
            ("stand_down_unit", Role.COMMANDER, "desk", {"unit_id": ticket.unit_id, "reason": "x"}),
            ("release_member", Role.COMMANDER, "desk", {"assignment_id": bound, "reason": "x"}),
            ("finish_assignment", Role.MEMBER, who, {"assignment_id": bound}),
            *_ends(ticket),
            ("start_work", Role.MEMBER, ticket.work_leader, {"ticket_id": id_}),
            ("finish_work", Role.MEMBER, ticket.work_leader, {"ticket_id": id_}),
            ("end_ticket", Role.DISPATCHER, "permits", {"ticket_id": id_, "ended_by": "permits"}),
            ("cancel_ticket", Role.COMMANDER, "desk", {"ticket_id": id_, "reason": "x"}),
            (
                "override_safety",
                Role.COMMANDER,
                "desk",
                {
                    "rule": "interlock",
                    "ticket_id": id_,
                    "interlock": which,
                    "approver": "desk",
                    "reason": "x",
                    "valid_until": self._said_at[id_] + 60 * MINUTE,
                },
            ),
            (
                "withdraw_override",
                Role.DISPATCHER,
                "permits",
                {"ticket_id": id_, "interlock": which, "reason": "x"},
            ),
            (
                "confirm_interlock",
                Role.DISPATCHER,
                "permits",
                {"ticket_id": id_, "interlock": which, "confirmed_by": "permits", "reference": "x"},
            ),
            (
                "confirm_interlock",
                Role.MEMBER,
                ticket.work_leader,
                {
                    "ticket_id": id_,
                    "interlock": which,
                    "confirmed_by": ticket.work_leader,
                    "reference": "x",
                },
            ),
        )
        if begun(ticket) and chance.random() < 0.3:
            reason = {"interlock": which, "reason": "moved"}
            self._say("withdraw_interlock", Role.DISPATCHER, "permits", ticket_id=id_, **reason)
            return
        sound = [it for it in ways if it[3].get("assignment_id") != ""]
        type_, role, sender, fields = chance.choice(sound)
        self._say(type_, role, sender, **fields)


def _next(state: Jurisdiction, ticket: Ticket, there: int) -> dict[str, str]:
    """Return the next step: where too few are left to go on, or one of them is kept from it, what
    was begun is cleared.
    """
    step = next_step(ticket, leader_there=is_there(state, ticket.work_leader, ticket))
    if not begun(ticket) or step["type"] not in _TOWARDS_WORK:
        return step
    whole = not any(kept_from_line(state, it, ticket.unit_id) for it in people_at(ticket))
    if there >= _AT_LEAST and whole:
        return step
    left = still_to_clear(ticket)
    return {"type": "finish_work"} if left is None else {"type": "confirm_clear", "step": left}


def _ends(ticket: Ticket) -> tuple[tuple[str, Role, str, dict[str, object]], ...]:
    """What would end the work of those who are still at it."""
    here: dict[str, object] = {"incident_id": ticket.incident_id}
    if ticket.task_id is None:
        return (
            ("close_incident", Role.COMMANDER, "desk", here),
            ("restore_incident", Role.COMMANDER, "desk", here),
        )
    task: dict[str, object] = {"task_id": ticket.task_id, "reason": "x", "all_in": True}
    if ticket.work_id is None:
        return (("cancel_task", Role.COMMANDER, "desk", task),)
    work: dict[str, object] = {"work_id": ticket.work_id, "reason": "x"}
    return (
        ("cancel_task", Role.COMMANDER, "desk", task),
        ("cancel_planned_work", Role.COMMANDER, "desk", work),
    )
