"""Asks whether a vulnerability is known of anything that is pinned: `make audit`.

`pip-audit` ends with 0 and «No known vulnerabilities found» where its source answered for nothing
at all, as a mirror does that has packages and no advisories, and with 1 both for a vulnerability
and for a network that is missing. Here the three are told apart: a vulnerability that is known ends
with 1; what could not be asked about is said, with its number, and ends with 0, since nobody's
change is worse for a network that is away.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.sbom import pinned
from tools.vendor import ROOT

LOCKS = ("requirements-build.txt", "requirements.txt", "requirements-dev.txt")
# What is known and lived with for now: the advisory's id, and why it does not hurt here.
ACCEPTED: dict[str, str] = {}
_AUDIT = Path(sys.executable).with_name("pip-audit")
_LIMIT_S = 300


def ask(locks: Sequence[Path], *options: str) -> tuple[dict[str, Any] | None, str]:
    """Ask about every pin of the locks.

    :param options: handed on to `pip-audit`, such as another source to ask.
    :returns: its report, or None if it came to none, and the last line that it said.
    :raises ValueError: if a lock cannot be read: that is ours, and no missing network.
    """
    for lock in locks:
        list(pinned(lock))
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [str(_AUDIT), "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
        command += ["--format", "json", "--output", str(report), *options]
        command += [part for lock in locks for part in ("--requirement", str(lock))]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=_LIMIT_S
            )
        except subprocess.TimeoutExpired:
            return None, f"no answer within {_LIMIT_S} s"
        said = (done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"])[-1]
        if not report.exists():
            return None, said
        text = report.read_text(encoding="utf-8")
        return (json.loads(text) if text.strip() else None), said


def judge(report: dict[str, Any] | None, said: str) -> tuple[list[str], int]:
    """Return what is to be said of a report, and the exit code it asks for."""
    if report is None:
        return [f"audit: NOT DONE, the source of advisories was not reached: {said}"], 0
    pins = {(it["name"], it.get("version", "")): it for it in report["dependencies"]}.values()
    skipped = sorted(it["name"] for it in pins if "skip_reason" in it)
    found = [(it, vuln) for it in pins for vuln in it.get("vulns", ())]
    open_ = [(it, vuln) for it, vuln in found if not _accepted(vuln)]
    lines = [
        f"audit: {it['name']} {it['version']}: {vuln['id']}, mended in "
        + (", ".join(vuln.get("fix_versions", ())) or "no version yet")
        for it, vuln in open_
    ]
    asked = len(pins) - len(skipped)
    if skipped:
        lines.append(
            f"audit: {'NOT DONE' if not asked else 'NOT WHOLE'}, nothing is known at its source"
            f" of {len(skipped)} of {len(pins)} packages: {', '.join(skipped[:3])} …"
        )
    if asked:
        lines.append(f"audit: {asked} packages asked about, {len(open_)} known vulnerabilities")
    return lines, 1 if open_ else 0


def _accepted(vuln: dict[str, Any]) -> bool:
    return any(it in ACCEPTED for it in (vuln["id"], *vuln.get("aliases", ())))


def main() -> int:
    """Ask about all locks and say what came of it."""
    # A program that cannot start at all is ours to mend, and no missing network.
    subprocess.run([str(_AUDIT), "--version"], check=True, capture_output=True)
    lines, code = judge(*ask([ROOT / it for it in LOCKS]))
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
