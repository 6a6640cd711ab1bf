"""A simulated control room: confirms units, asks for branches, closes what is restored.

It follows the confirmed log like anybody else and says what it does by signals.
"""

import random
from collections.abc import Sequence

from coordinator.demo.agenda import Agenda
from coordinator.demo.province import Place
from coordinator.demo.storm import guard_posts
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.log.follow import Step
from schemas.durations import HOUR, MINUTE
from schemas.events.branch import BranchDue, BranchRequested
from schemas.events.command import HelpCalled
from schemas.events.customer_call import CustomerCallDue
from schemas.events.envelope import Event
from schemas.events.escalation import EscalationStepTaken
from schemas.events.incident import IncidentRestored
from schemas.events.operation import OperationOpened
from schemas.events.response import ResponseActivated
from schemas.events.unit import UnitProposed
from schemas.signals.customer_call import CallOutcome
from schemas.vocabulary import CallBackAnswer, PartyStanding, Recipient, Role

_DESKS = frozenset({Recipient.DISPATCHER, Recipient.COMMANDER, Recipient.PROVINCE})


class ControlRoom:
    name = "control room"

    def __init__(self, agenda: Agenda, places: Sequence[Place], *, seed: int) -> None:
        self._agenda = agenda
        self._places = {place.code: place for place in places}
        self._seed = seed

    async def take(self, steps: Sequence[Step]) -> None:
        for step in steps:
            for event in step.events:
                self._hear(event, step.after, step.record.at)

    def _say(self, state: Jurisdiction, at: int, type_: str, **fields: object) -> None:
        self._agenda.write(
            at, state.jurisdiction, "control-room", Role.COMMANDER, type=type_, **fields
        )

    def _hear(self, event: Event, state: Jurisdiction, at: int) -> None:  # noqa: C901 - one case for each fact
        match event:
            case UnitProposed():
                self._say(state, at + MINUTE, "confirm_proposal", unit_id=event.unit_id)
            case IncidentRestored():
                chance = random.Random(f"{self._seed}/{event.incident_id}")
                when, called = at + chance.randrange(20, 60) * MINUTE, chance.random() < 0.97
                answer = CallBackAnswer.SATISFIED if called else CallBackAnswer.NO_ANSWER
                id_ = event.incident_id
                self._say(
                    state, when, "record_call_back", incident_id=id_, answer=answer, of_all=True
                )
                self._say(state, when + MINUTE, "close_incident", incident_id=id_)
            case CustomerCallDue():
                self._ring(event.incident_id, state, at)
            case BranchDue():
                self._say(
                    state,
                    at + 2 * MINUTE,
                    "request_branch",
                    unit_id=event.unit_id,
                    name="抢险突击队临时党支部",
                    approving_organisation="供电公司党委",
                    expected_duration_d=10,
                )
            case OperationOpened():
                guard_posts(
                    self._agenda,
                    self._places[state.jurisdiction],
                    event.operation_id,
                    at + MINUTE,
                    until=event.guard_until,
                    seed=self._seed,
                )
            case BranchRequested():
                self._approve(event, state, at + 3 * MINUTE)
            case EscalationStepTaken() if event.recipient in _DESKS:
                self._say(
                    state,
                    at + MINUTE,
                    "acknowledge_escalation",
                    escalation_id=event.escalation_id,
                    step=event.attempt,
                )
            case HelpCalled():
                self._say(
                    state,
                    at + 6 * MINUTE,
                    "resolve_help",
                    help_call_id=event.help_call_id,
                    outcome="reached, brought to safety",
                )
            case ResponseActivated():
                self._say(
                    state,
                    at + 40 * MINUTE,
                    "record_report",
                    incident_id=event.incident_id,
                    report="flash",
                )

    def _ring(self, incident_id: str, state: Jurisdiction, at: int) -> None:
        """Ring whoever reported a small fault: much is solved so, and some do not answer."""
        call = state.incidents.by_id[incident_id].call
        chance = random.Random(f"{self._seed}/{incident_id}/{0 if call is None else call.tries}")
        at += chance.randrange(2, 9) * MINUTE
        outcome = chance.choices(tuple(CallOutcome), (4, 1, 4, 2))[0]
        agreed = outcome is CallOutcome.APPOINTMENT
        self._say(
            state,
            at,
            "record_customer_call",
            incident_id=incident_id,
            outcome=outcome,
            visit_at=at + chance.randrange(2, 20) * HOUR if agreed else None,
        )

    def _approve(self, event: BranchRequested, state: Jurisdiction, at: int) -> None:
        unit = state.units.by_id[event.unit_id or "-"]
        members = state.roster.members
        full = [
            it
            for it in sorted(unit.people)
            if members[it].person.party is PartyStanding.FULL_MEMBER
        ]
        committee = tuple(full[:3]) if len(full) >= state.policy.branch.committee_from else ()
        self._say(
            state,
            at,
            "approve_branch",
            branch_id=event.branch_id,
            approved_by=event.approving_organisation,
            secretary=full[0],
            committee=committee,
        )
