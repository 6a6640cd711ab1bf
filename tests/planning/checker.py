"""An independent reading of the hard rules: plain documents in, words out.

It imports nothing of the product. A case is what a clerk would have on paper: people, teams,
vehicles, a policy, a need; a plan is who goes in which role and which vehicles.
"""

from collections import Counter
from typing import Any

Case = dict[str, Any]
Plan = dict[str, Any]
_HOUR = 3_600_000


def violations(case: Case, plan: Plan) -> list[str]:
    """Return every hard rule that a plan for one unit breaks."""
    if not plan["people"]:
        return []
    return [*_people(case, plan), *_unit(case, plan), *_homes(case, plan), *_vehicles(case, plan)]


def violations_together(case: Case, plans: list[Plan]) -> list[str]:
    """Return what plans for several units break, each and all of them together."""
    found = []
    for plan in plans:
        if plan["people"]:
            found += [*_people(case, plan), *_unit(case, plan), *_vehicles(case, plan)]
    everybody = [pair for plan in plans for pair in plan["people"]]
    vehicles = [pair for plan in plans for pair in plan["vehicles"]]
    people = Counter(member_id for member_id, _ in everybody)
    found += [f"{it} in {count} units" for it, count in people.items() if count > 1]
    held = Counter(resource_id for resource_id, _ in vehicles)
    found += [f"{it} in {count} units" for it, count in held.items() if count > 1]
    return found + _homes(case, {"people": everybody, "vehicles": vehicles})


def _people(case: Case, plan: Plan) -> list[str]:
    found = []
    for member_id, role in plan["people"]:
        person = case["people"].get(member_id)
        if person is None:
            found.append(f"{member_id} is nobody here")
            continue
        found += [f"{member_id} is {why}" for why in _kept_away(case, person)]
        found += [f"{member_id} as {role}: {why}" for why in _unfit(case, person, role)]
        if member_id in plan.get("asked", ()):
            found.append(f"{member_id} was asked before")
    return found


def _kept_away(case: Case, person: dict[str, Any]) -> list[str]:
    at, found = case["at"], []
    for name in ("committed", "lent", "on_guard"):
        if person[name]:
            found.append(name)
    if not person["available"]:
        found.append("not available")
    if not (person["on_shift"] or person["on_standby"]):
        found.append("off duty")
    for begins, ends in person["leaves"]:
        if begins <= at < ends:
            found.append("on leave")
    since, idle = person["working_since"], person["idle_since"]
    hours = case["policy"]["hours"]
    worked_out = since is not None and at >= since + hours["work_max_h"] * _HOUR
    has_rested = idle is not None and at >= idle + hours["rest_min_h"] * _HOUR
    if worked_out and not has_rested and at >= person["may_work_on_until"]:
        found.append("due for rest")
    return found


def _unfit(case: Case, person: dict[str, Any], role: str) -> list[str]:
    rules, found = case["policy"]["muster"], []
    wanted = rules["skills"].get(role, [])
    held = [skill for skill in wanted if skill in person["skills"]]
    if wanted and not held:
        found.append("no skill")
    if role in rules["party_roles"] and person["party"] not in {
        "full_member",
        "probationary_member",
    }:
        found.append("no party member")
    if role in rules["certified_roles"] and held:
        until = [day for skill, day in person["certificates"] if skill == held[0]]
        if not any(day > case["at"] for day in until):
            found.append("no certificate on the day")
    return found


def _unit(case: Case, plan: Plan) -> list[str]:
    found = []
    roles = Counter(role for _, role in plan["people"])
    names = Counter(member_id for member_id, _ in plan["people"])
    found += [f"{it} in two roles" for it, count in names.items() if count > 1]
    if len(names) < 2:
        found.append("somebody goes alone")
    if roles["leader"] != 1:
        found.append(f"{roles['leader']} leaders")
    if not roles["safety_supervisor"]:
        found.append("no safety supervisor")
    found += [
        f"{count - plan['need'].get(role, 0)} {role} too many"
        for role, count in roles.items()
        if count > plan["need"].get(role, 0)
    ]
    if case["live_line_forbidden"] and roles["live_line_worker"]:
        found.append("live-line work in this weather")
    return found


def _homes(case: Case, plan: Plan) -> list[str]:
    found = []
    going = [case["people"][it] for it, _ in plan["people"] if it in case["people"]]
    free = [
        it
        for it in case["people"].values()
        if it["available"]
        and (it["on_shift"] or it["on_standby"])
        and not (it["committed"] or it["lent"] or it["on_guard"])
    ]
    for team_id, team in case["teams"].items():
        leaving = sum(it["team"] == team_id for it in going)
        staying = sum(it["team"] == team_id for it in free) - leaving
        if leaving and staying < team["on_duty_minimum"]:
            found.append(f"{team_id} is left with {staying}")
    for skill, least in case["policy"]["muster"]["on_duty_minimum_per_skill"].items():
        leaving = sum(skill in it["skills"] for it in going)
        if leaving and sum(skill in it["skills"] for it in free) - leaving < least:
            found.append(f"too few are left with {skill}")
    return found


def _vehicles(case: Case, plan: Plan) -> list[str]:
    found = []
    kinds = Counter(kind for _, kind in plan["vehicles"])
    for resource_id, kind in plan["vehicles"]:
        held = case["vehicles"].get(resource_id)
        if held is None or held["kind"] != kind:
            found.append(f"{resource_id} is no {kind} here")
        elif held["committed"] or held["lent"] or not held["in_service"]:
            found.append(f"{resource_id} is not free")
    found += [
        f"{count} {kind} for {plan['vehicles_wanted'].get(kind, 0)}"
        for kind, count in kinds.items()
        if count > plan["vehicles_wanted"].get(kind, 0)
    ]
    return found
