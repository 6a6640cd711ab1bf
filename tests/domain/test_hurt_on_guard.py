"""A guard who is hurt or ill at a post: who stands there with them and the desk hear it at once."""

import pytest

from coordinator.outbox.surroundings import surroundings
from schemas.events.escalation import EscalationExhausted, EscalationStarted, EscalationStopped
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.roster import MemberUnfit
from schemas.sentences import notices, reasons, rights
from schemas.signals.command import CallHelp
from schemas.signals.operation import CancelOperation, ConcludeOperation, StartGuard
from schemas.signals.roster import BroughtAway, ReportFit, ReportUnfit
from schemas.vocabulary import NoticeKind, Recipient, Unfit
from tests.county import HOSPITAL, member
from tests.domain.line import by
from tests.domain.test_guard_coverage import DAY_LONG, LATE, post
from tests.domain.test_operation import GUARDS, opened
from tests.story import HOUR, Story

HURT, MATE = GUARDS


class _Post:
    """Two stand guard at the hospital, two others come later."""

    def __init__(self) -> None:
        self.story, self.operation_id = opened(**DAY_LONG)
        post(self.story, self.operation_id, GUARDS, 1, 13)
        post(self.story, self.operation_id, LATE, 13, 25)
        self.story.when(StartGuard, operation_id=self.operation_id)
        self.story.after(2 * HOUR)

    def hurt(self, who: str = HURT, why: Unfit = Unfit.HURT, *, said_by: str = "") -> Story:
        return self.story.when(ReportUnfit, member_id=who, why=why, **by(said_by or who))

    @property
    def stands(self) -> bool:
        alarms = self.story.state.escalations.by_id.values()
        return any(it.cause is NoticeKind.MEMBER_UNFIT for it in alarms)


@pytest.fixture
def at_post() -> _Post:
    return _Post()


@pytest.mark.parametrize("why", Unfit)
@pytest.mark.parametrize("said_by", [HURT, MATE])
def test_those_at_the_post_and_the_desk_are_told_with_the_site_at_once(
    at_post: _Post, why: Unfit, said_by: str
) -> None:
    story = at_post.hurt(why=why, said_by=said_by).then_includes(MemberUnfit)

    text = notices.unfit_out(HURT, why, HOSPITAL)
    told = [it for it in story.all(NoticeRaised) if it.text == text]
    assert {HURT, MATE} in [{*it.targets} for it in told if it.recipient is Recipient.MEMBER]
    assert Recipient.COMMANDER in {it.recipient for it in told}
    (alarm,) = (it for it in story.all(EscalationStarted) if it.cause is NoticeKind.MEMBER_UNFIT)
    assert alarm.text == text
    names = surroundings(story.state, told[0])["names"]
    assert names[HOSPITAL] == "Hospital"


def test_it_stands_until_it_is_over_and_no_end_of_a_post_ends_it(at_post: _Post) -> None:
    at_post.hurt()

    at_post.story.after(14 * HOUR).then_includes(EscalationExhausted)

    assert at_post.stands


def test_they_are_fit_or_brought_away(at_post: _Post) -> None:
    at_post.hurt()
    at_post.story.when(ReportFit, member_id=HURT, **by(HURT)).then_includes(EscalationStopped)
    assert not at_post.stands
    at_post.hurt()
    assert at_post.stands

    at_post.story.when(BroughtAway, member_id=HURT, **by(MATE)).then_includes(EscalationStopped)

    assert not at_post.stands


@pytest.mark.parametrize("ends", [ConcludeOperation, CancelOperation])
def test_or_the_guard_is_over(at_post: _Post, ends: type) -> None:
    at_post.hurt()
    said = {"summary": "-"} if ends is ConcludeOperation else {"reason": "-"}

    at_post.story.when(ends, operation_id=at_post.operation_id, **said)

    assert reasons.OPERATION_OVER in [it.reason for it in at_post.story.all(EscalationStopped)]
    assert not at_post.stands


def test_only_who_stands_there_with_them_says_it_of_them(at_post: _Post) -> None:
    at_post.hurt(said_by=LATE[0]).then(SignalRefused)
    assert at_post.story.the(SignalRefused).rule == rights.UNFIT_BY_WHO_IS_WITH_THEM
    at_post.hurt()

    at_post.story.when(BroughtAway, member_id=HURT, **by(LATE[0])).then(SignalRefused)

    assert at_post.story.the(SignalRefused).rule == rights.BROUGHT_AWAY_BY


def test_who_stands_at_no_post_now_is_no_alarm(at_post: _Post) -> None:
    at_post.hurt(LATE[0])

    assert not at_post.stands


def test_a_guard_who_calls_for_help_is_heard_at_the_post_too(at_post: _Post) -> None:
    at_post.story.when(CallHelp, member_id=HURT, **by(HURT))

    told = [it for it in at_post.story.all(NoticeRaised) if it.recipient is Recipient.MEMBER]
    text = notices.needs_help_at(HURT, HOSPITAL)
    assert [(it.targets, it.text) for it in told] == [((MATE,), text)]
    assert member(0, 5) not in told[0].targets
