"""Who is posted and called out is in one place; who left a line uncounted is at it still."""

from typing import Any

from coordinator.boards import guarded_operations
from schemas.events.assignment import AssignmentOffered
from schemas.events.notice import SignalRefused
from schemas.events.operation import CheckedIn, GuardGapFound, GuardPosted, GuardStarted
from schemas.sentences import guarding, reasons
from schemas.signals.aid import AidRequested, CommitAid, CrewHandover
from schemas.signals.assignment import AbortAssignment, AcceptAssignment, Arrive
from schemas.signals.incident import Extent, RestoreIncident
from schemas.signals.operation import CheckIn, GuardPost, OpenOperation, PostGuard, StartGuard
from schemas.signals.roster import ImportRoster
from schemas.signals.unit import CallMuster
from schemas.vocabulary import ActivationBasis, GuaranteeLevel, NoticeKind, Role
from tests.county import HOSPITAL, member, outage
from tests.domain.line import Line, by, cleared
from tests.domain.test_guard_coverage import DAY_LONG, LATE, post
from tests.domain.test_operation import GUARDS, opened
from tests.story import HOUR, MINUTE, START, Story, name

_CREW = (member(0, 1), member(0, 2))


def _posted_later() -> tuple[Story, str]:
    """Return a guard that runs, whose next post begins in the fourth hour."""
    story, operation_id = opened(**DAY_LONG)
    post(story, operation_id, GUARDS, 0, 4)
    post(story, operation_id, _CREW, 4, 12)
    post(story, operation_id, LATE, 12, 25)
    story.when(StartGuard, operation_id=operation_id, override_reason="now")
    return story, operation_id


def _called_out(story: Story) -> str:
    """Call everybody out until both who are posted next are."""
    incident_id = outage(story, "big", extent=Extent(customers_out=2_000))
    for _ in range(6):
        story.when(CallMuster, incident_id=incident_id, reason="more people")
    for who in _CREW:
        assignment_id = story.state.roster.members[who].assignment_id
        assert assignment_id is not None
        story.when(AcceptAssignment, assignment_id=assignment_id, **by(who))
        story.when(Arrive, assignment_id=assignment_id, **by(who))
    return incident_id


def _gaps(story: Story) -> list[tuple[float, float]]:
    return [
        ((it.starts_at - START) / HOUR, (it.ends_at - START) / HOUR)
        for _, facts in story.history
        for it in facts
        if isinstance(it, GuardGapFound)
    ]


def _alarmed(story: Story) -> bool:
    alarms = story.state.escalations.by_id.values()
    return any(it.cause is NoticeKind.GUARD_GAP for it in alarms)


def _checks_in(story: Story, operation_id: str, who: str, **more: Any) -> Story:
    return story.when(
        CheckIn, operation_id=operation_id, site_id=HOSPITAL, member_id=who, kind="check_in",
        **by(who), **more,
    )  # fmt: skip


def test_whoever_is_out_leaves_their_post_open_and_it_is_told_before_its_hour() -> None:
    story, operation_id = _posted_later()
    story.after(HOUR)
    _called_out(story)
    story.after(MINUTE)
    assert _gaps(story) == []
    gap_warn = story.state.policy.guard[GuaranteeLevel.SPECIAL].gap_warn_min

    story.after(START + 4 * HOUR - gap_warn * MINUTE - story.at)

    assert _gaps(story) == [(4, 12)]
    assert _alarmed(story)
    row = guarded_operations.row(story.state, operation_id)
    assert row is not None
    assert [it["starts_at"] for it in row["sites"][0]["uncovered"]] == [START + 4 * HOUR]


def test_whoever_is_called_out_shortly_before_their_post_is_told_of_at_once() -> None:
    story, _ = _posted_later()
    story.after(3 * HOUR + 30 * MINUTE)
    _called_out(story)
    story.after(1)
    assert _gaps(story) == [(4, 12)]


def test_whoever_is_back_before_their_post_leaves_no_gap() -> None:
    story, _ = _posted_later()
    story.after(3 * HOUR + 30 * MINUTE)
    incident_id = _called_out(story)
    story.after(5 * MINUTE)
    assert _alarmed(story)

    story.when(RestoreIncident, incident_id=incident_id)

    assert not _alarmed(story)


def test_who_is_out_does_not_check_in_at_the_site() -> None:
    story, operation_id = _posted_later()
    story.after(3 * HOUR)
    _called_out(story)
    story.after(70 * MINUTE)

    _checks_in(story, operation_id, _CREW[0])

    assert story.the(SignalRefused).rule == guarding.WHO_IS_OUT_CHECKS_NOT_IN


def test_who_was_called_and_has_not_set_out_checks_in_where_they_are() -> None:
    story, operation_id = _posted_later()
    story.after(3 * HOUR)
    incident_id = outage(story, "big", extent=Extent(customers_out=2_000))
    for _ in range(6):
        story.when(CallMuster, incident_id=incident_id, reason="more people")
    assignment_id = story.state.roster.members[_CREW[0]].assignment_id
    assert assignment_id is not None
    story.when(AcceptAssignment, assignment_id=assignment_id, **by(_CREW[0]))
    story.after(50 * MINUTE + 1)
    assert story.state.roster.members[_CREW[0]].assignment_id == assignment_id

    _checks_in(story, operation_id, _CREW[0]).then_includes(CheckedIn)


def _guard_of(line: Line, first: str, second: str, begins: int) -> tuple[str, Story]:
    story = line.story
    story.when(
        OpenOperation, name="o", level=GuaranteeLevel.L3, basis=ActivationBasis.ORGANISER_NOTICE,
        basis_reference="r", site_ids=(HOSPITAL,), guard_from=story.at + HOUR,
        guard_until=story.at + 8 * HOUR, plan_approved_by="x",
    )  # fmt: skip
    operation_id = next(iter(story.state.operations.by_id))
    story.when(
        PostGuard, operation_id=operation_id,
        post=GuardPost(site_id=HOSPITAL, member_ids=(first, second)),
        starts_at=story.at + begins, ends_at=story.at + 8 * HOUR,
    )  # fmt: skip
    return operation_id, story


def _free(line: Line) -> list[str]:
    members = line.story.state.roster.members
    return [it for it in sorted(members) if members[it].assignment_id is None]


def test_who_is_at_a_living_ticket_is_not_on_the_guard_they_are_posted_to() -> None:
    line = Line()
    operation_id, story = _guard_of(line, line.crew[0], _free(line)[0], HOUR)
    story.then_includes(GuardPosted)
    story.after(1)
    assert len(_gaps(story)) == 1
    story.when(StartGuard, operation_id=operation_id, override_reason="now")
    assert "unguarded" in [it.code for it in story.the(GuardStarted).gaps]


def _hurt(line: Line) -> str:
    who: str = line.crew[0]
    line.story.when(AbortAssignment, assignment_id=line.assignment(who), reason="hurt", **by(who))
    assert line.story.state.roster.members[who].assignment_id is None
    return who


def test_who_left_a_line_uncounted_is_not_taken_off_the_roster() -> None:
    line = Line()
    who = _hurt(line)
    chief = {"actor_id": "cmdr", "actor_role": Role.COMMANDER}

    line.story.when(ImportRoster, removed_members=(who,), **chief)

    assert line.story.the(SignalRefused).field == "removed_members"
    cleared(line.story, line.ticket_id)
    line.story.when(ImportRoster, removed_members=(who,), **chief).then_not(SignalRefused)


def test_who_left_a_line_uncounted_is_posted_nowhere_now() -> None:
    line = Line()
    who = _hurt(line)
    _, story = _guard_of(line, who, _free(line)[0], 0)
    refused = story.the(SignalRefused)
    assert refused.field == "post.member_ids"


def test_who_left_a_line_uncounted_is_not_lent() -> None:
    line = Line()
    who = _hurt(line)
    story, members = line.story, line.story.state.roster.members
    team = members[who].person.team_id
    other = next(it for it in sorted(story.state.roster.free[team]) if it != who)
    aid_id = name("aid", "x")
    story.when(
        AidRequested, aid_id=aid_id, peer="lake-city", need=line.unit.need,
        reason=reasons.as_typed("storm"), actor_role=Role.SYSTEM, actor_id="peer",
    )  # fmt: skip

    package = CrewHandover(
        people=tuple(members[it].person for it in (who, other)), safety_briefing="b",
        briefed_by="x",
    )  # fmt: skip
    story.when(CommitAid, aid_id=aid_id, package=package, arrives_at=story.at + HOUR)

    assert story.the(SignalRefused).field == "people"


def test_who_left_a_line_uncounted_is_called_to_nothing_else() -> None:
    line = Line()
    who = _hurt(line)
    story = line.story
    incident_id = outage(story, "other", extent=Extent(customers_out=2_000))
    called = {it.member_id for it in story.all(AssignmentOffered)}
    for _ in range(8):
        story.when(CallMuster, incident_id=incident_id, reason="more people")
        called |= {it.member_id for it in story.all(AssignmentOffered)}
    assert called
    assert who not in called
