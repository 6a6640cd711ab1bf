"""Boards, one incident whole, and the live stream of changes (SSE with resume)."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from coordinator.boards.drawing import BOARDS, LIVE
from coordinator.boards.ports import Batch, Change, Row
from coordinator.web.identity import Asking, Here, named, needs, visible
from coordinator.web.open_streams import OpenStreams
from coordinator.web.ports import Station
from coordinator.web.problems import Problem, shown
from schemas.decoding import NOT_READ
from schemas.roles import Capability
from schemas.sentences import answers

router = APIRouter(prefix="/v1", tags=["boards"])

_WATCH = needs(Capability.WATCH)
_HEARTBEAT_S = 10.0
_PART = 400
"""Rows in one message: some 15 ms of a browser's time."""
_ROWS_MAX = 10_000
_TOLD_MAX = 2_000
"""Changes kept as they are told: more than all readers of a busy minute are apart."""
_TOLD: dict[int, tuple[Change, bytes]] = {}
"""By the identity of a change, which is held with it, so that no other can take its place."""
_WHY = ("proposal", "allotments", "explanation")
"""Why these people: half of a unit's row, and read once it was decided only when asked for."""


@router.get("/jurisdictions")
async def jurisdictions(asking: Asking, here: Here) -> dict[str, Any]:
    """Return the jurisdictions this token may see."""
    return {
        "jurisdictions": [
            {"jurisdiction": it, "realm": here.realm_of(it)} for it in visible(asking, here, None)
        ]
    }


@router.get("/boards/{board}", dependencies=[_WATCH])
async def read_board(
    board: str,
    asking: Asking,
    here: Here,
    jurisdiction: Annotated[str | None, Query(max_length=32)] = None,
    limit: Annotated[int, Query(ge=1, le=_ROWS_MAX)] = _ROWS_MAX,
    after: Annotated[str | None, Query(max_length=80)] = None,
) -> Response:
    """Return the rows of a board; `after` is the `next` of the page before."""
    if board not in BOARDS:
        said = answers.board_one_of(shown(board), list(BOARDS))
        raise Problem(404, "not_found", said, field="board")
    rows = here.boards.rows(board, visible(asking, here, jurisdiction))
    if after is not None:
        rows = [it for it in rows if f"{it[0]}/{it[1]}" > after]
    page = rows[:limit]
    document = {
        "board": board,
        "rows": [{"jurisdiction": where, "key": key, **row} for where, key, row in page],
        "next": f"{page[-1][0]}/{page[-1][1]}" if len(rows) > limit else None,
        "names": _names(asking, here, [row for _, _, row in page]),
    }
    # Thousands of rows: encoded at once, not looked through field by field.
    return Response(msgspec.json.encode(document), media_type="application/json")


@router.get("/incidents/{incident_id}", dependencies=[_WATCH])
async def read_incident(incident_id: str, asking: Asking, here: Here) -> dict[str, Any]:
    """Return one incident: its line in the queue, details, command, and the rows of its units."""
    for where in visible(asking, here, None):
        row = here.boards.row("open_incidents", where, incident_id)
        if row is not None:
            units = [
                here.boards.row("units_in_the_field", where, unit_id) for unit_id in row["unit_ids"]
            ]
            return {
                "jurisdiction": where,
                **row,
                "details": here.boards.row("incident_details", where, incident_id),
                "command": here.boards.row("incident_command", where, incident_id),
                "units": [unit for unit in units if unit is not None],
            }
    said = answers.no_open_incident(shown(incident_id))
    raise Problem(404, "not_found", said, field="incident_id")


@router.get("/stream", dependencies=[_WATCH])
async def stream(
    request: Request,
    asking: Asking,
    here: Here,
    jurisdiction: Annotated[str | None, Query(max_length=32)] = None,
    boards: Annotated[str | None, Query(max_length=300)] = None,
    last_event_id: Annotated[str | None, Header(max_length=8_000)] = None,
) -> StreamingResponse:
    """Follow the boards live. `Last-Event-ID` goes on where the last connection ended.

    Without `boards`, all but those with a row for everybody: people, shifts, sites, details. Why
    a unit is made of these people is in its row while it waits for a yes; afterwards it is read
    with its incident or from the board.
    """
    wanted = frozenset(boards.split(",") if boards else LIVE)
    if not wanted <= BOARDS.keys():
        said = answers.no_boards([shown(it) for it in sorted(wanted - BOARDS.keys())])
        raise Problem(404, "not_found", said, field="boards")
    where = visible(asking, here, jurisdiction)
    position = None if last_event_id is None else _read_position(here, last_event_id)
    batches = here.feed.subscribe(where, after=position, boards=wanted)

    def still_let_in() -> bool:
        return here.tokens.holds(asking)

    streams: OpenStreams = request.app.state.streams
    events = _as_sse(here, batches, wanted, still_let_in, keep_alive_s=_HEARTBEAT_S)
    return StreamingResponse(
        streams.of(asking, events),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _as_sse(
    here: Station,
    batches: AsyncIterator[Batch],
    wanted: frozenset[str],
    still_let_in: Callable[[], bool],
    *,
    keep_alive_s: float,
) -> AsyncIterator[bytes]:
    """Write batches as server-sent events, with a comment when nothing happens for a while.

    Ends with the session or token it was opened with.
    """
    yield b"retry: 1000\n\n"
    coming = asyncio.ensure_future(anext(batches))
    try:
        while still_let_in():
            done, _ = await asyncio.wait({coming}, timeout=keep_alive_s)
            if not done:
                yield b": still here\n\n"
                continue
            for event in _events(here, coming.result(), wanted):
                yield event
                await asyncio.sleep(0)  # A whole picture is long; others are answered meanwhile.
            coming = asyncio.ensure_future(anext(batches))
    except StopAsyncIteration:
        return
    finally:
        coming.cancel()


def _events(here: Station, batch: Batch, wanted: frozenset[str]) -> Iterator[bytes]:
    """Write a batch in parts that a browser reads without holding anybody up.

    Only the last part has the position: who loses the connection before it starts over.
    """
    changes = [_told(it) for it in batch.changes if it.board in wanted]
    kind = b"reset" if batch.reset else b"changes"
    starts = range(0, len(changes), _PART) or range(1)
    for start in starts:
        data = b"[%s]" % b",".join(changes[start : start + _PART])
        last = start == starts[-1]
        id_ = b"id: %s\n" % _write_position(here, batch.position) if last else b""
        yield b"%sevent: %s\ndata: %s\n\n" % (id_, kind, data)
        kind = b"changes"


def _told(change: Change) -> bytes:
    """Return a change as it is told, written once for all who read it."""
    held = _TOLD.get(id(change))
    if held is not None and held[0] is change:
        return held[1]
    told = msgspec.json.encode(change._asdict() | {"row": _streamed(change)})
    if len(_TOLD) >= _TOLD_MAX:
        _TOLD.clear()
    _TOLD[id(change)] = change, told
    return told


def _streamed(change: Change) -> Row | None:
    row = change.row
    if row is None or change.board != "units_in_the_field" or row["status"] == "proposed":
        return row
    return {name: it for name, it in row.items() if name not in _WHY}


def _put_back_at(here: Station, jurisdiction: str) -> int:
    """Return when a log was last put back from a copy: earlier numbers are another life's."""
    overview = here.boards.row("overview", jurisdiction, jurisdiction)
    put_back = None if overview is None else overview["put_back"]
    return 0 if put_back is None else int(put_back["at"])


def _write_position(here: Station, position: Mapping[str, int]) -> bytes:
    """Write how far a reader is in each log, and in which life of it."""
    places = {it: (seq, _put_back_at(here, it)) for it, seq in position.items()}
    return base64.urlsafe_b64encode(msgspec.json.encode(places))


def _read_position(here: Station, text: str) -> dict[str, int] | None:
    """Return the position in a Last-Event-ID; None (start over) for one that is not ours, without
    the logs that were put back from a copy since it was written.
    """
    try:
        raw = base64.urlsafe_b64decode(text.encode())
        places = msgspec.json.decode(raw, type=dict[str, tuple[int, int]])
    except (ValueError, *NOT_READ):
        return None
    return {it: seq for it, (seq, life) in places.items() if life == _put_back_at(here, it)}


def _names(asking: Asking, here: Here, rows: list[Mapping[str, Any]]) -> dict[str, str]:
    """Return the names of all who stand in the rows."""
    ids = {row["member_id"] for row in rows if "member_id" in row}
    for row in rows:
        for people in (row.get("people"), row.get("members")):
            for it in people if isinstance(people, list) else ():
                ids.add(it if isinstance(it, str) else it["member_id"])
    return named(asking, here, ids)
