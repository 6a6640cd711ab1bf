"""Check the consoles' scripts: how they look, what must not slip in, their types, their tests.

`npm ci` fetches the exact versions of `tools/scripts/package-lock.json` beside it, once for each
lock. Only developers and CI run this: nobody who installs, runs or tests needs it.
`--fix` formats; `--lock` resolves `package.json` anew.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.vendor import lock

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "tools" / "scripts"
PAGES = "coordinator/web/static"
CHECKED = (f"{PAGES}/**/*.js", f"!{PAGES}/vendor/**", "tests/scripts/*.js", "tools/scripts/*.js")
_FETCHED = TOOLS / "node_modules" / ".of-lock"


def node_tests() -> list[str]:
    """Return the command that runs the scripts' own tests; it needs Node and nothing else."""
    tests = sorted(str(it.relative_to(ROOT)) for it in (ROOT / "tests" / "scripts").glob("*.js"))
    return ["node", "--import", "./tools/scripts/as_a_page.js", "--test", *tests]


def fetch() -> None:
    """Install the locked versions, unless they are there."""
    locked = hashlib.sha256((TOOLS / "package-lock.json").read_bytes()).hexdigest()
    if _FETCHED.exists() and _FETCHED.read_text("utf-8") == locked:
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=TOOLS, check=True)
    _FETCHED.write_text(locked, "utf-8")


def checks(*, fix: bool) -> list[list[str]]:
    """Return the commands; each ends well or says what is wrong where."""
    tool = "tools/scripts/node_modules/.bin"
    looks = [f"{tool}/prettier", "--config", "tools/scripts/prettier.json", "--log-level", "warn"]
    lint = [f"{tool}/eslint", "--config", "tools/scripts/eslint.config.js"]
    typed = ("tools/scripts/tsconfig.json", "tools/scripts/tsconfig.worker.json")
    look = [*looks, "--write" if fix else "--check", *CHECKED]
    scripts = sorted(
        str(it.relative_to(ROOT)) for it in (ROOT / PAGES).rglob("*.js") if "vendor" not in it.parts
    )
    # What one of the two has broken the other may put differently; the second time all fits.
    fixed = [look, ["node", "tools/scripts/break_templates.js", *scripts]] * 2 if fix else []
    return [
        *fixed,
        look,
        [*lint, *(("--fix",) if fix else ()), PAGES, "tests/scripts", "tools/scripts"],
        *([f"{tool}/tsc", "--project", it] for it in typed),
        node_tests(),
    ]


def main(arguments: list[str]) -> int:
    """Run all checks, also after one that fails."""
    missing = [it for it in ("node", "npm") if shutil.which(it) is None]
    if missing:
        print(f"scripts are not checked: no {' and no '.join(missing)}")
        return 1 if os.environ.get("REQUIRE_REAL_PARTS") else 0
    if "--lock" in arguments:
        lock(TOOLS)
    fetch()
    failed = 0
    for command in checks(fix="--fix" in arguments):
        print(f"== {Path(command[0]).name}", flush=True)
        failed += subprocess.run(command, cwd=ROOT, check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
