"""The end of work on a line: people counted off, tools out, earths removed; supply that is back."""

from typing import Any

import pytest

from schemas.events.incident import IncidentClosed, PriorityRaised
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.ticket import (
    ClearConfirmed,
    SupplyBackOver,
    SupplyBackToldAgain,
    WorkFinished,
    WorkStarted,
    WorkStopped,
)
from schemas.sentences import work
from schemas.signals.assignment import AbortAssignment, AcceptAssignment, Arrive
from schemas.signals.escalation import AcknowledgeEscalation
from schemas.signals.incident import ReopenIncident, RestoreIncident
from schemas.signals.ticket import (
    ConfirmClear,
    FinishWork,
    StartWork,
)
from schemas.vocabulary import (
    Clearance,
    Interlock,
    NoticeKind,
    Recipient,
)
from tests.county import everybody
from tests.domain.line import Line, by, cleared, made_safe
from tests.story import DAY, MINUTE


@pytest.fixture
def line() -> Line:
    return Line()


def clear(line: Line, which: Clearance, people: tuple[str, ...] = ()) -> None:
    line.story.when(ConfirmClear, ticket_id=line.ticket_id, clearance=which, people=people,
                    confirmed_by=line.work_leader, **by(line.work_leader))  # fmt: skip


def test_work_ends_when_people_tools_and_earths_are_confirmed_one_after_the_other(
    line: Line,
) -> None:
    story = line.story
    for which, first in (
        (Clearance.EARTHS_REMOVED, Clearance.PEOPLE_OFF),
        (Clearance.TOOLS_OUT, Clearance.PEOPLE_OFF),
    ):  # fmt: skip
        clear(line, which)
        assert story.the(SignalRefused).rule == work.cleared_in_order(first)
    clear(line, Clearance.PEOPLE_OFF, line.at_work[:-1])
    assert story.the(SignalRefused).rule == work.still_on_line(line.at_work[-1])
    clear(line, Clearance.PEOPLE_OFF, (*line.at_work, line.others[0]))
    assert story.the(SignalRefused).rule == work.COUNTED_OF_THIS_TICKET

    clear(line, Clearance.PEOPLE_OFF, line.at_work)
    assert story.the(WorkStopped).cause == "clearing"
    assert story.the(ClearConfirmed).people == tuple(sorted(line.at_work))
    for which in (Clearance.TOOLS_OUT, Clearance.EARTHS_REMOVED):
        story.when(FinishWork, ticket_id=line.ticket_id, **by(line.work_leader))
        assert story.the(SignalRefused).rule == work.all_clear_first(which)
        clear(line, which)
        story.then(ClearConfirmed)
        clear(line, which)
        story.then()
    story.when(FinishWork, ticket_id=line.ticket_id, **by(line.work_leader)).then(WorkFinished)
    story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader))
    assert story.the(SignalRefused).rule == work.WORK_IS_OVER


def test_once_the_earths_are_off_the_line_is_verified_dead_and_grounded_anew(line: Line) -> None:
    cleared(line.story, line.ticket_id)

    line.story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader))

    assert line.story.the(SignalRefused).value == "verified_dead"
    made_safe(line.story, line.ticket_id, Interlock.VERIFIED_DEAD, Interlock.GROUNDING)
    line.story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader)).then(WorkStarted)
    # Whoever goes back is counted anew.
    line.story.when(FinishWork, ticket_id=line.ticket_id, **by(line.work_leader))
    assert line.story.the(SignalRefused).rule == work.all_clear_first(Clearance.PEOPLE_OFF)


def test_only_the_leader_counts_the_people_and_ends_the_alarm(line: Line) -> None:
    story = line.story
    story.when(RestoreIncident, incident_id=line.incident_id)
    raised = story.the(PriorityRaised)
    assert (raised.incident_id, raised.priority) == (line.incident_id, 10_000)
    count: dict[str, Any] = {
        "ticket_id": line.ticket_id, "clearance": Clearance.PEOPLE_OFF, "people": line.at_work,
    }  # fmt: skip
    story.when(ConfirmClear, confirmed_by=line.crew[0], **count, **by(line.crew[0]))
    assert story.the(SignalRefused).rule == work.LEADER_COUNTS_PEOPLE
    story.when(ConfirmClear, confirmed_by="desk-1", **count).then(SignalRefused)

    story.when(ConfirmClear, confirmed_by=line.work_leader, **count, **by(line.work_leader))

    story.then_includes(ClearConfirmed, SupplyBackOver)
    story.after(30 * MINUTE).then_not(SupplyBackToldAgain)


def test_the_alarm_is_told_again_until_all_are_clear_whoever_took_it_on(line: Line) -> None:
    story = line.story
    story.when(RestoreIncident, incident_id=line.incident_id)
    (escalation_id,) = story.state.escalations.by_subject[line.ticket_id]
    story.when(AcknowledgeEscalation, escalation_id=escalation_id)
    kind = NoticeKind.SUPPLY_BACK

    story.after(2 * MINUTE)

    story.then_includes(SupplyBackToldAgain)
    told = {it.recipient: it for it in story.all(NoticeRaised) if it.kind is kind}
    assert set(line.at_work) <= set(told[Recipient.MEMBER].targets)
    assert Recipient.COMMANDER in told
    story.after(20 * DAY).then_not(IncidentClosed)
    assert story.state.safety.tickets[line.ticket_id].supply_back_at is not None
    story.when(ReopenIncident, incident_id=line.incident_id, reason="dark").then_not(SupplyBackOver)
    clear(line, Clearance.PEOPLE_OFF, line.at_work)
    story.then_includes(SupplyBackOver)


def test_after_word_of_supply_work_goes_on_only_counted_and_made_safe_anew(line: Line) -> None:
    story = line.story
    story.when(RestoreIncident, incident_id=line.incident_id)
    story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader))
    assert story.the(SignalRefused).rule == work.CLEAR_BEFORE_WORK
    clear(line, Clearance.PEOPLE_OFF, line.at_work)

    story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader))

    assert story.the(SignalRefused).value == "switching"


def test_a_leader_who_had_to_leave_is_followed_by_who_is_there(line: Line) -> None:
    story = line.story
    story.when(AbortAssignment, assignment_id=line.assignment(line.work_leader), reason="hurt",
               **by(line.work_leader))  # fmt: skip
    assert story.the(WorkStopped).cause == "crew"

    count: dict[str, Any] = {"ticket_id": line.ticket_id, "clearance": Clearance.PEOPLE_OFF,
                             "confirmed_by": line.crew[0], **by(line.crew[0])}  # fmt: skip
    # Who left hurt is counted too: that they left is not that they were seen off the line.
    story.when(ConfirmClear, people=line.crew, **count)
    assert story.the(SignalRefused).rule == work.still_on_line(line.work_leader)
    story.when(ConfirmClear, people=line.at_work, **count).then(ClearConfirmed)


def test_where_nobody_is_left_the_desk_counts_and_whoever_comes_takes_off_the_earths(
    line: Line,
) -> None:
    for who in sorted(line.unit.people):
        line.story.when(AbortAssignment, assignment_id=line.assignment(who), reason="hurt",
                        **by(who))  # fmt: skip

    desk: dict[str, Any] = {"ticket_id": line.ticket_id, "confirmed_by": "desk-9"}
    nobody = {"clearance": Clearance.PEOPLE_OFF, "actor_id": "desk-9", "people": ()}
    line.story.when(ConfirmClear, **nobody, **desk).then(SignalRefused)
    for clearance, people in ((Clearance.PEOPLE_OFF, line.at_work), (Clearance.TOOLS_OUT, ())):
        line.story.when(ConfirmClear, clearance=clearance, people=people, actor_id="desk-9", **desk)
        line.story.then_includes(ClearConfirmed)
    # No desk takes off earths: somebody goes there and does.
    earths = {"ticket_id": line.ticket_id, "clearance": Clearance.EARTHS_REMOVED}
    line.story.when(ConfirmClear, actor_id="desk-9", confirmed_by="desk-9", **earths)
    assert line.story.the(SignalRefused).field == "confirmed_by"
    everybody(line.story, line.unit_id, AcceptAssignment, Arrive)
    hand = min(line.unit.people)
    line.story.when(ConfirmClear, confirmed_by=hand, **earths).then(ClearConfirmed)
    line.story.when(FinishWork, ticket_id=line.ticket_id, reported_by=hand).then(WorkFinished)
