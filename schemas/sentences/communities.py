"""Communities, their whistles, postings and wards."""

from typing import Final

from schemas.said import plain, sentence
from schemas.sentences.kinds import TieWord

OPEN_WHISTLE: Final = plain("open_whistle")
CLAIMED_BEFORE: Final = plain("claimed_before")
BOUND_BY_ASSIGNMENT: Final = plain("bound_by_assignment")
ENOUGH_WILL_COME: Final = plain("enough_will_come")
WHO_IS_THERE_SAYS_DONE: Final = plain("who_is_there_says_done")
WHO_IS_THERE_SAYS_NEED: Final = plain("who_is_there_says_need")
WITHDRAW_INSTEAD: Final = plain("withdraw_instead")
POSTING_UNDER_WAY: Final = plain("posting_under_way")
IN_NOBODYS_CARE: Final = plain("in_nobodys_care")
HELP_BEFORE_CARE_ENDS: Final = plain("help_before_care_ends")
WARD_IN_CARE: Final = plain("ward_in_care")


@sentence
def one_community_per_tie(tie: TieWord) -> None: ...
