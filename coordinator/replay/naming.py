"""What a report calls things that have a name, and what stands for words not to be read."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.replay.markup import inline
from schemas.told import TOKEN
from words.catalogue import Language, current

_MEMBER: Final = "mem_"


def things_named(state: Jurisdiction) -> dict[str, str]:
    """Return by id what sites, branches, tasks, operations are called; of people none."""
    found = {id_: it.site.name for id_, it in state.sites.by_id.items()}
    found |= {id_: it.name for id_, it in state.branches.by_id.items()}
    found |= {id_: it.name for id_, it in state.tasks.by_id.items()}
    return found | {id_: it.name for id_, it in state.operations.by_id.items()}


def opened_in(events: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return by id what tasks and operations were called when they were opened: those that are
    over are part of no state any more.
    """
    return {
        event[of]: event["name"]
        for event in events
        for type_, of in (("task_opened", "task_id"), ("operation_opened", "operation_id"))
        if event["type"] == type_
    }


def people_in(told: object) -> set[str]:
    """Return the ids of all members who are named anywhere in something that is told of them."""
    if isinstance(told, str):
        return {told} if told.startswith(_MEMBER) else set()
    if isinstance(told, Mapping):
        told = told.values()
    elif not isinstance(told, list | tuple):
        return set()
    return {who for part in told for who in people_in(part)}


def unread(report: str, language: Language) -> str:
    """Return a report for who may not read what was typed: it says so in place of each token."""
    return TOKEN.sub(inline(current().text("report", "not_shown", language)), report)
