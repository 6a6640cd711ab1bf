"""By Web Push (RFC 8030, 8291, 8292): to the browsers a member enrolled, through their makers.

What is sent is encrypted for that browser. A subscription that its service no longer knows is
forgotten. Only services named by the operator are spoken to: an address comes from a phone.
"""

import asyncio
import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from coordinator.clock import Clock
from coordinator.errors import BadFile
from coordinator.outbox.address import read_address
from coordinator.outbox.deliveries import Fate
from coordinator.outbox.effects import ActualEffect
from coordinator.outbox.notices_out import NotSent
from coordinator.outbox.wording import Style, worded_together
from coordinator.private.file import keep_private, write_new_private
from coordinator.private.phones import Phones, Subscription

_THREADS: Final = 8
_TIME_OUT_S: Final = 10
_TOPIC_BYTES: Final = 24
_GONE: Final = "gone"
_GONE_STATUS: Final = (404, 410)
_NOT_OURS: Final = "not ours"
_NOT_OURS_STATUS: Final = (401, 403)
_TTL_MAX_S: Final = 86_400


class PushKey:
    """The key that says to push services who is sending (VAPID); made when it is not there yet."""

    def __init__(self, path: Path, *, may_make: bool = True) -> None:
        """Read or make the key.

        Args:
            path: its file.
            may_make: not while browsers are subscribed with a key that was here before: a new one
                would open none of them, and nobody would know.

        Raises:
            BadFile: it is not a private key on P-256, or is gone.
        """
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - slow to import
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
        from py_vapid import Vapid02  # noqa: PLC0415

        if not path.exists() and not may_make:
            raise BadFile(
                path,
                "the key of Web Push is gone, and browsers are subscribed with it: bring it back,"
                " or put a new one there (openssl ecparam -genkey -noout -name prime256v1) and have"
                " every member switch push on again",
            )
        if not path.exists():
            fresh = ec.generate_private_key(ec.SECP256R1()).private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            write_new_private(path, fresh)
        keep_private(path)
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            raise BadFile(path, f"not a private key in PEM: {error}") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise BadFile(path, "not a key on P-256")
        self.vapid = Vapid02(key)
        point = key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.public = base64.urlsafe_b64encode(point).decode().rstrip("=")


class PushChannel:
    """Pushes to every browser of a member. Desks have none."""

    name = "push"

    def __init__(  # noqa: PLR0913, PLR0917 - what it is made of, by name
        self,
        key: PushKey,
        contact: str,
        services: Sequence[str],
        phones: Phones,
        clock: Clock,
        style: Style | None = None,
    ) -> None:
        """Make it ready.

        Args:
            key: who we are.
            contact: `mailto:` or `https:` address that push services may complain to.
            services: host names that may be spoken to; `.x.org` stands for all below x.org.
            phones: who is subscribed.
            clock: the time.
            style: how it is worded; a link is of no use to a browser, which opens the page.
        """
        self._style = (style or Style())._replace(link="")
        self.key = key
        self._contact = contact
        self._services = tuple(services)
        self._phones = phones
        self._clock = clock
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="push")

    def may_speak_to(self, endpoint: str) -> bool:
        """Say whether an address is one of a push service that the operator named."""
        address = read_address(endpoint)
        return address is not None and any(
            address.host == it or (it.startswith(".") and address.host.endswith(it))
            for it in self._services
        )

    def places(self, effect: ActualEffect) -> list[str]:
        return [] if effect.target.startswith("desk:") else [self.name]

    def limit(self, place: str) -> None:
        """Set none: each browser is an address of its own."""

    async def send(self, effects: Sequence[ActualEffect], place: str) -> Fate:
        wording, first = worded_together(effects, self._style), effects[0]
        expires_at = max(it.expires_at for it in effects)
        message = {
            "id": first.effect_id,
            "kind": first.kind,
            "about": first.about,
            "at": first.at,
            "expires_at": expires_at,
            "title": wording.title,
            "body": wording.body,
        }
        lasts_s = (expires_at - self._clock.now()) // 1_000
        return await self.push(first.target, message, topic=first.about, lasts_s=lasts_s)

    async def push(  # noqa: C901 - each answer of a push service has its own end
        self, member_id: str, message: Mapping[str, Any], *, topic: str, lasts_s: int
    ) -> Fate:
        """Push to all browsers of a member; one that takes it is enough.

        Args:
            member_id: whose.
            message: what their service worker gets.
            topic: a later message of the same topic replaces one not yet delivered.
            lasts_s: how long the service may hold it.

        Raises:
            NotSent: none took it, and one may later.
        """
        found = []
        for it in self._phones.subscriptions_of(member_id):
            if it.key not in {"", self.key.public}:
                self._phones.lapse(it)
            elif self.may_speak_to(it.endpoint):
                found.append(it)
        body = json.dumps(message, ensure_ascii=False)
        loop = asyncio.get_running_loop()
        answers = await asyncio.gather(
            *(
                loop.run_in_executor(self._threads, self._post, it, body, topic, lasts_s)
                for it in found
            )
        )
        # Here, not in a pushing thread: it would be part of a transaction begun on the loop.
        for subscription, answer in zip(found, answers, strict=True):
            if answer == _GONE:
                self._phones.unsubscribe(subscription.endpoint)
            elif answer == _NOT_OURS:
                self._phones.lapse(subscription)
            elif answer is None and not subscription.key:
                self._phones.bind(subscription.endpoint, self.key.public)
        if any(answer is None for answer in answers):
            return Fate.SENT
        failed = [answer for answer in answers if answer not in {None, _GONE, _NOT_OURS}]
        if failed:
            raise NotSent(str(failed[0]))
        return Fate.UNREACHABLE

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _post(self, to: Subscription, body: str, topic: str, lasts_s: int) -> str | None:
        """Return None when it was taken, why not otherwise.

        `_GONE` for a browser that is gone, `_NOT_OURS` for one that another key of ours was for.
        With the key it was made with, 401 and 403 tell of our clock or address: tried again.
        """
        from pywebpush import WebPushException, webpush  # noqa: PLC0415 - slow to import
        from requests import RequestException, Session  # noqa: PLC0415

        session = Session()
        # A push service answers itself; elsewhere is nowhere an address of ours may lead.
        session.max_redirects = 0
        digest = hashlib.sha256(topic.encode()).digest()[:_TOPIC_BYTES]
        try:
            webpush(
                {"endpoint": to.endpoint, "keys": {"p256dh": to.p256dh, "auth": to.auth}},
                body,
                vapid_private_key=self.key.vapid,
                vapid_claims={"sub": self._contact},
                ttl=max(0, min(_TTL_MAX_S, lasts_s)),
                headers={"Urgency": "high", "Topic": base64.urlsafe_b64encode(digest).decode()},
                timeout=_TIME_OUT_S,
                requests_session=session,
            )
        except WebPushException as error:
            status = None if error.response is None else error.response.status_code
            if status in _GONE_STATUS:
                return _GONE
            if status in _NOT_OURS_STATUS and not to.key:
                return _NOT_OURS
            return f"the push service answered {status}" if status else "the keys are no good"
        except (RequestException, ValueError) as error:
            return type(error).__name__
        finally:
            session.close()
        return None
