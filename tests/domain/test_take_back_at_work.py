"""A stray finger beside a line at work: nobody on it is un-said, all are counted off by name."""

from typing import Any

import pytest

from schemas.events.assignment import TapTakenBack
from schemas.events.notice import SignalRefused
from schemas.events.ticket import ClearConfirmed, ReadyToEnergise
from schemas.sentences import units, work
from schemas.signals.assignment import AbortAssignment, TakeBackTap
from schemas.signals.ticket import ConfirmClear, HandOverTicket, StartWork
from schemas.vocabulary import Clearance, Tap, TicketRole, UnitRole
from tests.domain.line import Line, by, over


@pytest.fixture
def line() -> Line:
    return Line()


def _driver(line: Line) -> str:
    unit = line.unit
    return str(next(it for it in sorted(unit.people) if unit.roles[it] is UnitRole.DRIVER))


def _takes_back(line: Line, member_id: str, tap: Tap = Tap.ON_SCENE) -> None:
    line.story.when(TakeBackTap, assignment_id=line.assignment(member_id), tap=tap, **by(member_id))


def _counts(line: Line, who: str, *people: str, **more: Any) -> None:
    sender = more or by(who)
    line.story.when(ConfirmClear, ticket_id=line.ticket_id, clearance=Clearance.PEOPLE_OFF,
                    people=people, confirmed_by=who, **sender)  # fmt: skip


def test_nobody_at_the_line_takes_back_that_they_came(line: Line) -> None:
    for who in (*line.at_work, line.leader):
        _takes_back(line, who)
        assert line.story.the(SignalRefused).rule == units.people_at_work((line.ticket_id,))
    line.goes_on()
    _counts(line, line.work_leader, line.work_leader, line.crew[1])
    assert line.story.the(SignalRefused).rule == work.still_on_line(line.crew[0])


def test_who_is_bound_by_nothing_there_takes_it_back_as_ever(line: Line) -> None:
    _takes_back(line, _driver(line))
    line.story.then_includes(TapTakenBack)


def test_the_line_is_never_ready_while_one_who_left_hurt_is_not_counted(line: Line) -> None:
    hurt = line.crew[0]
    line.story.when(AbortAssignment, assignment_id=line.assignment(hurt), reason="hurt",
                    **by(hurt))  # fmt: skip
    _counts(line, line.work_leader, line.work_leader, line.crew[1])
    assert line.story.the(SignalRefused).rule == work.still_on_line(hurt)
    over(line.story, line.ticket_id)
    line.story.then_includes(ReadyToEnergise)


def test_a_bystander_never_counts_them_nor_the_desk_while_one_who_may_is_there(line: Line) -> None:
    for who in line.at_work:
        line.story.when(AbortAssignment, assignment_id=line.assignment(who), reason="hurt",
                        **by(who))  # fmt: skip
    _counts(line, _driver(line), *line.at_work)
    assert line.story.the(SignalRefused).rule == work.LEADER_COUNTS_PEOPLE
    _counts(line, "desk-1", *line.at_work, actor_id="desk-1")
    assert line.story.the(SignalRefused).rule == work.LEADER_COUNTS_PEOPLE
    _counts(line, line.leader, *line.at_work)
    line.story.then_includes(ClearConfirmed)


def test_who_watched_over_it_and_handed_over_is_counted_until_the_next_time(line: Line) -> None:
    first, second = line.others[0], line.others[1]
    for to in (first, second):
        line.story.when(HandOverTicket, ticket_id=line.ticket_id, role=TicketRole.GUARDIAN, to=to,
                        reason="tired", **by(line.work_leader))  # fmt: skip
    _counts(line, line.work_leader, *line.at_work, second)
    assert line.story.the(SignalRefused).rule == work.still_on_line(first)
    _counts(line, line.work_leader, *line.at_work, second, first)
    line.story.then(ClearConfirmed)

    line.story.when(StartWork, ticket_id=line.ticket_id, **by(line.work_leader))
    _counts(line, line.work_leader, *line.at_work, second)
    line.story.then_includes(ClearConfirmed)
