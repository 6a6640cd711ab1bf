"""Who is on a line that may be live, counted from the facts alone, apart from the domain.

From the first step that is confirmed until the ticket is ended nobody on it is let go, no unit of
theirs is stood down, nothing is merged, closed or made ready to energise, and no work goes on that
was not made safe first, or while one of its people is hurt or looked for.
"""

from dataclasses import dataclass, field

from coordinator.simulation.invariants import Invariant, hold
from schemas.events import assignment as said
from schemas.events import command, incident, planned_work, roster, safety, task, ticket, unit
from schemas.events.envelope import Event
from schemas.vocabulary import AssignmentStatus, Clearance, Interlock, TicketRole

_NOBODY = Invariant.NOBODY_ON_A_LIVE_LINE
_LETS_GO = (said.AssignmentReleased, said.AssignmentDone)
_GONE = (*_LETS_GO, said.AssignmentAborted, said.AssignmentExpired, said.AssignmentDeclined)
_NOT_OVER_PEOPLE = (
    incident.IncidentClosed,
    incident.IncidentWithdrawn,
    incident.IncidentsMerged,
    ticket.ReadyToEnergise,
    task.TaskFinished,
    task.TaskCancelled,
    planned_work.PlannedWorkOver,
    planned_work.PlannedWorkCancelled,
)
_AT_THE_LINE = {TicketRole.LEADER, TicketRole.GUARDIAN, TicketRole.CREW}
_NEVER_SET_ASIDE = {Interlock.VERIFIED_DEAD, Interlock.GROUNDING}


def _here(event: Event) -> set[str]:
    """Return the incident, the task and the planned work of a fact, as far as it has them."""
    found = (getattr(event, it, None) for it in ("incident_id", "task_id", "work_id"))
    return {it for it in found if it is not None}


@dataclass
class _Ticket:
    here: set[str]
    unit_id: str
    people: set[str]
    uncounted: set[str]
    asked: tuple[Interlock, ...]
    issued: bool = False
    done: set[Interlock] = field(default_factory=set)
    aside: set[Interlock] = field(default_factory=set)
    cleared: set[Clearance] = field(default_factory=set)
    started: bool = False
    working: bool = False
    over: bool = False
    entered: bool = False

    @property
    def lives(self) -> bool:
        """A step that was once confirmed or set aside keeps people there, taken back or not."""
        return self.started or (self.issued and self.entered)


class TicketsLedger:
    def __init__(self) -> None:
        self._tickets: dict[str, _Ticket] = {}
        self._who: dict[str, str] = {}
        self._there: set[str] = set()
        self._unfit: set[str] = set()
        self._missing: dict[str, set[str]] = {}

    def take(self, seq: int, events: tuple[Event, ...]) -> None:
        """Note the facts of one record, and hold them against the tickets that live."""
        for event in events:
            where = f"seq {seq}: {event.type}"
            if isinstance(event, said.AssignmentOffered):
                self._who[event.assignment_id] = event.member_id
            elif isinstance(event, said.MemberOnScene):
                self._there.add(self._who.get(event.assignment_id, ""))
            elif isinstance(event, said.TapTakenBack):
                back = event.back_to is AssignmentStatus.ON_SCENE
                (self._there.add if back else self._there.discard)(
                    self._who.get(event.assignment_id, "")
                )
            elif isinstance(event, _GONE):
                self._goes(where, event.assignment_id, let_go=isinstance(event, _LETS_GO))
            elif isinstance(event, unit.UnitStoodDown):
                self._none(where, self._of(event.unit_id))
            elif isinstance(event, _NOT_OVER_PEOPLE):
                self._none(where, self._at(_here(event)))
            else:
                self._note_kept(event)
                self._step(where, event)

    def _note_kept(self, event: Event) -> None:
        """Note who is hurt or ill, and who is missing at which roll call."""
        match event:
            case roster.MemberUnfit():
                self._unfit.add(event.member_id)
            case roster.MemberFit():
                self._unfit.discard(event.member_id)
            case command.RollCallMissed():
                self._missing[event.roll_call_id] = {*event.member_ids}
            case command.RollAnswered():
                self._missing.get(event.roll_call_id, set()).difference_update(event.member_ids)
            case command.RollCallClosed():
                self._missing.pop(event.roll_call_id, None)
            case command.RollAnswerTakenBack():
                again = {*event.missed} - {*event.answered}
                self._missing.setdefault(event.roll_call_id, set()).update(again)

    def _living(self) -> list[tuple[str, _Ticket]]:
        return [(id_, it) for id_, it in self._tickets.items() if it.lives]

    def _of(self, unit_id: str) -> list[str]:
        return [id_ for id_, it in self._living() if it.unit_id == unit_id]

    def _at(self, here: set[str]) -> list[str]:
        return [id_ for id_, it in self._living() if it.here & here]

    def _none(self, where: str, living: list[str]) -> None:
        hold(_NOBODY, not living, f"{where} while {living} live")

    def _goes(self, where: str, assignment_id: str, *, let_go: bool) -> None:
        member_id = self._who.get(assignment_id, "")
        self._there.discard(member_id)
        held = [id_ for id_, it in self._living() if member_id in it.people]
        if let_go:
            self._none(f"{where} of {member_id}", held)
        # Who left before the permit, or left hurt, is on that line no more.
        for it in self._tickets.values():
            it.people.discard(member_id)

    def _step(self, where: str, event: Event) -> None:
        if isinstance(event, ticket.TicketDrafted):
            people = {event.work_leader, *event.crew, *filter(None, (event.guardian,))}
            self._tickets[event.ticket_id] = _Ticket(
                _here(event),
                event.unit_id,
                people,
                set(people),
                event.interlocks,
            )
            return
        it = self._tickets.get(getattr(event, "ticket_id", None) or "")
        if it is not None:
            self._safe(where, it, event)
            self._clear(where, it, event)

    def _safe(self, where: str, it: _Ticket, event: Event) -> None:  # noqa: C901 - one case for each step
        """The steps before work, in their order, and no work without them."""
        match event:
            case ticket.TicketIssued():
                it.issued = True
            case ticket.InterlockConfirmed():
                before = it.asked[: it.asked.index(event.interlock)]
                missing = set(before) - it.done - it.aside
                sound = it.issued and not missing
                hold(
                    _NOBODY,
                    sound,
                    f"{where} of {event.interlock} too early",
                )
                by_hand = event.interlock in _NEVER_SET_ASIDE
                there = not by_hand or event.confirmed_by in self._there
                hold(
                    _NOBODY,
                    there,
                    f"{where} of {event.interlock} by {event.confirmed_by} from afar",
                )
                it.done.add(event.interlock)
                it.entered = True
                it.cleared.clear()
            case ticket.InterlockWithdrawn():
                it.done.discard(event.interlock)
                if event.interlock is Interlock.SWITCHING:
                    it.done -= _NEVER_SET_ASIDE
            case safety.SafetyOverridden(interlock=Interlock() as which):
                sound = which not in _NEVER_SET_ASIDE
                hold(_NOBODY, sound, f"{where} sets {which} aside")
                it.aside.add(which)
                it.entered = True
            case safety.SafetyOverrideEnded(interlock=Interlock() as which):
                it.aside.discard(which)
                if which is Interlock.SWITCHING and which not in it.done:
                    it.done -= _NEVER_SET_ASIDE
            case ticket.WorkStarted():
                missing = set(it.asked) - it.done - it.aside
                hold(_NOBODY, not missing, f"{where} without {missing}")
                kept = sorted(it.people & self._unfit.union(*self._missing.values()))
                hold(_NOBODY, not kept, f"{where} while {kept} are hurt or looked for")
                it.started = it.working = True
                it.cleared.clear()
            case ticket.WorkStopped():
                it.working = False
            case ticket.SupplyReportedBack():
                anew = set(it.asked) - {Interlock.PERMIT} or set(it.asked)
                it.done -= anew
                it.aside -= anew
                if event.alarm:
                    it.cleared.discard(Clearance.PEOPLE_OFF)

    def _counted(self, where: str, it: _Ticket, event: ticket.ClearConfirmed) -> None:
        """Nobody who was ever on a line is left out, the first time they are counted off it."""
        it.cleared.add(event.clearance)
        if event.clearance is Clearance.EARTHS_REMOVED:
            it.done -= _NEVER_SET_ASIDE
        if event.clearance is Clearance.PEOPLE_OFF:
            it.uncounted -= set(event.people)
            hold(_NOBODY, not it.uncounted, f"{where} without {sorted(it.uncounted)}")

    def _clear(self, where: str, it: _Ticket, event: Event) -> None:
        """The end: people off, tools out, earths removed, work over, ticket ended."""
        match event:
            case ticket.ClearConfirmed():
                hold(_NOBODY, not it.working, f"{where} while at work")
                self._counted(where, it, event)
            case ticket.WorkFinished():
                wanted = {Clearance.PEOPLE_OFF, Clearance.TOOLS_OUT}
                if Interlock.GROUNDING in it.asked:
                    wanted.add(Clearance.EARTHS_REMOVED)
                missing = wanted - it.cleared
                hold(_NOBODY, not missing, f"{where} without {missing}")
                it.over = True
            case ticket.TicketEnded():
                hold(_NOBODY, it.over, f"{where} before its work is over")
                del self._tickets[event.ticket_id]
            case ticket.TicketCancelled():
                hold(_NOBODY, not it.lives, f"{where} under which work began")
                del self._tickets[event.ticket_id]
            case ticket.LeftTicket():
                there = event.member_id in it.people | it.uncounted
                hold(_NOBODY, not there, f"{where} of {event.member_id}, who is there")
            case ticket.TakenOffTicket() | ticket.TicketHandedOver():
                self._changed(where, it, event)

    def _changed(
        self, where: str, it: _Ticket, event: ticket.TakenOffTicket | ticket.TicketHandedOver
    ) -> None:
        """Another is of the ticket, or somebody is not any more: as long as it is only paper."""
        if isinstance(event, ticket.TakenOffTicket):
            hold(_NOBODY, not it.lives, f"{where} of {event.member_id} once work began")
            it.people.discard(event.member_id)
            it.uncounted.discard(event.member_id)
            return
        it.people.add(event.to)
        if event.role in _AT_THE_LINE:
            it.cleared.discard(Clearance.PEOPLE_OFF)
            it.uncounted.add(event.to)
