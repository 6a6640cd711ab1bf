"""People, teams, shifts, leave: who may be called at this moment."""

from immutables import Map
from msgspec import Struct

from schemas.roster import GridCell, Person, Shift, Team
from schemas.vocabulary import Unfit


class Leave(Struct, frozen=True, gc=False):
    starts_at: int
    ends_at: int


class Unfitness(Struct, frozen=True, gc=False):
    """Hurt or ill, since when, and the call-out that was turned down or given up with it.

    `accounted_at`: when somebody last knew where they are, once no call-out binds them.
    `away`: whether somebody has said that they were brought away from there.
    """

    why: Unfit
    since: int
    assignment_id: str | None = None
    accounted_at: int | None = None
    away: bool = False


class Member(Struct, frozen=True, gc=False):
    """One person, one state, whatever teams and screens they appear on.

    `assignment_id` is the one assignment that binds them now; `worked_since` is the start of
    continuous work, which goes on over pauses shorter than the rest; `idle_since` the end of the
    last assignment, `finished_at` of the last they were on scene for; `call_outs` counts for
    fairness; `off_post_until` is set from a grave violation to the readmission, which is not
    before it; `unfit` until somebody says that they are fit again.
    """

    person: Person
    available: bool = True
    leaves: tuple[Leave, ...] = ()
    devices: tuple[str, ...] = ()
    on_shift: int = 0
    on_standby: int = 0
    assignment_id: str | None = None
    posted_to: str | None = None
    lent_to: str | None = None
    borrowed_from: str | None = None
    worked_since: int | None = None
    idle_since: int | None = None
    finished_at: int | None = None
    fatigue_override_until: int = 0
    call_outs: int = 0
    off_post_until: int | None = None
    unfit: Unfitness | None = None


def takeover_key(shift_id: str, holder_id: str, taker_id: str) -> str:
    return f"{shift_id}/{holder_id}/{taker_id}"


def certificate_key(member_id: str, skill: str, valid_until: int) -> str:
    return f"{member_id}/{skill}/{valid_until}"


class Roster(Struct, frozen=True, gc=False):
    """`team_members` sorted by id; `shifts` holds the running and coming ones only.

    `running` maps each running shift to its end; `free` lists who of a team is on call and
    bound by nothing; `known_gaps` are `team/from/to/on call`, told before. `asked` are the
    shifts that may change hands, `shift/holder/taker`, by who of the two has said so; `taken`
    are those that did, by shift: who had it and who has it now. `certificates_told`: by
    `member/skill/end` the days before its end at which it was told last.
    """

    members: Map[str, Member] = Map()
    teams: Map[str, Team] = Map()
    team_members: Map[str, tuple[str, ...]] = Map()
    captains: Map[str, str] = Map()
    shifts: Map[str, Shift] = Map()
    running: Map[str, int] = Map()
    free: Map[str, tuple[str, ...]] = Map()
    asked: Map[str, str] = Map()
    taken: Map[str, tuple[tuple[str, str], ...]] = Map()
    certificates_told: Map[str, int] = Map()
    known_gaps: tuple[str, ...] = ()
    cells: Map[str, GridCell] = Map()
