"""Fetch what the consoles take from others, and write down what it is.

`npm ci` fetches the exact versions of `tools/vendor/package-lock.json` into a temporary folder;
the files listed here are copied unchanged into the package, each licence beside them, and
`VENDOR.json` names every one. Only a developer runs this: nobody who installs needs Node.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "tools" / "vendor"
TARGET = ROOT / "coordinator" / "web" / "static" / "vendor"


class Vendored(NamedTuple):
    """One file that ships: where it is in its package, and which packages are built into it."""

    file: str
    package: str
    path: str
    holds: tuple[str, ...] = ()


FILES = (
    Vendored("htm-preact.js", "htm", "preact/standalone.module.js", ("preact",)),
    Vendored("leaflet.js", "leaflet", "dist/leaflet.js"),
    Vendored("leaflet.css", "leaflet", "dist/leaflet.css"),
    Vendored(
        "protomaps-leaflet.js",
        "protomaps-leaflet",
        "dist/protomaps-leaflet.js",
        (
            "pmtiles", "fflate", "pbf", "rbush", "quickselect", "potpack", "color2k",
            "@mapbox/point-geometry", "@mapbox/vector-tile", "@protomaps/basemaps",
        ),
    ),
)  # fmt: skip

# These two packages come without the text of their licence; it is kept beside the versions.
_KEPT_TEXTS = {"pmtiles": "pmtiles.txt", "@protomaps/basemaps": "protomaps-basemaps.txt"}


def plain_name(package: str) -> str:
    """Return the name of a package as a file may bear it: `@a/b` becomes `a-b`."""
    return package.removeprefix("@").replace("/", "-")


def fetch(folder: Path) -> Path:
    """Install the locked versions into a folder; return where the packages are."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCES / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=folder, check=True)
    return folder / "node_modules"


def lock(sources: Path = SOURCES) -> None:
    """Resolve a folder's `package.json` anew, and keep the lock without where all was fetched."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(sources / "package.json", folder)
        command = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit"]
        subprocess.run(command, cwd=folder, check=True)
        locked = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    for package in locked["packages"].values():
        for address in ("resolved", "funding"):
            package.pop(address, None)
    (sources / "package-lock.json").write_text(
        json.dumps(locked, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def _described(package: str, packages: Path, licences: Path) -> dict[str, str]:
    """Copy a package's licence and return what is to be said of the package."""
    about = json.loads((packages / package / "package.json").read_text(encoding="utf-8"))
    if kept := _KEPT_TEXTS.get(package):
        text = SOURCES / "licences" / kept
    else:
        [text] = [
            path
            for path in (packages / package).iterdir()
            if re.fullmatch(r"licen[cs]e(\.\w+)?", path.name, re.IGNORECASE)
        ]
    target = licences / f"{plain_name(package)}.txt"
    target.write_text(text.read_text(encoding="utf-8").rstrip() + "\n", encoding="utf-8")
    return {
        "name": about["name"],
        "licence": about["license"],
        "licence_file": f"{licences.name}/{target.name}",
    }


def _version(package: str, packages: Path) -> str:
    about = json.loads((packages / package / "package.json").read_text(encoding="utf-8"))
    return str(about["version"])


def vendor(packages: Path, target: Path) -> list[dict[str, Any]]:
    """Copy files and licences out of installed packages; return what `VENDOR.json` says."""
    shutil.rmtree(target, ignore_errors=True)
    licences = target / "licences"
    licences.mkdir(parents=True)
    listed = []
    for it in FILES:
        content = (packages / it.package / it.path).read_bytes()
        (target / it.file).write_bytes(content)
        listed.append(
            {
                "file": it.file,
                "sha256": hashlib.sha256(content).hexdigest(),
                "version": _version(it.package, packages),
                **_described(it.package, packages, licences),
                # Their versions are the choice of who built the file, so none is claimed here.
                "holds": [_described(held, packages, licences) for held in it.holds],
            }
        )
    text = json.dumps(listed, indent=2, ensure_ascii=False) + "\n"
    (target / "VENDOR.json").write_text(text, encoding="utf-8")
    return listed


def main(arguments: list[str]) -> int:
    """Lock anew when told `--lock`; then fetch, copy and say what was copied."""
    if shutil.which("npm") is None:
        print("npm is missing: it is needed to vendor anew, and for nothing else")
        return 2
    if "--lock" in arguments:
        lock()
    with tempfile.TemporaryDirectory() as name:
        for it in vendor(fetch(Path(name)), TARGET):
            print(f"{it['file']}: {it['name']} {it['version']} ({it['licence']})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
