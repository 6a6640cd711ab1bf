"""A guard's own posts: hours, what is due, supply, who comes after."""

from typing import Any

from schemas.signals.operation import CancelOperation, CheckIn, GuardPost, PostGuard, WithdrawPost
from schemas.signals.site import SiteSupplyReported
from tests.boards.drawn import redrawn, shown
from tests.county import HOSPITAL, member
from tests.domain.test_operation import GUARDS, guarding, opened
from tests.story import HERE as RIVER
from tests.story import HOUR, MINUTE, START, Story

LATER = (member(0, 5), member(0, 6))


async def posts(story: Story, who: str) -> list[dict[str, Any]]:
    stepwise = (await shown(story)).row("my_posts", RIVER, who)
    assert stepwise == redrawn(story).row("my_posts", RIVER, who)
    return [] if stepwise is None else stepwise["posts"]


def posted(story: Story, operation_id: str, people: tuple[str, ...], begin: int, end: int) -> None:
    story.when(
        PostGuard, operation_id=operation_id,
        post=GuardPost(site_id=HOSPITAL, member_ids=people, start_orderer=member(0, 7),
                       start_operator=people[0]),
        starts_at=START + begin * HOUR, ends_at=START + end * HOUR,
    )  # fmt: skip


async def test_a_guard_reads_where_until_when_with_whom_and_what_is_due() -> None:
    story, operation_id = guarding()

    (post,) = await posts(story, GUARDS[0])

    assert (post["operation_id"], post["site_id"]) == (operation_id, HOSPITAL)
    assert post["site"] == "Hospital"
    assert post["with"] == [GUARDS[1]]
    assert post["phase"] == "guarding"
    assert set(post["due"]) == {"check_in", "patrol", "zero_report"}
    assert (post["supply"], post["lines"], post["own_supply_kw"]) == ("grid", 2, 700)
    assert await posts(story, LATER[0]) == []


async def test_the_next_check_in_is_another_once_this_one_was_said() -> None:
    story, operation_id = guarding()
    (before,) = await posts(story, GUARDS[0])
    story.after(MINUTE)

    story.when(CheckIn, operation_id=operation_id, site_id=HOSPITAL, member_id=GUARDS[1],
               kind="check_in")  # fmt: skip

    (after,) = await posts(story, GUARDS[0])
    assert after["due"]["check_in"] > before["due"]["check_in"]


async def test_who_comes_after_is_named_and_that_nobody_does_is_seen() -> None:
    story, operation_id = opened()
    posted(story, operation_id, GUARDS, 1, 4)
    (alone,) = await posts(story, GUARDS[0])
    assert (alone["next"], alone["goes_on"]) == (None, True)

    posted(story, operation_id, LATER, 4, 9)

    (mine,) = await posts(story, GUARDS[0])
    assert mine["next"] == {"starts_at": START + 4 * HOUR, "member_ids": sorted(LATER)}
    (last,) = await posts(story, LATER[0])
    assert (last["next"], last["goes_on"]) == (None, False)

    story.when(
        WithdrawPost, operation_id=operation_id, site_id=HOSPITAL, member_ids=LATER,
        starts_at=START + 4 * HOUR, reason="others",
    )  # fmt: skip
    assert await posts(story, LATER[0]) == []
    (again,) = await posts(story, GUARDS[0])
    assert again["next"] is None


async def test_the_supply_of_the_site_is_on_it_whoever_reported_that() -> None:
    story, _ = guarding()

    story.when(SiteSupplyReported, site_id=HOSPITAL, supply="own", endurance_min=60)

    (post,) = await posts(story, GUARDS[0])
    assert (post["supply"], post["runs_out_at"]) == ("own", story.at + HOUR)


async def test_what_is_over_is_on_no_phone() -> None:
    story, operation_id = guarding()

    story.when(CancelOperation, operation_id=operation_id, reason="called off")

    assert await posts(story, GUARDS[0]) == []
