"""Nobody and no vehicle is in two places, whichever way they came to the first."""

from typing import Any

import pytest
from msgspec.structs import replace

from schemas.events.notice import SignalRefused
from schemas.events.operation import OperationOpened
from schemas.events.unit import ResourceCommitted
from schemas.roster import Resource
from schemas.sentences import guarding
from schemas.signals.operation import GuardPost, OpenOperation, PostGuard
from schemas.signals.roster import ChangeAvailability, ImportRoster, PlanLeave
from schemas.signals.violation import RecordViolation
from schemas.violations import ViolationClass, ViolationKind
from schemas.vocabulary import ActivationBasis, GuaranteeLevel, ResourceKind, Role
from schemas.why_not import WhyNot
from tests.county import HERE, HOSPITAL, TEAMS, county, member, outage
from tests.story import DAY, HOUR, Story, name

GUARD, OTHER = member(0, 8), member(0, 9)


def vehicle(index: int, kind: ResourceKind) -> Resource:
    return Resource(resource_id=name("res", index), kind=kind, team_id=TEAMS[0], base=HERE)


def operation(story: Story, *, begin: int, end: int, site_id: str = HOSPITAL) -> str:
    """Open an operation at a site for these hours from now on."""
    story.when(
        OpenOperation, name="高考保电", level=GuaranteeLevel.L1,
        basis=ActivationBasis.ORGANISER_NOTICE, basis_reference="notice 7",
        site_ids=(site_id,), guard_from=story.at + begin * HOUR, guard_until=story.at + end * HOUR,
        plan_approved_by="leading group",
    )  # fmt: skip
    return story.the(OperationOpened).operation_id


def posted(story: Story, operation_id: str, *, begin: int, end: int, **more: Any) -> Story:
    """Post the two guards for these hours from now on."""
    post = GuardPost(**({"site_id": HOSPITAL, "member_ids": (GUARD, OTHER)} | more))
    starts_at, ends_at = story.at + begin * HOUR, story.at + end * HOUR
    return story.when(
        PostGuard, operation_id=operation_id, post=post, starts_at=starts_at, ends_at=ends_at
    )


def off_post(story: Story, member_id: str) -> None:
    """Charge a member with what takes them off post."""
    story.when(
        RecordViolation, actor_role=Role.COMMANDER, kind=ViolationKind.WORK,
        grade=ViolationClass.SERIOUS_I, clause="no safety belt", charged=(member_id,),
    )  # fmt: skip


def on_leave(story: Story, member_id: str) -> None:
    story.when(
        PlanLeave, member_id=member_id, starts_at=story.at, ends_at=story.at + DAY, reason="-"
    )


def unavailable(story: Story, member_id: str) -> None:
    story.when(ChangeAvailability, member_id=member_id, available=False, reason="-")


def resting(story: Story, member_id: str) -> None:
    """Off duty after thirteen hours of work."""
    held = story.state.roster.members[member_id]
    tired = replace(held, on_shift=0, worked_since=story.at - 13 * HOUR, idle_since=story.at)
    members = story.state.roster.members.set(member_id, tired)
    free = story.state.roster.free.set(
        TEAMS[0], tuple(it for it in story.state.roster.free[TEAMS[0]] if it != member_id)
    )
    roster = replace(story.state.roster, members=members, free=free)
    story.state = replace(story.state, roster=roster)


@pytest.mark.parametrize("because", [off_post, on_leave, unavailable, resting])
def test_nobody_guards_who_may_not_work(because: Any) -> None:
    story = county()
    operation_id = operation(story, begin=1, end=9)
    because(story, GUARD)

    posted(story, operation_id, begin=0, end=4)

    told = story.the(SignalRefused)
    assert told.field == "post.member_ids"
    assert told.rule == guarding.not_fit(WhyNot(because.__name__))
    assert told.value == GUARD


@pytest.mark.parametrize("backwards", [False, True])
def test_a_guard_who_goes_from_one_operation_to_the_next_stays_bound(
    backwards: bool,
) -> None:
    story, clinic = county(), name("sit", "clinic")
    known = story.state.sites.by_id[HOSPITAL].site
    site = replace(known, site_id=clinic, circuit="C-8")
    story.when(ImportRoster, actor_role=Role.COMMANDER, sites=(site,))
    where = {operation(story, begin=1, end=9, site_id=it): it for it in (HOSPITAL, clinic)}
    first, second = sorted(where, reverse=backwards)
    posted(story, first, begin=0, end=4, site_id=where[first])
    posted(story, second, begin=4, end=9, site_id=where[second])
    assert story.state.roster.members[GUARD].posted_to == first

    story.after(4 * HOUR)

    assert story.state.roster.members[GUARD].posted_to == second
    assert GUARD not in story.state.roster.free[TEAMS[0]]


def test_a_vehicle_that_is_lent_guards_nothing_here() -> None:
    story = county()
    operation_id = operation(story, begin=1, end=9)
    vehicle_id, held = name("res", 0), story.state.resources
    lent = held.by_id.set(vehicle_id, replace(held.by_id[vehicle_id], lent_to="lake-city"))
    story.state = replace(story.state, resources=replace(held, by_id=lent))

    posted(story, operation_id, begin=0, end=4, resource_ids=(vehicle_id,))

    assert story.the(SignalRefused).field == "post.resource_ids"


def test_a_vehicle_whose_kind_was_corrected_is_free_as_what_it_is_and_nothing_else() -> None:
    story, towers = county(), tuple(vehicle(i, ResourceKind.LIGHTING_TOWER) for i in range(5))
    story.when(ImportRoster, actor_role=Role.COMMANDER, resources=towers)

    outage(story, "a")

    assert story.the(ResourceCommitted).resource_id == name("res", 5)
    outage(story, "b")
    story.then_not(ResourceCommitted)
    assert set(story.state.resources.free[ResourceKind.LIGHTING_TOWER]) == {
        it.resource_id for it in towers
    }


def test_a_vehicle_corrected_while_it_is_out_is_not_free() -> None:
    story = county()
    outage(story)
    taken = story.the(ResourceCommitted).resource_id
    index = next(i for i in range(6) if name("res", i) == taken)

    story.when(
        ImportRoster,
        actor_role=Role.COMMANDER,
        resources=(vehicle(index, ResourceKind.LIGHTING_TOWER),),
    )

    assert not any(taken in there for _, there in story.state.resources.free.items())
