"""What was reported by mistake is told as that to who looks back, and nothing goes up about it."""

from pathlib import Path

import pytest

from schemas.vocabulary import Role
from tests.web.station import HERE, station


@pytest.mark.parametrize("words", [("en", "reported by mistake"), ("zh", "误报")])
async def test_no_official_report_is_written_of_it(tmp_path: Path, words: tuple[str, str]) -> None:
    language, mistake = words
    async with station(tmp_path) as here:
        opened = (await here.say(Role.FEED, **here.outage("1"))).json()
        incident = f"inc_{opened['signal_id']}"
        where = f"/v1/replay/{HERE}/incidents/{incident}"
        gone = {"type": "withdraw_incident", "incident_id": incident, "reason": "wrong street"}
        answer = await here.say(Role.DISPATCHER, **gone)
        assert answer.status_code == 200, answer.text

        asked = {"language": language}
        upward = await here.get(Role.COMMANDER, f"{where}/reports/flash", **asked)
        before = await here.get(
            Role.COMMANDER, f"{where}/reports/flash", seq=opened["seq"], **asked
        )
        told = await here.get(Role.COMMANDER, f"{where}/report", **asked)

        assert (upward.status_code, before.status_code, told.status_code) == (409, 200, 200)
        assert upward.json()["said"]["code"] == "incident_never_was"
        assert mistake in told.text
        assert mistake not in before.text
