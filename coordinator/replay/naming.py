"""What a report calls things that have a name, and what stands for words not to be read."""

from coordinator.domain.state.jurisdiction import Jurisdiction
from coordinator.replay.markup import inline
from schemas.told import TOKEN
from words.catalogue import Language, current


def things_named(state: Jurisdiction) -> dict[str, str]:
    """Return by id what sites, branches, tasks, operations are called; of people none."""
    found = {id_: it.site.name for id_, it in state.sites.by_id.items()}
    found |= {id_: it.name for id_, it in state.branches.by_id.items()}
    found |= {id_: it.name for id_, it in state.tasks.by_id.items()}
    return found | {id_: it.name for id_, it in state.operations.by_id.items()}


def unread(report: str, language: Language) -> str:
    """Return a report for who may not read what was typed: it says so in place of each token."""
    return TOKEN.sub(inline(current().text("report", "not_shown", language)), report)
