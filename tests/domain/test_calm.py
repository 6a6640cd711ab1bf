"""One alarm for one cause: it grows, it ends with its reason, who has it is said, and a desk that
is told much is told together of what can wait, and of danger at once.
"""

from typing import Any

import pytest
from pydantic_core import PydanticCustomError

from schemas.calm import Calm
from schemas.events.assignment import AssignmentExpired
from schemas.events.command import HelpCalled, RollCallMissed, RollCallOpened
from schemas.events.escalation import (
    EscalationEased,
    EscalationExhausted,
    EscalationGrew,
    EscalationPaused,
    EscalationResumed,
    EscalationStarted,
    EscalationStepTaken,
    EscalationStopped,
)
from schemas.events.notice import NoticeGathered, NoticeRaised, SignalRefused
from schemas.events.unit import UnitCalled, UnitFormed
from schemas.muster import Need, RoleNeed
from schemas.sentences import reasons, units
from schemas.signals.assignment import AcceptAssignment
from schemas.signals.command import AnswerRoll, CallHelp, CallRoll
from schemas.signals.escalation import AcknowledgeEscalation
from schemas.signals.incident import CloseIncident, RestoreIncident
from schemas.signals.roster import ChangeAvailability
from schemas.signals.unit import CallMuster, StandDownUnit
from schemas.vocabulary import NoticeKind, Recipient, Role, UnitRole
from tests.county import county, outage, unit_on_scene
from tests.story import HOUR, MINUTE, Story

DESK = "desk-1"


def alarms(story: Story, kind: NoticeKind) -> list[Any]:
    return [it for it in story.state.escalations.by_id.values() if it.cause is kind]


def raised(story: Story) -> list[NoticeRaised]:
    return [it for _, facts in story.history for it in facts if isinstance(it, NoticeRaised)]


def nobody_left(story: Story, since: int = HOUR) -> None:
    """Let everybody who is free say that they cannot be called, `since` milliseconds ago."""
    for ids in list(story.state.roster.free.values()):
        for member_id in ids:
            story.when(
                ChangeAvailability, member_id=member_id, available=False,
                actor_role=Role.MEMBER, actor_id=member_id,
            )  # fmt: skip
    story.after(since)


def call(story: Story, incident_id: str) -> str:
    place = story.state.incidents.by_id[incident_id].place
    need = Need(
        roles=(RoleNeed(role=UnitRole.LEADER, count=1),
               RoleNeed(role=UnitRole.SAFETY_SUPERVISOR, count=1)),
        muster_point=place, deadline_at=story.at + HOUR,
    )  # fmt: skip
    story.when(CallMuster, incident_id=incident_id, need=need, reason="more")
    return story.the(UnitCalled).unit_id


# Who is silent.


def test_who_is_silent_is_replaced_and_one_alarm_goes_on_for_the_incident() -> None:
    story = county()
    outage(story)
    unit_id = story.the(UnitFormed).unit_id

    story.after(9 * MINUTE)

    assert len(story.all(AssignmentExpired)) == 3
    mine = [it for it in story.all(EscalationStopped) if it.reason == reasons.ANOTHER_CALLED]
    assert len(mine) == 3
    (alarm,) = alarms(story, NoticeKind.UNANSWERED)
    assert alarm.about == unit_id
    assert alarm.text.numbers == {"people": 3}
    story.then_includes(EscalationGrew)


def test_the_alarm_ends_when_everybody_who_was_called_has_answered() -> None:
    story = county()
    outage(story)
    unit_id = story.the(UnitFormed).unit_id
    story.after(9 * MINUTE)

    people = sorted(story.state.units.by_id[unit_id].people.items())
    for number, (member_id, assignment_id) in enumerate(people, 1):
        story.when(
            AcceptAssignment, actor_id=member_id, actor_role=Role.MEMBER,
            assignment_id=assignment_id,
        )  # fmt: skip
        assert bool(alarms(story, NoticeKind.UNANSWERED)) is (number < len(people))
    assert story.the(EscalationStopped).reason == reasons.PLACE_FILLED


def test_where_nobody_is_left_to_call_the_shortage_is_the_alarm() -> None:
    story = county(size=5)
    outage(story)
    nobody_left(story, since=0)
    story.after(9 * MINUTE)

    assert not alarms(story, NoticeKind.UNANSWERED)
    (alarm,) = alarms(story, NoticeKind.SHORTAGE)
    assert alarm.incident_id is not None
    stopped = {it.reason.code for it in story.all(EscalationStopped)}
    assert reasons.NOBODY_LEFT_TO_CALL.code in stopped


# One for an incident.


def test_two_units_short_at_one_incident_are_one_alarm_that_says_both() -> None:
    story = county()
    nobody_left(story)
    incident_id = outage(story)
    first = story.the(UnitCalled).unit_id
    story.then_includes(EscalationStarted)

    second = call(story, incident_id)

    story.then_not(EscalationStarted, NoticeRaised).then_includes(EscalationGrew)
    (alarm,) = alarms(story, NoticeKind.SHORTAGE)
    assert [it[0] for it in alarm.parts] == [first, second]
    assert alarm.text.code == "several"
    assert alarm.text.numbers == {"count": 2}

    story.when(StandDownUnit, unit_id=first, reason="another one is enough")

    assert story.the(EscalationEased).about == first
    (alarm,) = alarms(story, NoticeKind.SHORTAGE)
    assert alarm.about == second
    assert alarm.text.code == "short_of"

    story.when(StandDownUnit, unit_id=second, reason="not wanted")
    assert story.the(EscalationStopped).reason == reasons.as_typed("not wanted")
    # Nobody is called there any more and supply is out: that is what is told now.
    left = [it.cause for it in story.state.escalations.by_id.values()]
    assert left == [NoticeKind.LEFT_ALONE]


def test_an_alarm_that_everybody_was_told_of_stays_and_is_told_again_of_what_is_new() -> None:
    story = county()
    nobody_left(story)
    incident_id = outage(story)
    story.after(2 * HOUR).then_includes(EscalationExhausted)
    (alarm,) = alarms(story, NoticeKind.SHORTAGE)
    assert alarm.exhausted

    story.after(6 * HOUR)
    assert not [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.SHORTAGE]

    call(story, incident_id)
    story.then_includes(EscalationGrew, EscalationStepTaken)
    first = [it.text.code for it in story.all(NoticeRaised) if it.kind is NoticeKind.SHORTAGE]
    assert first == ["several"]
    story.after(2 * HOUR).then_includes(EscalationStepTaken, EscalationExhausted)
    story.after(6 * HOUR)
    assert not [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.SHORTAGE]

    story.when(AcknowledgeEscalation, escalation_id=alarm.escalation_id)
    story.then(EscalationPaused)
    story.after(2 * HOUR)
    assert [it.escalation_id for it in story.all(EscalationResumed)] == [alarm.escalation_id]
    assert not [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.SHORTAGE]

    story.when(RestoreIncident, incident_id=incident_id)
    assert not alarms(story, NoticeKind.SHORTAGE)
    assert {it.reason.code for it in story.all(EscalationStopped)} == {"restored"}


def test_who_has_an_alarm_that_fell_silent_is_left_alone_and_what_came_meanwhile_is_told() -> None:
    story = county()
    nobody_left(story)
    incident_id = outage(story)
    story.after(2 * HOUR).then_includes(EscalationExhausted)
    (alarm,) = alarms(story, NoticeKind.SHORTAGE)
    story.when(AcknowledgeEscalation, escalation_id=alarm.escalation_id)

    call(story, incident_id)

    story.then_includes(EscalationGrew).then_not(EscalationStepTaken)
    story.after(2 * HOUR).then_includes(EscalationResumed, EscalationStepTaken)


def test_closing_ends_what_is_left_of_an_incident() -> None:
    story = county()
    incident_id, _ = unit_on_scene(story)
    story.after(5 * HOUR)
    story.when(RestoreIncident, incident_id=incident_id)
    story.when(CloseIncident, incident_id=incident_id)
    # Nobody has answered a roll call in all these hours: they are missing still.
    (left,) = alarms(story, NoticeKind.ROLL_CALL_MISSED)
    assert [*story.state.escalations.by_id] == [left.escalation_id]
    for call in sorted(story.state.command.roll_calls.values(), key=lambda it: -it.opened_at):
        story.when(AnswerRoll, roll_call_id=call.roll_call_id, member_ids=call.waiting)
    assert not story.state.escalations.by_incident


# Who has it.


def helped(story: Story) -> str:
    unit_on_scene(story)
    who = next(iter(sorted(story.state.units.by_id[story_unit(story)].people)))
    story.when(CallHelp, actor_id=who, actor_role=Role.MEMBER, member_id=who)
    call_id = story.the(HelpCalled).help_call_id
    return story.state.escalations.by_subject[call_id][0]


def story_unit(story: Story) -> str:
    (unit_id,) = story.state.units.by_id
    return unit_id


def test_who_has_an_alarm_is_said_to_the_next_who_tries() -> None:
    story = county()
    id_ = helped(story)
    story.when(AcknowledgeEscalation, escalation_id=id_, actor_id="desk-2")
    story.then(EscalationPaused)

    story.when(AcknowledgeEscalation, escalation_id=id_, actor_id=DESK)

    assert story.the(SignalRefused).rule == units.already_with("desk-2")
    assert story.state.escalations.by_id[id_].paused_by == "desk-2"


def test_it_is_taken_over_by_who_says_from_whom() -> None:
    story = county()
    id_ = helped(story)
    story.when(AcknowledgeEscalation, escalation_id=id_, actor_id="desk-2")

    story.when(AcknowledgeEscalation, escalation_id=id_, taken_from="desk-3")
    story.then(SignalRefused)
    story.when(AcknowledgeEscalation, escalation_id=id_, taken_from="desk-2")

    assert story.the(EscalationPaused).taken_from == "desk-2"
    assert story.state.escalations.by_id[id_].paused_by == DESK


def test_taking_it_on_again_gives_more_time_and_a_resent_tap_does_not() -> None:
    story = county()
    id_ = helped(story)
    story.when(AcknowledgeEscalation, escalation_id=id_)
    first = story.the(EscalationPaused).resume_at
    story.when(AcknowledgeEscalation, escalation_id=id_).then()

    story.after(5 * MINUTE).when(AcknowledgeEscalation, escalation_id=id_)

    assert story.the(EscalationPaused).resume_at == first + 5 * MINUTE
    story.after(6 * MINUTE).then_not(EscalationResumed)


# A desk that is told much.


def flood(story: Story, count: int) -> None:
    """Let so many incidents be short of everybody."""
    nobody_left(story)
    for number in range(count):
        outage(story, key=f"f{number}")


def test_a_desk_is_told_one_by_one_until_it_is_much_and_then_together() -> None:
    story = county()
    flood(story, 40)
    rules = story.state.policy.calm

    told = [it for it in raised(story) if it.kind is not NoticeKind.ROSTER_GAP]
    waits = [it for _, facts in story.history for it in facts if isinstance(it, NoticeGathered)]
    assert len(told) == rules.singly_per_h
    assert len(waits) == 40 - rules.singly_per_h

    story.after(rules.gather_min * MINUTE)

    (together,) = [it for it in story.all(NoticeRaised) if it.recipient is Recipient.DISPATCHER]
    assert together.kind is NoticeKind.GATHERED
    assert together.text.numbers == {"count": 40 - rules.singly_per_h}
    (part,) = together.text.said["causes"]
    assert part.words == {"cause": ("alarm", "shortage")}
    assert len(part.ids["about"]) == 20
    assert Recipient.DISPATCHER.value not in story.state.notices.gathered


def test_however_much_it_is_a_desk_hears_of_at_most_twenty_in_an_hour() -> None:
    story = county()
    flood(story, 60)
    for hour in range(4):
        flood_of = [f"h{hour}-{it}" for it in range(30)]
        for key in flood_of:
            outage(story, key=key)
        story.after(HOUR)
        for desk in (Recipient.DISPATCHER, Recipient.COMMANDER, Recipient.PROVINCE):
            told = [it for it in story.all(NoticeRaised) if it.recipient is desk]
            assert len(told) <= 20, (hour, desk)


def test_a_call_for_help_is_told_at_once_however_much_waits() -> None:
    story = county()
    _, unit_id = unit_on_scene(story)
    flood(story, 60)
    who = min(story.state.units.by_id[unit_id].people)

    story.when(CallHelp, actor_id=who, actor_role=Role.MEMBER, member_id=who)

    told = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.HELP_CALLED]
    assert {it.recipient for it in told} == {
        Recipient.COMMANDER,
        Recipient.DISPATCHER,
        Recipient.MEMBER,
    }
    story.then_not(NoticeGathered)


def test_no_policy_lets_help_wait() -> None:
    with pytest.raises(PydanticCustomError, match="help_called is told at once"):
        Calm(gathered=(NoticeKind.SHORTAGE, NoticeKind.HELP_CALLED))


def test_a_quiet_desk_is_told_of_each_thing_by_itself() -> None:
    story = county()
    flood(story, 5)
    told = [it for it in raised(story) if it.kind is not NoticeKind.ROSTER_GAP]
    assert [it.kind for it in told] == [NoticeKind.SHORTAGE] * 5


# Who is missing at a roll call.


def test_who_is_missing_again_is_no_second_alarm_and_one_answer_ends_both() -> None:
    story = county()
    incident_id, unit_id = unit_on_scene(story)
    people = sorted(story.state.units.by_id[unit_id].people)
    silent, others = people[0], people[1:]

    def called() -> str:
        story.when(CallRoll, incident_id=incident_id)
        id_ = story.the(RollCallOpened).roll_call_id
        for it in others:
            story.when(
                AnswerRoll, roll_call_id=id_, member_ids=(it,), actor_id=it, actor_role=Role.MEMBER
            )
        story.after(6 * MINUTE).then_includes(RollCallMissed)
        return id_

    called()
    told = [it for it in story.all(NoticeRaised) if it.kind is NoticeKind.ROLL_CALL_MISSED]
    assert Recipient.COMMANDER in {it.recipient for it in told}
    escalation_id = alarms(story, NoticeKind.ROLL_CALL_MISSED)[0].escalation_id
    story.when(AcknowledgeEscalation, escalation_id=escalation_id)

    second = called()
    story.then_includes(EscalationGrew).then_not(NoticeRaised)

    story.when(
        AnswerRoll, roll_call_id=second, member_ids=(silent,), actor_id=silent,
        actor_role=Role.MEMBER,
    )  # fmt: skip
    assert not alarms(story, NoticeKind.ROLL_CALL_MISSED)
    assert not story.state.command.roll_calls
