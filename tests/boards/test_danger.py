"""Who is called out, and who looks at the desk, reads that people are in danger there."""

from coordinator.boards import my_assignment
from tests.boards.drawn import redrawn, rows_of, shown
from tests.county import county
from tests.domain.outages import out, reported
from tests.story import HERE


async def test_the_queue_and_the_called_are_told_also_where_it_is_said_late() -> None:
    story = county(size=16)
    reported(story, device="T-1", circuit="C1", extent=out(2_000), text="a child by the wire")
    (id_,) = story.state.incidents.by_id
    before = rows_of(redrawn(story))["open_incidents", id_]["injury_risk"]
    reported(story, "r2", device="T-1", circuit="C1", injury_risk=True)

    drawn = await shown(story)
    called = [it.member_id for it in story.state.assignments.by_id.values()]
    mine = [my_assignment.row(story.state, it) for it in called]

    assert before is False
    assert rows_of(drawn)["open_incidents", id_]["injury_risk"] is True
    assert mine
    for row in mine:
        assert row is not None
        assert (row["injury_risk"], row["text"]) == (True, "a child by the wire")
    told = {it.key for it in drawn.boards_of(HERE) if it.board == my_assignment.BOARD.name}
    assert set(called) <= told
