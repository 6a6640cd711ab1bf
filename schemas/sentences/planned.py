"""Planned work on circuits, and the notices of its outages."""

from typing import Final

from schemas.said import Id, Ids, plain, sentence

NO_SUCH_PLANNED_WORK: Final = plain("no_such_planned_work")
BEFORE_ITS_HOURS: Final = plain("before_its_hours")
WORK_ENDS_IN_FUTURE: Final = plain("work_ends_in_future")
NO_OUTAGE_NO_NOTICE: Final = plain("no_outage_no_notice")
SITE_ON_THIS_CIRCUIT: Final = plain("site_on_this_circuit")


@sentence
def planned_already(work: Id) -> None: ...


@sentence
def planned_work_over_people(tickets: Ids) -> None: ...


@sentence
def work_on_supply(site: Id, work: Id) -> None: ...
