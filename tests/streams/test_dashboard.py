"""The dashboard asks for metrics that exist, and leaves out none that the runbook names."""

import json
import re
from pathlib import Path

from prometheus_client import CollectorRegistry

from coordinator.clock import SetClock
from coordinator.settings import Settings
from streams.measuring import WorkerMeasuring

ROOT = Path(__file__).resolve().parents[2]
_OTHERS = {"coordinator_dead_letters", "coordinator_published", "coordinator_proposed"}


def known() -> set[str]:
    registry = CollectorRegistry()
    WorkerMeasuring(registry, SetClock(0))
    return {it.name for it in registry.collect()} | _OTHERS


def asked(text: str) -> set[str]:
    names = set(re.findall(r"\bcoordinator_\w+", text))
    return {re.sub(r"_(total|bucket|sum|count)$", "", it) for it in names}


def test_the_dashboard_asks_for_what_is_measured() -> None:
    dashboard = json.loads((ROOT / "ops/grafana-dashboard.json").read_text("utf-8"))
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]

    assert asked(" ".join(expressions)) <= known()
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_the_runbook_names_what_the_dashboard_shows() -> None:
    runbook = (ROOT / "docs/runbook.md").read_text("utf-8")
    dashboard = (ROOT / "ops/grafana-dashboard.json").read_text("utf-8")
    settings = {f"coordinator_{it}" for it in Settings.model_fields}

    assert asked(runbook) - settings <= asked(dashboard)
