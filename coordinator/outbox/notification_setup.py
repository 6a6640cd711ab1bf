"""Everything by which people are reached beside the inbox, set up from the settings."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from prometheus_client import CollectorRegistry

from coordinator.clock import Clock
from coordinator.errors import BadInput
from coordinator.outbox.address import is_service
from coordinator.outbox.apprise_channel import AppriseChannel
from coordinator.outbox.call_outs_left import LeftCallOuts
from coordinator.outbox.deliveries import Deliveries
from coordinator.outbox.notices_out import Channel, NoticesOut
from coordinator.outbox.push_channel import PushChannel, PushKey
from coordinator.outbox.wording import Style
from coordinator.private.phones import Phones
from coordinator.private.vault import Vault
from coordinator.settings import Settings
from schemas.signals.envelope import Signal


class NotificationSetup:
    """Phones that are enrolled, notices on their way out, and Web Push where a key is set."""

    def __init__(
        self, settings: Settings, vault: Vault, clock: Clock, registry: CollectorRegistry
    ) -> None:
        """Open the files beside the vault.

        Raises:
            BadFile: one of them, the key or the addresses cannot be read.
            BadInput: a key is set and nobody to complain to.
        """
        self._clock = clock
        self._left: LeftCallOuts | None = None
        folder, link = settings.data_dir, settings.public_url
        style = Style(settings.notify_language, settings.notify_sender, link)
        self.phones = Phones(folder / "phones.db")
        self.push: PushChannel | None = None
        channels: list[Channel] = []
        if settings.notify_urls:
            channels.append(AppriseChannel(Path(settings.notify_urls), vault.phone, style))
        if settings.push_key:
            if not settings.push_contact:
                raise BadInput(
                    "COORDINATOR_PUSH_CONTACT: wanted with COORDINATOR_PUSH_KEY (got '')"
                )
            self.push = PushChannel(
                PushKey(Path(settings.push_key), may_make=not self.phones.subscribed()),
                settings.push_contact,
                _services(settings.push_services),
                self.phones,
                clock,
                style,
            )
            channels.append(self.push)
        self._deliveries = Deliveries(folder / "deliveries.db")
        self.out = NoticesOut(
            self._deliveries, channels, clock, registry, put_back=vault.texts.put_back
        )

    def tell_left_to(self, submit: Callable[[Signal], Awaitable[object]]) -> None:
        """Have whoever decides told which call-outs have left, as signals handed in by `submit`."""
        self._left = LeftCallOuts(submit, self._clock)
        self.out.on_left = self._left.note

    def erase(self, member_id: str) -> bool:
        """Forget a person's phones and what went to them; True if there was anything to forget."""
        phones, deliveries = self.phones.erase(member_id), self._deliveries.erase(member_id)
        return phones or deliveries

    def close(self) -> None:
        """Close the files; `out` has ended before."""
        if self._left is not None:
            self._left.close()
        self._deliveries.close()
        self.phones.close()


def _services(setting: str) -> list[str]:
    """Return the hosts of push services in a setting.

    Raises:
        BadInput: one is no host name.
    """
    found = [it.strip().lower() for it in setting.split(",") if it.strip()]
    for it in found:
        if not is_service(it):
            raise BadInput(
                f"COORDINATOR_PUSH_SERVICES: {it!r} is no host name like push.example.org"
            )
    return found
