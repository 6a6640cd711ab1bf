"""Rows of whistles, postings and wards: there while they last, drawn only when they changed."""

from typing import Any

from coordinator.boards.drawing import changed_rows
from coordinator.boards.memory import MemoryBoards
from coordinator.domain import jurisdiction
from coordinator.log.envelope import ZERO_HASH, Kind, seal
from coordinator.log.follow import Step
from schemas.community import CommunityService
from schemas.events.community import PostingBegun, WhistleBlown
from schemas.signals.community import (
    BlowWhistle,
    ClaimWhistle,
    EndPosting,
    EndWard,
    FinishWhistle,
    GiveBackWhistle,
    PostMember,
    ReportIn,
    TakeWard,
    VisitWard,
)
from schemas.signals.roster import ImportRoster
from schemas.vocabulary import Role
from tests.boards.drawn import redrawn, shown
from tests.county import HERE, county, member
from tests.story import DAY, HOUR, Story
from tests.story import HERE as RIVER

ONE, TWO = member(0, 1), member(0, 2)


def posted(story: Story, who: str, community: str, **more: Any) -> str:
    story.when(PostMember, member_id=who, community=community, **({"tie": "home"} | more))
    return story.the(PostingBegun).posting_id


def blown(story: Story) -> str:
    story.when(
        BlowWhistle, community="riverside", service=CommunityService.VOLUNTEERING, place=HERE,
        people_wanted=2, asked_by="committee", text="carry water",
    )  # fmt: skip
    return story.the(WhistleBlown).whistle_id


def drawn(story: Story) -> set[tuple[str, str]]:
    """Return the rows that the last record of a story had drawn again."""
    at, events = story.history[-1]
    record = seal(
        seq=len(story.history), prev=ZERO_HASH, epoch=1, at=at, kind=Kind.DECISION, log_id=RIVER,
        signal_id="", cursor={}, payload=b"",
    )  # fmt: skip
    before = Story().state
    for then, facts in story.history[:-1]:
        before = jurisdiction.fold(before, facts, then)
    return {(it.board, it.key) for it in changed_rows([Step(record, events, before, story.state)])}


async def ties(story: Story, who: str) -> list[tuple[str, str]] | None:
    """Return where a member is posted; drawn step by step and at once alike."""
    stepwise = (await shown(story)).row("my_communities", RIVER, who)
    assert stepwise == redrawn(story).row("my_communities", RIVER, who)
    if stepwise is None:
        return None
    assert (stepwise["member_id"], stepwise["realm"]) == (who, "actual")
    return [(it["community"], it["tie"]) for it in stepwise["communities"]]


async def test_a_member_is_shown_where_they_are_posted_until_it_ends() -> None:
    story = county()
    first = posted(story, ONE, "riverside")
    posted(story, ONE, "hill", tie="partner")

    assert await ties(story, ONE) == [("riverside", "home"), ("hill", "partner")]
    assert await ties(story, TWO) is None

    story.when(EndPosting, posting_id=first, reason="moved away")
    assert await ties(story, ONE) == [("hill", "partner")]


async def test_a_posting_that_ends_by_itself_leaves_the_board() -> None:
    story = county()
    posted(story, ONE, "riverside", until=story.at + HOUR)

    assert await ties(story.after(DAY), ONE) is None


async def test_who_leaves_the_roster_leaves_the_board() -> None:
    story = county()
    posted(story, ONE, "riverside")
    posted(story, TWO, "riverside")
    story.when(ImportRoster, actor_role=Role.COMMANDER, removed_members=(ONE,))

    assert await ties(story, ONE) is None
    assert await ties(story, TWO) == [("riverside", "home")]


async def test_a_whistle_is_on_the_board_from_the_call_to_its_end() -> None:
    story = county()
    id_ = blown(story)

    async def row() -> Any:
        boards: MemoryBoards = await shown(story)
        found = boards.row("community_whistles", RIVER, id_)
        assert found == redrawn(story).row("community_whistles", RIVER, id_)
        return found

    assert (await row())["claimed"] == []
    come: dict[str, Any] = {"whistle_id": id_, "actor_role": Role.MEMBER}
    for who in (ONE, TWO):
        story.when(ClaimWhistle, actor_id=who, member_id=who, **come)
    assert (await row())["claimed"] == sorted([ONE, TWO])
    story.when(GiveBackWhistle, actor_id=TWO, member_id=TWO, reason="child ill", **come)
    story.when(ReportIn, actor_id=ONE, member_id=ONE, **come)
    assert ((await row())["claimed"], (await row())["there"]) == ([ONE], [ONE])
    story.when(FinishWhistle, whistle_id=id_, outcome="sixty bottles")
    assert await row() is None


def test_one_more_who_comes_draws_one_row_however_many_are_posted() -> None:
    story = county()
    for place in range(6):
        posted(story, member(0, place), "riverside")
    id_ = blown(story)
    assert drawn(story) >= {("community_whistles", id_)}
    assert not any(board.startswith("my_") for board, _ in drawn(story))

    story.when(ClaimWhistle, actor_id=ONE, actor_role=Role.MEMBER, member_id=ONE, whistle_id=id_)
    rows = drawn(story)
    assert ("community_whistles", id_) in rows
    assert {key for _, key in rows} <= {id_, ONE, RIVER}


async def test_who_is_in_somebodys_care_is_shown_beyond_the_posting() -> None:
    story = county()
    mine: dict[str, Any] = {"actor_id": ONE, "actor_role": Role.MEMBER}

    async def wards() -> list[tuple[str, bool, int]] | None:
        stepwise = (await shown(story)).row("my_communities", RIVER, ONE)
        assert stepwise == redrawn(story).row("my_communities", RIVER, ONE)
        if stepwise is None:
            return None
        return sorted((it["subject"], it["needs_help"], it["visit_by"]) for it in stepwise["wards"])

    posting = posted(story, ONE, "riverside")
    for subject, kind in (("h-2", "household"), ("b-1", "building")):
        story.when(
            TakeWard,
            member_id=ONE,
            community="riverside",
            subject=subject,
            subject_kind=kind,
            **mine,
        )
    first, second = sorted(story.state.community.wards.values(), key=lambda it: it.subject)
    week = story.at + 7 * DAY
    assert await wards() == [("b-1", False, week), ("h-2", False, week)]

    story.when(EndPosting, posting_id=posting, reason="recalled")
    story.after(DAY)
    story.when(VisitWard, ward_id=second.ward_id, needs_help=True, **mine)
    assert await wards() == [("b-1", False, week), ("h-2", True, week + DAY)]
    assert ("my_communities", ONE) in drawn(story)

    story.after(7 * DAY)
    assert [it for it in await wards() or () if it[0] == "b-1"] == [("b-1", False, week + 7 * DAY)]
    for ward in (first, second):
        story.when(EndWard, ward_id=ward.ward_id, reason="moved away")
    assert await wards() is None
