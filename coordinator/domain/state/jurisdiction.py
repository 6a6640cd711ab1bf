"""Everything one jurisdiction remembers: the root of the state."""

from msgspec import Struct
from msgspec.structs import replace

from coordinator.domain.state.aid import Aid
from coordinator.domain.state.alerts import Alerts
from coordinator.domain.state.assignments import Assignments, Escalations
from coordinator.domain.state.branches import Branches
from coordinator.domain.state.command import Command
from coordinator.domain.state.community import Community
from coordinator.domain.state.deadlines import Deadlines
from coordinator.domain.state.incidents import Incidents
from coordinator.domain.state.notices import Notices
from coordinator.domain.state.operations import Operations, Sites
from coordinator.domain.state.planned_work import PlannedWorks
from coordinator.domain.state.record import PutBack
from coordinator.domain.state.responses import Responses
from coordinator.domain.state.roster import Roster
from coordinator.domain.state.safety import Safety
from coordinator.domain.state.tasks import Tasks
from coordinator.domain.state.timers import Timers
from coordinator.domain.state.units import Resources, Units
from coordinator.domain.state.violations import Violations
from schemas.default_policy import DEFAULT_POLICY
from schemas.events.handover import DeskHandedOver
from schemas.policy import Policy
from schemas.vocabulary import Realm


class Jurisdiction(Struct, frozen=True, gc=False):
    """`now` is the time of the latest record folded: it never goes back, whatever clocks do."""

    jurisdiction: str = ""
    realm: Realm = Realm.ACTUAL
    now: int = 0
    policy: Policy = DEFAULT_POLICY
    timers: Timers = Timers()
    incidents: Incidents = Incidents()
    responses: Responses = Responses()
    alerts: Alerts = Alerts()
    roster: Roster = Roster()
    units: Units = Units()
    resources: Resources = Resources()
    assignments: Assignments = Assignments()
    escalations: Escalations = Escalations()
    branches: Branches = Branches()
    operations: Operations = Operations()
    sites: Sites = Sites()
    planned_works: PlannedWorks = PlannedWorks()
    tasks: Tasks = Tasks()
    command: Command = Command()
    safety: Safety = Safety()
    aid: Aid = Aid()
    community: Community = Community()
    violations: Violations = Violations()
    notices: Notices = Notices()
    handover: DeskHandedOver | None = None
    put_back: PutBack | None = None
    deadlines: Deadlines = Deadlines()

    def at_time(self, now: int) -> "Jurisdiction":
        """Return the state with another `now`."""
        return replace(self, now=now)


def with_timers(state: Jurisdiction, timers: Timers) -> Jurisdiction:
    """Return the state with these timers, itself if it has them: what changes in place, as a state
    that is opened up, and what did not change need no new one.
    """
    return state if timers is state.timers else replace(state, timers=timers)
