"""The control room of a county: reports outages, decides what people decide, closes what is done.

It hears of a fact once it counts, as somebody does who looks at the boards, and takes its time.
"""

import random

from msgspec.structs import replace

from coordinator.domain.roster.eligibility import qualifies, why_not
from coordinator.domain.state.aid import AidStage
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.unit.muster import still_needed
from coordinator.simulation import found
from coordinator.simulation.county import County
from coordinator.simulation.faults import Fault
from coordinator.simulation.history import START
from coordinator.simulation.reference import Accepted
from coordinator.simulation.senders import Senders
from coordinator.simulation.weather import Weather
from schemas.bounds import Position
from schemas.durations import HOUR
from schemas.events import aid, branch, command, incident, operation, unit
from schemas.events.customer_call import CustomerCallDue
from schemas.events.envelope import Event
from schemas.events.escalation import EscalationStepTaken
from schemas.muster import Allotment, Explanation, Need, Pick, RoleNeed
from schemas.roster import Person
from schemas.sentences import choices
from schemas.signals.aid import CrewHandover
from schemas.signals.customer_call import CallOutcome
from schemas.signals.incident import Extent
from schemas.signals.operation import GuardPost
from schemas.vocabulary import (
    ActivationBasis,
    AreaClass,
    CallBackAnswer,
    GuaranteeLevel,
    PartyStanding,
    Recipient,
    Role,
    UnitRole,
)

_MINUTE, _HOUR = 60.0, 3_600.0
_ANSWERS = (CallBackAnswer.NO_ANSWER, CallBackAnswer.SATISFIED)
AID_OVER = frozenset({AidStage.RETURNED, AidStage.DECLINED, AidStage.CANCELLED})
_DESKS = frozenset({Recipient.DISPATCHER, Recipient.COMMANDER, Recipient.PROVINCE})


class Desk:
    def __init__(
        self, place: County, neighbour: str, senders: Senders, weather: Weather, *, seed: int
    ) -> None:
        self._place = place
        self._neighbour = neighbour
        self._senders = senders
        self._weather = weather
        self._chance = random.Random(f"{seed}/desk/{place.code}")

    def say(self, seconds: float, type_: str, **fields: object) -> None:
        self._senders.later(seconds, type_, Role.COMMANDER, "desk", **fields)

    def open_the_day(self, storm_hours: float) -> None:
        """Import the roster, then let it storm: outages, a guarded site, people going away."""
        place = self._place
        self.say(
            0,
            "import_roster",
            teams=place.teams,
            people=place.people,
            resources=place.resources,
            sites=place.sites,
        )
        self.say(60, "import_roster", shifts=place.shifts)
        gusts = [self._chance.random() * storm_hours * _HOUR for _ in range(3)]
        for number in range(self._chance.randint(3, 7)):
            self._outage(number, 120 + self._chance.choice(gusts) + self._chance.random() * 3)
        if self._chance.random() < 0.4:
            self._guard(300 + self._chance.random() * _HOUR)
        for member_id in self._chance.sample(place.members, 3):
            self._away(member_id, 600 + self._chance.random() * storm_hours * _HOUR)

    def _outage(self, number: int, seconds: float) -> None:
        chance, base = self._chance, self._place.teams[number % 2].base
        # Few devices: some reports are about the same one.
        device = f"T-{chance.randrange(6)}"
        fields = {
            "source": "95598",
            "dedup_key": f"r{number}",
            "place": Position(lon=base.lon + 0.01 * number, lat=base.lat),
            "area_class": AreaClass.URBAN,
            "device": device,
            "circuit": "C-1" if chance.random() < 0.2 else None,
            "extent": Extent(customers_out=chance.choice((1, 3, 40, 900, 12_000))),
            "customer_ref": f"C-{number}" if chance.random() < 0.5 else None,
        }
        self._senders.later(seconds, "outage_reported", Role.FEED, "feed", **fields)
        if chance.random() < 0.3:
            gone = {"source": "95598", "dedup_key": f"r{number}"}
            # Now and then somebody saw a dark street that was none.
            gone["reason"] = "withdrawn" if number % 3 == 0 else "restored"
            self._senders.later(
                seconds + chance.random() * 3 * _HOUR, "outage_gone", Role.FEED, "feed", **gone
            )

    def _guard(self, seconds: float) -> None:
        begins = START + int((seconds + 600) * 1_000)
        self.say(
            seconds,
            "open_operation",
            name="guard",
            level=GuaranteeLevel.SPECIAL,
            basis=ActivationBasis.ORGANISER_NOTICE,
            basis_reference="notice 7",
            site_ids=(self._place.sites[0].site_id,),
            guard_from=begins,
            guard_until=begins + 4 * HOUR,
            plan_approved_by="leading group",
        )

    def _away(self, member_id: str, seconds: float) -> None:
        for offset, available in ((0.0, False), (2 * _HOUR, True)):
            self.say(
                seconds + offset,
                "change_availability",
                member_id=member_id,
                available=available,
                reason="doctor",
            )

    def hear(self, accepted: Accepted) -> None:
        """React to the facts of one record."""
        for event in accepted.events:
            self._hear(event, accepted.after, accepted.at)

    def _hear(self, event: Event, state: Jurisdiction, at: int) -> None:  # noqa: C901, PLR0912 - one case for each fact
        chance = self._chance
        match event:
            case incident.IncidentOpened():
                self.say(
                    (0.5 + chance.random() * 5) * _HOUR,
                    "restore_incident",
                    incident_id=event.incident_id,
                )
                if chance.random() < 0.3:
                    self._call_muster(event, at)
            case CustomerCallDue():
                self._ring(event, at)
            case incident.IncidentRestored():
                id_, when = event.incident_id, chance.random() * _HOUR
                answer = _ANSWERS[chance.random() < 0.9]
                self.say(when, "record_call_back", incident_id=id_, answer=answer, of_all=True)
                self.say(when + 60, "close_incident", incident_id=id_)
            case unit.UnitCalled() if event.propose_by > at:
                self._propose(event.unit_id, event.need, state, at)
            case unit.ProposalAwaited():
                held = state.units.by_id[event.unit_id]
                self._propose(event.unit_id, still_needed(held), state, at)
            case unit.UnitProposed() if chance.random() < 0.8:
                self._confirm(event)
            case unit.UnitShort():
                self._call_aid(event, state)
            case branch.BranchDue():
                self.say(
                    2 * _MINUTE,
                    "request_branch",
                    unit_id=event.unit_id,
                    name="temporary branch",
                    approving_organisation="company party committee",
                    expected_duration_d=10,
                )
            case branch.BranchRequested():
                self._approve(event, state)
            case EscalationStepTaken() if event.recipient in _DESKS and chance.random() < 0.7:
                self.say(
                    chance.random() * 5 * _MINUTE,
                    "acknowledge_escalation",
                    escalation_id=event.escalation_id,
                    step=event.attempt,
                )
            case command.HelpCalled():
                wait = chance.random() * 9 * _MINUTE
                self.say(wait, "resolve_help", help_call_id=event.help_call_id, outcome="reached")
            case command.RollCallMissed():
                found.later(event, self._senders)
            case operation.OperationOpened():
                self._post_guard(event)
            case _:
                self._hear_of_aid(event, state, at)

    def _ring(self, event: CustomerCallDue, at: int) -> None:
        """Ring the customer in time, late, or not at all."""
        chance, outcome = self._chance, self._chance.choice(tuple(CallOutcome))
        if chance.random() < 0.2:
            return
        agreed = outcome is CallOutcome.APPOINTMENT
        self.say(
            chance.random() * 20 * _MINUTE,
            "record_customer_call",
            incident_id=event.incident_id,
            outcome=outcome,
            visit_at=at + chance.randrange(1, 4) * HOUR if agreed else None,
        )

    def _call_muster(self, event: incident.IncidentOpened, at: int) -> None:
        """Ask for a unit by hand, with work for which a certificate is needed."""
        roles = (UnitRole.LEADER, UnitRole.SAFETY_SUPERVISOR, UnitRole.CABLE_WORKER)
        need = Need(
            roles=tuple(RoleNeed(role=role, count=1) for role in roles),
            muster_point=event.place,
            deadline_at=at + 4 * HOUR,
        )
        self.say(
            5 * _MINUTE, "call_muster", incident_id=event.incident_id, need=need, reason="cable"
        )

    def _propose(self, unit_id: str, need: Need, state: Jurisdiction, at: int) -> None:
        """Play the planner: right, late, or wrong in one thing; the decider has the last word."""
        chance = self._chance
        wrong = self._weather.strikes(Fault.WRONG_PLANNER, chance, 0.8)
        picks = self._picked(need, state, at)
        if not picks:
            return
        mistake = chance.choice(("vehicle", "nobody", "somebody", "somebody")) if wrong else None
        place = chance.randrange(len(picks))
        if mistake == "somebody":
            picks[place] = self._wrong(picks[place], state, at)
        elif mistake == "nobody" and len(picks) > 1:
            del picks[place]
        wrong_vehicle = mistake == "vehicle"
        wanted = {it.kind for it in need.resources}
        vehicles = [
            Allotment(resource_id=id_, kind=it.resource.kind)
            for id_, it in sorted(state.resources.by_id.items())
            if it.resource.kind in wanted and (it.committed_to is None) is not wrong_vehicle
        ]
        self._senders.later(
            chance.random() * 40,
            "muster_proposed",
            Role.SYSTEM,
            "planner",
            unit_id=unit_id,
            picks=tuple(picks),
            allotments=tuple(chance.sample(vehicles, min(1, len(vehicles)))),
            explanation=Explanation(method=choices.BY_LOT),
        )

    def _confirm(self, event: unit.UnitProposed) -> None:
        """Confirm, now and then with somebody left out, who may be needed."""
        chance, picks = self._chance, list(event.picks)
        if self._weather.strikes(Fault.WRONG_PLANNER, chance, 0.5):
            del picks[chance.randrange(len(picks))]
        changed = tuple(picks) if len(picks) < len(event.picks) else ()
        self.say(
            chance.random() * 5 * _MINUTE, "confirm_proposal", unit_id=event.unit_id, picks=changed
        )

    def _picked(self, need: Need, state: Jurisdiction, at: int) -> list[Pick]:
        members = state.roster.members
        fit = [it for it in sorted(members) if why_not(state, members[it], at) is None]
        self._chance.shuffle(fit)
        picks: list[Pick] = []
        for role in [it.role for it in need.roles for _ in range(it.count)]:
            able = [it for it in fit if qualifies(state, members[it].person, role, at)]
            if able:
                fit.remove(able[0])
                picks.append(Pick(member_id=able[0], role=role, arrival_min=20))
        return picks

    def _wrong(self, pick: Pick, state: Jurisdiction, at: int) -> Pick:
        """Put somebody in the place who may be bound, away, off duty or not able to do it."""
        members, anybody = state.roster.members, self._chance.random() < 0.3
        if self._chance.random() < 0.2:
            return replace(pick, role=UnitRole.LINE_WORKER)
        others = [
            it
            for it in sorted(members)
            if anybody or qualifies(state, members[it].person, pick.role, at)
        ]
        return replace(pick, member_id=self._chance.choice(others))

    def _approve(self, event: branch.BranchRequested, state: Jurisdiction) -> None:
        held = state.units.by_id.get(event.unit_id or "")
        full = [
            it
            for it in sorted(held.people if held else ())
            if state.roster.members[it].person.party is PartyStanding.FULL_MEMBER
        ]
        if full:
            self.say(
                3 * _MINUTE,
                "approve_branch",
                branch_id=event.branch_id,
                approved_by=event.approving_organisation,
                secretary=full[0],
                committee=tuple(full[:3]) if len(full) >= 3 else (),
            )

    def _post_guard(self, event: operation.OperationOpened) -> None:
        place, chance = self._place, self._chance
        site_id, people = place.sites[0].site_id, tuple(chance.sample(place.members, 2))
        self.say(
            60,
            "post_guard",
            operation_id=event.operation_id,
            post=GuardPost(site_id=site_id, member_ids=people),
            starts_at=event.guard_from,
            ends_at=event.guard_until,
        )
        self.say(620, "start_guard", operation_id=event.operation_id, override_reason="in a hurry")
        for turn in range(12):
            if chance.random() < 0.7:
                self._senders.later(
                    700 + turn * 20 * _MINUTE,
                    "check_in",
                    Role.MEMBER,
                    people[0],
                    operation_id=event.operation_id,
                    site_id=site_id,
                    member_id=people[0],
                    kind="check_in",
                )
        self.say(6 * _HOUR, "conclude_operation", operation_id=event.operation_id, summary="done")

    def _call_aid(self, event: unit.UnitShort, state: Jurisdiction) -> None:
        held = state.units.by_id.get(event.unit_id)
        if held is None or held.incident_id is None or self._chance.random() < 0.5:
            return
        asked = any(
            it.incident_id == held.incident_id and it.stage not in AID_OVER
            for it in state.aid.by_id.values()
        )
        # Who waits for an answer seldom asks again.
        if asked and self._chance.random() < 0.8:
            return
        self.say(
            _MINUTE,
            "call_aid",
            neighbour=self._neighbour,
            incident_id=held.incident_id,
            need=held.need,
            reason="short of people",
        )

    def _hear_of_aid(self, event: Event, state: Jurisdiction, at: int) -> None:
        chance = self._chance
        match event:
            case aid.AidOpened(side="lending"):
                self.say(
                    chance.random() * 10 * _MINUTE,
                    "answer_aid",
                    aid_id=event.aid_id,
                    accepts=chance.random() < 0.8,
                    reason="as we can",
                )
            case aid.AidAnswered() if event.accepts:
                self._accepted(event.aid_id, state, at)
            case aid.AidCrewPromised():
                request = state.aid.by_id.get(event.aid_id)
                if request is not None and request.side == "asking":
                    self.say(
                        chance.random() * _HOUR,
                        "record_aid_arrival",
                        aid_id=event.aid_id,
                        briefing_acknowledged_by="leader",
                    )
            case aid.AidCrewArrived():
                # Refused while they are bound, so it is tried again until they are free.
                for hours in (3, 9, 20, 40, 60):
                    self.say(hours * _HOUR, "release_aid", aid_id=event.aid_id, reason="done")
            case aid.AidCrewReleased():
                self.say(chance.random() * _HOUR, "record_aid_return", aid_id=event.aid_id)

    def _accepted(self, aid_id: str, state: Jurisdiction, at: int) -> None:
        request = state.aid.by_id.get(aid_id)
        people = self._lendable(state, at)
        if request is None:
            return
        if request.side == "asking":
            # Nobody waits for ever for a neighbour who said yes; refused once they are under way.
            self.say(8 * _HOUR, "withdraw_aid", aid_id=aid_id, reason="waited long enough")
        elif people:
            package = CrewHandover(
                people=people, safety_briefing="mind the river", briefed_by="desk"
            )
            self.say(
                self._chance.random() * 10 * _MINUTE,
                "commit_aid",
                aid_id=aid_id,
                package=package,
                arrives_at=at + HOUR,
            )

    def _lendable(self, state: Jurisdiction, at: int) -> tuple[Person, ...]:
        members = state.roster.members
        free = [it for it in sorted(members) if why_not(state, members[it], at) is None]
        return tuple(members[it].person for it in free[-2:]) if len(free) > 5 else ()
