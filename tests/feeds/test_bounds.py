"""Feeds and files of others, nested without end: told as bad, never a traceback, never the end."""

from pathlib import Path

import pytest

from coordinator.errors import BadFile
from coordinator.feeds.areas import Areas
from coordinator.feeds.cap import read_cap
from coordinator.feeds.outage_map import OutageMap, read_snapshots
from coordinator.feeds.roster_rows import Known, read_roster
from coordinator.feeds.unreadable import Unreadable
from coordinator.outbox.apprise_channel import AppriseChannel
from coordinator.settings import Settings
from coordinator.web.map_files import MapFiles
from schemas.vocabulary import Realm

DEPTHS = [65, 900, 5_000, 200_000]
NOWHERE = Areas([])


def deep(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_roster_is_refused_as_one_bad_file(depth: int) -> None:
    rows = read_roster(
        b'{"people": %s}' % deep(depth), "application/json", Known({}, str, 1_000, {}, 0, 0),
    )  # fmt: skip

    assert [it.reason("en") for _, it in rows.bad] == ["nested more than 64 deep"]


@pytest.mark.parametrize("depth", DEPTHS)
def test_areas_and_a_basemap_are_refused_by_name(tmp_path: Path, depth: int) -> None:
    path = tmp_path / "areas.geojson"
    path.write_bytes(b'{"features": %s}' % deep(depth))

    with pytest.raises(BadFile, match=r"areas\.geojson.*nested more than 64 deep"):
        Areas.read(path)
    for name in ("areas", "basemap"):
        settings = Settings.model_validate({"data_dir": tmp_path / "none", name: path})
        with pytest.raises(BadFile, match="nested more than 64 deep"):
            MapFiles.of(settings)


@pytest.mark.parametrize("depth", DEPTHS)
def test_one_line_of_an_outage_map_is_a_dead_letter_and_the_next_is_read(depth: int) -> None:
    bad, other = OutageMap(NOWHERE, Realm.ACTUAL).read([deep(depth), b"{}"])

    assert bad.wrong is not None
    assert bad.wrong.reason == "nested more than 64 deep"
    assert other.wrong is not None
    assert "nested" not in other.wrong.reason


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_snapshot_is_refused_by_name(tmp_path: Path, depth: int) -> None:
    (tmp_path / "2026-11-29T08-00-00Z.json").write_bytes(deep(depth))

    with pytest.raises(BadFile, match=r"08-00-00Z\.json.*nested more than 64 deep"):
        list(read_snapshots(tmp_path))


@pytest.mark.parametrize("depth", [65, 5_000, 500_000])
def test_an_alert_is_a_dead_letter(depth: int) -> None:
    alert = b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">%s%s</alert>'

    with pytest.raises(Unreadable, match="nested more than 64 deep"):
        read_cap(alert % (b"<a>" * depth, b"</a>" * depth), NOWHERE, at=0)


@pytest.mark.parametrize(
    ("text", "why"),
    [("member: " + "[" * 5_000, "nested more than 64 deep"),
     ('a: &a ["json://x"]\nmember: *a', "an alias in line 2"), ("member: [", "not YAML in line 1")],
)  # fmt: skip
def test_a_file_of_addresses_is_refused_without_showing_one(
    tmp_path: Path, text: str, why: str
) -> None:
    path = tmp_path / "addresses.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(BadFile, match=why) as told:
        AppriseChannel(path, lambda _: None)
    assert "json://" not in str(told.value)
