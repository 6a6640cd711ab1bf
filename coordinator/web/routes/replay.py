"""Looking back: any moment's boards, what changed them, the record behind a change and its proof.

For those who may read the log. Names are joined in a report for those who may see them.
"""

import asyncio
import gzip
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from coordinator.boards.drawing import BOARDS
from coordinator.documents import BadFields
from coordinator.domain.state.incidents import Phase
from coordinator.errors import Busy
from coordinator.replay.naming import people_in, things_named, unread
from coordinator.replay.official_report import official
from coordinator.replay.reckoning import reckoned
from coordinator.replay.report import markdown, page_of, verification
from coordinator.replay.story import Entry, incident_story
from coordinator.replay.timeline import MARKS
from coordinator.web.identity import Asking, Here, named, needs, visible
from coordinator.web.intake import read_apart
from coordinator.web.numbers import FAR, FoundSeq, Moment, Seq
from coordinator.web.problems import Problem, asked_language, not_valid, shown, wrong
from coordinator.web.replays import (
    SHOWN,
    Replay,
    Replays,
    changes,
    keyframe,
    no_such_record,
    record_with_proof,
)
from coordinator.web.typed_words import with_words
from schemas.roles import Capability, can
from schemas.sentences import answers, faults
from schemas.sizes import VALUES_MAX, more_values_than
from schemas.vocabulary import Realm, ReportKind
from words.catalogue import Language

router = APIRouter(prefix="/v1/replay", tags=["replay"], dependencies=[needs(Capability.LOOK_BACK)])

_WHAT_IF_RECORDS_MAX = 20_000
_SUBJECT = Query(max_length=40)


def replays(request: Request) -> Replays:
    held: Replays = request.app.state.replays
    return held


All = Annotated[Replays, Depends(replays)]


async def past(jurisdiction: str, asking: Asking, here: Here, every: All) -> Replay:
    (where,) = visible(asking, here, jurisdiction)
    return await every.of(where)


Looked = Annotated[Replay, Depends(past)]


@router.get("/{jurisdiction}/extent")
async def extent(
    jurisdiction: str,
    replay: Looked,
    every: All,
    q: Annotated[str, Query(max_length=200)] = "",
    kind: Literal["incident", "operation", "task"] | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> dict[str, Any]:
    """Return from when to when there is a record, and the incidents and operations in it.

    The index behind it is made while somebody asks: `indexed_to` says how far it is, `fault` where
    the chain broke.
    """
    async with every.work():
        tip = await replay.read_on()
        ends = [await replay.journal.read(after_seq=it - 1, records_max=1) for it in (0, tip)]
        found = replay.timeline.subjects.found(q, kind=kind, limit=limit)
        return {
            "jurisdiction": jurisdiction,
            "first": _end(ends[0]) if tip >= 0 else None,
            "last": _end(ends[1]) if tip >= 0 else None,
            "count": tip + 1,
            "boards": list(BOARDS),
            "indexed_to": replay.timeline.tip.seq,
            "fault": replay.timeline.fault,
            "subjects_in_all": len(replay.timeline.subjects),
            "subjects": [it.document() for it in found],
        }


def _end(records: Any) -> dict[str, Any] | None:
    return {"seq": records[0].seq, "at": records[0].at} if records else None


@router.get("/{jurisdiction}/density")
async def density(
    replay: Looked,
    every: All,
    start: Annotated[Moment, Query(alias="from")],
    end: Annotated[Moment, Query(alias="to")],
    buckets: Annotated[int, Query(ge=1, le=2_000)] = 300,
    subject: Annotated[str | None, _SUBJECT] = None,
) -> dict[str, Any]:
    """Count the decisions in equal spans of time by the kinds of facts in them, with marks."""
    if end <= start:
        raise wrong("to", end, faults.LATER_THAN_FROM)
    async with every.work():
        tip = await replay.read_on()
        about = replay.subject(subject)
        counted = await asyncio.to_thread(replay.timeline.density, start, end, buckets, about)
    return {
        "from": start,
        "to": end,
        "buckets": buckets,
        "indexed_to": replay.timeline.tip.seq,
        "last_seq": tip,
        **counted,
    }


@router.get("/{jurisdiction}/jump")
async def jump(
    replay: Looked,
    every: All,
    seq: Seq,
    back: bool = False,
    marks: Annotated[str, Query(max_length=400)] = "",
    subject: Annotated[str | None, _SUBJECT] = None,
) -> dict[str, Any]:
    """Return the next or the last decision, or one that is marked; `seq` is null if none is."""
    wanted = [it for it in marks.split(",") if it]
    unknown = [it for it in wanted if it not in MARKS]
    if unknown:
        raise wrong("marks", unknown[0], faults.there_are(list(MARKS)))
    async with every.work():
        await replay.read_on()
        about = replay.subject(subject)
        found = await asyncio.to_thread(
            replay.timeline.jump, seq, back=back, marks=wanted, subject=about
        )
    return {"seq": found, "at": None if found is None else replay.timeline.at_of(found)}


@router.get("/{jurisdiction}/moment")
async def moment(
    request: Request,
    replay: Looked,
    every: All,
    at: Moment | None = None,
    seq: Seq | None = None,
    boards: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """Return all rows as they were known at a moment (record time), or after a record."""
    if (at is None) is (seq is None):
        raise wrong("at", at, faults.AT_OR_SEQ)
    async with every.work():
        if at is not None:
            seq = await replay.seq_at(at)
        elif seq is not None and seq > await replay.journal.tip_seq():
            raise no_such_record(seq)
        found = await keyframe(replay, -1 if seq is None else seq, _boards(boards))
        return await _packed(found, request)


@router.get("/{jurisdiction}/changes")
async def read_changes(
    request: Request,
    replay: Looked,
    every: All,
    after: Seq,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
    boards: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """Return the records after one, oldest first, each with the rows it changed."""
    async with every.work():
        return await _packed(await changes(replay, after, limit, _boards(boards)), request)


def _boards(text: str) -> list[str]:
    wanted = [it for it in text.split(",") if it] or list(SHOWN)
    unknown = [it for it in wanted if it not in BOARDS]
    if unknown:
        raise wrong("boards", unknown[0], faults.there_are(list(BOARDS)))
    return wanted


@router.get("/{jurisdiction}/record/{seq}")
async def record(seq: int, replay: Looked, every: All) -> dict[str, Any]:
    """Return one record: its envelope, cause and facts, and what is proved of it."""
    async with every.work():
        await replay.read_on()
        found = await record_with_proof(replay, seq) if 0 <= seq <= FAR else None
    if found is None:
        raise no_such_record(seq)
    return found


@router.get("/{jurisdiction}/incidents/{subject_id}/story")
async def story(subject_id: str, replay: Looked, every: All) -> dict[str, Any]:
    """Return every record that belongs to an incident, operation or task, oldest first."""
    async with every.work():
        entries = await _story(replay, subject_id)
    return {
        "subject": subject_id,
        "entries": [entry._asdict() | {"hash": entry.hash.hex()} for entry in entries],
    }


async def _story(replay: Replay, subject_id: str) -> list[Entry]:
    tip = await replay.read_on()
    if replay.timeline.fault is None and replay.timeline.tip.seq < tip:
        reached = answers.read_up_to(replay.timeline.tip.seq, tip)
        raise Problem(503, "not_read_yet", reached, headers={"Retry-After": "1"})
    subject = replay.subject(subject_id)
    seqs = [] if subject is None else subject.seqs.tolist()
    return await incident_story(replay.journal, subject_id, seqs=seqs)


@router.get("/{jurisdiction}/incidents/{incident_id}/report")
async def report(
    request: Request,
    incident_id: str,
    asking: Asking,
    here: Here,
    replay: Looked,
    every: All,
    language: Language | None = None,
) -> Response:
    """Return the report of an incident, operation or task as Markdown; in the reader's language."""
    language = language or asked_language(request)
    async with every.work():
        entries = await _story(replay, incident_id)
        fold = await replay.traveller.reach(entries[-1].seq)
        verified = _verified(replay, language)
    text = markdown(
        incident_id,
        entries,
        names=things_named(fold.state) | named(asking, here, _people(entries)),
        verified=verified,
        utc_offset_min=fold.state.policy.reporting.utc_offset_min,
        language=language,
        exercise=fold.state.realm is Realm.EXERCISE,
    )
    return _saved(_for(asking, text, language), incident_id)


@router.get("/{jurisdiction}/incidents/{incident_id}/reports/{kind}")
async def official_report(
    request: Request,
    incident_id: str,
    kind: ReportKind,
    asking: Asking,
    here: Here,
    replay: Looked,
    every: All,
    seq: FoundSeq | None = None,
    language: Language | None = None,
) -> Response:
    """Return a report that goes up, filled in from the record as it was after `seq`; Markdown."""
    async with every.work():
        entries = [it for it in await _story(replay, incident_id) if seq is None or it.seq <= seq]
        known = None
        # Once all of it is done an incident is filed, and the state has it no more.
        while entries and known is None:
            fold = await replay.traveller.reach(entries[-1].seq)
            known = reckoned(fold.state, incident_id, entries)
            entries = entries if known is not None else entries[:-1]
    if known is None:
        upto = replay.timeline.tip.seq if seq is None else seq
        said = answers.no_subject_up_to(shown(incident_id), upto)
        raise Problem(404, "not_found", said, field="incident_id")
    if known.incident.phase is Phase.WITHDRAWN:
        said = answers.incident_never_was(incident_id)
        raise Problem(409, "withdrawn", said, field="incident_id")
    language = language or asked_language(request)
    names = things_named(known.state) | named(asking, here, _people(entries))
    page = page_of(names, known.state.policy.reporting.utc_offset_min, language)
    text = official(
        kind,
        known,
        page,
        verified=_verified(replay, language),
        exercise=known.state.realm is Realm.EXERCISE,
    )
    return _saved(_for(asking, text, language), f"{incident_id}-{kind}")


def _people(entries: Sequence[Entry]) -> set[str]:
    """Return the ids of all who are named in a story, and of who said it."""
    found = {it for entry in entries for it in (entry.actor_id, entry.on_behalf_of) if it}
    return found | people_in([entry.events for entry in entries])


def _for(asking: Asking, text: str, language: Language) -> str:
    """Return a report as who asked may read it: what was typed is put back where it is sent."""
    return text if can(asking.role, Capability.SEE_NAMES) else unread(text, language)


def _saved(text: str, name: str) -> Response:
    return Response(
        text,
        media_type="text/markdown; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}.md"',
            "Cache-Control": "no-store",
        },
    )


def _verified(replay: Replay, language: Language) -> str:
    tip, fault = replay.timeline.tip, replay.timeline.fault
    return verification(tip.log_id, tip.seq + 1, tip.seq, tip.hash, fault, language)


@router.post("/{jurisdiction}/what-if")
async def what_if(
    request: Request,
    here: Here,
    replay: Looked,
    every: All,
    first: Annotated[FoundSeq | None, Query(alias="from")] = None,
    last: Annotated[FoundSeq | None, Query(alias="to")] = None,
    subject: Annotated[str | None, _SUBJECT] = None,
) -> Response:
    """Decide a stretch of the log anew under another policy (JSON) and compare.

    `from` and `to` are seqs; without them it is the stretch of the subject, from its first record.
    """
    policy = await _policy(await request.body())
    if every.running_what_if:
        raise Problem(503, "busy", answers.ANOTHER_WHAT_IF, headers={"Retry-After": "5"})
    every.running_what_if = True
    try:
        async with every.work():
            tip = await replay.read_on()
            about = replay.subject(subject)
            start, end = first, tip if last is None else min(last, tip)
            if about is not None:
                start = about.seqs[0] if start is None else start
                end = about.seqs[-1] if last is None else end
            if start is None:
                start = max(0, end - _WHAT_IF_RECORDS_MAX + 1)
            # The first record founds the log; a policy is adopted after it.
            start = max(start, 1)
            _check_stretch(start, end)
            fold = await replay.traveller.reach(start - 1)
            records = await replay.journal.read(after_seq=start - 1, records_max=end - start + 1)
        return _json(await here.what_if(fold, records, policy))
    except Busy as error:
        raise Problem(503, error.code, answers.server_says(str(error))) from None
    except BadFields as error:
        raise not_valid([error.fault]) from None
    finally:
        every.running_what_if = False


def _check_stretch(start: int, end: int) -> None:
    if not 0 <= end - start < _WHAT_IF_RECORDS_MAX:
        raise wrong("to", end, faults.stretch_has(_WHAT_IF_RECORDS_MAX))


async def _policy(body: bytes) -> dict[str, Any]:
    found = await read_apart(body)
    if not found:
        raise wrong("-", found, faults.POLICY_FIELDS_WANTED)
    if more_values_than(found, VALUES_MAX):
        raise wrong("body", "-", faults.policy_values_more_than(VALUES_MAX))
    return found


def _json(document: bytes) -> Response:
    return Response(document, media_type="application/json", headers={"Cache-Control": "no-store"})


async def _packed(document: bytes, request: Request) -> Response:
    """Return a large answer, compressed in a thread: whoever decides does not wait for that."""
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return _json(document)
    # Compressed, it is past the words being put back; and no answer may be gone through twice.
    answer = _json(with_words(document, request.app.state.station, request.scope))
    answer.body = await asyncio.to_thread(gzip.compress, answer.body, 1)
    answer.headers["Content-Length"] = str(len(answer.body))
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer
