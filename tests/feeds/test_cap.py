"""CAP alerts: understood, mapped to jurisdictions, or refused with the element that is wrong."""

import re
from pathlib import Path

import pytest

from coordinator.feeds.areas import Areas
from coordinator.feeds.cap import read_cap
from coordinator.feeds.unreadable import Unreadable
from schemas.sentences import faults
from schemas.vocabulary import Hazard, Realm, WarningColour

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "cap"


def square(code: str, west: float, south: float, size: float, *geocodes: str) -> dict[str, object]:
    ring = [
        [west, south], [west + size, south], [west + size, south + size],
        [west, south + size], [west, south],
    ]  # fmt: skip
    return {
        "properties": {"jurisdiction": code, "geocodes": list(geocodes)},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


AREAS = Areas([square("west", 110, 30, 1, "GB:420100"), square("east", 111, 30, 1)])
WORLD = Areas([square("world", -180, -90, 180), square("world", 0, -90, 180)])
V12 = "urn:oasis:names:tc:emergency:cap:1.2"


def alert(
    *,
    area: str = "<polygon>30.2,110.2 30.8,110.2 30.8,110.8 30.2,110.2</polygon>",
    status: str = "Actual",
    message: str = "Alert",
    head: str = "",
    info: str = "",
    namespace: str = V12,
    encoding: str = "UTF-8",
) -> bytes:
    text = f"""<?xml version="1.0" encoding="{encoding}"?>
<alert xmlns="{namespace}"><identifier>A1</identifier><sender>w@x</sender>
<sent>2026-07-01T08:00:00+08:00</sent><status>{status}</status><msgType>{message}</msgType>
<scope>Public</scope>{head}
<info><category>Met</category><event>台风</event><urgency>Expected</urgency>
<severity>Severe</severity><certainty>Likely</certainty>{info}
<area><areaDesc>somewhere</areaDesc>{area}</area></info></alert>"""
    return text.encode(encoding)


def test_a_polygon_reaches_the_jurisdictions_it_touches() -> None:
    wide = "<polygon>30.2,110.2 30.8,110.2 30.8,111.8 30.2,111.8 30.2,110.2</polygon>"

    both = read_cap(alert(area=wide), AREAS, at=1)

    assert [it.jurisdiction for it in both] == ["east", "west"]
    assert len({it.signal_id for it in both}) == 2
    assert both[0].hazard is Hazard.TYPHOON
    assert both[0].colour is WarningColour.ORANGE
    assert both[0].sent_at == 1_782_864_000_000


def test_a_circle_reaches_by_kilometres() -> None:
    near = read_cap(alert(area="<circle>30.5,110.9 5</circle>"), AREAS, at=1)
    far = read_cap(alert(area="<circle>30.5,110.9 25</circle>"), AREAS, at=1)

    assert [it.jurisdiction for it in near] == ["west"]
    assert [it.jurisdiction for it in far] == ["east", "west"]


def test_a_geocode_is_looked_up() -> None:
    code = "<geocode><valueName>GB</valueName><value>420100</value></geocode>"

    assert [it.jurisdiction for it in read_cap(alert(area=code), AREAS, at=1)] == ["west"]


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "GB18030", "GBK"])
def test_any_encoding_is_read(encoding: str) -> None:
    (only,) = read_cap(alert(encoding=encoding), AREAS, at=1)
    assert only.event == "台风"


@pytest.mark.parametrize("encoding", [b"no-such-code", b"GB18030"])
def test_a_wrong_encoding_is_refused(encoding: bytes) -> None:
    data = b'<?xml version="1.0" encoding="%s"?><alert>\xff\xff</alert>' % encoding

    with pytest.raises(Unreadable, match="not XML"):
        read_cap(data, AREAS, at=1)


def test_version_1_1_is_read_and_others_are_not() -> None:
    old = alert(namespace="urn:oasis:names:tc:emergency:cap:1.1")

    assert read_cap(old, AREAS, at=1)
    with pytest.raises(Unreadable, match="namespace"):
        read_cap(alert(namespace="urn:other"), AREAS, at=1)


def test_the_named_colour_counts_before_the_severity() -> None:
    (only,) = read_cap(alert(info="<headline>暴雨蓝色预警</headline>"), AREAS, at=1)

    assert only.colour is WarningColour.BLUE


def test_an_exercise_never_is_the_real_thing() -> None:
    (only,) = read_cap(alert(status="Exercise"), AREAS, at=1)

    assert only.realm is Realm.EXERCISE


@pytest.mark.parametrize("status", ["Test", "System", "Draft", "Whatever"])
def test_what_is_neither_actual_nor_exercise_goes_nowhere(status: str) -> None:
    with pytest.raises(Unreadable, match="status"):
        read_cap(alert(status=status), AREAS, at=1)


def test_references_make_a_chain() -> None:
    head = "<references>w@x,A0,2026-07-01T07:00:00+08:00</references>"

    (only,) = read_cap(alert(message="Cancel", head=head), AREAS, at=1)

    assert only.message == "cancel"
    assert only.references == ("w@x,A0,2026-07-01T07:00:00+08:00",)


def test_a_cancel_that_does_not_say_where_is_for_everybody() -> None:
    head = "<references>w@x,A0,2026-07-01T07:00:00+08:00</references>"
    bare = re.sub(rb"<info>.*</info>", b"", alert(message="Cancel", head=head), flags=re.DOTALL)

    everybody = read_cap(bare, AREAS, at=1, fallback="north")

    assert [it.jurisdiction for it in everybody] == ["east", "north", "west"]
    with pytest.raises(Unreadable, match="area"):
        read_cap(bare.replace(b"Cancel", b"Update"), AREAS, at=1)


def test_each_jurisdiction_hears_the_gravest_of_the_blocks_that_touch_it() -> None:
    block = (
        "</area></info><info><event>{}</event><urgency>Expected</urgency><severity>{}</severity>"
    )
    block += "<certainty>Likely</certainty><area><areaDesc>there</areaDesc>{}"
    west = "<polygon>30.2,110.2 30.8,110.2 30.8,110.8 30.2,110.2</polygon>"
    east = west.replace("110.", "111.")
    wide = "<polygon>30.2,110.2 30.8,110.2 30.8,111.8 30.2,111.8 30.2,110.2</polygon>"
    more = block.format("rain", "Extreme", east) + block.format("wind", "Minor", wide)

    heard = read_cap(alert(area=west + more), AREAS, at=1)

    assert [(it.jurisdiction, it.event) for it in heard] == [("east", "rain"), ("west", "台风")]


def test_a_signature_is_passed_over() -> None:
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><X>1</X></Signature>'

    assert read_cap(alert(head=signature), AREAS, at=1)


ATTACKS = {
    "bomb": b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">&b;</alert>""",
    "external": b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">&a;</alert>""",
    "dtd": b"""<!DOCTYPE alert SYSTEM "http://127.0.0.1/x.dtd"><alert/>""",
}


@pytest.mark.parametrize("attack", sorted(ATTACKS))
def test_an_attack_is_refused(attack: str) -> None:
    with pytest.raises(Unreadable, match="refused"):
        read_cap(ATTACKS[attack], AREAS, at=1)


@pytest.mark.parametrize(
    ("area", "field"),
    [
        ("<polygon>30.2 110.2</polygon>", "polygon"),
        ("<polygon>30.2,110.2 30.3,110.3 30.2,110.2</polygon>", "polygon"),
        ("<polygon>95,110 30,110 31,111 95,110</polygon>", "polygon"),
        ("<circle>30.5,110.9 wide</circle>", "circle"),
        ("<circle>30.5,110.9 inf</circle>", "circle"),
        ("<circle>30.5,110.9 -1</circle>", "circle"),
        ("", "area"),
    ],
)
def test_a_bad_area_is_named(area: str, field: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_cap(alert(area=area), AREAS, at=1)
    assert caught.value.field == field


@pytest.mark.parametrize("name", ["identifier", "sender", "sent", "status", "msgType", "scope"])
def test_a_missing_element_is_named(name: str) -> None:
    data = re.sub(rf"<{name}>.*?</{name}>".encode(), b"", alert())

    with pytest.raises(Unreadable) as caught:
        read_cap(data, AREAS, at=1)
    assert caught.value.field == name


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("identifier", "A2"), ("sender", "x@y"), ("sent", "2026-07-01T09:00:00+08:00"),
        ("status", "Exercise"), ("msgType", "Cancel"), ("scope", "Private"), ("references", "b"),
        ("event", "暴雨"), ("urgency", "Past"), ("severity", "Minor"), ("certainty", "Unlikely"),
        ("expires", "2026-07-03T08:00:00+08:00"), ("onset", "2026-07-03T08:00:00+08:00"),
        ("headline", "no"), ("instruction", "no"), ("language", "en"), ("areaDesc", "elsewhere"),
    ],
)  # fmt: skip
def test_an_element_that_may_stand_once_and_stands_twice_is_named(name: str, second: str) -> None:
    whole = alert(
        head="<references>a</references>",
        info="<language>zh</language><headline>h</headline><instruction>i</instruction>"
        "<onset>2026-07-02T08:00:00+08:00</onset><expires>2026-07-02T09:00:00+08:00</expires>",
    ).decode()
    assert len(read_cap(whole.encode(), AREAS, at=1)) == 1
    twice = whole.replace(f"</{name}>", f"</{name}><{name}>{second}</{name}>", 1)

    with pytest.raises(Unreadable) as caught:
        read_cap(twice.encode(), AREAS, at=1)

    assert (caught.value.field, caught.value.value) == (name, second)
    assert caught.value.said == faults.FIELD_REPEATED


def test_an_event_may_be_of_several_categories() -> None:
    whole = alert().decode().replace("台风", "-")
    several = whole.replace("</category>", "</category><category>Fire</category>")

    (read,) = read_cap(several.encode(), AREAS, at=1)
    (alone,) = read_cap(whole.replace("Met", "Fire").encode(), AREAS, at=1)
    assert read.hazard is alone.hazard


@pytest.mark.skipif(not REAL.is_dir(), reason="the real alerts are not beside this checkout")
def test_real_alerts_are_read_and_the_two_invalid_ones_are_not() -> None:
    dead = {}
    for path in sorted(REAL.glob("*.cap")):
        try:
            assert read_cap(path.read_bytes(), WORLD, at=1, fallback="world")
        except Unreadable as error:
            dead[path.name] = error.field
    assert dead == {"invalid.cap": "scope", "noaa_errors.cap": "polygon"}


@pytest.mark.parametrize("backwards", [False, True])
def test_lines_that_cross_enclose_both_of_their_lobes(backwards: bool) -> None:
    # They cross at 110.9: the left lobe is in the west, the right one alone reaches the east.
    ring = ["30.2,110.4", "30.8,111.4", "30.2,111.4", "30.8,110.4", "30.2,110.4"]
    tie = f"<polygon>{' '.join(reversed(ring) if backwards else ring)}</polygon>"
    assert [it.jurisdiction for it in read_cap(alert(area=tie), AREAS, at=1)] == ["east", "west"]
