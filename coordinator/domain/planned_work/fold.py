"""How facts build planned work and its clocks."""

from typing import assert_never

from immutables import Map
from msgspec.structs import replace

from coordinator.domain.planned_work.notices import next_check
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.planned_work import PlannedWork, PlannedWorks
from schemas.events.planned_work import (
    OutageNoticeDue,
    OutageNoticeGiven,
    OutageNoticeMissed,
    OutageNoticeOwed,
    PlannedWorkBegun,
    PlannedWorkCancelled,
    PlannedWorkEvent,
    PlannedWorkMoved,
    PlannedWorkOver,
    PlannedWorkOverran,
    WorkConflictFound,
    WorkPlanned,
)

_CLOCKS = ("outage_notice", "work_begins", "planned_work")


def evolve(state: Jurisdiction, event: PlannedWorkEvent, at: int) -> Jurisdiction:
    if isinstance(event, WorkPlanned):
        return _kept(state, _planned(event, at), at)
    work = state.planned_works.by_id.get(event.work_id)
    if work is None:
        return state
    if isinstance(event, PlannedWorkCancelled | PlannedWorkOver):
        return _gone(state, work)
    work = _changed(work, event)
    if isinstance(event, PlannedWorkMoved):
        work = replace(work, set_at=at)
    return _kept(state, work, at)


def _planned(event: WorkPlanned, at: int) -> PlannedWork:
    return PlannedWork(
        work_id=event.work_id,
        circuit=event.circuit,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        text=event.text,
        notice=event.notice,
        cuts_supply=event.cuts_supply,
        planned_at=at,
        set_at=at,
        owed=event.owed,
    )


_Change = (
    PlannedWorkMoved
    | PlannedWorkBegun
    | PlannedWorkOverran
    | WorkConflictFound
    | OutageNoticeOwed
    | OutageNoticeDue
    | OutageNoticeGiven
    | OutageNoticeMissed
)


def _changed(work: PlannedWork, event: _Change) -> PlannedWork:  # noqa: C901 - one case for each fact
    match event:
        case PlannedWorkMoved():
            return replace(
                work,
                starts_at=event.starts_at,
                ends_at=event.ends_at,
                told=Map(),
                public_told_at=None,
                reminded=False,
                missed=False,
                conflicts=(),
                begun=False,
                overran=False,
            )
        case PlannedWorkBegun():
            return replace(work, begun=True)
        case PlannedWorkOverran():
            return replace(work, overran=True)
        case WorkConflictFound():
            found = (event.operation_id, event.site_id)
            rest = tuple([it for it in work.conflicts if it != found])
            return replace(work, conflicts=(*rest, found))
        case OutageNoticeOwed():
            return replace(work, owed=(*work.owed, event.site_id), missed=False)
        case OutageNoticeDue():
            return replace(work, reminded=True)
        case OutageNoticeGiven():
            told = work.told
            for site_id in event.site_ids:
                told = told.set(site_id, event.happened_at)
            public = event.happened_at if event.public else work.public_told_at
            return replace(work, told=told, public_told_at=public)
        case OutageNoticeMissed():
            return replace(work, missed=True)
        case _:
            assert_never(event)


def _kept(state: Jurisdiction, work: PlannedWork, at: int) -> Jurisdiction:
    timers = state.timers
    if work.overran:
        timers = timers.clear("planned_work", work.work_id)
    else:
        timers = timers.set("planned_work", work.work_id, max(work.ends_at, at + 1))
    if work.begun:
        timers = timers.clear("work_begins", work.work_id)
    else:
        timers = timers.set("work_begins", work.work_id, max(work.starts_at, at + 1))
    check = next_check(state, work, at)
    if check is None:
        timers = timers.clear("outage_notice", work.work_id)
    else:
        timers = timers.set("outage_notice", work.work_id, check)
    by_id = state.planned_works.by_id.set(work.work_id, work)
    return replace(state, planned_works=PlannedWorks(by_id), timers=timers)


def _gone(state: Jurisdiction, work: PlannedWork) -> Jurisdiction:
    timers = state.timers
    for clock in _CLOCKS:
        timers = timers.clear(clock, work.work_id)
    by_id = state.planned_works.by_id.delete(work.work_id)
    return replace(state, planned_works=PlannedWorks(by_id), timers=timers)
