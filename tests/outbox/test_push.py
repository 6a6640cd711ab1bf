"""Web Push: encrypted for one browser, signed by us, to named services only; the gone forgotten."""

import base64
import json
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from coordinator.clock import SetClock
from coordinator.errors import BadFile, BadInput
from coordinator.outbox.push_channel import PushChannel, PushKey
from coordinator.private.phones import Subscription
from tests.outbox.listening import Listener, listening
from tests.outbox.test_notices_out import LI, TASK, Sending, effect, until
from tests.story import MINUTE, START

AUTH = b"0123456789abcdef"


class Browser:
    """What a browser keeps to itself, and what it tells."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def subscription(self, endpoint: str, member_id: str = LI) -> Subscription:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return Subscription(endpoint, member_id, _b64(point), _b64(AUTH))

    def read(self, body: bytes) -> dict[str, Any]:
        clear = http_ece.decrypt(body, private_key=self.key, auth_secret=AUTH, version="aes128gcm")
        found: dict[str, Any] = json.loads(clear)
        return found


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.fixture
def world() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@asynccontextmanager
async def pushing(folder: Path, services: str = "127.0.0.1") -> AsyncIterator[Sending]:
    sending = Sending(
        folder,
        SetClock(START),
        push_key=str(folder / "key.pem"),
        push_contact="mailto:duty@example.org",
        push_services=services,
    )
    sending.start()
    try:
        yield sending
    finally:
        await sending.stop()


def offer(key: str = "a", **more: Any) -> Any:
    fields: dict[str, Any] = {
        "target": LI, "kind": "assignment_offered", "about": TASK,
        "document": {"answer_by": START + 5 * MINUTE, "arrive_by": START + 45 * MINUTE},
    }  # fmt: skip
    return effect(key, **(fields | more))


async def test_only_the_members_browser_can_read_it_and_it_knows_from_whom(
    tmp_path: Path, world: Listener
) -> None:
    browser = Browser()
    async with pushing(tmp_path) as sending:
        sending.reach.phones.subscribe(browser.subscription(world.address("/push")), START)
        await sending.reach.out.deliver([offer(), offer("desk", target="desk:dispatcher")])
        await sending.until("sent")
        push = sending.reach.push
        assert push is not None
        public = push.key.public

    (heard,) = world.at("/push")
    assert b"Call-out" not in heard.body
    message = browser.read(heard.body)
    assert (message["kind"], message["about"], message["at"]) == ("assignment_offered", TASK, START)
    assert Vapid02.verify(heard.headers["authorization"])
    assert heard.headers["authorization"].endswith(f"k={public}")
    assert (heard.headers["ttl"], heard.headers["urgency"]) == ("3600", "high")
    assert len(heard.headers["topic"]) == 32


@pytest.mark.parametrize("status", [404, 410])
async def test_a_browser_that_is_gone_is_forgotten(
    tmp_path: Path, world: Listener, status: int
) -> None:
    world.answers = {"/gone": status}
    async with pushing(tmp_path) as sending:
        phones = sending.reach.phones
        for path in ("/gone", "/there"):
            phones.subscribe(Browser().subscription(world.address(path)), START)
        await sending.reach.out.deliver([offer()])
        await sending.until("sent")

        assert [it.endpoint for it in phones.subscriptions_of(LI)] == [world.address("/there")]


async def test_nobody_left_is_told_apart_from_a_service_that_fails(
    tmp_path: Path, world: Listener
) -> None:
    world.answers = {"/gone": 410, "/busy": 503, "/moved": 307}
    async with pushing(tmp_path) as sending:
        phones = sending.reach.phones
        phones.subscribe(Browser().subscription(world.address("/gone")), START)
        await sending.reach.out.deliver([offer("a")])
        await sending.until("unreachable")
        phones.subscribe(Browser().subscription(world.address("/busy")), START)
        await sending.reach.out.deliver([offer("b", seq=8)])
        await sending.until("unreachable", "waiting")
        world.answers = {}
        sending.clock.set(START + 10_000)
        await sending.until("unreachable", "sent")


async def test_a_redirection_leads_nowhere(tmp_path: Path, world: Listener) -> None:
    world.answers = {"/moved": 307}
    async with pushing(tmp_path) as sending:
        subscription = Browser().subscription(world.address("/moved"))
        sending.reach.phones.subscribe(subscription, START)
        await sending.reach.out.deliver([offer()])
        await until(lambda: "push" in sending.reach.out.failing)

    assert world.at("/elsewhere") == []


@pytest.mark.parametrize(
    ("endpoint", "allowed"),
    [
        ("https://push.example.org/x", True),
        ("https://a.web.example.com/x", True),
        ("https://web.example.com.evil.net/x", False),
        ("https://push.example.org.evil.net/x", False),
        ("http://push.example.org/x", False),
        ("https://169.254.169.254/latest", False),
        ("https://push.example.org:443/x", True),
        ("https://wns.web.example.com/w/?token=BQ%2bA%3d%3D", True),
        ("https://push.example.org/a:b@c;d=e,f!g*h~i", True),
        ("https://evil@push.example.org:x/", False),
        ("https://evil@push.example.org/", False),
        ("https://push.example.org:8443/x", False),
        ("https://push.example.org./x", False),
        ("https://push.example.org", False),
        ("https://push.example.org\\@evil.net/x", False),
        ("https://evil.net\\.web.example.com/x", False),
        ("https://evil.net\\@push.example.org/x", False),
        ("https:\\\\push.example.org/x", False),
        ("https://evil.net#@push.example.org/x", False),
        ("https://evil.net?.web.example.com/x", False),
        ("https://push.example.org%2f@evil.net/x", False),
        ("https://evil.net%00.web.example.com/x", False),
        ("https://push.example.org/x\r\nHost: evil.net", False),
        ("https://push.example.org\t.evil.net/x", False),
        (" https://push.example.org/x", False),
        ("https://push.example.org/x\n", False),
        ("https://push.example。org/x", False),
        ("https://evil.net／.web.example.com/x", False),
        ("https://ｐush.example.org/x", False),
        ("https://push.example.org/推", False),
        ("https://[::1]/x", False),
        ("//push.example.org/x", False),
        ("https://push.example.org@evil.net/", False),
        ("file:///etc/passwd", False),
        ("https://[", False),
    ],
)
async def test_only_named_services_are_spoken_to(
    tmp_path: Path, endpoint: str, allowed: bool
) -> None:
    async with pushing(tmp_path, "push.example.org,.web.example.com") as sending:
        assert isinstance(sending.reach.push, PushChannel)
        assert sending.reach.push.may_speak_to(endpoint) is allowed


@pytest.mark.parametrize(
    "between", ["\\@", "\\", "\\.", "#@", "?@", "%5c@", "@", "%00@", "\t@", "\u2100@", "／@", ";@"]
)
async def test_an_address_that_two_parsers_read_differently_leads_nowhere(
    tmp_path: Path, world: Listener, between: str
) -> None:
    """Whatever the check took the host for, no other host hears a word."""
    other, named = f"127.0.0.1:{world.port}", "localhost:9"
    async with pushing(tmp_path, "localhost") as sending:
        push, phones = sending.reach.push, sending.reach.phones
        assert push is not None
        for first, second in ((other, named), (named, other)):
            endpoint = f"http://{first}{between}{second}/push"
            assert not push.may_speak_to(endpoint)
            # Kept before it was read strictly, it is not spoken to either.
            phones.subscribe(Browser().subscription(endpoint), START)
        await sending.reach.out.deliver([offer()])
        await sending.until("unreachable")

    assert world.heard == []


@pytest.mark.parametrize(
    "services",
    ["https://push.example.org", "push.example.org/x", "a@b", "推.org", "example.org."],
)
async def test_a_push_service_that_is_no_host_is_told_at_the_start(
    tmp_path: Path, services: str
) -> None:
    with pytest.raises(BadInput, match="COORDINATOR_PUSH_SERVICES"):
        async with pushing(tmp_path, services):
            pass


def test_a_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"

    first, again = PushKey(path).public, PushKey(path).public

    assert first == again
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("no key", encoding="utf-8")
    with pytest.raises(BadFile, match=r"key\.pem"):
        PushKey(path)


@pytest.mark.parametrize("known", [True, False])
async def test_a_new_key_ends_what_the_old_one_opened_and_says_so(
    tmp_path: Path, world: Listener, known: bool
) -> None:
    async with pushing(tmp_path) as sending:
        assert sending.reach.push is not None
        old = sending.reach.push.key.public
        subscription = Browser().subscription(world.address("/push"))
        made = subscription._replace(key=old if known else "")
        sending.reach.phones.subscribe(made, START)
    (tmp_path / "key.pem").unlink()
    PushKey(tmp_path / "key.pem")
    world.answers = {"/push": 403}

    async with pushing(tmp_path) as sending:
        phones, push = sending.reach.phones, sending.reach.push
        assert push is not None
        assert phones.has_lapsed(LI, push.key.public) is known
        assert (LI in phones.subscribed(push.key.public)) is not known
        await sending.reach.out.deliver([offer()])
        await sending.until("unreachable")

        assert (phones.subscriptions_of(LI), phones.has_lapsed(LI, push.key.public)) == ([], True)
        assert len(world.at("/push")) == (0 if known else 1)
        phones.subscribe(subscription._replace(key=push.key.public), START)
        assert not phones.has_lapsed(LI, push.key.public)
        assert phones.erase(LI)


async def test_a_wrong_clock_ends_no_subscription(tmp_path: Path, world: Listener) -> None:
    world.answers = {"/push": 401}
    async with pushing(tmp_path) as sending:
        phones, push = sending.reach.phones, sending.reach.push
        assert push is not None
        made = Browser().subscription(world.address("/push"))._replace(key=push.key.public)
        phones.subscribe(made, START)
        await sending.reach.out.deliver([offer()])
        await until(lambda: "push" in sending.reach.out.failing)

        assert phones.subscriptions_of(LI) == [made]


async def test_a_key_that_is_gone_is_not_made_anew_while_browsers_are_subscribed(
    tmp_path: Path, world: Listener
) -> None:
    async with pushing(tmp_path) as sending:
        sending.reach.phones.subscribe(Browser().subscription(world.address("/push")), START)
    (tmp_path / "key.pem").unlink()

    with pytest.raises(BadFile, match=r"key\.pem: the key of Web Push is gone"):
        async with pushing(tmp_path):
            pass
    assert not (tmp_path / "key.pem").exists()
