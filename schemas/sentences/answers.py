"""Why a request is answered otherwise than hoped for."""

from typing import Final

from schemas.said import Id, Ids, Number, Typed, Within, plain, sentence
from schemas.sentences.kinds import AskerWord

SEND_BEARER: Final = plain("send_bearer")
TOKEN_NOT_VALID: Final = plain("token_not_valid")
CODE_NOT_VALID: Final = plain("code_not_valid")
FROM_OWN_PAGES_ONLY: Final = plain("from_own_pages_only")
CALENDAR_PASSWORD: Final = plain("calendar_password")
NOTHING_AT_ADDRESS: Final = plain("nothing_at_address")
METHOD_NOT_TAKEN: Final = plain("method_not_taken")
COORDINATOR_FAILED: Final = plain("coordinator_failed")
NOTHING_CHANGED: Final = plain("nothing_changed")
WAS_REFUSED: Final = plain("was_refused")
FIELDS_NOT_VALID: Final = plain("fields_not_valid")
TOO_MANY_LOOK_BACK: Final = plain("too_many_look_back")
ANOTHER_WHAT_IF: Final = plain("another_what_if")
TAKES_NO_ROSTERS: Final = plain("takes_no_rosters")
ON_NO_ROSTER: Final = plain("on_no_roster")
NO_PUSH_KEY: Final = plain("no_push_key")
TAKES_NO_CAP: Final = plain("takes_no_cap")
AREA_NOT_YOURS: Final = plain("area_not_yours")
NO_BASEMAP: Final = plain("no_basemap")
BASEMAP_GONE: Final = plain("basemap_gone")
GATEWAY_NO_ROSTER: Final = plain("gateway_no_roster")
DESK_OF_ALL: Final = plain("desk_of_all")


@sentence
def incident_never_was(incident: Id) -> None: ...


@sentence
def asker(role: AskerWord) -> None: ...


@sentence
def from_coordinator_only(kind: Typed) -> None: ...


@sentence
def may_not_send(role: AskerWord, kind: Typed) -> None: ...


@sentence
def speaks_for_others(source: Typed, sources: Ids) -> None: ...


@sentence
def may_not_do_this(role: AskerWord, takes: Within) -> None: ...


@sentence
def no_such_here(name: Typed) -> None: ...


@sentence
def http_says(what: Typed) -> None: ...


@sentence
def server_says(why: Typed) -> None: ...


@sentence
def no_subject_up_to(asked: Typed, seq: Number) -> None: ...


@sentence
def no_record(seq: Number) -> None: ...


@sentence
def read_up_to(seq: Number, tip: Number) -> None: ...


@sentence
def not_whole_after(size: Number) -> None: ...


@sentence
def streams_more_than(most: Number) -> None: ...


@sentence
def larger_than(size: Number) -> None: ...


@sentence
def lines_more_than(lines: Number) -> None: ...


@sentence
def answer_one_of(name: Typed, names: Ids) -> None: ...


@sentence
def not_yours(asked: Typed) -> None: ...


@sentence
def did_not_call_you(asked: Typed) -> None: ...


@sentence
def not_on_roster_of(asked: Typed, where: Typed) -> None: ...


@sentence
def board_one_of(name: Typed, names: Ids) -> None: ...


@sentence
def no_open_incident(asked: Typed) -> None: ...


@sentence
def no_boards(names: Ids) -> None: ...


@sentence
def nothing_known_yet(asked: Typed) -> None: ...


@sentence
def no_unit_here(asked: Typed) -> None: ...


@sentence
def nobody_on_call_of(where: Typed) -> None: ...


@sentence
def no_rehearsal_of(where: Typed) -> None: ...
