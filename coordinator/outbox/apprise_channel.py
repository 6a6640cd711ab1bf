"""By Apprise: one file says which service addresses reach which desk, and members by phone number.

The file is YAML, address book and secret in one: readable by the coordinator only.

    desk:dispatcher: ["wecombot://KEY"]            # every jurisdiction's dispatcher desk
    desk:commander@yunhe: ["dingtalk://TOKEN"]     # of one jurisdiction
    member: ["smseagle://TOKEN@host/{phone}"]      # {phone} comes from the vault
    desk:province: ["json://host/duty?:id={id}"]   # {id} is the same at each try
    languages: {"desk:commander@yunhe": en}        # zh, en or both, where others read than most
    limits: {member: 600}                          # messages a minute to each address of a target
"""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final, get_args
from urllib.parse import quote

from coordinator.documents import BadDocument, read_yaml
from coordinator.errors import BadFile
from coordinator.log.naming import jurisdiction_of
from coordinator.outbox.deliveries import Fate
from coordinator.outbox.effects import ActualEffect
from coordinator.outbox.kept_connections import keep_connections
from coordinator.outbox.notices_out import AT_ONCE, NotSent
from coordinator.outbox.phone_addresses import SAMPLE, TAKES_A_PHONE, PhoneAddresses
from coordinator.outbox.wording import Style, Tongue, Wording, worded_together
from schemas.vocabulary import Recipient

_KEPT_MAX: Final = 1_000
"""Addresses for which what speaks to them is kept: some 10 KB each."""
_LANGUAGES: Final = "languages"
_LIMITS: Final = "limits"
_LIMIT_MAX: Final = 1_000_000
_LIMITS_KNOWN: Final = {"dingtalk": 20, "wecombot": 20, "feishu": 100, "lark": 100}
"""Messages a minute that group robots take, by their makers; DingTalk's takes none for ten minutes
after one more."""
_TAKES_AN_ID: Final = "{id}"
_TARGETS: Final = {f"desk:{it.value}" for it in Recipient} | {"member"}


class AppriseChannel:
    """Sends text to the addresses of a target; who has none is left to the other ways."""

    name = "apprise"

    def __init__(
        self, path: Path, phone_of: Callable[[str], str | None], style: Style | None = None
    ) -> None:
        """Read the addresses and check each.

        Args:
            path: the YAML file.
            phone_of: member id → phone number, None when it is not known.
            style: how messages are worded, where `languages` in the file says nothing else.

        Raises:
            BadFile: naming the target and which of its addresses; never the address: it is secret.
        """
        # Slow to import, and for those only who set it up.
        from apprise import AppriseAsset, PersistentStoreMode  # noqa: PLC0415

        # Quiet about addresses in its own log lines, and without files of its own.
        self._asset = AppriseAsset(secure_logging=True, storage_mode=PersistentStoreMode.MEMORY)
        self._phone_of = phone_of
        self._style = style or Style()
        self._addresses, self._languages, self._limits = _read(path)
        self._threads: dict[str, ThreadPoolExecutor] = {}
        self._idle = _Idle()
        self._of_phones = PhoneAddresses()
        for target, addresses in self._addresses.items():
            for number, address in enumerate(addresses, 1):
                if not self._made(_sample(address)):
                    raise BadFile(path, f"{target}: address {number} is none that Apprise knows")

    def places(self, effect: ActualEffect) -> list[str]:
        target = self._target_of(effect)
        return [f"{self.name}|{target}|{it}" for it in range(len(self._addresses.get(target, ())))]

    def limit(self, place: str) -> int | None:
        target = place.split("|")[1]
        address = self._template(place) or ""
        return self._limits.get(target, _LIMITS_KNOWN.get(address.partition(":")[0].lower()))

    async def send(self, effects: Sequence[ActualEffect], place: str) -> Fate:
        template = self._template(place)
        if template is None:
            return Fate.UNREACHABLE
        phone = None
        if TAKES_A_PHONE in template:
            phone = self._phone_of(effects[0].target)
            if phone is None:
                return Fate.UNREACHABLE
        wording = worded_together(effects, self._style_of(effects[0]))
        say = partial(self._say, template, wording, effects[0].effect_id, phone)
        if not await asyncio.get_running_loop().run_in_executor(self._threads_of(place), say):
            raise NotSent("a service did not take it, or did not answer")
        return Fate.SENT

    def _threads_of(self, place: str) -> ThreadPoolExecutor:
        """Return the threads of one place: a service that hangs takes nobody else's."""
        if place not in self._threads:
            self._threads[place] = ThreadPoolExecutor(
                AT_ONCE, thread_name_prefix="apprise", initializer=keep_connections
            )
        return self._threads[place]

    def close(self) -> None:
        for threads in self._threads.values():
            threads.shutdown(wait=False, cancel_futures=True)

    def _style_of(self, effect: ActualEffect) -> Style:
        tongue = self._languages.get(self._target_of(effect))
        return self._style if tongue is None else self._style._replace(tongue=tongue)

    def _target_of(self, effect: ActualEffect) -> str:
        target = effect.target if effect.target.startswith("desk:") else "member"
        here = f"{target}@{jurisdiction_of(effect.log_id)}"
        return here if here in self._addresses else target

    def _template(self, place: str) -> str | None:
        _, target, number = place.split("|")
        addresses = self._addresses.get(target, ())
        return addresses[int(number)] if int(number) < len(addresses) else None

    def _say(self, template: str, wording: Wording, effect_id: str, phone: str | None) -> bool:
        """Say it to an address, or to a phone by it."""
        address = template.replace(_TAKES_AN_ID, effect_id)
        if phone is None:
            return self._said_to(address, wording.body, wording.title)
        # With an id in it there is one address for each message, and nothing to read once.
        read = self._of_phones.read(template, phone) if address == template else None
        if read is None:
            address = address.replace(TAKES_A_PHONE, quote(phone, safe=""))
            return self._said_to(address, wording.text_message, "")
        sender = self._made(read)
        return sender is not None and bool(sender.notify(body=wording.text_message))

    def _said_to(self, address: str, body: str, title: str) -> bool:
        sender = self._idle.take(address) or self._made(address)
        if sender is None:
            return False
        # Spoken to itself: by an `Apprise` all would share the threads of that library.
        took = bool(sender.notify(body=body, title=title))
        self._idle.put(address, sender)
        return took

    def _made(self, address: str | dict[str, Any]) -> Any:
        """Return what speaks to an address, or to what was read of one; None if it is none."""
        from apprise import Apprise  # noqa: PLC0415 - slow to import

        sender = Apprise.instantiate(address, asset=self._asset)
        if sender is not None:
            # A pause of seconds after each message is not what a call-out is sent with; a service
            # that wants one says no, and is tried again later.
            sender.request_rate_per_sec = 0
        return sender


class _Idle:
    """What speaks to an address and is not at it: made once, used by one thread at a time."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, list[Any]] = OrderedDict()
        self._turn = threading.Lock()

    def take(self, address: str) -> Any:
        """Return one that is idle and no longer is; None: there is none."""
        with self._turn:
            found = self._held.pop(address, None)
            if not found:
                return None
            sender = found.pop()
            if found:
                self._held[address] = found
            return sender

    def put(self, address: str, sender: Any) -> None:
        with self._turn:
            self._held.setdefault(address, []).append(sender)
            self._held.move_to_end(address)
            if len(self._held) > _KEPT_MAX:
                self._held.popitem(last=False)


def _sample(address: str) -> str:
    return address.replace(TAKES_A_PHONE, SAMPLE).replace(_TAKES_AN_ID, "0")


def _read(
    path: Path,
) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, Tongue], Mapping[str, int]]:
    try:
        document = read_yaml(path.read_bytes())
    except (OSError, BadDocument) as error:
        raise BadFile(path, str(error)) from None
    if not isinstance(document, dict):
        raise BadFile(path, "a mapping from target to a list of addresses is wanted")
    found = {}
    languages = _languages(path, document.pop(_LANGUAGES, {}))
    limits = _limits(path, document.pop(_LIMITS, {}))
    for target, addresses in document.items():
        if str(target).partition("@")[0] not in _TARGETS:
            raise BadFile(path, f"target: {target!r} is none of {', '.join(sorted(_TARGETS))}")
        if not isinstance(addresses, list) or not all(isinstance(it, str) for it in addresses):
            raise BadFile(path, f"{target}: a list of addresses is wanted")
        found[str(target)] = tuple(addresses)
    return found, languages, limits


def _languages(path: Path, given: object) -> Mapping[str, Tongue]:
    if not isinstance(given, dict):
        raise BadFile(path, f"{_LANGUAGES}: a mapping from target to a language is wanted")
    for target, language in given.items():
        if str(target).partition("@")[0] not in _TARGETS:
            raise BadFile(
                path, f"{_LANGUAGES}: {target!r} is none of {', '.join(sorted(_TARGETS))}"
            )
        if language not in get_args(Tongue):
            known = ", ".join(get_args(Tongue))
            raise BadFile(path, f"{_LANGUAGES}: {target}: {language!r} is none of {known}")
    return given


def _limits(path: Path, given: object) -> Mapping[str, int]:
    if not isinstance(given, dict):
        raise BadFile(path, f"{_LIMITS}: a mapping from target to messages a minute is wanted")
    for target, limit in given.items():
        if str(target).partition("@")[0] not in _TARGETS:
            raise BadFile(path, f"{_LIMITS}: {target!r} is none of {', '.join(sorted(_TARGETS))}")
        if type(limit) is not int or not 1 <= limit <= _LIMIT_MAX:
            raise BadFile(
                path,
                f"{_LIMITS}: {target}: {limit!r} is no number of messages from 1 to {_LIMIT_MAX}",
            )
    return given
