"""A work ticket from its draft to its end: each step by its person, in its order, none left out."""

from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.boards import open_incidents
from coordinator.domain.state.safety import TicketStage
from schemas.events.incident import IncidentRestored
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.safety import SafetyOverridden
from schemas.events.ticket import (
    ReadyToEnergise,
    SupplyReportedBack,
    TicketCancelled,
    TicketEnded,
    TicketHandedOver,
    TicketIssued,
    WorkFinished,
    WorkStarted,
    WorkStopped,
)
from schemas.events.unit import UnitStoodDown
from schemas.sentences import rights, work
from schemas.signals.assignment import ReleaseMember
from schemas.signals.incident import CloseIncident, MergeIncidents, RestoreIncident
from schemas.signals.roster import AdoptPolicy
from schemas.signals.safety import OverrideSafety
from schemas.signals.ticket import (
    CancelTicket,
    ConfirmClear,
    ConfirmInterlock,
    DraftTicket,
    EndTicket,
    FinishWork,
    HandOverTicket,
    IssueTicket,
    PauseWork,
    StartWork,
    WithdrawInterlock,
)
from schemas.signals.unit import StandDownUnit
from schemas.vocabulary import (
    Clearance,
    Interlock,
    Role,
    TicketForm,
    TicketRole,
    WorkKind,
)
from tests.county import HERE, member, outage
from tests.domain.line import ISSUER, PERMITTER, Line, by, cleared, made_safe
from tests.story import MINUTE


@pytest.fixture
def line() -> Line:
    return Line()


def drafted(line: Line, **more: Any) -> str:
    """Draft another ticket, for people of the unit that are on none."""
    second = line.others[:2]
    return line.drafted(line.leader, (second[0], second[1]), **more)


def test_a_ticket_lives_from_its_issue_to_its_end_and_only_then_is_the_line_ready(
    line: Line,
) -> None:
    story, ticket_id = line.story, line.ticket_id
    held = story.state.safety.tickets[ticket_id]
    assert (held.form, held.issuer, held.permitter) == (
        TicketForm.REPAIR_SHEET, "issuing-desk", "permit-desk",
    )  # fmt: skip
    assert set(held.confirmed) == set(Interlock)

    story.when(PauseWork, ticket_id=ticket_id, reason="a shower", **by(line.crew[0]))
    assert story.the(WorkStopped).cause == "person"
    story.when(StartWork, ticket_id=ticket_id, **by(line.work_leader))
    assert (story.the(WorkStarted).resumed, story.the(WorkStarted).by) == (True, line.work_leader)

    cleared(story, ticket_id)
    story.when(FinishWork, ticket_id=ticket_id, **by(line.work_leader)).then(WorkFinished)
    story.then_not(ReadyToEnergise)
    for way, fields in (
        (StandDownUnit, {"unit_id": line.unit_id, "reason": "done"}),
        (CloseIncident, {"incident_id": line.incident_id}),
        (ReleaseMember, {"assignment_id": line.assignment(line.crew[0]), "reason": "home"}),
    ):
        story.when(way, **fields).then(SignalRefused)

    story.when(EndTicket, ticket_id=ticket_id, ended_by="permit-desk", **PERMITTER)
    story.then_includes(TicketEnded)
    ready = story.the(ReadyToEnergise)
    assert (ready.incident_id, ready.ticket_id) == (line.incident_id, ticket_id)
    incident = story.state.incidents.by_id[line.incident_id]
    assert incident.ready_to_energise_at == story.at
    story.when(StandDownUnit, unit_id=line.unit_id, reason="done").then_includes(UnitStoodDown)


def test_an_incident_with_two_tickets_is_ready_when_the_second_has_ended(line: Line) -> None:
    pair = line.others[:2]
    second = line.begin(line.leader, (pair[0], pair[1]))

    line.over()
    line.story.then_includes(TicketEnded).then_not(ReadyToEnergise)
    line.over(second)

    line.story.then_includes(ReadyToEnergise)


def test_a_new_ticket_takes_back_that_the_line_is_ready(line: Line) -> None:
    line.over()
    assert line.story.state.incidents.by_id[line.incident_id].ready_to_energise_at is not None

    made_safe(line.story, drafted(line), Interlock.PERMIT)

    assert line.story.state.incidents.by_id[line.incident_id].ready_to_energise_at is None


def test_from_the_permit_on_nobody_is_let_go_though_no_work_was_started(line: Line) -> None:
    story = line.story
    line.over()
    ticket_id = drafted(line)
    story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk", **ISSUER)
    story.then(TicketIssued)
    # Issued, it is paper still: people can be called away, and it is not used then.
    assert story.state.safety.tickets[ticket_id].stage is TicketStage.ISSUED
    made_safe(story, ticket_id, Interlock.PERMIT)

    story.when(StandDownUnit, unit_id=line.unit_id, reason="enough").then(SignalRefused)
    story.when(CloseIncident, incident_id=line.incident_id).then(SignalRefused)
    story.when(CancelTicket, ticket_id=ticket_id, reason="not needed")
    assert story.the(SignalRefused).rule == work.BEGUN_IS_ENDED

    line.over(ticket_id)
    story.when(StandDownUnit, unit_id=line.unit_id, reason="enough").then_includes(UnitStoodDown)


def test_a_drafted_ticket_is_not_used_when_its_unit_stands_down(line: Line) -> None:
    line.over()
    ticket_id = drafted(line)

    line.story.when(StandDownUnit, unit_id=line.unit_id, reason="enough")

    assert line.story.the(TicketCancelled).ticket_id == ticket_id
    assert not line.story.state.safety.tickets


@pytest.mark.parametrize("which", list(Interlock))
def test_one_step_comes_after_the_other(line: Line, which: Interlock) -> None:
    ticket_id = drafted(line)
    line.story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=which, reference="x",
                    confirmed_by="permit-desk", **PERMITTER)  # fmt: skip
    assert line.story.the(SignalRefused).rule == work.ISSUED_FIRST
    order = list(Interlock)
    before = order[: order.index(which)]
    if not before:
        return
    made_safe(line.story, ticket_id, *before[:-1] or (Interlock.PERMIT,))
    sender = by(line.leader) if len(before) > 1 else PERMITTER
    late = order[min(order.index(which) + (len(before) == 1), 3)]

    line.story.when(ConfirmInterlock, ticket_id=ticket_id, interlock=late, reference="x",
                    confirmed_by=sender["actor_id"], **sender)  # fmt: skip

    first = line.story.the(SignalRefused)
    assert first.rule.code == "one_step_after_the_other"
    assert first.value == (before[-1] if len(before) > 1 else which)


@pytest.mark.parametrize("which", [Interlock.PERMIT, Interlock.SWITCHING])
def test_permit_and_isolation_take_no_name_that_nobody_stands_behind(
    line: Line, which: Interlock
) -> None:
    ticket_id = drafted(line)
    made_safe(line.story, ticket_id, Interlock.PERMIT)
    said: dict[str, Any] = {"ticket_id": ticket_id, "interlock": which, "reference": "x"}

    for name in ("permit-desk", "nobody-at-all", member(1, 14)):
        line.story.when(ConfirmInterlock, confirmed_by=name, **said).then(SignalRefused)
        assert line.story.the(SignalRefused).field == "confirmed_by"
    # In one's own name, and yet neither the permit giver nor there.
    line.story.when(ConfirmInterlock, confirmed_by="desk-1", **said).then(SignalRefused)


@pytest.mark.parametrize(
    ("who", "field", "pair"),
    [
        ({"permitter": "leads"}, "permitter", (TicketRole.PERMITTER, TicketRole.LEADER)),
        ({"permitter": "hand"}, "permitter", (TicketRole.PERMITTER, TicketRole.CREW)),
        ({"issuer": "leads"}, "issuer", (TicketRole.ISSUER, TicketRole.LEADER)),
        ({"guardian": "leads"}, "guardian", (TicketRole.GUARDIAN, TicketRole.LEADER)),
        ({"guardian": "hand"}, "guardian", (TicketRole.GUARDIAN, TicketRole.CREW)),
    ],
)
def test_roles_that_policy_keeps_apart_are_never_one_person(
    line: Line, who: dict[str, str], field: str, pair: tuple[TicketRole, TicketRole]
) -> None:
    assert pair in line.story.state.policy.safety.tickets.apart
    people = {"leads": line.leader, "hand": line.others[0]}
    line.story.when(
        DraftTicket, incident_id=line.incident_id, unit_id=line.unit_id, text="x", place=HERE,
        kind=WorkKind.LINE_REPAIR, work_leader=line.leader, crew=tuple(line.others[:2]),
        **{role: people[name] for role, name in who.items()},
    )  # fmt: skip

    refused = line.story.the(SignalRefused)
    assert (refused.field, refused.rule) == (field, work.roles_apart(*pair))


def test_a_published_list_says_who_may_issue_and_permit(line: Line) -> None:
    policy = line.story.state.policy
    lists = {TicketRole.ISSUER: ("chief",), TicketRole.PERMITTER: ("permit-desk",)}
    tickets = replace(policy.safety.tickets, named=lists)
    line.story.when(
        AdoptPolicy, actor_role=Role.COMMANDER,
        policy=replace(
            policy, version=policy.version + 1, safety=replace(policy.safety, tickets=tickets)
        ),
    )  # fmt: skip
    ticket_id = drafted(line)

    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk", **ISSUER)
    assert line.story.the(SignalRefused).rule == work.on_published_list(TicketRole.ISSUER)
    chief: dict[str, Any] = {"actor_id": "chief", "actor_role": Role.COMMANDER}
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by="chief", **chief)
    line.story.then(TicketIssued)
    # Its issuer's word said twice is one; another's is not taken for it.
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by="chief", **chief).then()
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk", **ISSUER)
    assert line.story.the(SignalRefused).rule == work.by_who_is_named(TicketRole.ISSUER)
    permit: dict[str, Any] = {
        "ticket_id": ticket_id, "interlock": Interlock.PERMIT, "reference": "x",
    }  # fmt: skip
    line.story.when(ConfirmInterlock, confirmed_by="chief", **chief, **permit)
    assert line.story.the(SignalRefused).rule == work.on_published_list(TicketRole.PERMITTER)


def test_an_off_duty_member_of_no_unit_takes_no_step_of_a_ticket(line: Line) -> None:
    stranger = by(member(1, 15))
    ticket_id = line.ticket_id
    for kind, fields in (
        (IssueTicket, {"issued_by": stranger["actor_id"]}),
        (StartWork, {}),
        (HandOverTicket, {"role": TicketRole.LEADER, "to": stranger["actor_id"], "reason": "x"}),
        (ConfirmClear, {"clearance": Clearance.PEOPLE_OFF, "confirmed_by": stranger["actor_id"]}),
        (FinishWork, {}),
        (EndTicket, {"ended_by": stranger["actor_id"]}),
    ):
        line.story.when(kind, ticket_id=ticket_id, **fields, **stranger).then(SignalRefused)
        assert line.story.the(SignalRefused).rule == rights.for_work_there(line.unit_id), kind
    line.goes_on()


def test_a_ticket_is_handed_over_and_the_work_stands_still_meanwhile(line: Line) -> None:
    story, new = line.story, line.others[0]

    story.when(HandOverTicket, ticket_id=line.ticket_id, role=TicketRole.LEADER, to=member(1, 15),
               reason="tired", **by(line.work_leader))  # fmt: skip
    assert story.the(SignalRefused).rule == work.AT_WORK_ON_SCENE
    story.when(HandOverTicket, ticket_id=line.ticket_id, role=TicketRole.LEADER, to="permit-desk",
               reason="tired", **by(line.work_leader))  # fmt: skip
    assert story.the(SignalRefused).field == "to"
    story.when(HandOverTicket, ticket_id=line.ticket_id, role=TicketRole.LEADER, to=new,
               reason="tired", **by(line.work_leader))  # fmt: skip

    assert story.the(WorkStopped).cause == "handover"
    assert set(story.the(NoticeRaised).targets) == set(line.at_work)
    assert story.the(TicketHandedOver).was == line.work_leader
    story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader))
    assert story.the(SignalRefused).rule == work.LEADER_STARTS_WORK
    story.when(StartWork, ticket_id=line.ticket_id, **by(new)).then(WorkStarted)
    # Who led it is at it still, and bound.
    story.when(ReleaseMember, assignment_id=line.assignment(line.work_leader), reason="home")
    story.then(SignalRefused)


def test_a_permit_giver_whose_shift_ends_hands_it_on_and_the_next_one_ends_it(line: Line) -> None:
    night: dict[str, Any] = {"actor_id": "night-desk", "actor_role": Role.DISPATCHER}
    cleared(line.story, line.ticket_id)
    line.story.when(FinishWork, ticket_id=line.ticket_id, **by(line.work_leader))
    line.story.when(EndTicket, ticket_id=line.ticket_id, ended_by="night-desk", **night)
    assert line.story.the(SignalRefused).rule == work.by_who_is_named(TicketRole.PERMITTER)
    line.story.when(EndTicket, ticket_id=line.ticket_id, ended_by=line.work_leader,
                    **by(line.work_leader)).then(SignalRefused)  # fmt: skip

    line.story.when(HandOverTicket, ticket_id=line.ticket_id, role=TicketRole.PERMITTER,
                    to="night-desk", reason="x", **PERMITTER).then(TicketHandedOver)  # fmt: skip

    line.story.when(EndTicket, ticket_id=line.ticket_id, ended_by="night-desk", **night)
    line.story.then_includes(TicketEnded, ReadyToEnergise)


def test_a_switched_line_is_not_dead_because_it_once_was(line: Line) -> None:
    line.story.when(WithdrawInterlock, ticket_id=line.ticket_id, interlock=Interlock.SWITCHING,
                    reason="switched on for a test", **PERMITTER)  # fmt: skip

    held = line.story.state.safety.tickets[line.ticket_id]
    assert set(held.confirmed) == {Interlock.PERMIT}


def test_an_override_is_gone_with_its_ticket(line: Line) -> None:
    chief: dict[str, Any] = {"actor_id": "chief", "actor_role": Role.COMMANDER}
    line.over()
    ticket_id = drafted(line)
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk", **ISSUER)
    line.story.when(
        OverrideSafety, rule="interlock", ticket_id=ticket_id, interlock=Interlock.PERMIT,
        approver="chief", reason="no line", valid_until=line.story.at + MINUTE, **chief,
    ).then(SafetyOverridden)  # fmt: skip

    line.over(ticket_id)

    assert not [it for it in line.story.state.timers.due if it.startswith("override")]


def test_who_verifies_and_grounds_before_the_work_hears_of_a_pause_too(
    line: Line,
) -> None:
    line.over()
    ticket_id = drafted(line)
    line.story.when(IssueTicket, ticket_id=ticket_id, issued_by="issuing-desk", **ISSUER)
    made_safe(line.story, ticket_id, Interlock.PERMIT)

    line.story.when(PauseWork, ticket_id=ticket_id, reason="a tree is moving", **by(line.crew[0]))

    told = [it for it in line.story.all(NoticeRaised) if it.about == ticket_id]
    ticket = line.story.state.safety.tickets[ticket_id]
    assert set(told[0].targets) >= {ticket.work_leader, *ticket.crew}
    assert ticket.stage is TicketStage.STOPPED


def test_a_line_is_ready_until_supply_is_said_to_be_back_after_that(line: Line) -> None:
    story, id_ = line.story, line.incident_id
    story.when(RestoreIncident, incident_id=id_).then_includes(SupplyReportedBack)
    story.at += 2 * MINUTE
    line.over()
    story.then_includes(ReadyToEnergise)
    ready = story.state.incidents.by_id[id_].ready_to_energise_at
    assert ready is not None
    row = open_incidents.BOARD.row(story.state, id_)
    assert row is not None
    assert row["ready_to_energise_at"] == ready

    # Word of a time when people were still at the line does not say that it was energised since.
    story.when(RestoreIncident, incident_id=id_, occurred_at=ready - MINUTE)
    assert story.state.incidents.by_id[id_].ready_to_energise_at == ready
    story.at += MINUTE
    story.when(RestoreIncident, incident_id=id_).then_includes(IncidentRestored)

    assert story.state.incidents.by_id[id_].ready_to_energise_at is None
    story.when(RestoreIncident, incident_id=id_).then()


def test_an_incident_that_is_merged_takes_along_that_its_line_is_ready(line: Line) -> None:
    story = line.story
    line.over()
    ready = story.state.incidents.by_id[line.incident_id].ready_to_energise_at
    story.when(StandDownUnit, unit_id=line.unit_id, reason="done")
    other = outage(story, "other")

    story.when(MergeIncidents, into=other, incident_ids=(line.incident_id,), reason="one line")

    assert story.state.incidents.by_id[other].ready_to_energise_at == ready
