"""One desk does not carry a work ticket alone: two people stand behind its issue and its permit,
and a desk that passes on somebody's word says how it was heard.
"""

from typing import Any

from msgspec.structs import replace

from schemas.events.notice import SignalRefused
from schemas.events.ticket import InterlockConfirmed, TicketIssued
from schemas.said import Said
from schemas.sentences import rights, work
from schemas.signals.roster import AdoptPolicy
from schemas.signals.ticket import ConfirmInterlock, IssueTicket
from schemas.vocabulary import Heard, Interlock, Role, TicketRole
from tests.domain.line import ISSUER, PERMITTER, Line, by

NIGHT: dict[str, Any] = {"actor_id": "night-desk", "actor_role": Role.DISPATCHER}


def drafted(line: Line) -> str:
    line.over()
    return line.drafted(line.work_leader, line.crew)


def with_rules(line: Line, **changed: Any) -> None:
    """Adopt the county's policy with other rules for tickets."""
    policy = line.story.state.policy
    tickets = replace(policy.safety.tickets, **changed)
    safety = replace(policy.safety, tickets=tickets)
    line.story.when(
        AdoptPolicy,
        actor_role=Role.COMMANDER,
        policy=replace(policy, version=policy.version + 1, safety=safety),
    )


def refused(line: Line, rule: Said, field: str) -> None:
    told = line.story.the(SignalRefused)
    assert (told.rule, told.field) == (rule, field)


def test_one_desk_does_not_issue_and_give_leave_in_its_own_name() -> None:
    line = Line()
    ticket_id = drafted(line)
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by="night-desk", **NIGHT)

    line.story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=Interlock.PERMIT,
                    confirmed_by="night-desk", **NIGHT)  # fmt: skip
    refused(line, work.roles_apart(TicketRole.PERMITTER, TicketRole.ISSUER), "confirmed_by")
    line.story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=Interlock.PERMIT,
                    confirmed_by="permit-desk", **PERMITTER)\
        .then_includes(InterlockConfirmed)  # fmt: skip


def test_a_lone_desk_at_night_passes_on_the_word_of_others_and_says_how_it_heard_it() -> None:
    line = Line()
    ticket_id, head = drafted(line), line.leader
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by=head, **NIGHT)
    refused(line, rights.SAYS_HOW_IT_WAS_HEARD, "heard")
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by=head, heard=Heard.TELEPHONE,
                    **NIGHT).then_includes(TicketIssued)  # fmt: skip
    assert line.story.the(TicketIssued).heard is Heard.TELEPHONE

    line.story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=Interlock.PERMIT,
                    confirmed_by="night-desk", **NIGHT)\
        .then_includes(InterlockConfirmed)  # fmt: skip
    line.story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=Interlock.SWITCHING,
                    confirmed_by="night-desk", **NIGHT)\
        .then_includes(InterlockConfirmed)  # fmt: skip
    dead: dict[str, Any] = {"ticket_id": ticket_id, "interlock": Interlock.VERIFIED_DEAD,
                            "confirmed_by": line.work_leader}  # fmt: skip
    line.story.when(ConfirmInterlock, **dead, **NIGHT)
    refused(line, rights.SAYS_HOW_IT_WAS_HEARD, "heard")
    line.story.when(ConfirmInterlock, **dead, heard=Heard.RADIO, **NIGHT).then_includes(
        InterlockConfirmed
    )
    assert line.story.the(InterlockConfirmed).heard is Heard.RADIO


def test_who_speaks_for_themself_passes_nothing_on() -> None:
    line = Line()
    ticket_id = drafted(line)
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk",
                    heard=Heard.RADIO, **ISSUER).then_includes(TicketIssued)  # fmt: skip
    assert line.story.the(TicketIssued).heard is None
    line.story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=Interlock.PERMIT,
                    confirmed_by="permit-desk", **PERMITTER)  # fmt: skip
    line.story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=Interlock.SWITCHING,
                    confirmed_by=line.work_leader, **by(line.work_leader)).then_includes(
        InterlockConfirmed)  # fmt: skip


def test_a_county_may_have_nobodys_word_passed_on_or_let_one_person_do_both() -> None:
    line = Line()
    ticket_id = drafted(line)
    with_rules(line, heard=())
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by=line.leader,
                    heard=Heard.TELEPHONE, **NIGHT)  # fmt: skip
    refused(line, rights.NOT_PASSED_ON_SO, "heard")

    apart = line.story.state.policy.safety.tickets.apart
    both = {TicketRole.ISSUER, TicketRole.PERMITTER}
    with_rules(line, apart=tuple(it for it in apart if {*it} != both))
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by="night-desk", **NIGHT)
    line.story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=Interlock.PERMIT,
                    confirmed_by="night-desk", **NIGHT)\
        .then_includes(InterlockConfirmed)  # fmt: skip
