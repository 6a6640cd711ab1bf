"""What people typed is shown to who may see it, and stands on no log; erased, it is told so."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from coordinator.domain.canonical import digest
from coordinator.log.fold import empty
from coordinator.private.vault import Vault
from schemas.bounds import ERASED, NOT_HERE
from schemas.community import CommunityService
from schemas.ids import ulid_of
from schemas.signals.community import BlowWhistle
from schemas.told import TOKEN
from schemas.vocabulary import Role
from tests.story import START, name
from tests.web.station import HERE, Station, bearer, station
from tests.web.test_my_whistles import blown, said

WORDS = 'Mrs «Zhou», oxygen — "3rd floor"\\'


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Station]:
    async with station(tmp_path) as running:
        yield running


async def written(here: Station) -> bytes:
    records = await here.home.file.log(log_of(here)).read(after_seq=-1, records_max=10_000)
    return b"".join(it.payload for it in records)


def log_of(here: Station) -> str:
    return next(it for it in here.home.file.log_ids() if it.partition("@")[0].startswith(HERE))


async def on_the_board(here: Station, who: Role | str = Role.DISPATCHER) -> Any:
    answer = await here.get(who, "/v1/boards/community_whistles", jurisdiction=HERE)
    assert answer.status_code == 200, answer.text
    return [it["text"] for it in answer.json()["rows"]]


async def test_words_are_on_the_board_and_not_on_the_log(here: Station) -> None:
    await blown(here, text=WORDS, asked_by="Mr Zhao of the committee")

    assert await on_the_board(here) == [WORDS]
    record = await written(here)
    assert b"whistle_blown" in record
    for word in (b"Zhou", b"Zhao", b"oxygen"):
        assert word not in record


async def test_who_may_see_no_names_reads_no_words(here: Station) -> None:
    await blown(here, text=WORDS)

    (shown,) = await on_the_board(here, Role.AUDITOR)

    assert shown.startswith("told:")


async def test_the_live_stream_has_the_words(here: Station) -> None:
    await blown(here, text="oxygen on the 3rd floor")
    sent: list[bytes] = []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            sent.append(message["body"])
            if b"oxygen" in message["body"]:
                raise asyncio.CancelledError

    async def receive() -> Any:
        await asyncio.sleep(60)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "path": "/v1/stream", "raw_path": b"/v1/stream", "query_string": b"", "root_path": "",
        "scheme": "http", "client": ("test", 1), "server": ("test", 80),
        "headers": [(b"authorization", f"Bearer {here.tokens[Role.DISPATCHER]}".encode())],
    }  # fmt: skip
    app: Any = here.client._transport.app  # type: ignore[attr-defined]
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.wait_for(app(scope, receive, send), 20)

    assert b"oxygen on the 3rd floor" in sent[-1]


async def test_looking_back_shows_the_words_and_the_log_its_own_bytes(here: Station) -> None:
    await blown(here, text="oxygen on the 3rd floor")
    tip = await here.home.file.log(log_of(here)).tip_seq()

    commander = here.tokens[Role.COMMANDER]
    then = await here.get(commander, f"/v1/replay/{HERE}/moment", seq=tip)
    record = await here.get(commander, f"/v1/replay/{HERE}/record/{tip}")
    page = await here.get(commander, f"/v1/log/{HERE}", after=tip - 1)

    assert then.status_code == record.status_code == page.status_code == 200, then.text
    assert "told:" not in then.text
    assert "oxygen on the 3rd floor" in then.text
    assert "oxygen on the 3rd floor" in record.text
    assert "oxygen" not in page.text
    assert "told:" in page.text


async def test_after_an_erasure_it_says_so_and_the_log_folds_to_the_same_bytes(
    here: Station,
) -> None:
    whistle = await blown(here, text=WORDS)
    before = digest(here.home.state_of(HERE))

    beside = Vault(here.home.settings.data_dir / "people.db")
    assert beside.texts.erase(whistle) > 0
    beside.close()

    assert await on_the_board(here) == [ERASED]
    fold = empty(log_of(here))
    for record in await here.home.file.log(log_of(here)).read(after_seq=-1, records_max=10_000):
        fold, _ = fold.step(record)
    assert digest(fold.state) == before


async def test_words_that_came_past_the_edge_are_told_as_not_kept(here: Station) -> None:
    base = here.places[0].teams[0].base
    signal = BlowWhistle(
        signal_id=ulid_of(START, "past the edge"), jurisdiction=HERE,
        realm=here.home.state_of(HERE).realm, at=here.home.clock.now(), actor_id="elsewhere",
        actor_role=Role.FEED, community="riverside", place=base,
        service=CommunityService.VOLUNTEERING,
        people_wanted=2, asked_by="Zhao", text=WORDS,
    )  # fmt: skip

    (receipt,) = await here.home.owners[HERE].turn([signal])

    assert receipt.refused is None
    assert b"Zhou" not in await written(here)
    assert await on_the_board(here) == [NOT_HERE]


async def test_the_same_words_said_again_are_the_same_signal(here: Station) -> None:
    base = here.places[0].teams[0].base
    document = {
        "type": "blow_whistle", "signal_id": ulid_of(START, "twice"), "community": "riverside",
        "service": "volunteering", "place": {"lon": base.lon, "lat": base.lat},
        "people_wanted": 2, "asked_by": "committee", "text": WORDS,
    }  # fmt: skip

    first, again = await said(here, Role.FEED, **document), await said(here, Role.FEED, **document)

    assert (first["duplicate"], again["duplicate"]) == (False, True)


async def test_words_that_cannot_be_kept_keep_the_signal_out(
    here: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    tip = await here.home.file.log(log_of(here)).tip_seq()
    here.home.vault.close()
    monkeypatch.setattr(here.home.vault, "close", lambda: None)

    base = here.places[0].teams[0].base
    answer = await here.say(
        Role.FEED, type="blow_whistle", community="riverside", service="volunteering",
        place={"lon": base.lon, "lat": base.lat}, people_wanted=2, asked_by="x", text=WORDS,
    )  # fmt: skip

    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:coordinator:problem:text_not_kept"
    assert await here.home.file.log(log_of(here)).tip_seq() == tip


async def test_a_dead_letter_of_a_feed_has_no_words(here: Station) -> None:
    whistle = await blown(here, text=WORDS)
    taken = here.home.state_of(HERE).community.whistles[whistle].whistle_id.removeprefix("whi_")

    answer = await here.say(
        Role.FEED, **here.outage("9"), signal_id=taken, text="Zhou's house is dark"
    )

    assert answer.status_code == 409, answer.text
    (letter,) = here.home.letters.newest(9)
    assert b"outage_reported" in letter.original
    assert b"Zhou" not in letter.original


async def _a_token(here: Station) -> str:
    """Have words typed; return what stands for them on the record."""
    await blown(here, text="Mrs Zhou, oxygen")
    (token,) = await on_the_board(here, Role.AUDITOR)
    assert TOKEN.fullmatch(token)
    return str(token)


@pytest.mark.parametrize(
    "field", ["cause", "source", "dedup_key", "customer_ref", "circuit", "correlation_key"]
)
async def test_a_token_that_somebody_types_is_refused_where_texts_stay(
    here: Station, field: str
) -> None:
    token = await _a_token(here)
    report = here.outage() | {field: token}

    for path in ("/v1/signals", "/v1/signals:check"):
        answer = await here.client.post(
            path, json={"jurisdiction": HERE} | report, headers=bearer(here.tokens[Role.DISPATCHER])
        )
        assert answer.status_code == 422, answer.text
        (wrong,) = answer.json()["errors"]
        assert (wrong["field"], wrong["value"], wrong["code"]) == (field, token, "token_typed")
        assert "Zhou" not in answer.text


async def test_a_token_within_a_text_or_a_value_is_refused_too(here: Station) -> None:
    token = await _a_token(here)
    base = here.places[0].teams[0].base
    team = {
        "team_id": name("tea", "x"), "number": "T9", "name": f"team {token}",
        "base": {"lon": base.lon, "lat": base.lat},
    }  # fmt: skip

    within = await here.say(Role.DISPATCHER, **here.outage(cause=f"wire {token}."))
    value = await here.say(Role.DISPATCHER, type="import_roster", teams=[team])

    assert within.json()["errors"][0]["field"] == "cause"
    assert value.json()["errors"][0]["field"] == "teams.0.name", value.text
    fields = here.outage() | {"cause": "wire " + token[:-1]}
    assert (await here.say(Role.DISPATCHER, **fields)).status_code == 200


async def test_a_token_in_a_file_of_people_is_refused(here: Station) -> None:
    token = await _a_token(here)
    team = here.places[0].teams[0]
    person = {
        "staff_number": "n-1", "name": token, "team_id": team.team_id,
        "home": {"lon": team.base.lon, "lat": team.base.lat},
    }  # fmt: skip

    answer = await here.client.post(
        f"/v1/roster/{HERE}/import", json={"people": [person]},
        headers=bearer(here.tokens[Role.DISPATCHER]),
    )  # fmt: skip

    assert not answer.json()["imported"]
    assert [it["value"] for it in answer.json()["bad_rows"]] == [token], answer.text


async def test_an_answer_that_repeats_what_was_asked_has_no_words_of_others(here: Station) -> None:
    token = await _a_token(here)
    desk = bearer(here.tokens[Role.DISPATCHER])

    for answer in (
        await here.client.get(f"/v1/boards/{token}", headers=desk),
        await here.client.get(f"/v1/signals/{token}?jurisdiction={HERE}", headers=desk),
        await here.client.post("/v1/signals", json={"type": token}, headers=desk),
        await here.client.post("/v1/signals:batch", json={"type": token}, headers=desk),
        await here.client.post("/v1/names", json={"ids": token}, headers=desk),
    ):
        assert token in answer.text
        assert "Zhou" not in answer.text


async def test_typed_words_that_are_a_token_are_shown_as_they_were_typed(here: Station) -> None:
    token = await _a_token(here)
    await blown(here, text=token)
    tip = await here.home.file.log(log_of(here)).tip_seq()

    for coding in ("identity", "gzip"):
        record = await here.client.get(
            f"/v1/replay/{HERE}/moment?seq={tip}&boards=community_whistles",
            headers=bearer(here.tokens[Role.COMMANDER]) | {"accept-encoding": coding},
        )
        said = sorted(it["row"]["text"] for it in record.json()["rows"])
        assert said == sorted(["Mrs Zhou, oxygen", token])
