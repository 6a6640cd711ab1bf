"""Commands that plan: for who waits now, why these people, another policy, which order."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import to_builtins
from pydantic import ValidationError

from coordinator.cli.data import END, chosen_logs, existing_file, print_json, settings_for
from coordinator.cli.inspect import read_moment
from coordinator.documents import BadDocument, read_json
from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.domain.state.units import Stage, Unit
from coordinator.domain.unit.muster import priority_of, still_needed, waits
from coordinator.errors import BadFile, BadInput
from coordinator.log.sqlite import SqliteFile, SqliteSnapshots
from coordinator.planning.aid import Aid, Lacking
from coordinator.planning.planner import Planner
from coordinator.planning.reasons import picks_of
from coordinator.planning.repair_order import Damages, Order, best_order
from coordinator.planning.standing_damage import standing_damage
from coordinator.planning.travel import travel_times
from coordinator.planning.unit_problem import UnitPlan
from coordinator.replay.moment import as_known_at
from schemas.default_policy import DEFAULT_POLICY
from schemas.muster import Explanation, Pick
from words.catalogue import current
from words.faults import told_first

_AT_ONCE = 2_000


async def _states(file: SqliteFile, log_ids: Sequence[str], moment: int) -> dict[str, Jurisdiction]:
    snapshots = SqliteSnapshots(file)
    folds = [await as_known_at(file.log(it), snapshots, moment) for it in log_ids]
    return {it.state.jurisdiction: it.state for it in folds}


def _time_of(state: Jurisdiction, moment: int) -> int:
    """Return when it is: the moment asked for, or the last thing known."""
    return state.now if moment == END else moment


async def plan_waiting(
    data_dir: Path | None, jurisdiction: str | None, at: str | None, *, as_json: bool
) -> None:
    settings, moment = settings_for(data_dir), read_moment(at)
    file = existing_file(settings)
    states = await _states(file, file.log_ids(), moment)
    chosen = {
        it: states[it]
        for it in (states if jurisdiction is None else [_known(states, jurisdiction)])
    }
    file.close()
    planner = Planner(settings.travel)
    for state in states.values():
        planner.show(state)
    told: dict[str, Any] = {}
    lacking: dict[str, list[Lacking]] = {}
    kept: set[str] = set()
    for name, state in sorted(chosen.items()):
        units = [it for it in state.units.by_id.values() if waits(it)]
        together = planner.together(name, units, _time_of(state, moment)) if units else None
        if together is None:
            continue
        by_id = {it.unit_id: it for it in units}
        kept |= {it.person.member_id for plan in together.plans.values() for it, _ in plan.picks}
        lacking[name] = [
            Lacking(
                unit_id, by_id[unit_id].incident_id, still_needed(by_id[unit_id]), plan.missing,
                priority_of(state, by_id[unit_id]),
            )
            for unit_id, plan in together.plans.items()
            if plan.missing
        ]  # fmt: skip
        told[name] = {
            "method": together.method,
            "cost_min": together.cost_min,
            "bound_min": together.bound_min,
            "served_last": list(together.served_last),
            "units": [_unit_told(by_id[unit_id], plan) for unit_id, plan in together.plans.items()],
        }
    now = max((_time_of(it, moment) for it in chosen.values()), default=0)
    aid = planner.aid({name: it for name, it in lacking.items() if it}, frozenset(kept), now)
    for name, found in aid.items():
        told[name]["mutual_aid"] = [_aid_told(it) for it in found]
    if as_json:
        print_json(told)
        return
    if not told:
        print("Nobody waits for a unit.")
    for name, plan in told.items():
        _print_plan(name, plan)


def _known(states: Mapping[str, Jurisdiction], jurisdiction: str) -> str:
    if jurisdiction not in states:
        raise BadInput(f"jurisdiction: name one of {', '.join(sorted(states))} with -j")
    return jurisdiction


def _unit_told(unit: Unit, plan: UnitPlan) -> dict[str, Any]:
    return {
        "unit_id": unit.unit_id,
        "incident_id": unit.incident_id,
        "ready_min": plan.ready_min if plan.picks else None,
        "people": [[it.person.member_id, role.value, it.arrival_min] for it, role in plan.picks],
        "vehicles": [it.resource_id for it in plan.vehicles],
        "missing": {role.value: count for role, count in plan.missing.items()},
    }


def _aid_told(it: Aid) -> dict[str, Any]:
    return {
        "neighbour": it.neighbour,
        "unit_id": it.unit_id,
        "incident_id": it.incident_id,
        "roles": {role.value: count for role, count in it.roles.items()},
        "ready_min": it.ready_min,
    }


def _print_plan(name: str, plan: dict[str, Any]) -> None:
    print(f"{name}: {len(plan['units'])} units wait; {plan['method']}")
    for unit in plan["units"]:
        missing = ", ".join(f"{count} {role}" for role, count in unit["missing"].items())
        ready = "nobody yet" if unit["ready_min"] is None else f"ready in {unit['ready_min']} min"
        people = f"{len(unit['people'])} people" + (f", lacks {missing}" if missing else "")
        print(f"  {unit['unit_id']}  {ready}, {people}")
    if plan["served_last"]:
        print(f"  served last: {', '.join(plan['served_last'])}")
    for aid in plan.get("mutual_aid", ()):
        roles = ", ".join(f"{count} {role}" for role, count in aid["roles"].items())
        print(
            f"  mutual aid: {aid['neighbour']} could send {roles} for {aid['unit_id']},"
            f" there in {aid['ready_min']} min"
        )


async def explain_incident(
    data_dir: Path | None, incident: str, at: str | None, *, as_json: bool
) -> None:
    """Show why the people of an incident's units were chosen, or would be now."""
    settings, moment = settings_for(data_dir), read_moment(at)
    file = existing_file(settings)
    states = await _states(file, file.log_ids(), moment)
    file.close()
    planner = Planner(settings.travel)
    for state in states.values():
        planner.show(state)
    home = next((it for it in states.values() if incident in it.incidents.by_id), None)
    if home is None:
        raise BadInput(f"incident: {incident} is not in the state of that moment")
    units = [
        home.units.by_id[it]
        for it in home.units.by_incident.get(incident, ())
        if it in home.units.by_id
    ]
    told = []
    for unit in units:
        explanation, picks = unit.explanation, unit.proposal
        if unit.stage is Stage.CALLED:
            now = _time_of(home, moment)
            problem, plan, explanation = planner.explain(home.jurisdiction, unit, now)
            picks = picks_of(problem, plan)
        told.append((unit, explanation, picks))
    if as_json:
        print_json(
            [
                {
                    "unit_id": unit.unit_id,
                    "stage": unit.stage.value,
                    "picks": [to_builtins(it) for it in picks],
                    "explanation": None if why is None else to_builtins(why),
                }
                for unit, why, picks in told
            ]
        )
        return
    if not told:
        print(f"No unit was called for {incident}.")
    for unit, why, picks in told:
        _print_reasons(unit, why, picks)


def _print_reasons(unit: Unit, why: Explanation | None, picks: Sequence[Pick]) -> None:
    words = current()
    print(f"{unit.unit_id}  {unit.stage.value}")
    if why is None:
        print("  nobody was chosen yet")
        return
    bound = ""
    if why.bound is not None:
        bound = f", bound {why.bound}, gap {100 * (1 - why.bound / max(1, why.cost)):.2f} %"
    told = words.say_all(why.account, "en") or "no further words"
    print(f"  {words.say(why.method, 'en')}: cost {why.cost} min{bound}; {told}")
    for pick in picks:
        other = ""
        if pick.next_best is not None:
            best = pick.next_best
            other = (
                f"; next best {best.member_id}: {best.later_min} min later, {best.dearer:+} cost"
            )
        because = words.say_all(pick.reasons, "en")
        print(f"    {pick.role.value:<18} {pick.member_id}  {because}{other}")
    removed = ", ".join(
        f"{words.word('removed', reason, 'en')} {count}" for reason, count in why.removed.items()
    )
    print(f"  considered {why.considered}; removed: {removed or 'nobody'}")
    for gap in why.gaps:
        by = words.say_all(gap.by, "en") or "nobody could help"
        print(f"  lacks {gap.count} {gap.role.value}: {by}")
    for it in why.alternatives:
        print(
            f"  or {it.name.replace('_', ' ')}: ready in {it.ready_min} min, cost {it.cost},"
            f" {it.teams} teams, {it.reserve} of the reserve"
        )
    if why.solver is not None:
        travel = "-" if why.travel is None else words.say(why.travel, "en")
        print(f"  {why.solver}, {why.elapsed_ms} ms; {travel}")


async def order_repairs(
    data_dir: Path | None,
    jurisdiction: str | None,
    at: str | None,
    damage: Path | None,
    *,
    as_json: bool,
) -> None:
    """Order the repairs of a file, or of the incidents that no unit is sent to."""
    settings, moment = settings_for(data_dir), read_moment(at)
    if damage is not None:
        asked: dict[str, Damages] = {str(damage): _read_damage(damage)}
        policy = DEFAULT_POLICY
    else:
        file = existing_file(settings)
        states = await _states(file, chosen_logs(file, jurisdiction), moment)
        file.close()
        found = {
            it: standing_damage(state, _time_of(state, moment)) for it, state in states.items()
        }
        asked = {name: it for name, it in found.items() if it is not None}
        policy = next((it.policy for it in states.values()), DEFAULT_POLICY)
    travel = travel_times(settings.travel, policy.muster)
    orders = {name: best_order(it, travel) for name, it in sorted(asked.items())}
    if as_json:
        print_json({name: _order_told(it) for name, it in orders.items()})
        return
    if not orders:
        print("No damage waits for a crew that is out, or no crew is out.")
    for name, order in orders.items():
        print(f"{name}: {order.gain_pct:.1f} % fewer weighted minutes than biggest first")
        for it in order.repairs:
            print(
                f"  {it.damage}  by {it.crew} from minute {it.begins_min} to {it.ends_min},"
                f" power at {it.power_min}"
            )


def _order_told(order: Order) -> dict[str, Any]:
    return {
        "weighted_min": order.weighted_min,
        "biggest_first_min": order.biggest_first_min,
        "as_listed_min": order.as_listed_min,
        "gain_pct": round(order.gain_pct, 2),
        "repairs": [it._asdict() for it in order.repairs],
    }


def _read_damage(path: Path) -> Damages:
    try:
        raw = path.read_bytes()
        read_json(raw)  # A field named twice, or what is no JSON, is told in our words.
        return Damages.model_validate_json(raw)
    except (OSError, BadDocument) as error:
        raise BadFile(path, str(error)) from None
    except ValidationError as error:
        raise BadInput(told_first(error, "damages")) from None
