"""A busy night for a page to show: something on every panel, some of it late, some of it markup."""

from typing import Any, NamedTuple

from coordinator.domain.branch.rules import full_members_of
from schemas.vocabulary import Role
from tests.consoles.browser import Room
from tests.consoles.test_dispatch import by_hand
from tests.story import HOUR, START
from tests.web.station import HERE, Station, bearer
from tests.web.storm import MARKUP, storm
from tests.web.test_cap import warning


class Night(NamedTuple):
    """What a page may be opened at."""

    closed: str
    open: int
    at_work: str
    proposed: str
    called: str
    helps: str


async def _done(here: Station, role: Role, type_: str, **fields: Any) -> dict[str, Any]:
    answer = await here.say(role, type=type_, **fields)
    assert answer.status_code == 200, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


async def busy(room: Room) -> Night:
    """Let a storm go by, and leave a proposal, a command, an operation, a branch and more open."""
    here = room.station
    closed = await storm(here)
    at_work, unit_id = await _with_a_branch_to_be(here)
    state = here.home.state_of(HERE)
    there, called, *_ = sorted(state.units.by_id[unit_id].people)
    token, assignment = here.member_token(there), state.units.by_id[unit_id].people[there]
    for word in ("accept_assignment", "depart", "arrive"):
        assert (await here.say(token, type=word, assignment_id=assignment)).is_success
    say = Role.COMMANDER
    await _done(here, say, "establish_command", incident_id=at_work, commander_id="the-commander")
    await _done(here, say, "set_objective", incident_id=at_work, text=MARKUP, due_at=START + HOUR)
    await _done(here, say, "call_roll", incident_id=at_work)
    await _done(here, say, "call_help", member_id=there, text=MARKUP)
    site = here.places[0].sites[0].site_id
    await _done(here, say, "site_supply_reported", site_id=site, supply="own", endurance_min=30)
    await _done(
        here, say, "open_operation", name="Exams", level="3",
        basis="organiser_notice", basis_reference="notice 7", site_ids=[site],
        guard_from=START + HOUR, guard_until=START + 9 * HOUR,
    )  # fmt: skip
    await _done(
        here, say, "request_branch", unit_id=unit_id, name="抢险临时党支部",
        approving_organisation="County committee", expected_duration_d=30,
    )  # fmt: skip
    told = await here.client.post(
        "/v1/cap", content=warning(here), headers=bearer(here.tokens[Role.DISPATCHER])
    )
    assert told.is_success
    await by_hand(room)
    receipt = await _done(here, Role.FEED, **_outage(here, "flood", cause=MARKUP, circuit="C9"))
    helps = await _whistles(here)
    known = here.home.state_of(HERE).incidents.by_id.values()
    still_open = sum(it.closed_at is None for it in known)
    return Night(closed, still_open, at_work, f"inc_{receipt['signal_id']}", called, helps)


async def _with_a_branch_to_be(here: Station) -> tuple[str, str]:
    """Return an incident and a unit of it with full members enough for a branch."""
    for number, team in enumerate(here.places[0].teams):
        state = here.home.state_of(HERE)
        for incident_id, (unit_id, *_) in state.units.by_incident.items():
            people = tuple(state.units.by_id[unit_id].people)
            if full_members_of(state, people) >= state.policy.branch.full_members_min:
                return incident_id, unit_id
        place = {"lon": team.base.lon, "lat": team.base.lat}
        await _done(here, Role.FEED, **_outage(here, f"more-{number}", place=place))
    raise AssertionError("no unit has full members enough")


async def _whistles(here: Station) -> str:
    """Let two communities call; return a member who is at one, may go to the other, and cares for
    two wards of a third, one of which needs help.
    """
    state = here.home.state_of(HERE)
    base = here.places[0].teams[0].base
    free = (it for it, held in state.roster.members.items() if held.assignment_id is None)
    member = min(free)
    fields = {"service": "volunteering", "place": {"lon": base.lon, "lat": base.lat}}
    for place in ("riverside", "hill"):
        await _done(
            here, Role.FEED, "blow_whistle", community=place, people_wanted=3,
            asked_by="committee", text=MARKUP, report_by=START + HOUR, **fields,
        )  # fmt: skip
    first = min(here.home.state_of(HERE).community.whistles)
    for word in ("claim_whistle", "report_in"):
        token = here.member_token(member)
        said = await here.say(token, type=word, whistle_id=first, member_id=member)
        assert said.is_success, said.text
    mine = {"member_id": member, "community": "station-road"}
    await _done(here, Role.DISPATCHER, "post_member", tie="home", **mine)
    for subject in ("h-1", "h-2"):
        await _done(
            here, Role.DISPATCHER, "take_ward", subject=subject, subject_kind="household", **mine
        )
    ward = min(here.home.state_of(HERE).community.wards)
    await _done(here, Role.DISPATCHER, "visit_ward", ward_id=ward, needs_help=True, text="insulin")
    return member


def _outage(here: Station, key: str, **more: Any) -> dict[str, Any]:
    fields = here.outage(key, **more)
    return {"type_": fields.pop("type")} | fields
