"""Who is bound where and who may be called, counted from the facts alone, apart from the domain.

The domain decides by its state; this ledger is kept by somebody else, so that a hard rule that
went missing there is missed here.
"""

from collections import Counter
from typing import NamedTuple

from msgspec.structs import replace

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.simulation.invariants import Invariant, hold
from schemas.durations import HOUR
from schemas.events import assignment as said
from schemas.events import roster, unit
from schemas.events.envelope import Event
from schemas.muster import Pick
from schemas.policy import Policy
from schemas.roster import Person, Shift
from schemas.vocabulary import PartyStanding, Tap, UnitRole

_ENDS = (
    said.AssignmentDeclined,
    said.AssignmentExpired,
    said.AssignmentDone,
    said.AssignmentAborted,
    said.AssignmentReleased,
)
_WORKS = (said.MemberEnRoute, said.MemberOnScene)
_PARTY = (PartyStanding.FULL_MEMBER, PartyStanding.PROBATIONARY_MEMBER)


class _Hours(NamedTuple):
    since: int | None = None
    idle: int | None = None


class PeopleLedger:
    def __init__(self) -> None:
        self.bound: dict[str, str] = {}
        self._member_of: dict[str, str] = {}
        self._people: dict[str, Person] = {}
        self._minimum: dict[str, int] = {}
        self._shifts: dict[str, Shift] = {}
        self._running: set[str] = set()
        self._away: set[str] = set()
        self._unfit: set[str] = set()
        self._leaves: dict[str, list[tuple[int, int]]] = {}
        self._hours: dict[str, _Hours] = {}
        self._before: dict[str, _Hours] = {}

    def take(self, seq: int, events: tuple[Event, ...], before: Jurisdiction, at: int) -> None:
        """Note the facts of one record, and hold them against what was noted before."""
        for event in events:
            self._note(event, at)
            if isinstance(event, unit.UnitFormed):
                self._check_unit(seq, event, before)
            elif isinstance(event, said.AssignmentEvent):
                self._binds(seq, event, before.policy, at)

    def _binds(self, seq: int, event: said.AssignmentEvent, policy: Policy, at: int) -> None:
        """Note who is bound, by what, and since when they work."""
        if isinstance(event, said.AssignmentOffered):
            self._offered(seq, event, policy, at)
        elif isinstance(event, said.TapTakenBack):
            self._taken_back(seq, event)
        elif isinstance(event, _ENDS):
            self._tapped(event)
            self._ended(event.assignment_id, getattr(event, "happened_at", at))
        elif isinstance(event, _WORKS):
            self._tapped(event)
            self._works(event.assignment_id, event.happened_at, policy)

    def _note(self, event: Event, at: int) -> None:
        match event:
            case roster.RosterChanged():
                self._people |= {it.member_id: it for it in event.people}
                self._minimum |= {it.team_id: it.on_duty_minimum for it in event.teams}
                self._shifts |= {it.shift_id: it for it in event.shifts}
            case roster.ShiftsTurned():
                self._running |= set(event.started)
                self._running -= set(event.ended)
            case roster.ShiftTakenOver():
                shift = self._shifts[event.shift_id]
                stays = tuple(it for it in shift.member_ids if it != event.holder_id)
                taken = replace(shift, member_ids=(*stays, event.taker_id))
                self._shifts[event.shift_id] = taken
            case roster.AvailabilityChanged():
                change = self._away.discard if event.available else self._away.add
                change(event.member_id)
            case roster.MemberUnfit():
                self._unfit.add(event.member_id)
            case roster.MemberFit():
                self._unfit.discard(event.member_id)
            case roster.LeavePlanned():
                leave = (event.starts_at, event.ends_at)
                self._leaves.setdefault(event.member_id, []).append(leave)

    def _on_call(self, member_id: str) -> bool:
        return any(member_id in self._shifts[it].member_ids for it in self._running)

    def _check_unit(self, seq: int, event: unit.UnitFormed, before: Jurisdiction) -> None:
        roles = Counter(pick.role for pick in event.picks)
        people = {pick.member_id for pick in event.picks}
        sound = (
            len(people) == len(event.picks) >= max(2, before.policy.muster.smallest)
            and roles[UnitRole.LEADER] == 1
            and roles[UnitRole.SAFETY_SUPERVISOR] >= 1
        )
        hold(Invariant.HARD_RULES, sound, f"seq {seq}: a unit of {dict(roles)}")
        self._check_minimum(seq, event.picks)

    def _check_minimum(self, seq: int, picks: tuple[Pick, ...]) -> None:
        known = [self._people[it.member_id] for it in picks if it.member_id in self._people]
        for team_id, count in sorted(Counter(it.team_id for it in known).items()):
            free = sum(
                person.team_id == team_id
                and member_id not in self.bound
                and member_id not in self._away
                and member_id not in self._unfit
                and self._on_call(member_id)
                for member_id, person in self._people.items()
            )
            hold(
                Invariant.HARD_RULES,
                free - count >= self._minimum.get(team_id, 0),
                f"seq {seq}: {team_id} has {free} free, gives {count},"
                f" keeps less than {self._minimum.get(team_id, 0)}",
            )

    def _offered(self, seq: int, event: said.AssignmentOffered, policy: Policy, at: int) -> None:
        id_ = event.member_id
        hold(
            Invariant.ONE_PLACE,
            id_ not in self.bound,
            f"seq {seq}: {id_} offered {event.assignment_id}, bound by {self.bound.get(id_)}",
        )
        person = self._people.get(id_)
        if person is not None:
            reason = self._why_not(person, event.role, policy, at)
            hold(Invariant.HARD_RULES, reason is None, f"seq {seq}: {id_} is called, but {reason}")
        self.bound[id_] = event.assignment_id
        self._member_of[event.assignment_id] = id_

    def _why_not(self, person: Person, role: UnitRole, policy: Policy, at: int) -> str | None:
        id_, rules = person.member_id, policy.muster
        if id_ in self._unfit | self._away:
            return "unavailable, hurt or ill"
        if any(begins <= at < ends for begins, ends in self._leaves.get(id_, ())):
            return "on leave"
        if not self._on_call(id_):
            return "off duty"
        hours = self._hours.get(id_, _Hours())
        rested = hours.idle is not None and at - hours.idle >= policy.hours.rest_min_h * HOUR
        worked = 0 if hours.since is None or rested else at - hours.since
        if worked and worked >= policy.hours.work_max_h * HOUR:
            return "tired"
        wanted = [it for it in rules.skills.get(role, ()) if it in person.skills]
        if rules.skills.get(role) and not wanted:
            return f"no {role.value}"
        if role in rules.party_roles and person.party not in _PARTY:
            return f"no party member, as {role.value}"
        if role in rules.certified_roles and wanted:
            good = any(it.skill is wanted[0] and it.valid_until > at for it in person.certificates)
            return None if good else f"without a certificate as {role.value}"
        return None

    def _works(self, assignment_id: str, since: int, policy: Policy) -> None:
        id_ = self._member_of.get(assignment_id)
        if id_ is None or self.bound.get(id_) != assignment_id:
            return
        hours = self._hours.get(id_, _Hours())
        rest = policy.hours.rest_min_h * HOUR
        if hours.since is None or (hours.idle is not None and since - hours.idle >= rest):
            self._hours[id_] = _Hours(since)

    def _tapped(self, event: said.AssignmentEvent) -> None:
        """Remember the hours of a member as they were before their last tap."""
        id_ = self._member_of.get(event.assignment_id)
        if id_ is not None:
            self._before[event.assignment_id] = self._hours.get(id_, _Hours())

    def _taken_back(self, seq: int, event: said.TapTakenBack) -> None:
        """They are where they were: bound by that assignment, and by no other."""
        id_ = self._member_of[event.assignment_id]
        bound = self.bound.get(id_, event.assignment_id)
        hold(
            Invariant.ONE_PLACE,
            bound == event.assignment_id,
            f"seq {seq}: {id_} is back at {event.assignment_id}, bound by {bound}",
        )
        self.bound[id_] = event.assignment_id
        if event.tap is not Tap.ACCEPTED:
            self._hours[id_] = self._before.get(event.assignment_id, _Hours())

    def _ended(self, assignment_id: str, at: int) -> None:
        id_ = self._member_of.get(assignment_id)
        if id_ is None or self.bound.get(id_) != assignment_id:
            return
        del self.bound[id_]
        hours = self._hours.get(id_, _Hours())
        self._hours[id_] = _Hours(hours.since, at if hours.since is not None else None)
