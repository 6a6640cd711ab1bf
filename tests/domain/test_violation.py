"""Demerit points: frozen on the day, off post from twelve on, back after time and examination."""

from typing import Any

import pytest
from msgspec.structs import replace

from coordinator.domain.roster.eligibility import why_not
from schemas.default_policy import DEFAULT_POLICY
from schemas.events.notice import NoticeRaised, SignalRefused
from schemas.events.ticket import TicketDrafted, WorkStarted, WorkStopped
from schemas.events.violation import (
    MemberReadmitted,
    MemberTakenOffPost,
    ViolationLapsed,
    ViolationRecorded,
    ViolationWithdrawn,
)
from schemas.signals.roster import AdoptPolicy
from schemas.signals.ticket import DraftTicket, StartWork
from schemas.signals.violation import ReadmitMember, RecordViolation, WithdrawViolation
from schemas.violations import ViolationClass, ViolationKind
from schemas.vocabulary import Role, WorkKind
from schemas.why_not import WhyNot
from tests.county import HERE, county, member, unit_on_scene
from tests.domain.line import made_safe
from tests.story import DAY, Story

ONE, TWO = member(0, 1), member(0, 2)
COMMANDER: dict[str, Any] = {"actor_id": "head", "actor_role": Role.COMMANDER}


def charged(story: Story, grade: ViolationClass, *who: str, **more: Any) -> ViolationRecorded:
    story.when(
        RecordViolation, kind=ViolationKind.WORK, grade=grade, clause="no safety belt at height",
        charged=who, **more,
    )  # fmt: skip
    return story.the(ViolationRecorded)


@pytest.mark.parametrize(
    ("grade", "points"),
    [
        (ViolationClass.SERIOUS_I, 12),
        (ViolationClass.SERIOUS_II, 6),
        (ViolationClass.SERIOUS_III, 3),
        (ViolationClass.GENERAL, 1),
    ],
)
def test_each_class_costs_its_points(grade: ViolationClass, points: int) -> None:
    assert charged(county(), grade, ONE).points == points


def test_twelve_points_take_a_member_off_post_and_nobody_calls_them() -> None:
    story = county()
    charged(story, ViolationClass.SERIOUS_II, ONE, TWO)
    story.then(ViolationRecorded)
    charged(story, ViolationClass.SERIOUS_II, ONE)

    assert story.the(MemberTakenOffPost).member_id == ONE
    assert story.the(NoticeRaised).text.code == "taken_off_post"
    held = story.state.roster
    assert why_not(story.state, held.members[ONE], story.at) == WhyNot.OFF_POST
    assert ONE not in held.free[held.members[ONE].person.team_id]
    assert why_not(story.state, held.members[TWO], story.at) is None


def test_back_only_after_the_time_and_an_examination() -> None:
    story = county()
    charged(story, ViolationClass.SERIOUS_I, ONE)
    story.when(ReadmitMember, member_id=ONE, examined_by="school", **COMMANDER).then(SignalRefused)
    story.after(90 * DAY)
    assert story.state.roster.members[ONE].off_post_until is not None

    story.when(ReadmitMember, member_id=ONE, examined_by="school").then(SignalRefused)
    story.when(ReadmitMember, member_id=ONE, examined_by="school", **COMMANDER).then(
        MemberReadmitted
    )
    assert story.state.roster.members[ONE].off_post_until is None
    story.when(ReadmitMember, member_id=ONE, examined_by="school", **COMMANDER).then(SignalRefused)


def test_a_withdrawn_record_gives_back_what_it_took_and_no_more() -> None:
    story = county()
    first = charged(story, ViolationClass.SERIOUS_I, ONE, TWO)
    charged(story, ViolationClass.SERIOUS_I, TWO)

    story.when(WithdrawViolation, violation_id=first.violation_id, reason="another crew")

    story.then(ViolationWithdrawn, MemberReadmitted)
    assert story.the(MemberReadmitted).member_id == ONE
    assert dict(story.state.violations.points) == {TWO: 12}


def test_points_are_those_of_the_day_and_lapse_after_a_year() -> None:
    story = county()
    charged(story, ViolationClass.GENERAL, ONE)
    dearer = replace(DEFAULT_POLICY.demerits, points=dict.fromkeys(ViolationClass, 5))
    story.when(
        AdoptPolicy, policy=replace(DEFAULT_POLICY, version=2, demerits=dearer),
        **COMMANDER,
    )  # fmt: skip
    charged(story, ViolationClass.GENERAL, ONE)
    assert dict(story.state.violations.points) == {ONE: 6}

    story.after(366 * DAY)
    assert len(story.all(ViolationLapsed)) == 2
    assert not story.state.violations.points


def test_a_serious_one_stops_the_work_and_a_general_one_does_not() -> None:
    story = county(size=16)
    incident_id, unit_id = unit_on_scene(story)
    people = sorted(story.state.units.by_id[unit_id].people)
    story.when(
        DraftTicket, incident_id=incident_id, unit_id=unit_id, kind=WorkKind.PATROL, place=HERE,
        work_leader=people[0], crew=tuple(people[1:3]), text="walk the line",
    )  # fmt: skip
    ticket_id = story.the(TicketDrafted).ticket_id
    made_safe(story, ticket_id)
    story.when(StartWork, ticket_id=ticket_id).then_includes(WorkStarted)

    charged(story, ViolationClass.GENERAL, people[1], ticket_id=ticket_id)
    story.then_not(WorkStopped)
    charged(story, ViolationClass.SERIOUS_III, people[1], ticket_id=ticket_id)
    assert story.the(WorkStopped).cause == "violation"


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("charged", {"charged": (member(0, 99),)}),
        ("charged", {"charged": (ONE, ONE)}),
        ("ticket_id", {"charged": (ONE,), "ticket_id": "tkt_01KDVDNA00P5ZFDMCWF9DHXT1V"}),
        ("team_id", {"charged": (ONE,), "team_id": "tea_01KDVDNA00P5ZFDMCWF9DHXT1V"}),
    ],
)
def test_what_is_charged_must_be_there(field: str, more: dict[str, Any]) -> None:
    story = county()
    story.when(
        RecordViolation, kind=ViolationKind.DEVICE, grade=ViolationClass.GENERAL, clause="c", **more
    ).then(SignalRefused)
    assert story.the(SignalRefused).field == field
