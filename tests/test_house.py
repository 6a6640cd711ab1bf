"""The style itself: short files, short functions, said purpose, names that say something."""

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("schemas", "words", "coordinator", "streams", "tests", "benchmarks", "tools")
LINES_MAX = 400
FUNCTION_LINES_MAX = 70
EMPTY_NAMES = {
    "base", "common", "helper", "helpers", "manager", "managers",
    "misc", "service", "services", "util", "utils",
}  # fmt: skip

MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if "node_modules" not in path.parts
)


@cache
def source_of(module: str) -> str:
    return (ROOT / module).read_text(encoding="utf-8")


def long_functions(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                found.append(f"{node.name} ({lines} lines)")
    return found


def empty_names(module: str) -> list[str]:
    """Return the parts of a module's path that say nothing, also as `unit_manager` says nothing."""
    words = {
        word for part in Path(module).with_suffix("").parts for word in part.strip("_").split("_")
    }
    return sorted(words & EMPTY_NAMES)


def ended_by_asking_once(source: str) -> list[str]:
    """Return what an async function cancels and then waits for, by name and line.

    A library may swallow a cancellation (redis-py does): such a wait lasts for ever.
    """
    found = []
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.AsyncFunctionDef):
            continue
        nodes = list(ast.walk(function))
        loops = {
            ast.unparse(it.target): ast.unparse(it.iter) for it in nodes if isinstance(it, ast.For)
        }
        awaited = [it for it in nodes if isinstance(it, ast.Await)]
        for call in nodes:
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
                continue
            name = ast.unparse(call.func.value)
            names = {name, loops.get(name, name)}
            if call.func.attr == "cancel" and any(
                it.lineno > call.lineno and names & {ast.unparse(part) for part in ast.walk(it)}
                for it in awaited
            ):
                found.append(f"{name}, line {call.lineno}")
    return found


def test_the_house_has_its_rooms() -> None:
    rooms = {module.split("/")[0] for module in MODULES}

    assert rooms >= {"schemas", "coordinator", "tests", "tools"}


@pytest.mark.parametrize("module", MODULES)
def test_a_file_can_be_read_in_one_sitting(module: str) -> None:
    assert len(source_of(module).splitlines()) <= LINES_MAX


@pytest.mark.parametrize("module", MODULES)
def test_a_function_fits_on_a_page(module: str) -> None:
    assert long_functions(source_of(module)) == []


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_what_it_is_for(module: str) -> None:
    assert ast.get_docstring(ast.parse(source_of(module)))


@pytest.mark.parametrize("module", [it for it in MODULES if it.endswith("__init__.py")])
def test_a_package_file_holds_nothing_but_its_docstring(module: str) -> None:
    assert len(ast.parse(source_of(module)).body) == 1


@pytest.mark.parametrize("module", MODULES)
def test_a_name_says_something(module: str) -> None:
    assert empty_names(module) == []


def test_a_function_one_line_too_long_is_found() -> None:
    body = "    pass\n"

    assert long_functions("def short():\n" + body * (FUNCTION_LINES_MAX - 1)) == []
    assert long_functions("async def long():\n" + body * FUNCTION_LINES_MAX) == ["long (71 lines)"]


@pytest.mark.parametrize(
    ("module", "empty"),
    [
        ("coordinator/utils/text.py", ["utils"]),
        ("coordinator/unit_manager.py", ["manager"]),
        ("coordinator/_common.py", ["common"]),
        ("coordinator/domain/unit/decide.py", []),
        ("coordinator/database.py", []),
    ],
)
def test_a_name_that_says_nothing_is_found(module: str, empty: list[str]) -> None:
    assert empty_names(module) == empty


@pytest.mark.parametrize(
    "source",
    [
        "async def f():\n it.cancel()\n await it",
        "async def f():\n for it in all_:\n  it.cancel()\n await asyncio.gather(*all_)",
        "async def f():\n self._run.cancel()\n with s:\n  await self._run",
    ],
)
def test_a_wait_for_what_was_cancelled_once_is_seen(source: str) -> None:
    assert ended_by_asking_once(source)


@pytest.mark.parametrize("module", [it for it in MODULES if it != "coordinator/tasks.py"])
def test_what_is_waited_for_is_cancelled_again_until_it_has_ended(module: str) -> None:
    assert ended_by_asking_once(source_of(module)) == [], "use coordinator.tasks.end_all"
