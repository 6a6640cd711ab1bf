"""A stray finger is taken back for ten seconds, on record; a call for help until help comes."""

from typing import Any

import pytest

from coordinator.domain.state.units import Stage
from schemas.events.assignment import AssignmentOffered, AssignmentReleased, TapTakenBack
from schemas.events.command import HelpTakenBack
from schemas.events.escalation import EscalationStopped
from schemas.events.incident import CrewArrivalTakenBack
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.promise import PromiseBroken
from schemas.events.safety import FatigueWatchEnded
from schemas.events.unit import UnitReinforced, UnitStoodDown
from schemas.sentences import units
from schemas.signals.assignment import (
    AbortAssignment,
    AcceptAssignment,
    Arrive,
    DeclineAssignment,
    Depart,
    FinishAssignment,
    TakeBackTap,
)
from schemas.signals.command import CallHelp, ResolveHelp, TakeBackHelp
from schemas.signals.escalation import AcknowledgeEscalation
from schemas.vocabulary import (
    AssignmentStatus,
    DeclineReason,
    NoticeKind,
    Recipient,
    Role,
    Tap,
    UnitRole,
)
from tests.domain.called import Called
from tests.domain.line import by
from tests.story import HOUR, MINUTE, SECOND

_TAPS = [
    (Tap.ACCEPTED, AcceptAssignment, ()),
    (Tap.DECLINED, DeclineAssignment, ()),
    (Tap.EN_ROUTE, Depart, (AcceptAssignment,)),
    (Tap.ON_SCENE, Arrive, (AcceptAssignment, Depart)),
    (Tap.DONE, FinishAssignment, (AcceptAssignment, Arrive)),
    (Tap.ABORTED, AbortAssignment, (AcceptAssignment, Arrive)),
]


@pytest.mark.parametrize(("tap", "kind", "before"), _TAPS)
def test_a_tap_is_taken_back_and_all_of_the_member_is_as_it_was(
    tap: Tap, kind: Any, before: tuple[Any, ...]
) -> None:
    called = Called(*before)
    was, held = called.status, called.story.state.roster.members[called.member]
    called.says(kind)
    called.story.after(5 * SECOND)

    called.takes_back(tap)

    fact = called.story.the(TapTakenBack)
    assert (fact.tap, fact.back_to) == (tap, was)
    assert called.status is was
    assert called.story.state.roster.members[called.member] == held
    assert called.unit.people[called.member] == called.id
    assert called.member not in called.unit.tried
    called.says(kind).then_not(SignalRefused)


@pytest.mark.parametrize(("tap", "kind", "before"), _TAPS)
def test_after_ten_seconds_it_stands_and_is_refused(
    tap: Tap, kind: Any, before: tuple[Any, ...]
) -> None:
    called = Called(*before)
    called.says(kind)
    after = called.status
    called.story.after(11 * SECOND)
    called.takes_back(tap).then(SignalRefused)
    assert called.story.the(SignalRefused).rule == units.too_late_to_take_back(10)
    assert called.status is after


def test_a_phone_in_a_dead_spot_sends_both_late_and_its_own_times_count() -> None:
    called = Called()
    tapped = called.story.at
    called.story.after(2 * MINUTE)
    called.says(AcceptAssignment, occurred_at=tapped)
    called.story.after(30 * SECOND)
    called.takes_back(Tap.ACCEPTED, occurred_at=tapped + 4 * SECOND).then_includes(TapTakenBack)


def test_nobody_else_takes_it_back_and_nothing_that_was_not_said_last() -> None:
    called = Called(AcceptAssignment)
    called.says(Depart)
    other = next(it for it in sorted(called.unit.people) if it != called.member)
    for signal in ({"tap": Tap.EN_ROUTE, **by(other)}, {"tap": Tap.ACCEPTED, **by(called.member)}):
        called.story.when(TakeBackTap, assignment_id=called.id, **signal).then(SignalRefused)
    called.story.when(TakeBackTap, assignment_id=called.id, tap=Tap.EN_ROUTE,
                      on_behalf_of=called.member).then(SignalRefused)  # fmt: skip
    called.takes_back(Tap.EN_ROUTE).then_includes(TapTakenBack)
    called.takes_back(Tap.EN_ROUTE).then(SignalRefused)
    assert called.status is AssignmentStatus.ACCEPTED


def test_who_was_called_instead_is_called_off_and_nobody_comes_twice() -> None:
    called = Called()
    called.says(DeclineAssignment).then_includes(UnitReinforced)
    instead = called.story.the(AssignmentOffered).assignment_id
    people = len(called.unit.people)
    called.story.after(3 * SECOND)

    called.takes_back(Tap.DECLINED)

    assert called.story.the(AssignmentReleased).assignment_id == instead
    called.story.then_not(AssignmentOffered)
    assert len(called.unit.people) == people


def test_where_who_was_called_instead_is_on_the_way_it_stands() -> None:
    called = Called(AcceptAssignment)
    called.says(DeclineAssignment)
    instead = called.story.the(AssignmentOffered)
    for kind in (AcceptAssignment, Depart):
        called.story.when(kind, assignment_id=instead.assignment_id, **by(instead.member_id))
    called.takes_back(Tap.DECLINED)
    assert called.story.the(SignalRefused).rule == units.ANOTHER_IS_COMING


def test_an_arrival_taken_back_lets_the_promise_run_on() -> None:
    called = Called(AcceptAssignment)
    called.says(Arrive)
    incident = called.story.state.incidents.by_id[called.incident_id]
    assert incident.promises["arrival"].met_at is not None
    called.story.after(4 * SECOND)

    called.takes_back(Tap.ON_SCENE).then_includes(CrewArrivalTakenBack, FatigueWatchEnded)

    incident = called.story.state.incidents.by_id[called.incident_id]
    assert incident.arrived_at is None
    assert incident.promises["arrival"].runs
    assert "restoration" not in incident.promises
    called.story.after(2 * HOUR)
    broken = [it for it in called.story.all(PromiseBroken) if it.promise == "arrival"]
    assert len(broken) == 1


def test_an_arrival_beside_others_is_taken_back_alone() -> None:
    called = Called(AcceptAssignment)
    other = next(it for it in sorted(called.unit.people) if it != called.member)
    called.story.when(Arrive, assignment_id=called.unit.people[other], **by(other))
    called.says(Arrive)
    called.takes_back(Tap.ON_SCENE).then_not(CrewArrivalTakenBack)


def test_the_last_one_done_by_a_slip_has_their_unit_and_its_vehicles_again() -> None:
    called = Called(AcceptAssignment, Arrive)
    leader = next(it for it in called.unit.people if called.unit.roles[it] is UnitRole.LEADER)
    vehicles = called.unit.resource_ids
    for it in sorted({*called.unit.people} - {leader, called.member}):
        called.story.when(FinishAssignment, assignment_id=called.unit.people[it], **by(it))
    called.story.when(FinishAssignment, assignment_id=called.unit.people[leader],
                      leads_now=called.member, **by(leader))  # fmt: skip
    for it in sorted({*called.unit.people} - {called.member}):
        called.story.when(DeclineAssignment, assignment_id=called.unit.people[it],
                          reason=DeclineReason.ILL, **by(it))  # fmt: skip
    while others := sorted({*called.unit.people} - {called.member}):
        called.story.when(DeclineAssignment, assignment_id=called.unit.people[others[0]],
                          reason=DeclineReason.ILL, **by(others[0]))  # fmt: skip
    called.story.after(MINUTE)
    called.says(FinishAssignment).then_includes(UnitStoodDown)

    called.takes_back(Tap.DONE).then_not(SignalRefused)

    assert called.unit.stage is Stage.FORMED
    held = called.story.state.resources.by_id
    assert {held[it].committed_to for it in vehicles} <= {called.unit_id}


def test_a_leader_who_comes_back_leads_and_the_other_is_told() -> None:
    called = Called(AcceptAssignment, Arrive)
    leader = next(it for it in called.unit.people if called.unit.roles[it] is UnitRole.LEADER)
    own = called.unit.roles[called.member]
    id_ = called.unit.people[leader]
    called.story.when(FinishAssignment, assignment_id=id_, leads_now=called.member, **by(leader))
    called.story.when(TakeBackTap, assignment_id=id_, tap=Tap.DONE, **by(leader))

    assert called.unit.roles[leader] is UnitRole.LEADER
    assert called.unit.roles[called.member] is own
    told = [it for it in called.story.all(NoticeRaised) if it.kind is NoticeKind.LEADS_NOW]
    assert [it.targets for it in told] == [(called.member,)]


def test_all_in_cannot_be_taken_back_for_the_others_have_been_let_go() -> None:
    called = Called(AcceptAssignment, Arrive)
    leader = next(it for it in called.unit.people if called.unit.roles[it] is UnitRole.LEADER)
    id_ = called.unit.people[leader]
    called.story.when(FinishAssignment, assignment_id=id_, all_in=True, **by(leader))
    called.story.when(TakeBackTap, assignment_id=id_, tap=Tap.DONE, **by(leader))
    assert called.story.the(SignalRefused).rule == units.TAP_LET_SOMEBODY_GO


def _help(called: Called) -> str:
    called.story.when(CallHelp, member_id=called.member, **by(called.member))
    (id_,) = called.story.state.command.help_calls
    return id_


def test_a_call_for_help_is_taken_back_by_who_called_and_everybody_hears() -> None:
    called = Called(AcceptAssignment, Arrive)
    id_ = _help(called)

    called.story.when(TakeBackHelp, help_call_id=id_, **by(called.member))

    called.story.then_includes(HelpTakenBack, EscalationStopped)
    told = [it for it in called.story.all(NoticeRaised) if it.kind is NoticeKind.HELP_TAKEN_BACK]
    assert {it.recipient for it in told} == {Recipient.DISPATCHER, Recipient.COMMANDER}
    assert not called.story.state.command.help_calls
    called.story.when(TakeBackHelp, help_call_id=id_, **by(called.member)).then(SignalRefused)


def test_once_somebody_comes_only_their_word_or_the_desks_ends_it() -> None:
    called = Called(AcceptAssignment, Arrive)
    id_ = _help(called)
    (alarm,) = called.story.state.escalations.by_subject[id_]
    called.story.when(AcknowledgeEscalation, escalation_id=alarm)

    called.story.when(TakeBackHelp, help_call_id=id_, **by(called.member))
    assert called.story.the(SignalRefused).rule == units.help_is_coming("desk-1")
    called.story.when(ResolveHelp, help_call_id=id_, outcome="looked: nobody hurt",
                      actor_role=Role.COMMANDER)  # fmt: skip
    assert not called.story.state.command.help_calls


def test_nobody_takes_back_the_help_of_another() -> None:
    called = Called(AcceptAssignment, Arrive)
    id_ = _help(called)
    other = next(it for it in sorted(called.unit.people) if it != called.member)
    called.story.when(TakeBackHelp, help_call_id=id_, **by(other)).then(SignalRefused)
    assert id_ in called.story.state.command.help_calls
