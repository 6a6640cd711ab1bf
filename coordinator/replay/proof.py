"""What can be proved of one record: that its bytes are those the records around it name.

Says no more than was looked at, and from where on the chain was checked.
"""

from typing import Any, NamedTuple

from coordinator.errors import UndecodableEnvelope
from coordinator.log.envelope import ZERO_HASH, Record
from coordinator.log.ports import LogReader
from coordinator.replay.timeline import Timeline


class Proof(NamedTuple):
    """Each check: True it holds, False it does not, None it could not be made.

    `checked_from` is `genesis` when every record from the first one to this one was accepted, one
    after the other; `neighbours` when only the ones beside it were looked at.
    """

    prev_is_hash_before: bool | None
    next_names_hash: bool | None
    same_as_read: bool | None
    checked_from: str
    checked_to: int
    chain_fault: str | None

    @property
    def status(self) -> str:
        checks = (self.prev_is_hash_before, self.next_names_hash, self.same_as_read)
        if False in checks:
            return "broken"
        return "proved" if self.checked_from == "genesis" else "linked"

    def document(self) -> dict[str, Any]:
        return {"status": self.status, **self._asdict()}


class Unreadable(NamedTuple):
    """A record that is there but cannot be taken apart."""

    reason: str


async def prove(
    journal: LogReader, timeline: Timeline, seq: int
) -> tuple[Record | Unreadable | None, Proof]:
    """Return a record, read anew, and what is proved of it; None where there is no such record."""
    before = await _one(journal, seq - 1) if seq > 0 else None
    here = await _one(journal, seq)
    after = await _one(journal, seq + 1)
    from_genesis = timeline.tip.seq >= seq
    proof = Proof(
        prev_is_hash_before=None,
        next_names_hash=None,
        same_as_read=None,
        checked_from="genesis" if from_genesis else "neighbours",
        checked_to=timeline.tip.seq,
        chain_fault=timeline.fault,
    )
    if not isinstance(here, Record):
        return here, proof._replace(same_as_read=False)
    if seq == 0:
        proof = proof._replace(prev_is_hash_before=here.prev == ZERO_HASH)
    elif before is not None:
        same = isinstance(before, Record) and here.prev == before.hash
        proof = proof._replace(prev_is_hash_before=same)
    if isinstance(after, Record):
        proof = proof._replace(next_names_hash=after.prev == here.hash)
    return here, proof._replace(same_as_read=timeline.same_as_read(here))


async def _one(journal: LogReader, seq: int) -> Record | Unreadable | None:
    try:
        found = await journal.read(after_seq=seq - 1, records_max=1)
    except UndecodableEnvelope as error:
        return Unreadable(str(error))
    return found[0] if found and found[0].seq == seq else None
