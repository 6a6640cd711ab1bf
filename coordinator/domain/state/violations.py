"""Violations whose points still count."""

from immutables import Map
from msgspec import Struct


class Violation(Struct, frozen=True, gc=False):
    violation_id: str
    charged: tuple[str, ...]
    points: int


class Violations(Struct, frozen=True, gc=False):
    """`points` are those that count against each member now."""

    by_id: Map[str, Violation] = Map()
    points: Map[str, int] = Map()
