"""A short storm to look back at: three incidents, one of them to its end."""

from coordinator.clock import SetClock
from schemas.vocabulary import Role
from tests.web.station import HERE, Station, bearer

MINUTE = 60_000
MARKUP = "<img src=x onerror=\"document.title='owned'\"> **bold** | `code`"


async def storm(here: Station) -> str:
    """Let three incidents live, the first one to its end; return that one."""
    clock = here.home.clock
    assert isinstance(clock, SetClock)
    incidents = []
    for number in range(3):
        clock.set(clock.now() + MINUTE)
        said = await here.say(Role.FEED, **here.outage(str(number), circuit=f"C{number}"))
        incidents.append(f"inc_{said.json()['signal_id']}")
    state = here.home.state_of(HERE)
    (unit_id, *_) = state.units.by_incident[incidents[0]]
    called = sorted(state.units.by_id[unit_id].people.items())
    for number, (member, assignment) in enumerate(called):
        clock.set(clock.now() + MINUTE)
        token = here.member_token(member)
        word = "decline" if number == 0 else "accept"
        body = {"reason": "other", "text": MARKUP} if number == 0 else None
        path = f"/v1/me/assignments/{assignment}/{word}"
        assert (await here.client.post(path, json=body, headers=bearer(token))).is_success
    clock.set(clock.now() + 20 * MINUTE)
    told_late = {"occurred_at": clock.now() - 12 * MINUTE}
    for document in (
        {"type": "restore_incident", **told_late},
        {"type": "close_incident", "feedback": MARKUP},
    ):
        said = await here.say(Role.DISPATCHER, incident_id=incidents[0], **document)
        assert said.status_code == 200, said.text
    return incidents[0]
