"""What is seen of a page and of the processor while the console is measured."""

import os
from pathlib import Path
from typing import Any

WATCH = """
window.bench = { long: [], input: new Map() };
bench.first = new Promise((found) => {
  const seen = new MutationObserver(() => {
    if (document.querySelectorAll(".queue .virtual-row").length < 10) return;
    seen.disconnect();
    // The second frame begins when the first one, with the rows, was handed over.
    requestAnimationFrame(() => requestAnimationFrame((at) => found(at)));
  });
  seen.observe(document, { childList: true, subtree: true });
});
new PerformanceObserver((list) => list.getEntries().forEach((it) => bench.long.push(it.duration)))
  .observe({ type: "longtask", buffered: true });
new PerformanceObserver((list) => list.getEntries().forEach((it) => {
  // A press, its letting go and its click are one input.
  const { interactionId: id, duration } = it;
  if (id) bench.input.set(id, Math.max(duration, bench.input.get(id) ?? 0));
})).observe({ type: "event", durationThreshold: 16, buffered: true });
"""
_LONG_US = 50_000
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def slow_tasks(trace: dict[str, Any]) -> dict[str, float]:
    """Return the tasks of a page's main thread that took over 50 ms of processor time."""
    events = trace["traceEvents"]
    mains = {
        (it["pid"], it["tid"])
        for it in events
        if it.get("name") == "thread_name" and it["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        it
        for it in events
        if (it["pid"], it["tid"]) in mains and it["name"].endswith("RunTask") and "dur" in it
    ]
    own, over = [], 0
    for it in sorted(tasks, key=lambda it: (it["ts"], -it["dur"])):
        if it["ts"] >= over:  # not a task within the one before
            own.append(it.get("tdur", it["dur"]))
            over = it["ts"] + it["dur"]
    return {
        "own_long_tasks": sum(it > _LONG_US for it in own),
        "own_longest_task_ms": max(own, default=0) / 1_000,
        "own_work_s": sum(own) / 1e6,
    }


def cores_of(pid: int) -> float:
    """Return the processor seconds of a process and of all that came from it."""
    parents: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.name))
        spent[int(entry.name)] = (int(fields[11]) + int(fields[12])) / _TICKS_PER_S
    waiting, sum_ = [pid], 0.0
    while waiting:
        one = waiting.pop()
        sum_ += spent.get(one, 0.0)
        waiting.extend(parents.get(one, ()))
    return sum_


def cores_busy() -> float:
    """Return the processor seconds that the whole machine has spent, on anything."""
    fields = Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()[1:]
    return (sum(map(int, fields)) - int(fields[3]) - int(fields[4])) / _TICKS_PER_S
