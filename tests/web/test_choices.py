"""What the desk offers to choose from: every kind of id that a board has rows of has words."""

import re
from pathlib import Path

from coordinator.boards.drawing import BOARDS


def test_each_kind_of_id_that_is_chosen_from_a_board_has_words_at_the_desk() -> None:
    page = Path("coordinator/web/static/dispatch/who.js").read_text(encoding="utf-8")
    words = re.search(r"const WORDS = \{(.*?)\n\};", page, re.DOTALL)
    assert words is not None
    known = set(re.findall(r"^  ([a-z]{3}):", words[1], re.MULTILINE))

    assert {kind for it in BOARDS.values() for kind in it.of} <= known
