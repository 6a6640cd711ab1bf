"""Who hears of danger: those beside somebody hurt, those at a live line, and whoever has to act."""

from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.boards import alarms
from coordinator.domain.state.safety import TicketStage
from schemas.events.escalation import EscalationStarted, EscalationStopped
from schemas.events.notice import NoticeRaised
from schemas.sentences import notices
from schemas.signals.assignment import AbortAssignment, AcceptAssignment
from schemas.signals.command import CallHelp
from schemas.signals.incident import RestoreIncident
from schemas.signals.roster import ReportFit, ReportUnfit
from schemas.vocabulary import NoticeKind, Recipient, Unfit
from tests.domain.called import Called
from tests.domain.line import Line, by
from tests.story import Story


def told(story: Story, kind: NoticeKind) -> list[NoticeRaised]:
    """Return what members were told of a kind by the last signal."""
    found = (it for it in story.all(NoticeRaised) if it.kind is kind)
    return [it for it in found if it.recipient is Recipient.MEMBER]


def hurt_card(story: Story) -> Any:
    """Return the desk's card that somebody is hurt."""
    keys = sorted(story.state.escalations.by_id)
    rows = [alarms.BOARD.row(story.state, it) for it in keys]
    return next((it for it in rows if it and it["kind"] is NoticeKind.MEMBER_UNFIT), None)


@pytest.mark.parametrize("who", ["self", "mate", "desk"])
def test_who_is_hurt_at_a_line_is_told_to_all_beside_them_and_the_work_stops(who: str) -> None:
    line = Line()
    hurt = line.crew[0]
    sender = {"self": by(hurt), "mate": by(line.crew[1]), "desk": {}}[who]

    line.story.when(ReportUnfit, member_id=hurt, why=Unfit.HURT, **sender)

    (notice,) = told(line.story, NoticeKind.MEMBER_UNFIT)
    assert {*line.at_work, *line.others, line.leader} == {*notice.targets}
    assert notice.text == notices.unfit_out(hurt, Unfit.HURT, line.ticket_id)
    assert line.story.state.safety.tickets[line.ticket_id].stage is TicketStage.STOPPED
    assert hurt_card(line.story)["incident_id"] == line.incident_id
    assert line.story.the(EscalationStarted).cause is NoticeKind.MEMBER_UNFIT

    line.story.when(ReportFit, member_id=hurt, on_behalf_of=hurt)
    assert hurt_card(line.story) is None


def test_who_is_ill_at_a_line_is_told_of_and_the_others_may_work_on() -> None:
    line = Line()

    line.story.when(ReportUnfit, member_id=line.crew[0], why=Unfit.ILL, **by(line.crew[0]))

    assert told(line.story, NoticeKind.MEMBER_UNFIT)
    assert line.story.state.safety.tickets[line.ticket_id].stage is TicketStage.WORKING


def test_who_gives_up_as_hurt_is_an_alarm_that_stands_though_their_call_out_is_over() -> None:
    line = Line()
    hurt = line.crew[0]

    line.story.when(AbortAssignment, assignment_id=line.assignment(hurt), reason="fell",
                    unfit=Unfit.HURT, **by(hurt))  # fmt: skip

    (notice,) = told(line.story, NoticeKind.MEMBER_UNFIT)
    assert {line.leader, line.work_leader, hurt} <= {*notice.targets}
    assert line.story.state.safety.tickets[line.ticket_id].stage is TicketStage.STOPPED
    line.story.then_not(EscalationStopped)
    assert hurt_card(line.story)["incident_id"] == line.incident_id


def test_who_is_at_no_line_is_told_of_where_they_are_out_and_who_is_only_called_is_not() -> None:
    line = Line()
    hurt = line.others[0]
    line.story.when(ReportUnfit, member_id=hurt, why=Unfit.HURT, **by(hurt))
    (notice,) = told(line.story, NoticeKind.MEMBER_UNFIT)
    assert notice.text == notices.unfit_out(hurt, Unfit.HURT, line.incident_id)
    assert line.story.state.safety.tickets[line.ticket_id].stage is TicketStage.WORKING

    called = Called(AcceptAssignment)
    called.story.when(ReportUnfit, member_id=called.member, why=Unfit.ILL, **by(called.member))
    assert not told(called.story, NoticeKind.MEMBER_UNFIT)
    assert hurt_card(called.story) is None


def test_the_same_word_of_somebody_hurt_is_one_alarm_and_so_is_a_call_for_help_with_it() -> None:
    line = Line()
    hurt, mate = line.crew
    line.story.when(ReportUnfit, member_id=hurt, why=Unfit.HURT, **by(mate))
    line.story.when(ReportUnfit, member_id=hurt, why=Unfit.HURT, **by(hurt))
    assert not line.story.all(NoticeRaised)

    other = Line()
    other.story.when(CallHelp, member_id=other.crew[0], hurt=True, **by(other.crew[0]))
    assert [it.cause for it in other.story.all(EscalationStarted)] == [NoticeKind.HELP_CALLED]


def test_a_call_for_help_is_told_to_those_beside_the_caller() -> None:
    line = Line()
    caller = line.crew[0]

    line.story.when(CallHelp, member_id=caller, **by(caller))

    (notice,) = told(line.story, NoticeKind.HELP_CALLED)
    assert {*notice.targets} == {*line.at_work, *line.others, line.leader} - {caller}
    assert notice.text == notices.needs_help_at(caller, line.incident_id)


def test_supply_back_is_told_to_all_of_the_unit_on_scene_and_to_who_issued_and_gave_leave() -> None:
    line = Line()
    away = sorted({*line.story.state.roster.members} - {*line.unit.people})
    issuer, permitter = away[:2]
    state, id_ = line.story.state, line.ticket_id
    named = replace(state.safety.tickets[id_], issuer=issuer, permitter=permitter)
    tickets = state.safety.tickets.set(id_, named)
    line.story.state = replace(state, safety=replace(state.safety, tickets=tickets))

    line.story.when(RestoreIncident, incident_id=line.incident_id)

    (notice,) = told(line.story, NoticeKind.SUPPLY_BACK)
    assert {*notice.targets} == {*line.unit.people, issuer, permitter}
