"""Contrast of the two palettes, also where axe cannot tell: signs, stripes, edges, focus."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "coordinator" / "web" / "static"
_BLOCK = re.compile(r"color-scheme: (light|dark);(.*?)\}", re.S)
_COLOUR = re.compile(r"--([a-z-]+): #([0-9a-f]{6});")
TEXT_MIN, EDGE_MIN = 4.5, 3.0

GROUNDS = ("ground", "surface", "raised")
WORDS = [
    *((ink, on) for ink in ("ink", "quiet", "alarm", "soon", "calm", "done") for on in GROUNDS),
    *((ink, "accent-ground") for ink in ("ink", "quiet", "alarm", "soon", "calm", "accent")),
    ("accent", "surface"), ("accent-ink", "accent"), ("alarm-ink", "alarm"),
    ("ink", "alarm-ground"), ("quiet", "alarm-ground"), ("alarm", "alarm-ground"),
    ("ink", "soon-ground"), ("quiet", "soon-ground"), ("soon", "soon-ground"),
]  # fmt: skip
# A frame of a field and a ring of focus are seen at three to one (WCAG 1.4.11).
EDGES = [(edge, on) for edge in ("quiet", "focus", "alarm", "accent") for on in GROUNDS]


def palettes() -> list[tuple[str, dict[str, str]]]:
    css = (STATIC / "shared" / "base.css").read_text(encoding="utf-8")
    return [(theme, dict(_COLOUR.findall(body))) for theme, body in _BLOCK.findall(css)]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [it / 12.92 if it <= 0.04045 else ((it + 0.055) / 1.055) ** 2.4 for it in parts]
    return float(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_dark_is_the_same_by_the_system_and_by_the_switch() -> None:
    (light, *_), *dark = palettes()

    assert light == "light"
    assert [theme for theme, _ in dark] == ["dark", "dark"]
    assert dark[0] == dark[1]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_and_edges_stand_out(theme: str) -> None:
    colours = dict(palettes())[theme]
    faint = {
        f"{ink} on {on}": round(contrast(colours[ink], colours[on]), 2)
        for pairs, least in ((WORDS, TEXT_MIN), (EDGES, EDGE_MIN))
        for ink, on in pairs
        if contrast(colours[ink], colours[on]) < least
    }

    assert faint == {}
