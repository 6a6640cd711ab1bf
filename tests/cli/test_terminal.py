"""What the commands print is text: nothing in a record commands the terminal it is read on."""

import io
import json
import subprocess
import sys

from rich.table import Table
from rich.text import Text

from coordinator.cli.display import Display
from coordinator.cli.terminal import Shown, harmless

EVIL = "a\x1b[31mred\x1b]0;title\x07 \x9b2J \u202edcba\u2066 \x7f\x85 over\rwritten"
RAW = "\x1b\x07\x9b\u202e\u2066\x7f\x85\r"


def test_text_is_as_it_was_and_controls_are_spelled_out() -> None:
    text = "云河 «x»\t1\n2 😀 é"
    assert harmless(text) == text
    assert harmless(EVIL) == (
        r"a\u001b[31mred\u001b]0;title\u0007 \u009b2J \u202edcba\u2066 \u007f\u0085"
        r" over\u000dwritten"
    )


def test_json_that_is_printed_says_the_same() -> None:
    out = io.StringIO()
    json.dump({"cause": EVIL}, Shown(out), ensure_ascii=False)

    assert not set(RAW) & set(out.getvalue())
    assert json.loads(out.getvalue()) == {"cause": EVIL}


def test_a_display_has_its_own_colours_and_none_of_the_text() -> None:
    out = io.StringIO()
    table = Table("name")
    table.add_row(Text(EVIL, "bold"))
    Display(file=out, force_terminal=True, width=200).print(table)

    assert "\x1b[1m" in out.getvalue()
    assert "\x1b[31m" not in out.getvalue()
    assert not set("\x07\x9b\u202e\u2066\x7f\x85\r") & set(out.getvalue())


def test_every_command_prints_through_it() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from coordinator.cli.app import main; main()",
         "policy", "check", f"/no/{EVIL.replace(chr(0), '')}"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert ran.returncode != 0
    assert r"\u001b]0;title\u0007" in ran.stderr
    assert not set(RAW) & set(ran.stdout + ran.stderr)
