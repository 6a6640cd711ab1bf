"""How the pages show a promise that was met late, or that power overtook: its clock stopped."""

from pathlib import Path
from typing import Any

from tests.consoles.browser import control_room

MINUTE = 60_000
DUE = 1_767_225_600_000 + 45 * MINUTE
CAME = DUE + 51_000
LATER = DUE + 27 * MINUTE

_ASKED = """async ({ promises, restored_at, at }) => {
  const desk = await import("/static/dispatch/promises.js");
  const map = await import("/static/map/promise_state.js");
  const past = await import("/static/replay/boards.js");
  const incident = { phase: "responded", restored_at, promises };
  return {
    desk: desk.nextPromise(incident)?.name ?? null,
    urgency: desk.urgencyOf(incident, at),
    map: map.promiseState(incident, at),
    past: past.promiseAt(promises.arrival, at),
  };
}"""


def arrival(**how: Any) -> dict[str, Any]:
    held = {"due_at": DUE, "met_at": None, "lapsed_at": None, "broken": False, "late_ms": None}
    return {"arrival": held | how}


async def test_a_clock_that_has_stopped_counts_no_further(tmp_path: Path) -> None:
    async with control_room(tmp_path) as room:
        page = await room.desk()

        async def asked(promises: dict[str, Any], restored_at: int | None = None) -> dict[str, Any]:
            given = {"promises": promises, "restored_at": restored_at, "at": LATER}
            answer: dict[str, Any] = await page.evaluate(_ASKED, given)
            return answer

        overdue = await asked(arrival(broken=True))
        assert (overdue["desk"], overdue["urgency"], overdue["map"]) == (
            "arrival", "alarm", "overdue",
        )  # fmt: skip
        assert "27" in overdue["past"]["words"]

        late = await asked(arrival(broken=True, met_at=CAME, late_ms=51_000))
        assert (late["desk"], late["urgency"], late["map"]) == (None, "calm", "in_time")
        assert "27" not in late["past"]["words"]
        assert late["past"]["sign"] == "▲"

        lapsed = await asked(arrival(lapsed_at=DUE - MINUTE), DUE - MINUTE)
        assert (lapsed["desk"], lapsed["map"]) == (None, "done")
        assert lapsed["past"] == {"sign": "✓", "tone": "done", "words": "power was back"}
