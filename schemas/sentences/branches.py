"""Temporary branches."""

from typing import Final

from schemas.said import Id, Number, Typed, plain, sentence
from schemas.sentences.kinds import StageWord

NO_SUCH_BRANCH: Final = plain("no_such_branch")
BRANCH_OF_FORMED_BODY: Final = plain("branch_of_formed_body")
ONE_BRANCH_PER_BODY: Final = plain("one_branch_per_body")
ONLY_ASKED_APPROVES: Final = plain("only_asked_approves")
ONLY_ASKED_REFUSES: Final = plain("only_asked_refuses")
NAMED_NOT_ELECTED: Final = plain("named_not_elected")
POST_TO_MEMBER: Final = plain("post_to_member")
CONDUCT_OF_WHO_TOOK_PART: Final = plain("conduct_of_who_took_part")
ATTEND_TAKES_PART: Final = plain("attend_takes_part")
NAMED_IS_FULL_MEMBER: Final = plain("named_is_full_member")
SECRETARY_NOT_DEPUTY: Final = plain("secretary_not_deputy")
COMMITTEE_NAMES_ONCE: Final = plain("committee_names_once")
SECRETARY_IN_COMMITTEE: Final = plain("secretary_in_committee")
BRANCH_NO_DUES: Final = plain("branch_no_dues")
BRANCH_NO_DELEGATES: Final = plain("branch_no_delegates")
BRANCH_NO_ELECTIONS: Final = plain("branch_no_elections")
BRANCH_NO_ADMISSION: Final = plain("branch_no_admission")
BRANCH_NO_DISCIPLINE: Final = plain("branch_no_discipline")
ONE_BODY: Final = plain("one_body")
APPLICANTS_ARE_NO_MEMBERS: Final = plain("applicants_are_no_members")
GROUP_OF_MEMBERS: Final = plain("group_of_members")
GROUP_LEADER_IS_IN_IT: Final = plain("group_leader_is_in_it")
ATTENDED_ONCE: Final = plain("attended_once")
GROUP_NAMES_ONCE: Final = plain("group_names_once")
TOO_FEW_FULL_MEMBERS: Final = plain("too_few_full_members")


@sentence
def branch_not_in_stage(wanted: StageWord, stage: StageWord) -> None: ...


@sentence
def at_least_full_members(least: Number, there: Number) -> None: ...


@sentence
def at_most_members(most: Number, would_be: Number) -> None: ...


@sentence
def group_from(least: Number, there: Number) -> None: ...


@sentence
def in_another_group(member: Id, group: Typed) -> None: ...


@sentence
def group_too_small(group: Typed, least: Number) -> None: ...


@sentence
def no_committee_below(least: Number) -> None: ...


@sentence
def committee_size(least: Number, most: Number) -> None: ...


@sentence
def committee_usually(least: Number, most: Number) -> None: ...


@sentence
def regular_branch_needed(days: Number) -> None: ...
