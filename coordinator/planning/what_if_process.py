"""A what-if run as a process of its own: one request in, one answer out, then it ends.

However much there is to decide anew, whoever decides for real is not held up; and what takes too
long is ended.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec
import structlog

from coordinator.documents import BadFields
from coordinator.errors import BadInput, Busy, CoordinatorError
from coordinator.log.envelope import Record, open_record
from coordinator.log.fold import Fold, empty, from_snapshot
from coordinator.log.ports import Snapshot
from schemas.sentences import answers
from words.faults import Fault

_TIME_S: Final = 60.0
_ANSWER: Final = b"="
_REFUSAL: Final = b"!"


class TookTooLong(Busy):
    code = "took_too_long"

    def __init__(self) -> None:
        CoordinatorError.__init__(
            self, f"the what-if run was not done after {_TIME_S:.0f} s; choose a shorter stretch"
        )


class _Request(msgspec.Struct):
    log_id: str
    snapshot: Snapshot | None
    records: list[bytes]
    changes: bytes
    """JSON, in which a number may be larger than MessagePack has room for."""
    travel: str


async def ask(
    fold: Fold, records: Sequence[Record], changes: Mapping[str, Any], *, travel: str
) -> bytes:
    """Return the comparison that `what_if` makes, as JSON.

    Raises:
        BadFields: naming the field of the policy that cannot be so.
        TookTooLong: it was ended.
    """
    snapshot = None if fold.tip.seq < 0 else await asyncio.to_thread(fold.snapshot)
    raw = [it.raw for it in records]
    request = _Request(fold.tip.log_id, snapshot, raw, json.dumps(changes).encode(), travel)
    process = await asyncio.create_subprocess_exec(
        # Without the folder it is run in: what lies there is somebody's, and no part of us.
        sys.executable,
        "-P",
        "-m",
        "coordinator.planning.what_if_process",
        stdin=PIPE,
        stdout=PIPE,
    )
    try:
        document = await asyncio.to_thread(msgspec.msgpack.encode, request)
        told, _ = await asyncio.wait_for(process.communicate(document), _TIME_S)
    except TimeoutError:
        raise TookTooLong from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if told[:1] == _REFUSAL:
        raise BadFields(msgspec.msgpack.decode(told[1:], type=Fault))
    if told[:1] != _ANSWER:
        raise CoordinatorError(f"the what-if run ended with {process.returncode}")
    return told[1:]


def main() -> None:
    # Whoever asks needs none of this: the solvers behind it would cost every start of a home 0.5 s.
    from coordinator.planning.what_if import what_if  # noqa: PLC0415

    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=_Request)
    fold = empty(request.log_id) if request.snapshot is None else from_snapshot(request.snapshot)
    records = [open_record(raw) for raw in request.records]
    try:
        found = what_if(fold, records, json.loads(request.changes), request.travel)
        told = _ANSWER + msgspec.json.encode(found)
    except BadInput as error:
        said = answers.server_says(str(error))
        fault = error.fault if isinstance(error, BadFields) else Fault("-", None, said)
        told = _REFUSAL + msgspec.msgpack.encode(fault)
    sys.stdout.buffer.write(told)


if __name__ == "__main__":
    main()
