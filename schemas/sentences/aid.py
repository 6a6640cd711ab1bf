"""Mutual aid."""

from typing import Final

from schemas.said import Id, Ids, Within, plain, sentence
from schemas.sentences.kinds import AidWord, SideWord, WhyNotWord

NO_SUCH_CONVERSATION: Final = plain("no_such_conversation")
NO_SUCH_CONVERSATION_YET: Final = plain("no_such_conversation_yet")
ANOTHER_CONVERSATION: Final = plain("another_conversation")
AID_FROM_NEIGHBOUR: Final = plain("aid_from_neighbour")
AID_FOR_OPEN_INCIDENT: Final = plain("aid_for_open_incident")
CARRIES_BRIEFING: Final = plain("carries_briefing")
LEND_OWN_PEOPLE: Final = plain("lend_own_people")
CERTIFICATES_VALID: Final = plain("certificates_valid")
VEHICLE_IN_ONE_PLACE: Final = plain("vehicle_in_one_place")
HOME_AREA_MINIMUM: Final = plain("home_area_minimum")


@sentence
def aid_from_named_neighbours(names: Ids) -> None: ...


@sentence
def released_when_free(member: Id, why: WhyNotWord) -> None: ...


@sentence
def only_side_says(side: SideWord) -> None: ...


@sentence
def not_at_this_stage(stage: AidWord, wanted: Within, possible: Within) -> None: ...
