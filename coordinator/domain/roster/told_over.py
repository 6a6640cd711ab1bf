"""What a desk was told of the roster leaves its list when it is so no more: a gap is filled or
past, a certificate renewed, its holder gone.
"""

from collections.abc import Iterable
from typing import Final, Never

from coordinator.domain.cause import Cause
from coordinator.domain.concept import Concept
from coordinator.domain.roster import gaps
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.notices import DeskNotice
from schemas.durations import DAY
from schemas.events.aid import AidCalledOff, AidCrewReturned
from schemas.events.envelope import Event
from schemas.events.notice import NoticeOver
from schemas.events.roster import (
    AvailabilityChanged,
    GapsChecked,
    LeavePlanned,
    MemberFit,
    RosterChanged,
    ShiftsTurned,
    ShiftTakenOver,
    TakeoverUndone,
)
from schemas.events.violation import MemberReadmitted
from schemas.vocabulary import NoticeKind

_ENDING: Final[frozenset[type[Event]]] = frozenset(
    {
        RosterChanged,
        LeavePlanned,
        AvailabilityChanged,
        MemberFit,
        MemberReadmitted,
        ShiftTakenOver,
        TakeoverUndone,
        ShiftsTurned,
        GapsChecked,
        AidCalledOff,
        AidCrewReturned,
    }
)
"""After these a team may have enough people again, or a member another certificate."""


def react(state: Jurisdiction, event: Event, cause: Cause) -> Iterable[Event]:
    listed = [it for _, it in sorted(state.notices.listed.items())]
    told = [it for it in listed if it.kind is NoticeKind.ROSTER_GAP]
    # Looking for gaps is dear: only where some were told, and once for all of them.
    over = told if told and not gaps.any_told(state, cause.at) else []
    ends = (it for it in listed if it.kind is NoticeKind.CERTIFICATE_ENDS)
    for held in (*over, *(it for it in ends if not _any_ends(state, it))):
        yield NoticeOver(notice_id=held.notice_id, because=event.type)


def _any_ends(state: Jurisdiction, held: DeskNotice) -> bool:
    """Whether somebody who was named has the certificate still that was to end by then."""
    named = held.text.ids.get("members", ())
    by = held.at + int(held.text.numbers.get("days", 0)) * DAY
    if held.text.numbers.get("people", 0) > len(named):
        # More than are named: nobody can say of the rest whether theirs are renewed.
        return True
    members = (state.roster.members.get(it) for it in named)
    return any(
        one.valid_until <= by
        for member in members
        if member is not None
        for one in member.person.certificates
    )


CONCEPT: Final[Concept[Never, Never]] = Concept(name="roster_told", reacts_to=_ENDING, react=react)
