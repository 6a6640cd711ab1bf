"""The example in docs/log-format.md is what this program writes and accepts."""

import re
from pathlib import Path

from coordinator.log.chain import Tip, Verdict, accept
from coordinator.log.envelope import Kind, open_record

PAGE = Path(__file__).resolve().parents[2] / "docs" / "log-format.md"


def test_the_example_on_the_page_is_a_log() -> None:
    blocks = re.findall(
        r"```text\n([0-9a-f\n]+)\nhash ([0-9a-f]{64})\n```", PAGE.read_text("utf-8")
    )
    tip, kinds = Tip("county"), []
    for text, hash_ in blocks:
        record = open_record(bytes.fromhex(text.replace("\n", "")))
        assert record.hash.hex() == hash_
        verdict, tip = accept(tip, record)
        assert verdict is Verdict.ACCEPTED
        kinds.append(record.kind)

    assert kinds == [Kind.GENESIS, Kind.CLAIM, Kind.DECISION]
    assert dict(tip.cursor.items()) == {"inbox": 1}
