"""The root: routes a signal to its concept, folds what it decides, lets the others react.

`decide` never changes anything by itself: it folds each new fact into a state of its own, so that
a reaction sees what was decided a moment before. `evolve` is the only way state changes, live and
in replay.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, Never

from coordinator.domain import (
    alert,
    attended,
    authority,
    customer_call,
    deadline,
    event_time,
    handover,
    notice,
    record,
    resource,
    violation,
)
from coordinator.domain import policy as charter
from coordinator.domain.aid import decide as aid
from coordinator.domain.assignment import decide as assignment
from coordinator.domain.branch import decide as branch
from coordinator.domain.cause import Cause
from coordinator.domain.command import decide as command
from coordinator.domain.community import call_out as whistle
from coordinator.domain.community import decide as community
from coordinator.domain.concept import Concept
from coordinator.domain.escalation import decide as escalation
from coordinator.domain.incident import decide as incident
from coordinator.domain.incident import promise, response
from coordinator.domain.operation import decide as operation
from coordinator.domain.operation import site
from coordinator.domain.planned_work import decide as planned_work
from coordinator.domain.refusal import refuse
from coordinator.domain.roster import decide as roster
from coordinator.domain.roster import told_over as roster_told
from coordinator.domain.safety import decide as safety
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.task import decide as task
from coordinator.domain.ticket import decide as ticket
from coordinator.domain.ticket import turn
from coordinator.domain.unit import decide as unit
from schemas import catalogue
from schemas.events.envelope import Event
from schemas.events.roster import JurisdictionFounded
from schemas.policy import Policy
from schemas.sentences import rights
from schemas.signals.clock import DeadlinePassed
from schemas.signals.envelope import Signal
from schemas.vocabulary import Realm

_FACTS_MAX = 20_000
"""A cascade longer than this is a defect, not a large incident."""
_AFTERWARDS_MAX = 1_000
"""After so many facts nobody else is served in the same decision: their own time comes."""
_BATCH_BYTES = 300_000
"""Deadlines overdue together are passed in records of about this size, far below the limit."""

CONCEPTS: Final[tuple[Concept[Never, Never], ...]] = (
    charter.CONCEPT,
    roster.CONCEPT,
    roster_told.CONCEPT,
    incident.CONCEPT,
    promise.CONCEPT,
    response.CONCEPT,
    customer_call.CONCEPT,
    alert.CONCEPT,
    site.CONCEPT,
    operation.CONCEPT,
    planned_work.CONCEPT,
    unit.CONCEPT,
    attended.CONCEPT,
    resource.CONCEPT,
    assignment.CONCEPT,
    escalation.CONCEPT,
    command.CONCEPT,
    ticket.CONCEPT,
    turn.CONCEPT,
    safety.CONCEPT,
    task.CONCEPT,
    branch.CONCEPT,
    aid.CONCEPT,
    whistle.CONCEPT,
    community.CONCEPT,
    violation.CONCEPT,
    handover.CONCEPT,
    deadline.CONCEPT,
    record.CONCEPT,
    notice.CONCEPT,
)
"""In the order in which they react to one fact."""

_Evolve = Callable[[Jurisdiction, Any, int], Jurisdiction]
_Decide = Callable[[Jurisdiction, Any, Cause], Iterable[Event]]
_React = Callable[[Jurisdiction, Event, Cause], Iterable[Event]]
_Afterwards = Callable[[Jurisdiction, Cause], Iterable[Event]]
_Due = Callable[[Jurisdiction, str, str, Cause], Iterable[Event]]

_EVOLVE: dict[type[Event], _Evolve] = {
    model: concept.evolve for concept in CONCEPTS if concept.evolve for model in concept.facts
}
_DECIDE: dict[type[Signal], _Decide] = {
    model: concept.decide for concept in CONCEPTS if concept.decide for model in concept.signals
}
_REACT: dict[type[Event], tuple[_React, ...]] = {
    model: tuple(it.react for it in CONCEPTS if it.react and model in it.reacts_to)
    for model in _EVOLVE
}
_AFTERWARDS: dict[type[Event], _Afterwards] = {
    model: it.afterwards for it in CONCEPTS if it.afterwards for model in it.awaits
}
"""What is done once all that follows from a signal is settled, and not after each fact of it."""
_DUE: dict[str, _Due] = {kind: it.due for it in CONCEPTS if it.due for kind in it.timers}


class Decision(NamedTuple):
    """What one signal led to: the facts, the state with them, and the time they are recorded at."""

    events: tuple[Event, ...]
    state: Jurisdiction
    at: int


def found(jurisdiction: str, realm: Realm, policy: Policy) -> JurisdictionFounded:
    """Return the first fact of a log."""
    return JurisdictionFounded(jurisdiction=jurisdiction, realm=realm, policy=policy)


def evolve(state: Jurisdiction, event: Event, at: int) -> Jurisdiction:
    """Apply one fact recorded at `at` (UTC milliseconds). Never refuses: it already happened."""
    return _EVOLVE[type(event)](state, event, at)


def fold(state: Jurisdiction, events: Iterable[Event], at: int) -> Jurisdiction:
    """Apply the facts of one record.

    Args:
        state: what was before.
        events: the facts.
        at: when they were recorded, UTC milliseconds.
    """
    if at > state.now:
        state = state.at_time(at)
    for event in events:
        state = _EVOLVE[type(event)](state, event, at)
    return state


def decide(state: Jurisdiction, signal: Signal, *, deadlines_max: int | None = None) -> Decision:
    """Answer a signal with the facts it leads to.

    Args:
        state: what is so.
        signal: what came.
        deadlines_max: of the clock's signal, how many deadlines it lets pass at most.

    Raises only on a defect of this program; a broken rule is a `SignalRefused` among the facts.
    """
    at = max(signal.at, state.now)
    cause = Cause(signal, at, event_time.happened_at(state, signal, at))
    if at > state.now:
        state = state.at_time(at)
    if isinstance(signal, DeadlinePassed):
        return _pass_deadlines(state, cause, deadlines_max)
    facts: Iterable[Event] = (
        _not_ours(state, signal)
        or authority.check(state, signal)
        or event_time.check(state, signal)
    )
    if not facts:
        facts = _DECIDE[type(signal)](state, signal, cause)
    events: list[Event] = []
    doubts = event_time.doubted(state, signal)
    state = _settle(state, facts, cause, events)
    if events:
        state = _settle(state, doubts, cause, events)
    return Decision(tuple(events), state, at)


def deadline_failed(state: Jurisdiction, signal: DeadlinePassed, why: str) -> Decision:
    """Say of the deadline that is next that this program failed at it; `why` names the error."""
    at = max(signal.at, state.now)
    events = deadline.failed_at_next(state, why, Cause(signal, at, at))
    return Decision(events, fold(state, events, at), at)


def next_deadline(state: Jurisdiction) -> int | None:
    """Return when the clock has to speak next, UTC milliseconds."""
    following = state.timers.next()
    return None if following is None else following[0]


def _not_ours(state: Jurisdiction, signal: Signal) -> tuple[Event, ...]:
    if signal.jurisdiction != state.jurisdiction:
        return refuse(
            rights.OWN_JURISDICTION_DECIDES,
            field="jurisdiction",
            value=signal.jurisdiction,
        )
    if signal.realm is not state.realm:
        return refuse(rights.REALMS_NEVER_MIX, field="realm", value=signal.realm)
    return ()


def _settle(
    state: Jurisdiction, facts: Iterable[Event], cause: Cause, events: list[Event]
) -> Jurisdiction:
    """Fold the facts and all that follows from each, appending them to `events`.

    What follows from a fact comes before the next fact, so that whoever chooses people sees those
    whom the choice before it bound.
    """
    first = begun = len(events)
    state = _settle_each(state, facts, cause, events, begun)
    while first < len(events):
        later = {_AFTERWARDS[type(it)]: None for it in events[first:] if type(it) in _AFTERWARDS}
        first = len(events)
        for afterwards in later:
            while len(events) - begun < _AFTERWARDS_MAX and (
                then := tuple(afterwards(state, cause))
            ):
                state = _settle_each(state, then, cause, events, begun)
    return state


def _settle_each(
    state: Jurisdiction, facts: Iterable[Event], cause: Cause, events: list[Event], begun: int
) -> Jurisdiction:
    for it in facts:
        event = notice.gathered_or_told(state, it, cause.at)
        state = _EVOLVE[type(event)](state, event, cause.at)
        events.append(event)
        if len(events) - begun > _FACTS_MAX:
            raise AssertionError(f"{type(event).__name__}: reactions do not come to an end")
        for react in _REACT[type(event)]:
            follows = react(state, event, cause)
            if follows != ():  # Most reactions lead to nothing.
                state = _settle_each(state, follows, cause, events, begun)
    return state


def _pass_deadlines(state: Jurisdiction, cause: Cause, most: int | None) -> Decision:
    """Pass what is due, as much of it as one record takes; what is left is due at once again."""
    events: list[Event] = []
    weighed = size = passed = 0
    while (following := state.timers.next()) is not None and following[0] <= cause.at:
        size += len(catalogue.write_facts(tuple(events[weighed:])))
        weighed = len(events)
        if size > _BATCH_BYTES or passed == most:
            break
        passed += 1
        due_at, kind, id_ = following
        state = _settle(state, _DUE[kind](state, kind, id_, cause), cause, events)
        if state.timers.get(kind, id_) == due_at:
            raise AssertionError(f"{kind}:{id_}: the deadline came due and nothing followed")
    return Decision(tuple(events), state, cause.at)
