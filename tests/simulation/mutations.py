"""Guards taken out one at a time: the simulator has to notice each."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from coordinator.boards.drawing import Boards
from coordinator.domain import customer_call, jurisdiction, resource
from coordinator.domain.incident import promise
from coordinator.domain.jurisdiction import Decision
from coordinator.domain.operation import fold as operation_fold
from coordinator.domain.roster import eligibility
from coordinator.domain.unit import hard_rules
from coordinator.engine import owner
from coordinator.engine.owner import Owner
from coordinator.engine.speculation import Speculation
from coordinator.errors import FuturePayload, LogInDoubt
from coordinator.log import chain, fold
from coordinator.log.chain import Tip, Verdict
from coordinator.log.envelope import Record, read_cursor
from coordinator.log.fold import empty, from_snapshot
from coordinator.log.partition import PartitionLog
from coordinator.log.ports import FollowerPosition
from coordinator.outbox import outbox
from coordinator.outbox.effects import ActualEffect
from coordinator.outbox.outbox import Outbox
from coordinator.simulation.disk import DiskLog
from coordinator.simulation.faults import Shape
from schemas.said import Said
from schemas.vocabulary import Promised
from schemas.why_not import WhyNot
from tests.simulation.crew_guards import GUARDS as CREW_GUARDS
from tests.simulation.guard_guards import GUARDS as GUARD_GUARDS
from tests.simulation.line_guards import GUARDS as LINE_GUARDS
from tests.simulation.mutation import Mutation


def _accept_without(*forgiven: Verdict) -> Callable[[Tip, Record], tuple[Verdict, Tip]]:
    strict = chain.accept

    def accept(tip: Tip, record: Record) -> tuple[Verdict, Tip]:
        verdict, after = strict(tip, record)
        if verdict not in forgiven:
            return verdict, after
        cursor = tip.cursor
        for source, offset in read_cursor(record).items():
            cursor = cursor.set(source, offset)
        return Verdict.ACCEPTED, Tip(record.log_id, record.seq, record.hash, record.epoch, cursor)

    return accept


async def _append_on_acknowledgement(self: PartitionLog, records: Sequence[Record]) -> None:
    self._check(records)
    await self._partition.produce([it.raw for it in records])


async def _tell_before_durable(self: Owner, ahead: Speculation) -> bool:
    await self._tell(ahead.steps)
    return await _made_durable(self, ahead)


async def _doubt_is_success(self: Owner, ahead: Speculation) -> bool:
    with suppress(LogInDoubt):
        await self._journal.append(ahead.records)
    self._fold = ahead.fold
    await self._tell(ahead.steps)
    return True


async def _no_refold(self: Owner) -> None:
    return None


async def _found_nothing(self: Any, signal_id: str) -> None:
    return None


def _no_check(self: PartitionLog, records: Sequence[Record]) -> None:
    if records[0].seq != self._tip.seq + 1 or records[0].prev != self._tip.hash:
        raise self._stale(records)


async def _append_twice(self: DiskLog, records: Sequence[Record]) -> None:
    self._disk.decided.clear()
    await _disk_append(self, records)


async def _position_first(self: Outbox, steps: Sequence[Any]) -> None:
    last = steps[-1].record
    position = FollowerPosition(last.seq, last.hash)
    await self._positions.save(self.name, last.log_id, position)
    await _deliver(self, steps)


async def _open_at_the_end(
    self: Owner, jurisdiction_: str, realm: Any, policy: Any, *, follow_from: Any = None
) -> None:
    await _open(self, jurisdiction_, realm, policy, follow_from=None)


async def _any_snapshot(journal: Any, snapshots: Any, *, seq_max: int | None = None) -> Any:
    kept = await snapshots.latest(journal.log_id, seq_max=seq_max)
    return empty(journal.log_id) if kept is None else from_snapshot(kept)


def _at_as_sent(state: Any, signal: Any) -> Decision:
    decided = _decide(state, signal)
    return Decision(decided.events, decided.state, signal.at)


def _unlike(*reasons: WhyNot) -> Callable[..., WhyNot | None]:
    strict = eligibility.why_not

    def why_not(state: Any, member: Any, at: int) -> WhyNot | None:
        reason = strict(state, member, at)
        return None if reason in reasons else reason

    return why_not


def _rules_without(*codes: str) -> Callable[..., list[Said]]:
    strict = hard_rules.broken_rules

    def broken_rules(*arguments: Any) -> list[Said]:
        return [it for it in strict(*arguments) if it.code not in codes]

    return broken_rules


def _breadth_first(state: Any, facts: Any, cause: Any, events: list[Any]) -> Any:
    waiting = list(facts)
    while waiting:
        event = waiting.pop(0)
        state = jurisdiction._EVOLVE[type(event)](state, event, cause.at)
        events.append(event)
        for react in jurisdiction._REACT[type(event)]:
            waiting.extend(react(state, event, cause))
        if type(event) in jurisdiction._AFTERWARDS:
            waiting.extend(jurisdiction._AFTERWARDS[type(event)](state, cause))
    return state


def _judged_again(state: Any, incident: Any, name: Promised, happened_at: int) -> tuple[Any, ...]:
    held, id_ = incident.promises.get(name), incident.incident_id
    return () if held is None else (promise._kept(id_, name, min(happened_at, held.due_at)),)


async def _position_unchecked(self: Owner, position: FollowerPosition) -> None:
    return None


async def _tip_unchecked(self: PartitionLog) -> None:
    return None


def _skip_unknown(record: Record) -> Any:
    with suppress(FuturePayload):
        return _events_of(record)
    return ()


_events_of = fold.events_of
_made_durable = Owner._made_durable
_open = Owner.open
_disk_append = DiskLog.append
_deliver = Outbox.deliver
_decide = jurisdiction.decide

PROTOCOL = (
    Mutation(
        "acceptance-epoch",
        "a record of an old epoch is ignored",
        ((chain, "accept", _accept_without(Verdict.STALE_EPOCH)),),
        200,
        Shape.PARTITION,
        because="the chain: a record of an old owner names an old record before it",
    ),
    Mutation(
        "acceptance-chain",
        "a record counts only if it names the one before it",
        ((chain, "accept", _accept_without(Verdict.BROKEN_CHAIN)),),
        200,
        Shape.PARTITION,
    ),
    Mutation(
        "acceptance-next",
        "a record counts only if its seq is the next",
        ((chain, "accept", _accept_without(Verdict.NOT_NEXT, Verdict.BROKEN_CHAIN)),),
        200,
        Shape.PARTITION,
    ),
    Mutation(
        "claim-raises-epoch",
        "a claim has to raise the epoch",
        ((chain, "accept", _accept_without(Verdict.CLAIM_NOT_HIGHER)),),
        200,
        Shape.PARTITION,
        because="the chain: two claims that name the same record never both count",
    ),
    Mutation(
        "cursor-moves-forward",
        "a decision moves its input's cursor forward",
        ((chain, "accept", _accept_without(Verdict.STALE_CURSOR)),),
        200,
        Shape.PARTITION,
        because="signals are known by id, and the owner reads on from the log's cursor",
    ),
    Mutation(
        "acknowledged-is-not-accepted",
        "an acknowledgement of the broker is not a confirmation",
        ((PartitionLog, "append", _append_on_acknowledgement),),
        200,
        Shape.PARTITION,
    ),
    Mutation(
        "effects-after-confirmation",
        "followers are told after the record is durable, not before",
        ((Owner, "_made_durable", _tell_before_durable),),
    ),
    Mutation(
        "doubt-is-not-success",
        "a time-out proves nothing",
        ((Owner, "_made_durable", _doubt_is_success),),
    ),
    Mutation(
        "cursor-and-known-signals",
        "an input is read on from the cursor on the log, and signals are known by id",
        ((Owner, "next_offset", lambda self, source: 0), (PartitionLog, "_check", _no_check)),
        200,
        Shape.PARTITION,
    ),
    Mutation(
        "doubt-is-settled",
        "in doubt the owner reads what stands there before it decides again",
        ((Owner, "_settle_doubt", _no_refold),),
        200,
        because="the next append finds the tip moved and makes the owner read",
    ),
    Mutation(
        "known-signals-are-skipped",
        "a signal that turns out to be decided is answered from the log",
        ((DiskLog, "find", _found_nothing),),
        200,
        Shape.FILE,
    ),
    Mutation(
        "partition-refuses-duplicates",
        "a signal at another offset of the input is decided once",
        ((PartitionLog, "_check", _no_check),),
        200,
        Shape.PARTITION,
    ),
    Mutation(
        "file-refuses-duplicates",
        "the file keeps one record per signal",
        ((DiskLog, "append", _append_twice),),
        200,
        Shape.FILE,
    ),
    Mutation(
        "position-after-delivery",
        "the outbox notes its position after it delivered",
        ((Outbox, "deliver", _position_first),),
        200,
    ),
    Mutation(
        "outbox-resumes",
        "a new owner tells followers what the one before did not",
        ((Owner, "open", _open_at_the_end),),
        200,
    ),
    Mutation(
        "snapshot-on-chain",
        "a snapshot whose hash is not on the chain is thrown away",
        ((owner, "nearest", _any_snapshot),),
        200,
    ),
    Mutation(
        "position-on-chain",
        "a follower's position is held against the log when a process takes over",
        ((Owner, "_check_position", _position_unchecked),),
        200,
    ),
    Mutation(
        "tip-still-there",
        "a reader looks whether what it has read is still there",
        ((PartitionLog, "_check_tip", _tip_unchecked),),
        200,
        Shape.PARTITION,
    ),
    Mutation(
        "unknown-payload-halts",
        "what a newer program wrote halts the reader and is not passed over",
        ((fold, "events_of", _skip_unknown),),
        200,
    ),
    Mutation(
        "time-forward",
        "record time does not follow a clock that goes back",
        ((jurisdiction, "decide", _at_as_sent),),
        200,
    ),
    Mutation(
        "effects-typed-by-realm",
        "an exercise makes exercise effects",
        ((outbox, "ExerciseEffect", ActualEffect),),
    ),
    Mutation(
        "boards-rebuilt",
        "boards are drawn from the state when a process takes over",
        ((Boards, "rebuild", lambda self, state, seq: None),),
        200,
    ),
)

HARD_RULES = (
    Mutation(
        "nobody-twice",
        "who is bound is not called again",
        ((hard_rules, "why_not", _unlike(WhyNot.COMMITTED)),),
        200,
    ),
    Mutation(
        "unavailable-left-alone",
        "who is unavailable is not called",
        ((eligibility, "why_not", _unlike(WhyNot.UNAVAILABLE)),),
        200,
        broke_at=(5_016,),
    ),
    Mutation(
        "off-duty-left-alone",
        "who is off duty is not called",
        ((eligibility, "why_not", _unlike(WhyNot.OFF_DUTY)),),
        200,
    ),
    Mutation(
        "certificate-on-the-day",
        "a certificate is valid on the day",
        ((eligibility, "has_certificate", lambda person, skill, at: True),),
        200,
    ),
    Mutation(
        "qualified",
        "a role is given to who has the skill and the standing for it",
        ((hard_rules, "qualifies", lambda state, person, role, at: True),),
        200,
    ),
    Mutation(
        "home-area-minimum",
        "the home area keeps its on-duty minimum",
        ((eligibility, "spare_of", lambda state, team_id: 99),),
        200,
    ),
    Mutation(
        "vehicle-free",
        "a vehicle in use is not given to another unit",
        ((hard_rules, "broken_rules", _rules_without("vehicle_not_free")),),
        200,
    ),
    Mutation(
        "leader-and-supervisor",
        "a unit has one leader and a safety supervisor",
        ((hard_rules, "broken_rules", _rules_without("unit_has_a", "one_leader")),),
        200,
    ),
    Mutation(
        "settled-in-order",
        "what follows from a fact comes before the next fact",
        ((jurisdiction, "_settle", _breadth_first),),
        200,
    ),
    Mutation(
        "promise-judged-once",
        "a promise that was judged is not judged again",
        ((promise, "_met", _judged_again),),
        200,
    ),
    Mutation(
        "check-in-winds-its-clock",
        "a guard who checked in is not missed",
        ((operation_fold, "_heard", lambda state, operation, timers, event, at: timers),),
        200,
    ),
    Mutation(
        "customer-rung",
        "where the customer is rung first, the desk is asked to, and somebody goes if it does not",
        ((customer_call, "_ring", lambda state, incident, cause: ()),),
        200,
    ),
    Mutation(
        "vehicles-given-back",
        "a unit that stands down gives its vehicles back",
        ((resource, "_freed", lambda state, holder: ()),),
        20,
    ),
)

MUTATIONS = PROTOCOL + HARD_RULES + LINE_GUARDS + CREW_GUARDS + GUARD_GUARDS
