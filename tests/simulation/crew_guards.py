"""Guards of who leads, watches and drives, taken out one at a time: the simulator notices each."""

from typing import Any

from coordinator.domain.assignment import finishing
from coordinator.domain.roster import eligibility
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.roster import Member
from coordinator.domain.unit import vacancy
from schemas.why_not import WhyNot
from tests.simulation.mutation import Mutation


def _nothing(*_: Any) -> tuple[Any, ...]:
    return ()


def _whoever_is_unfit(state: Jurisdiction, member: Member, at: int) -> WhyNot | None:
    reason = _strict(state, member, at)
    return None if reason is WhyNot.UNFIT else reason


_strict = eligibility.why_not
GUARDS = (
    Mutation(
        "hurt-left-alone",
        "who is hurt or ill is not called before they are fit",
        ((eligibility, "why_not", _whoever_is_unfit),),
        200,
    ),
    Mutation(
        "nobody-unled",
        "whoever leads says who leads next",
        ((finishing, "_handed_on", _nothing), (vacancy, "filled", _nothing)),
    ),
    Mutation(
        "vacancies-filled",
        "a unit without who leads, watches or drives is short at once",
        ((vacancy, "filled", _nothing),),
    ),
    Mutation(
        "one-leads",
        "whoever led until the leader came leads no longer",
        ((vacancy, "leader_came", _nothing),),
        broke_at=(5_043,),
    ),
)
