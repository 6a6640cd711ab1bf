"""Writes the bill of materials of what ships, as CycloneDX JSON: `make sbom`.

What it lists is what was pinned, not what happens to be installed: each line of `requirements.txt`
with the SHA-256 of every file that may be installed for it, and each script that the consoles take
from others, with those that are built into it. What only developers need is not in it, nor are the
images that the container is built on and runs beside. The same commit gives the same bytes, so two
releases can be compared.
"""

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement

from tools.vendor import ROOT, SOURCES, TARGET

LOCK = ROOT / "requirements.txt"
OUTPUT = ROOT / "build" / "sbom.cdx.json"


def pinned(lock: Path) -> Iterator[tuple[Requirement, list[str]]]:
    """Yield each pinned requirement of a lock with its SHA-256 hashes, in the lock's order."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in filter(None, map(str.strip, text.splitlines())):
        requirement, *hashes = line.split("--hash=sha256:")
        yield Requirement(requirement.strip()), [it.strip() for it in hashes]


def python_packages() -> Iterator[Component]:
    """Yield what `pip` installs beside the coordinator."""
    for it, hashes in pinned(LOCK):
        version = str(it.specifier).removeprefix("==")
        marker = [Property(name="python:marker", value=str(it.marker))] if it.marker else []
        purl = PackageURL("pypi", None, it.name.lower(), version)
        yield Component(
            name=it.name,
            version=version,
            purl=purl,
            bom_ref=str(purl),
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sum_) for sum_ in hashes],
            properties=marker,
        )


def scripts() -> Iterator[Component]:
    """Yield what the consoles ship of others: the files, and what is built into each."""
    locked = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for it in json.loads((TARGET / "VENDOR.json").read_text(encoding="utf-8")):
        held = [_script(part, locked, part["name"]) for part in it["holds"]]
        yield _script(it, locked, it["file"], held)


def _script(
    it: dict[str, Any], locked: dict[str, Any], ref: str, held: list[Component] | None = None
) -> Component:
    group, _, name = it["name"].rpartition("/")
    version = locked[f"node_modules/{it['name']}"]["version"]
    sums = [HashType(alg=HashAlgorithm.SHA_256, content=it["sha256"])] if "sha256" in it else []
    return Component(
        name=name,
        group=group or None,
        version=version,
        purl=PackageURL("npm", group or None, name, version),
        bom_ref=f"script:{ref}@{version}",
        licenses=[LicenseExpression(it["licence"])],
        hashes=sums,
        components=held or [],
        properties=[Property(name="file", value=it["file"])] if "file" in it else [],
    )


def document() -> str:
    """Return the bill of materials as JSON.

    :raises ValueError: if a requirement of the lock is not one that can be read.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    us = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        description=project["description"],
        licenses=[LicenseExpression(project["license"])],
        bom_ref=project["name"],
    )
    parts = [*python_packages(), *scripts()]
    bom = Bom(components=parts)
    bom.metadata.component = us
    direct = {_plain(Requirement(it).name) for it in project["dependencies"]}
    bom.register_dependency(
        us,
        [it for it in parts if it.purl and (it.purl.type == "npm" or _plain(it.name) in direct)],
    )
    made = json.loads(JsonV1Dot6(bom).output_as_string())
    # A number drawn by chance and the moment of making would make two of the same commit differ.
    del made["serialNumber"], made["metadata"]["timestamp"]
    return json.dumps(made, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def main() -> int:
    """Write the file and say how much is in it."""
    text = document()
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(text, encoding="utf-8")
    made = json.loads(text)["components"]
    held = sum(len(it.get("components", ())) for it in made)
    print(f"{OUTPUT.relative_to(ROOT)}: {len(made)} components and {held} built into them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
