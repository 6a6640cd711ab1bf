"""What a refusal tells of a phase: the one it is, those that were wanted, what can be said now."""

from typing import Final

from schemas.said import plain, sentence
from schemas.sentences.kinds import AidWord, AskedWord, Phase

NOTHING_MORE: Final = plain("nothing_more")


@sentence
def in_phase(phase: Phase) -> None: ...


@sentence
def at_aid_stage(stage: AidWord) -> None: ...


@sentence
def can_be_said(asked: AskedWord) -> None: ...
