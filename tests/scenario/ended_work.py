"""How work on a grounded line ends, in the words of the day."""

from schemas.signals.safety import FinishWork
from schemas.vocabulary import Role
from tests.story import Story


def end_work(story: Story, ticket_id: str) -> None:
    """End the work of a ticket, all of it, by its leader."""
    leader = story.state.safety.tickets[ticket_id].work_leader
    story.when(FinishWork, ticket_id=ticket_id, actor_id=leader, actor_role=Role.MEMBER)
    assert ticket_id not in story.state.safety.tickets
