"""Words of mutual aid from one log of a home to another."""

from collections.abc import Mapping
from typing import Final

import structlog

from coordinator.clock import Clock
from coordinator.engine.inbox import Inbox
from coordinator.errors import CoordinatorError
from schemas.signals.envelope import Signal

log = structlog.get_logger()

_TOLD_MAX: Final = 1_000
"""So many conversations with nobody are remembered as told of; an older one is told of again."""


class AidMessages:
    """The way between the logs of a home; a word that gets lost is said again."""

    def __init__(self, inboxes: Mapping[str, Inbox], clock: Clock) -> None:
        """Take where the logs are spoken to, by jurisdiction, and what time it is."""
        self._inboxes = inboxes
        self._clock = clock
        self._unknown: dict[object, None] = {}

    def pass_on(self, signal: Signal) -> None:
        """Hand a word to the log it is for; of one for nobody it is told once a conversation."""
        # It comes in here and now, whatever the time of the log that it comes from.
        signal = signal.model_copy(update={"at": self._clock.now()})
        aid_id = getattr(signal, "aid_id", None)
        inbox = self._inboxes.get(signal.jurisdiction)
        if inbox is None:
            # Nobody hears it, so that it is said again and again.
            if aid_id not in self._unknown:
                self._unknown[aid_id] = None
                if len(self._unknown) > _TOLD_MAX:
                    del self._unknown[next(iter(self._unknown))]
                log.warning("aid.peer_unknown", aid_id=aid_id, peer=signal.jurisdiction)
            return
        try:
            inbox.submit(signal)
        except CoordinatorError as error:
            reason = str(error)
            log.warning("aid.not_delivered", aid_id=aid_id, peer=signal.jurisdiction, reason=reason)
