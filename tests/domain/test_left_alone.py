"""An incident whose last unit has stood down while supply is out: somebody is told of it."""

from typing import Any

import pytest

from coordinator.boards.open_incidents import row
from schemas.events.escalation import EscalationStarted, EscalationStopped
from schemas.events.notice import NoticeRaised
from schemas.events.unit import UnitCalled, UnitStoodDown
from schemas.muster import Need, RoleNeed
from schemas.signals.assignment import AcceptAssignment, Arrive, FinishAssignment, TakeBackTap
from schemas.signals.customer_call import CallOutcome, RecordCustomerCall
from schemas.signals.incident import MergeIncidents, OutageUpdated, RestoreIncident
from schemas.signals.unit import CallMuster, StandDownUnit
from schemas.vocabulary import CrewStatus, NoticeKind, Recipient, Role, Tap, UnitRole
from tests.county import HERE, county, everybody, unit_on_scene
from tests.story import HOUR, MINUTE, SECOND, Story


def all_in(story: Story, unit_id: str) -> str:
    """Let the leader say that all are in; return the leader's assignment."""
    unit = story.state.units.by_id[unit_id]
    leader = next(it for it, role in unit.roles.items() if role is UnitRole.LEADER)
    held = unit.people[leader]
    story.when(
        FinishAssignment, actor_id=leader, actor_role=Role.MEMBER, assignment_id=held, all_in=True
    )
    story.then_includes(UnitStoodDown)
    return held


def begun(story: Story) -> list[EscalationStarted]:
    return [it for it in story.all(EscalationStarted) if it.cause is NoticeKind.LEFT_ALONE]


def ended(story: Story, alarm: EscalationStarted) -> bool:
    return alarm.escalation_id not in story.state.escalations.by_id


def left(**more: Any) -> tuple[Story, str, str, EscalationStarted]:
    story = county()
    incident_id, unit_id = unit_on_scene(story, **more)
    all_in(story, unit_id)
    (alarm,) = begun(story)
    return story, incident_id, unit_id, alarm


def test_all_are_in_and_supply_is_out_the_desk_hears_of_it_at_once_and_the_commander_later() -> (
    None
):
    story, incident_id, _, alarm = left()

    assert alarm.about == alarm.incident_id == incident_id
    told = [it.recipient for it in story.all(NoticeRaised) if it.kind is NoticeKind.LEFT_ALONE]
    assert told == [Recipient.DISPATCHER]
    shown = row(story.state, incident_id)
    assert shown is not None
    assert shown["left_alone"]

    story.after(15 * MINUTE)
    told = [it.recipient for it in story.all(NoticeRaised) if it.kind is NoticeKind.LEFT_ALONE]
    assert Recipient.COMMANDER in told
    story.after(12 * HOUR)
    assert not ended(story, alarm), "silent, but it stands until somebody goes"


def test_a_unit_sent_home_by_the_desk_leaves_nobody_there_either() -> None:
    story = county()
    _, unit_id = unit_on_scene(story)

    story.when(StandDownUnit, unit_id=unit_id, reason="wanted elsewhere")

    assert len(begun(story)) == 1


def test_it_ends_when_a_unit_is_called_and_begins_anew_when_that_one_stands_down() -> None:
    story, incident_id, _, alarm = left()

    story.when(CallMuster, incident_id=incident_id, reason="go on")
    assert ended(story, alarm)
    shown = row(story.state, incident_id)
    assert shown is not None
    assert not shown["left_alone"]

    story.when(StandDownUnit, unit_id=story.the(UnitCalled).unit_id, reason="too many")
    assert len(begun(story)) == 1


def test_it_ends_when_supply_is_back() -> None:
    story, incident_id, _, alarm = left()

    story.when(RestoreIncident, incident_id=incident_id)

    assert ended(story, alarm)
    assert not begun(story)


def test_a_time_agreed_on_with_the_customer_is_somebody_seeing_to_it() -> None:
    story, incident_id, _, alarm = left(customer_ref="C-1")

    story.when(
        RecordCustomerCall, incident_id=incident_id, outcome=CallOutcome.APPOINTMENT,
        visit_at=story.at + 6 * HOUR,
    )  # fmt: skip

    assert ended(story, alarm)


def test_one_of_two_units_goes_and_nothing_is_said() -> None:
    story = county()
    incident_id, unit_id = unit_on_scene(story)
    need = Need(
        roles=(RoleNeed(role=UnitRole.LINE_WORKER, count=2),), muster_point=HERE,
        deadline_at=story.at + HOUR,
    )  # fmt: skip
    story.when(CallMuster, incident_id=incident_id, need=need, reason="more hands")

    story.when(StandDownUnit, unit_id=unit_id, reason="the others go on")

    assert not begun(story)


def test_the_last_done_taken_back_puts_the_unit_there_again() -> None:
    story = county()
    incident_id, first = unit_on_scene(story)
    need = Need(
        roles=(
            RoleNeed(role=UnitRole.LEADER, count=1),
            RoleNeed(role=UnitRole.LINE_WORKER, count=1),
        ),
        muster_point=HERE,
        deadline_at=story.at + HOUR,
    )
    story.when(CallMuster, incident_id=incident_id, need=need, reason="one more look")
    unit_id = story.the(UnitCalled).unit_id
    everybody(story, unit_id, AcceptAssignment, Arrive)
    unit = story.state.units.by_id[unit_id]
    story.when(StandDownUnit, unit_id=first, reason="the two go on")
    leaders_last = sorted(unit.people.items(), key=lambda it: unit.roles[it[0]] is UnitRole.LEADER)
    who: dict[str, Any] = {}
    for member_id, held in leaders_last:
        who = {"actor_id": member_id, "actor_role": Role.MEMBER, "assignment_id": held}
        story.when(FinishAssignment, **who)
    (alarm,) = begun(story)

    story.at += 2 * SECOND
    story.when(TakeBackTap, **who, tap=Tap.DONE)

    assert ended(story, alarm)


def test_merged_into_it_another_one_stands_down_and_who_is_called_then_ends_it() -> None:
    story, first, _, alarm = left()
    other, unit_id = unit_on_scene(story, key="2")

    story.when(
        MergeIncidents,
        incident_ids=(other,),
        reason="one fault",
        into=first,
        stands_down=(unit_id,),
    )

    story.then_includes(UnitStoodDown, UnitCalled)
    assert ended(story, alarm)


def test_merged_into_one_with_a_unit_it_is_over() -> None:
    story, first, _, alarm = left()
    other, _ = unit_on_scene(story, key="2")

    story.when(MergeIncidents, incident_ids=(first,), reason="one fault", into=other)

    assert ended(story, alarm)
    assert not begun(story)


def test_a_crew_that_its_source_reports_sees_to_it_until_it_is_reported_waiting_again() -> None:
    story, _, _, alarm = left()
    said = {"source": "95598", "dedup_key": "1", "actor_role": Role.FEED, "actor_id": "feed"}

    story.when(OutageUpdated, **said, crew_status=CrewStatus.ON_SITE)
    assert ended(story, alarm)
    story.when(OutageUpdated, **said, crew_status=CrewStatus.AWAITING)

    assert len(begun(story)) == 1


@pytest.mark.parametrize("again", [1, 2])
def test_said_again_it_is_one_alarm(again: int) -> None:
    story, _, unit_id, _ = left()

    for _ in range(again):
        story.when(StandDownUnit, unit_id=unit_id, reason="again")
        assert not begun(story)
        assert not story.all(EscalationStopped)


def test_what_its_source_said_of_our_own_crew_hides_nothing() -> None:
    story = county()
    _, unit_id = unit_on_scene(story)
    story.when(
        OutageUpdated, source="95598", dedup_key="1", actor_role=Role.FEED, actor_id="feed",
        crew_status=CrewStatus.ON_SITE,
    )  # fmt: skip

    all_in(story, unit_id)

    assert len(begun(story)) == 1


def test_merged_into_one_that_has_nobody_either_no_alarm_is_left_of_what_is_gone() -> None:
    story, first, _, alarm = left()
    other, unit_id = unit_on_scene(story, key="2")
    all_in(story, unit_id)
    (second,) = begun(story)

    story.when(MergeIncidents, incident_ids=(first,), reason="one fault", into=other)

    assert ended(story, alarm)
    assert ended(story, second) is bool(story.all(UnitCalled))
