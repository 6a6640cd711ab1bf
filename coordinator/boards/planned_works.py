"""Which work is planned on circuits, who was told of its outage, and which guard is in its way?"""

from typing import Final

from coordinator.boards import touches
from coordinator.boards.board import Board, Panel
from coordinator.boards.ports import Row
from coordinator.domain.planned_work.notices import due_at, lacking
from coordinator.domain.planned_work.reported_in import people_at
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.envelope import Event
from schemas.events.operation import OperationCancelled, OperationConcluded
from schemas.events.roster import PolicyAdopted
from schemas.signals.planned_work import PlanWorkOnSupply


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    if isinstance(event, OperationConcluded | OperationCancelled | PolicyAdopted):
        return set(after.planned_works.by_id)
    at_it = (it.work_id for it in touches.tickets(event, before, after))
    return touches.works(event) | {it for it in at_it if it is not None}


def row(state: Jurisdiction, key: str) -> Row | None:
    work = state.planned_works.by_id.get(key)
    if work is None:
        return None
    public, sites = lacking(work)
    standing = [it for it in work.conflicts if it[0] in state.operations.by_id]
    return {
        "work_id": key,
        "realm": state.realm,
        "circuit": work.circuit,
        "starts_at": work.starts_at,
        "ends_at": work.ends_at,
        "text": work.text,
        "notice": work.notice,
        "cuts_supply": work.cuts_supply,
        "notices_due_at": due_at(state, work) if work.cuts_supply else None,
        "notices_missed": work.missed and (public or bool(sites)),
        "public_lacking": public,
        "sites_lacking": list(sites),
        "overran": work.overran,
        "people": list(people_at(state, work)),
        "conflicts": [{"operation_id": it[0], "site_id": it[1]} for it in standing],
    }


BOARD: Final = Board(
    name="planned_works",
    concerns=touches.concerning("work_id", "ticket_id")
    | {OperationConcluded, OperationCancelled, PolicyAdopted},
    touched=touched,
    row=row,
    keys=lambda state: state.planned_works.by_id,
    of=("wrk",),
    panel=Panel(
        reads=("circuit", "notice", "text"), adds=PlanWorkOnSupply, words={"notice": "notice"}
    ),
)
