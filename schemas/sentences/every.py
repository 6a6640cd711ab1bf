"""Every module of sentences: whoever reads or judges a record imports this, and knows them all."""

from typing import Final

from schemas import sentences
from schemas.modules import modules_of
from schemas.sentences import kinds

EVERY: Final = modules_of(sentences, but=(__name__, kinds.__name__))
