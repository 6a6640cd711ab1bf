"""Every rule and reason that a dispatcher reads has its Chinese; the log keeps the English."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page, expect

from coordinator.domain.safety.weather import _KINDS
from schemas.ids import ulid_of
from schemas.vocabulary import Role
from tests.consoles.browser import Room, control_room, slide
from tests.consoles.test_dispatch import by_hand, open_first, open_form, outage
from tests.consoles.test_on_call import called, seeing_is_said, worker_is_ready
from tests.story import START
from tests.web.station import HERE

COORDINATOR: Final = Path(__file__).resolve().parent.parent.parent / "coordinator"
STATIC: Final = COORDINATOR / "web" / "static"
_TEXT_OF: Final = {
    "refuse": ("rule", "value"),
    "RuleWarned": ("rule",),
    "ProposalRejected": ("reasons",),
    "Explanation": ("method", "removed"),
    "Pick": ("reason",),
    "UnitProblem": ("travel",),
}
"""What is made with words for people, and where in it they are."""
_READ_WHOLE: Final = {
    "domain/aid/packages.py": (),
    "domain/branch/rules.py": (),
    "domain/safety/crew.py": (),
    "domain/roster/eligibility.py": ("why_not", "silent_because", "unfit_because"),
    "domain/unit/greedy.py": ("run", "_take_from", "beyond"),
    "domain/unit/hard_rules.py": (),
    "domain/unit/proposal.py": ("_not_asked_for", "unconfirmed"),
    "domain/sound_policy.py": ("broken_policy_rule",),
    "domain/unit/size.py": (),
    "domain/safety/weather.py": ("forbidden_by",),
    "planning/many_units.py": ("improving",),
    "planning/planner.py": ("told_of",),
    "planning/pool.py": ("pool_of",),
    "planning/reasons.py": ("left_for", "_reason", "_closing", "cannot_go", "_summary"),
    "planning/travel.py": ("__init__", "name"),
}
"""Functions that make words for people; none named: the whole file does."""
_TOLD_ELSEWHERE: Final = {"A proposed unit still waits for confirmation", "sent by policy"}
"""Notices, which are no reasons."""
_PAIR = re.compile(r'^\s*("(?:[^"\\]|\\.)*"): ("(?:[^"\\]|\\.)*"),$', re.M)
_HOLE = re.compile(r"\{[a-z]+\d*\}")
_WORDS = re.compile(r"[a-z]{2,}")


def chinese() -> dict[str, str]:
    text = (STATIC / "words" / "reasons.js").read_text(encoding="utf-8")
    pairs = [(json.loads(one), json.loads(other)) for one, other in _PAIR.findall(text)]
    assert len(pairs) == text.count('": "')
    return dict(pairs)


def template(node: ast.expr) -> str:
    """Return a text as it stands in the source, with `{}` for what is filled in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(it.value) if isinstance(it, ast.Constant) else "{}" for it in node.values
        )
    assert isinstance(node, ast.Constant)
    return str(node.value)


def texts_in(node: ast.AST) -> Iterator[str]:
    """Yield the texts of a piece of source, those within the holes of others with them."""
    if isinstance(node, ast.Raise):
        return
    if isinstance(node, ast.JoinedStr):
        yield template(node)
        for hole in node.values:
            if isinstance(hole, ast.FormattedValue):
                yield from texts_in(hole.value)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        yield from texts_in(child)


def sentences_of(function: ast.FunctionDef) -> Iterator[str]:
    """Yield what a function says: texts of several words, and each word it returns or lists."""
    told = function.body[1:] if ast.get_docstring(function) else function.body
    for statement in told:
        yield from (it for it in texts_in(statement) if " " in it.strip())
        for node in ast.walk(statement):
            listed: list[ast.expr] = []
            if isinstance(node, ast.Return) and node.value is not None:
                listed = [node.value]
            elif isinstance(node, ast.List):
                listed = node.elts
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "append":
                listed = node.args
            for one in listed:
                if isinstance(one, ast.Constant | ast.IfExp):
                    yield from texts_in(one)


@cache
def parsed(file: str) -> ast.Module:
    return ast.parse((COORDINATOR / file).read_text(encoding="utf-8"))


@cache
def read_whole_functions() -> list[tuple[str, ast.FunctionDef]]:
    found: list[tuple[str, ast.FunctionDef]] = []
    for file, names in _READ_WHOLE.items():
        functions = [it for it in ast.walk(parsed(file)) if isinstance(it, ast.FunctionDef)]
        assert set(names) <= {it.name for it in functions}, file
        found += [(file, it) for it in functions if not names or it.name in names]
    return found


def constants_of(file: str) -> dict[str, list[ast.expr]]:
    found = (it for it in parsed(file).body if isinstance(it, ast.AnnAssign))
    return {ast.unparse(it.target): [it.value] for it in found if it.value is not None}


def set_in(function: ast.FunctionDef) -> dict[str, list[ast.expr]]:
    """Return what each name of a function is set to; one of several from one value to all of it."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                for name in names:
                    found.setdefault(ast.unparse(name), []).append(node.value)
    return found


def traced(value: ast.expr, names: dict[str, list[ast.expr]]) -> Iterator[ast.expr]:
    """Yield what a value comes to, where it is a name."""
    if isinstance(value, ast.Subscript):
        value = value.value
    if not isinstance(value, ast.Name):
        yield value
        return
    for source in names.get(value.id, []):
        yield from traced(source, names)


def said_in(file: str) -> Iterator[tuple[str, str]]:
    """Yield (place, text) of whatever is made in a file that holds words for people."""
    read_whole = {it.name for _, it in read_whole_functions()}
    for function in ast.walk(parsed(file)):
        if not isinstance(function, ast.FunctionDef):
            continue
        names = constants_of(file) | set_in(function)
        for node in ast.walk(function):
            made = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if not isinstance(node, ast.Call) or made not in _TEXT_OF:
                continue
            given = {it.arg: it.value for it in node.keywords}
            if node.args:
                given["rule"] = node.args[0]
            for name in set(_TEXT_OF[made]) & set(given):
                sources = list(traced(given[name], names))
                texts = [it for source in sources for it in texts_in(source)]
                yield from ((f"{file}:{node.lineno}", it) for it in texts)
                if made == "refuse" and name == "rule":
                    asked = {ast.unparse(it.func) for it in sources if isinstance(it, ast.Call)}
                    # A rule that comes from elsewhere comes from a function that is read whole.
                    assert texts or asked & read_whole, f"{file}:{node.lineno}: {asked}"


def files() -> list[str]:
    rooms = ("domain", "engine", "planning")
    return sorted(
        it.relative_to(COORDINATOR).as_posix()
        for room in rooms
        for it in (COORDINATOR / room).rglob("*.py")
    )


def everything_said() -> list[tuple[str, str]]:
    found = [it for file in files() for it in said_in(file)]
    for file, function in read_whole_functions():
        found += [(f"{file}:{function.name}", it) for it in sentences_of(function)]
    for file, names in (
        ("domain/branch/rules.py", {"_NEVER", "_GENERALLY_NOT"}),
        ("planning/unit_problem.py", {"IN_TIME", "WITH_THE_RESERVE", "LATE_TOO"}),
        ("planning/batch_plan.py", {"METHOD"}),
    ):
        for node in parsed(file).body:
            target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", 0)
            if isinstance(target, ast.Name) and target.id in names:
                found += [(f"{file}:{target.id}", it) for it in texts_in(node) if " " in it]
    found += [("domain/safety/weather.py", it.replace("_", " ")) for it in _KINDS]
    return found


def test_every_rule_and_every_reason_has_its_chinese() -> None:
    known = {_HOLE.sub("{}", it) for it in chinese()}
    said = [it for it in everything_said() if _WORDS.search(it[1])]
    missing = [f"{place}: {text}" for place, text in said if text not in known | _TOLD_ELSEWHERE]

    assert len(said) > 200
    assert not missing, "\n".join(missing)


def test_no_chinese_is_kept_for_what_nobody_says() -> None:
    said = {text for _, text in everything_said()}
    scripts = [it.read_text(encoding="utf-8") for it in STATIC.glob("dispatch/*.js")]

    assert {
        it
        for it in chinese()
        if " " in it
        and _HOLE.sub("{}", it) not in said
        and not any(json.dumps(it) in text for text in scripts)
    } == set()


def test_chinese_says_all_that_the_english_says() -> None:
    for english, said in chinese().items():
        assert sorted(_HOLE.findall(english)) == sorted(_HOLE.findall(said)), english
        assert not said.isascii(), english


async def in_chinese(page: Page) -> None:
    await page.get_by_role("button", name="中文").click()
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


async def last_record(room: Room) -> dict[str, Any]:
    answer = await room.station.get(Role.AUDITOR, f"/v1/log/{HERE}", after=-1, limit=1_000)
    record: dict[str, Any] = answer.json()["records"][-1]
    return record


async def test_a_refusal_is_read_in_chinese_and_recorded_in_english(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()
        await in_chinese(page)
        await open_form(page, "close_incident")
        await page.select_option("form[data-form] select >> nth=0", HERE)
        await page.fill("#f-incident_id", f"inc_{ulid_of(START, 'nowhere')}")
        await page.get_by_role("button", name="发送", exact=True).click()
        rule = page.locator("dialog [data-test=rule]")
        await expect(rule).to_contain_text("没有该事件")

        await page.get_by_role("button", name="仍然发送").click()
        await expect(rule).to_contain_text("已被拒绝并记入日志：")
        await expect(rule).to_contain_text("没有该事件")
        record = await last_record(room)
        assert record["payload"]["events"][0]["rule"] == "no such incident"
        await page.keyboard.press("Escape")

        # The language is one of showing: turned back, the same refusal is read in English.
        await page.locator(".head-line > button").nth(1).click()
        told = page.get_by_role("dialog").locator("tr .small")
        await expect(told).to_contain_text("没有该事件")
        await page.keyboard.press("Escape")
        await page.get_by_role("button", name="English").click()
        await page.locator(".head-line > button").nth(1).click()
        await expect(told).to_contain_text("no such incident")

        seq = record["seq"]
        replay = await room.desk(f"/replay#j={HERE}&seq={seq}", Role.COMMANDER)
        await in_chinese(replay)
        await expect(replay.locator("[data-test=rules]")).to_contain_text("没有该事件")


async def test_a_proposal_is_read_in_chinese_with_its_hard_rules(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        await by_hand(room)
        incident_id = await outage(room)
        state = room.station.home.state_of(HERE)
        unit = state.units.by_id[state.units.by_incident[incident_id][0]]
        picked = {it.member_id for it in unit.proposal}
        names = room.station.home.names([it.member_id for it in room.station.places[0].people])
        off_duty = next(
            id_
            for id_, it in state.roster.members.items()
            if not it.on_shift and not it.on_standby and id_ not in picked
        )
        page = await room.desk()
        await open_first(page)
        await in_chinese(page)
        proposal = page.locator("[data-proposal]")
        await expect(proposal.locator("tbody tr").first).to_contain_text("当班")
        english = await proposal.evaluate("(it) => it.innerText.match(/[a-z]{4,}( [a-z]{2,})+/g)")
        assert english is None

        await page.locator("[data-test=swap]").first.click()
        await page.locator(".swap input").fill(names[off_duty])
        await page.locator(".swap [role=option]", has_text="不当班").first.click()
        rule = page.locator("[data-test=rule]")
        await expect(rule).to_contain_text(f"{names[off_duty]}：不当班")
        await page.locator("[data-test=confirm]").click()
        await expect(rule).to_contain_text("不当班")
        signal = (await last_record(room))["payload"]["signal"]
        assert signal["picks"][0]["reason"] == "chosen by the dispatcher"


async def test_a_member_reads_why_their_answer_was_refused(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        _, member, _ = await called(room)
        page = await room.phone(member)
        await in_chinese(page)
        await page.locator("[data-say=accept_assignment]").wait_for()
        await worker_is_ready(page)
        await seeing_is_said(page)
        await page.context.set_offline(True)
        await slide(page.locator("[data-say=accept_assignment]"))
        await page.evaluate(
            """async () => {
              const [tap] = (await self.taps.all()).filter((it) => it.fate === "kept");
              const signal = { ...tap.signal, type: "finish_assignment" };
              await self.taps.keep({ ...tap, signal });
            }"""
        )
        await page.context.set_offline(False)

        await expect(page.locator("[data-fate=refused]")).to_contain_text("未接受的任务不能报完成")
