"""An assignment and its escalation: seen is not accepted, silence is not a decline."""

from typing import Any

from schemas.events.assignment import (
    AnswerOverdue,
    ArrivalOverdue,
    AssignmentAccepted,
    AssignmentExpired,
    LateAnswerRecorded,
    LateFactJoined,
    MemberOnScene,
)
from schemas.events.escalation import (
    EscalationExhausted,
    EscalationPaused,
    EscalationResumed,
    EscalationStarted,
    EscalationStepSkipped,
    EscalationStepTaken,
    EscalationStopped,
    LateAcknowledgementRecorded,
)
from schemas.events.incident import CrewArrived
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.promise import PromiseCorrected
from schemas.events.unit import UnitFormed, UnitReinforced
from schemas.sentences import units
from schemas.signals.assignment import (
    AcceptAssignment,
    AcknowledgeAssignment,
    Arrive,
    DeclineAssignment,
    Depart,
    FinishAssignment,
)
from schemas.signals.command import CallHelp
from schemas.signals.escalation import AcknowledgeEscalation, EscalateTo
from schemas.signals.incident import RestoreIncident
from schemas.vocabulary import AssignmentStatus, DeclineReason, NoticeKind, Role
from tests.county import county, everybody, outage
from tests.story import HOUR, MINUTE, START, Story


def called() -> tuple[Story, str, str]:
    """Return a story, one member called in it, and their assignment."""
    story = county()
    outage(story)
    unit = story.state.units.by_id[story.the(UnitFormed).unit_id]
    member, assignment = sorted(unit.people.items())[0]
    return story, member, assignment


def says(story: Story, kind: Any, member: str, assignment: str, **more: Any) -> Story:
    return story.when(
        kind, actor_id=member, actor_role=Role.MEMBER, assignment_id=assignment, **more
    )


def test_seen_is_not_accepted() -> None:
    story, member, assignment = called()

    says(story, AcknowledgeAssignment, member, assignment)

    held = story.state.assignments.by_id[assignment]
    assert held.status is AssignmentStatus.ACKNOWLEDGED
    assert held.accepted_at is None


def test_a_phone_that_resends_changes_nothing() -> None:
    story, member, assignment = called()
    says(story, AcceptAssignment, member, assignment).then_includes(AssignmentAccepted)

    says(story, AcceptAssignment, member, assignment).then()


def test_who_has_not_arrived_has_finished_nothing() -> None:
    story, member, assignment = called()
    says(story, AcceptAssignment, member, assignment)
    says(story, FinishAssignment, member, assignment)
    assert story.the(SignalRefused).rule == units.ARRIVES_BEFORE_FINISHING
    says(story, Depart, member, assignment)
    says(story, FinishAssignment, member, assignment).then(SignalRefused)

    says(story, Arrive, member, assignment)
    says(story, FinishAssignment, member, assignment, all_in=True)

    assert story.state.assignments.by_id[assignment].status is AssignmentStatus.DONE


def test_no_answer_reminds_then_calls_the_next_candidate() -> None:
    story, member, assignment = called()

    story.after(5 * MINUTE).then_includes(AnswerOverdue, EscalationStarted, EscalationStepTaken)
    assert any(it.kind is NoticeKind.STEP for it in story.all(NoticeRaised))
    story.after(2 * MINUTE).then_includes(AssignmentExpired, UnitReinforced)

    assert story.state.assignments.by_id[assignment].status is AssignmentStatus.EXPIRED
    assert story.state.roster.members[member].assignment_id is None


def test_an_answer_after_the_end_is_kept_as_said_and_changes_nothing() -> None:
    story, member, assignment = called()
    story.after(8 * MINUTE)

    says(story, AcceptAssignment, member, assignment, step=0).then(LateAnswerRecorded)

    assert story.the(LateAnswerRecorded).status is AssignmentStatus.EXPIRED
    assert story.state.roster.members[member].assignment_id is None


def test_accepted_but_not_arrived_escalates_again() -> None:
    story, _, _ = called()
    unit_id = next(iter(story.state.units.by_id))
    everybody(story, unit_id, AcceptAssignment)

    story.after(2 * HOUR)

    story.then_includes(ArrivalOverdue, EscalationStarted)


def test_an_accepted_one_may_still_decline() -> None:
    story, member, assignment = called()
    says(story, AcceptAssignment, member, assignment)

    says(story, DeclineAssignment, member, assignment, reason=DeclineReason.NO_TRANSPORT)

    story.then_includes(UnitReinforced)


def test_who_answers_for_another_says_for_whom() -> None:
    story, member, assignment = called()

    story.when(AcceptAssignment, assignment_id=assignment)
    assert story.the(SignalRefused).field == "on_behalf_of"
    story.when(AcceptAssignment, assignment_id=assignment, on_behalf_of=member)
    story.then_includes(AssignmentAccepted)


def test_a_member_answers_for_nobody_else() -> None:
    story, member, assignment = called()
    other = next(it for it in sorted(story.state.roster.members) if it != member)

    says(story, AcceptAssignment, other, assignment)

    assert story.the(SignalRefused).field == "assignment_id"


def test_an_arrival_told_late_corrects_the_promise_and_rewrites_nothing() -> None:
    story, member, assignment = called()
    says(story, AcceptAssignment, member, assignment)
    story.after(50 * MINUTE)

    says(story, Arrive, member, assignment, occurred_at=START + 30 * MINUTE)

    story.then_includes(MemberOnScene, CrewArrived, PromiseCorrected)
    assert story.the(CrewArrived).happened_at == START + 30 * MINUTE
    assert story.the(PromiseCorrected).kept


def test_a_fact_that_precedes_what_is_known_fills_the_gap() -> None:
    story, member, assignment = called()
    story.after(MINUTE)
    says(story, Arrive, member, assignment)

    says(story, AcceptAssignment, member, assignment, occurred_at=START + 10_000)

    story.then(LateFactJoined)
    assert story.state.assignments.by_id[assignment].accepted_at == START + 10_000
    assert story.state.assignments.by_id[assignment].status is AssignmentStatus.ON_SCENE


def test_a_phone_whose_clock_is_wrong_arrives_when_it_says_so() -> None:
    story, member, assignment = called()
    says(story, AcceptAssignment, member, assignment)
    story.after(50 * MINUTE)

    says(story, Arrive, member, assignment, occurred_at=0)

    assert story.the(CrewArrived).happened_at == START + 50 * MINUTE
    story.then_not(PromiseCorrected)


def help_called() -> tuple[Story, str]:
    story, member, _ = called()
    story.when(CallHelp, actor_id=member, actor_role=Role.MEMBER, member_id=member)
    (escalation_id,) = (
        it.escalation_id
        for it in story.all(EscalationStarted)
        if it.cause is NoticeKind.HELP_CALLED
    )
    return story, escalation_id


def test_step_0_is_taken_at_once_and_acknowledging_pauses_the_rest() -> None:
    story, escalation_id = help_called()
    taken = [it for it in story.all(EscalationStepTaken) if it.escalation_id == escalation_id]
    assert [it.step for it in taken] == [0]

    story.when(AcknowledgeEscalation, escalation_id=escalation_id, step=0)
    story.then(EscalationPaused)

    story.after(9 * MINUTE)
    assert not any(it.escalation_id == escalation_id for it in story.all(EscalationStepTaken))
    story.after(2 * MINUTE)
    assert any(it.escalation_id == escalation_id for it in story.all(EscalationResumed))


def test_an_acknowledgement_of_an_older_step_is_never_misapplied() -> None:
    story, escalation_id = help_called()
    story.after(31_000)

    story.when(AcknowledgeEscalation, escalation_id=escalation_id, step=0)

    story.then(LateAcknowledgementRecorded)
    assert story.state.escalations.by_id[escalation_id].paused_by is None


def test_repeats_are_counted_and_exhaustion_calls_a_person() -> None:
    story, escalation_id = help_called()

    story.after(10 * MINUTE)

    assert any(it.escalation_id == escalation_id for it in story.all(EscalationExhausted))
    taken = [it.step for it in story.all(EscalationStepTaken) if it.escalation_id == escalation_id]
    assert taken == [1, 0, 1, 0, 1]
    assert any(it.kind is NoticeKind.EXHAUSTED for it in story.all(NoticeRaised))


def test_a_later_step_is_taken_on_command_with_the_name_of_who_forced_it() -> None:
    story, escalation_id = help_called()

    story.when(EscalateTo, escalation_id=escalation_id, step=1, reason="no time")

    assert story.the(EscalationStepTaken).forced_by == "desk-1"


def test_a_step_that_reaches_nobody_is_skipped_at_once() -> None:
    story = county(size=2)
    outage(story)
    assert story.the(EscalationStarted).ladder == "shortage"

    story.after(5 * MINUTE)

    assert story.the(EscalationStepSkipped).reason.words == {
        "action": ("step", "call_aid"),
        "recipient": ("recipient", "neighbour"),
    }
    assert story.the(EscalationStepTaken).step == 2


def test_an_answer_stops_the_escalation() -> None:
    story, member, assignment = called()
    story.after(5 * MINUTE)
    assert assignment in story.state.escalations.by_subject

    says(story, AcceptAssignment, member, assignment)

    story.then_includes(EscalationStopped)
    assert assignment not in story.state.escalations.by_subject


def test_everything_that_ran_for_an_incident_ends_with_it() -> None:
    story, _, _ = called()
    unit_id = next(iter(story.state.units.by_id))
    everybody(story, unit_id, AcceptAssignment, Arrive)
    (incident_id,) = story.state.incidents.by_id

    story.when(RestoreIncident, incident_id=incident_id)
    story.after(6 * 24 * HOUR)

    state = story.state
    assert not state.incidents.by_id
    assert not state.units.by_id
    assert not state.assignments.by_id
    assert not state.escalations.by_id
