"""Words that are put back into a report that is signed stay what they are: somebody's words."""

from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from coordinator.cli.inspect import _with_words
from coordinator.private.folder import VAULT_NAME
from coordinator.private.vault import Vault
from coordinator.replay.markup import inline
from coordinator.settings import Settings
from coordinator.web.typed_words import _in_calendar
from schemas.ids import ulid_of
from schemas.signals.incident import ReopenIncident
from schemas.vocabulary import Role
from tests.web.station import HERE, Station, station
from words.catalogue import LANGUAGES, Language

PATH = f"/v1/replay/{HERE}/incidents"
FORGED = "no. <img src=x> ![](http://evil.example/p) | a |\n\n## Record\n\n**Signed**"
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


@pytest.mark.parametrize("language", LANGUAGES)
async def test_words_put_back_into_a_report_add_nothing_to_it(
    here: Station, language: Language
) -> None:
    answer = await here.say(
        Role.DISPATCHER, **here.outage(cause="wind", address="East gate [x](y)", access="<b>")
    )
    incident = f"inc_{answer.json()['signal_id']}"
    for said in (
        {"type": "restore_incident"},
        {"type": "reopen_incident", "reason": FORGED.partition("\n")[0]},
        {"type": "restore_incident"},
        {"type": "close_incident", "feedback": FORGED},
        {"type": "review_incident", "cause": "wind", "lessons": FORGED, "improvements": FORGED},
    ):
        answer = await here.say(Role.DISPATCHER, incident_id=incident, **said)
        assert answer.status_code == 200, answer.text
        assert not answer.json()["refused"], answer.text

    for path in ("report", "reports/full", "reports/flash"):
        told = await here.get(Role.COMMANDER, f"{PATH}/{incident}/{path}", language=language)
        assert told.status_code == 200, told.text
        text = told.text
        blocks = READER.parse(text)
        kinds = {it.type for block in blocks for it in block.children or ()}
        assert kinds <= {"text"}
        assert "<img" not in text
        records = [it for it in text.splitlines() if it.startswith("## Record")]
        assert len(records) == (path == "report" and language == "en")
        assert ("evil.example" in text) == (path != "reports/flash")
        assert "East gate \\[x\\](y)" in text
        rows = [it for it in text.splitlines() if it.startswith("|")]
        assert all(it.endswith("|") for it in rows)


def test_words_in_a_calendar_end_where_they_end() -> None:
    assert _in_calendar("a,b;c\\d\r\nEND:VEVENT") == r"a\,b\;c\\d END:VEVENT"


def test_the_command_puts_words_back_as_the_route_does(tmp_path: Path) -> None:
    signal = ReopenIncident(
        signal_id=ulid_of(1, "r"), jurisdiction="yunhe", at=1, actor_id="desk",
        actor_role=Role.DISPATCHER, incident_id=f"inc_{ulid_of(1, 'i')}", reason=FORGED,
    )  # fmt: skip
    with closing(Vault(tmp_path / VAULT_NAME)) as vault:
        token = vault.texts.take_out(signal).reason

    assert token != signal.reason
    assert _with_words(f"- {token}\n", Settings(data_dir=tmp_path)) == f"- {inline(FORGED)}\n"
