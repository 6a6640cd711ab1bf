"""The follower that draws the boards: marks what each fact touched, draws once per batch.

Nothing here is the truth: forget it all, follow the log from zero, and the same rows come back.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from coordinator.boards import (
    aid,
    alarms,
    community_whistles,
    critical_sites,
    disaster_alerts,
    guarded_operations,
    incident_command,
    incident_details,
    my_assignment,
    my_communities,
    my_duty,
    open_incidents,
    overview,
    people,
    shifts,
    sites,
    temporary_branches,
    units_in_the_field,
    vehicles,
    who_is_free,
)
from coordinator.boards.ports import Announcing, BoardWriter, Change
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.log.follow import Step
from schemas import catalogue
from schemas.events.envelope import Event

BOARDS: Final[dict[str, Any]] = {
    board.NAME: board
    for board in (
        open_incidents,
        units_in_the_field,
        my_assignment,
        my_duty,
        my_communities,
        critical_sites,
        vehicles,
        guarded_operations,
        temporary_branches,
        who_is_free,
        alarms,
        community_whistles,
        overview,
        incident_command,
        incident_details,
        aid,
        disaster_alerts,
        sites,
        shifts,
        people,
    )
}

ON_REQUEST: Final = frozenset(
    {
        my_assignment.NAME,
        my_duty.NAME,
        my_communities.NAME,
        incident_details.NAME,
        sites.NAME,
        shifts.NAME,
        people.NAME,
    }
)
"""Boards with a row for everybody or everything: the live stream has them when they are named."""


class Boards:
    """Follows the confirmed log of any number of jurisdictions."""

    name = "boards"

    def __init__(self, store: BoardWriter, feed: Announcing) -> None:
        self._store = store
        self._feed = feed

    async def take(self, steps: Sequence[Step]) -> None:
        """Draw what a confirmed batch of one jurisdiction's records touched."""
        self._tell(changed_rows(steps))

    def rebuild(self, state: Jurisdiction, seq: int) -> None:
        """Draw every row of one jurisdiction from its state: after a restart, or a lost store."""
        self._store.forget(state.jurisdiction)
        self._tell(every_row(state, seq))

    def _tell(self, changes: Sequence[Change]) -> None:
        if changes:
            self._store.apply(changes)
            self._feed.publish(changes)


def changed_rows(steps: Sequence[Step]) -> list[Change]:
    """Return the rows that a batch of one jurisdiction's records touched, as of its last one."""
    if not steps:
        return []
    touched: dict[tuple[str, str], None] = {}
    for step in steps:
        for event in step.events:
            _mark(event, step.before, step.after, touched)
    last = steps[-1]
    return [_drawn(last.after, last.record.seq, name, key) for name, key in touched]


def every_row(state: Jurisdiction, seq: int, boards: Iterable[str] = tuple(BOARDS)) -> list[Change]:
    """Return every row of a state; a row that is on no board is None."""
    keys = _everything(state)
    return [_drawn(state, seq, name, key) for name in boards for key in keys[name]]


def _drawn(state: Jurisdiction, seq: int, name: str, key: str) -> Change:
    return Change(state.jurisdiction, seq, name, key, BOARDS[name].row(state, key))


_CONCERNED: Final[dict[type[Event], tuple[tuple[str, Any], ...]]] = {
    model: tuple((name, it.touched) for name, it in BOARDS.items() if model in it.CONCERNS)
    for model in catalogue.EVENTS.values()
}


def _mark(
    event: Event,
    before: Jurisdiction,
    after: Jurisdiction,
    touched: dict[tuple[str, str], None],
) -> None:
    for name, touches in _CONCERNED[type(event)]:
        for key in touches(event, before, after):
            touched[name, key] = None


def _everything(state: Jurisdiction) -> dict[str, list[str]]:
    return {
        open_incidents.NAME: sorted(state.incidents.by_id),
        units_in_the_field.NAME: sorted(state.units.by_id),
        my_assignment.NAME: sorted(state.roster.members),
        my_duty.NAME: sorted(state.roster.members),
        my_communities.NAME: my_communities.members(state),
        critical_sites.NAME: sorted(state.sites.by_id),
        vehicles.NAME: sorted(state.resources.by_id),
        guarded_operations.NAME: sorted(state.operations.by_id),
        temporary_branches.NAME: sorted(state.branches.by_id),
        who_is_free.NAME: sorted(state.roster.teams),
        alarms.NAME: sorted(
            [*state.escalations.by_id, *state.command.help_calls, *state.safety.tasks]
        ),
        community_whistles.NAME: sorted(state.community.whistles),
        overview.NAME: [state.jurisdiction],
        incident_command.NAME: sorted(
            {
                *state.command.by_incident,
                *(it.incident_id for it in state.command.objectives.values()),
                *(it.incident_id for it in state.command.roll_calls.values()),
                *(it.incident_id for it in state.safety.tasks.values()),
                *_of_timers(state, "next_roll_call"),
            }
        ),
        incident_details.NAME: sorted(state.incidents.by_id),
        aid.NAME: sorted(state.aid.by_id),
        disaster_alerts.NAME: sorted(state.alerts.by_id),
        sites.NAME: sorted(state.sites.by_id),
        shifts.NAME: sorted(state.roster.shifts),
        people.NAME: sorted(state.roster.members),
    }


def _of_timers(state: Jurisdiction, kind: str) -> list[str]:
    return [key.partition(":")[2] for key in state.timers.due if key.startswith(f"{kind}:")]
