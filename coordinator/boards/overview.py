"""How does the jurisdiction stand, in one line?"""

from typing import Final

from msgspec import to_builtins

from coordinator.boards.board import Board
from coordinator.boards.ports import Row
from coordinator.domain.state.jurisdiction import Jurisdiction
from schemas.events.aid import AidCalledOff, AidCrewPromised, AidCrewReleased, AidCrewReturned
from schemas.events.alert import ReadinessChanged
from schemas.events.envelope import Event
from schemas.events.incident import (
    IncidentClosed,
    IncidentFiled,
    IncidentOpened,
    IncidentsMerged,
    IncidentWithdrawn,
)
from schemas.events.record import RecordPutBack
from schemas.events.roster import PolicyAdopted, RosterChanged
from schemas.events.safety import WeatherChanged
from schemas.events.unit import (
    ProposalRejected,
    RoleTakenOver,
    UnitCalled,
    UnitFiled,
    UnitFormed,
    UnitProposed,
    UnitReinforced,
    UnitShort,
    UnitStoodDown,
)
from schemas.value import said


def touched(event: Event, before: Jurisdiction, after: Jurisdiction) -> set[str]:
    return {after.jurisdiction}


def row(state: Jurisdiction, key: str) -> Row | None:
    return {
        "jurisdiction": key,
        "realm": state.realm,
        "incidents_opened": state.incidents.opened,
        "units": len(state.units.by_id),
        "units_waiting": len(state.units.waiting),
        "members": len(state.roster.members),
        "teams": len(state.roster.teams),
        "readiness": state.alerts.readiness,
        "weather": said(state.safety.weather),
        # Who may be named on a ticket: published lists, and roles that are never one person's.
        "ticket_rules": said(state.policy.safety.tickets),
        # What was shown of the log before this is of another life of it.
        "put_back": to_builtins(state.put_back),
        "policy": f"{state.policy.policy_id} v{state.policy.version}",
    }


BOARD: Final = Board(
    name="overview",
    concerns=frozenset(
        {
            IncidentOpened,
            IncidentClosed,
            IncidentFiled,
            IncidentsMerged,
            IncidentWithdrawn,
            UnitCalled,
            UnitFiled,
            UnitFormed,
            UnitProposed,
            UnitReinforced,
            UnitShort,
            UnitStoodDown,
            RoleTakenOver,
            ProposalRejected,
            AidCrewPromised,
            AidCalledOff,
            AidCrewReturned,
            AidCrewReleased,
            ReadinessChanged,
            RosterChanged,
            PolicyAdopted,
            WeatherChanged,
            RecordPutBack,
        }
    ),
    touched=touched,
    row=row,
    keys=lambda state: (state.jurisdiction,),
)
