"""Whoever is posted and called out, and comes back: their post is open meanwhile."""

from collections.abc import Iterable, Iterator
from typing import Final

from coordinator.domain.cause import Cause
from coordinator.domain.operation.coverage import posted_ahead
from coordinator.domain.operation.unguarded import back_at_posts
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.catalogue import members
from schemas.events import operation as events
from schemas.events.assignment import AssignmentOffered, AssignmentOver, TapTakenBack
from schemas.events.envelope import Event
from schemas.events.ticket import ClearConfirmed
from schemas.vocabulary import Clearance

_Ended = AssignmentOver | TapTakenBack
REACTS_TO: Final[frozenset[type[Event]]] = frozenset(
    {*members(_Ended), AssignmentOffered, ClearConfirmed}
)


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    """Look at the posts of whoever a fact calls away from them or lets come back."""
    if not state.operations.by_id:
        return ()
    if isinstance(event, AssignmentOffered):
        return _looked_anew(state, event.member_id)
    if isinstance(event, ClearConfirmed):
        off = event.people if event.clearance is Clearance.PEOPLE_OFF else ()
        return [it for who in off for it in _out_or_back(state, who, cause)]
    held = state.assignments.by_id.get(event.assignment_id) if isinstance(event, _Ended) else None
    return () if held is None else _out_or_back(state, held.member_id, cause)


def _looked_anew(state: Jurisdiction, member_id: str) -> Iterator[Event]:
    """Whoever is called out may not be at a post in time: what that leaves open is looked for now,
    by the clock of the guard.
    """
    for operation_id, operation in sorted(state.operations.by_id.items()):
        if member_id in posted_ahead(operation, state.now):
            yield events.PostsTurned(operation_id=operation_id)


def _out_or_back(state: Jurisdiction, member_id: str, cause: Cause) -> Iterator[Event]:
    """Somebody's assignment has ended, or goes on after all, or they are counted off a line."""
    back = tuple(back_at_posts(state, (member_id,), cause))
    yield from back
    told = {it.operation_id for it in back if isinstance(it, events.PostsTurned)}
    for it in _looked_anew(state, member_id):
        if isinstance(it, events.PostsTurned) and it.operation_id not in told:
            yield it
