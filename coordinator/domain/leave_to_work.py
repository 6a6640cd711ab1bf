"""What is asked of the people of a ticket before any of them goes to a line."""

from collections.abc import Collection

from coordinator.domain.at_work import begun, to_count, worked_at
from coordinator.domain.command.roll_call import on_scene
from coordinator.domain.member_rights import is_there
from coordinator.domain.operation.coverage import stands_elsewhere
from coordinator.domain.roster.eligibility import sought_because
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.safety import Ticket
from schemas.said import Said
from schemas.sentences import work
from schemas.why_not import WhyNot

Broken = tuple[Said, str, object]


def fewest(state: Jurisdiction) -> int:
    """Return how many of the crew are at a ticket at least: two, whatever the policy says less."""
    return max(2, state.policy.safety.crew_min)


def broken_guarding(
    state: Jurisdiction,
    people: Collection[str],
    guardian: str | None,
    *,
    besides: str | None = None,
) -> Broken | None:
    """Return (rule, field, who) where a guardian would do anything else: guard, lead or work at
    another begun ticket whose people are not all counted off.

    Args:
        state: what is so.
        people: who leads and works at a ticket, or is to.
        guardian: who guards it, or is to.
        besides: the ticket itself, where there is one already.
    """
    for _, other in sorted(state.safety.tickets.items()):
        if other.ticket_id == besides or not begun(other) or other.people_off:
            continue
        if guardian is not None and other.guardian == guardian:
            return work.ONE_POINT_PER_GUARDIAN, "guardian", guardian
        if guardian is not None and guardian in to_count(other):
            return work.GUARDIAN_DOES_NOTHING_ELSE, "guardian", guardian
        if other.guardian is not None and other.guardian in people:
            return work.GUARDIAN_DOES_NOTHING_ELSE, "crew", other.guardian
    return None


def broken_before_work(state: Jurisdiction, ticket: Ticket) -> Broken | None:
    """Return (rule, field, who) of what forbids leave to work, or its start: somebody who has to be
    there is not, or guards or works elsewhere, too.
    """
    workers = {ticket.work_leader, *ticket.crew}
    return (
        _broken_whole(state, ticket)
        or broken_presence(state, ticket)
        or broken_guarding(state, workers, ticket.guardian, besides=ticket.ticket_id)
    )


def kept_from_line(state: Jurisdiction, member_id: str, unit_id: str) -> WhyNot | None:
    """Return why somebody goes to no line with a unit, None if nothing keeps them: they are looked
    for, hurt or ill, or have a post now at a site that is not their unit's.
    """
    sought = sought_because(state, member_id)
    member = state.roster.members.get(member_id)
    if sought is not None or member is None:
        return sought
    if member.unfit is not None:
        return WhyNot.UNFIT
    return WhyNot.ON_GUARD if stands_elsewhere(state, member, unit_id) else None


def _broken_whole(state: Jurisdiction, ticket: Ticket) -> Broken | None:
    """Return (rule, field, who) where somebody of a ticket is kept from its line: the others do not
    work while one of them is looked for, or lies hurt.

    Who has left, and was counted off since, is of those at the line no more.
    """
    for member_id in sorted(to_count(ticket)):
        why = kept_from_line(state, member_id, ticket.unit_id)
        if why is not None and (not ticket.people_off or is_there(state, member_id, ticket)):
            return work.kept_from_line(member_id, why), "crew", member_id
    return None


def broken_leave(state: Jurisdiction, ticket: Ticket) -> Broken | None:
    """Return (rule, field, who) of what forbids that people go to a line, with leave to work or
    where that is set aside: one of those on the ticket has left, or guards or works elsewhere.
    """
    broken = broken_before_work(state, ticket)
    if broken is not None:
        return broken
    # Who of the crew has left is counted with nobody: they are taken off first, or come back.
    for member_id in sorted(set(ticket.crew)):
        if not is_there(state, member_id, ticket):
            return work.left_before_permit(member_id), "crew", member_id
    return None


def broken_presence(state: Jurisdiction, ticket: Ticket) -> Broken | None:
    """Return (rule, field, who) where leader, guardian or enough of the crew are not on scene."""
    present = set(on_scene(state, worked_at(ticket)))
    if ticket.work_leader not in present:
        return work.AT_WORK_ON_SCENE, "work_leader", ticket.work_leader
    if ticket.guardian is not None and ticket.guardian not in present:
        return work.AT_WORK_ON_SCENE, "guardian", ticket.guardian
    there = len(present.intersection(ticket.crew))
    if there < fewest(state):
        absent = sorted({*ticket.crew} - present)
        return work.TWO_AT_WORK, "crew", absent[0] if absent else there
    return None
