"""The map in a real browser: dense places are grouped, list and map agree, nobody else is asked."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.async_api import Page, expect

from benchmarks.map import served
from tests.consoles.browser import chromium
from tests.consoles.map_page import MapRoom, map_room, until
from tests.consoles.one_tile import world_of_pictures, world_of_water

FEW: dict[str, Any] = {"incidents": 6, "units": 0, "sites": 0, "vehicles": 0}
MANY: dict[str, Any] = {"incidents": 800, "units": 60, "sites": 20, "vehicles": 30}


async def painted(page: Page, kind: str) -> list[dict[str, Any]]:
    things: list[dict[str, Any]] = await page.evaluate("page.view.painted()")
    return [it for it in things if it["kind"] == kind]


async def click(page: Page, thing: dict[str, Any]) -> None:
    await page.locator(".field-map-host").click(position={"x": thing["x"], "y": thing["y"]})


async def test_dense_places_are_grouped_and_come_apart_when_opened(tmp_path: Path) -> None:
    async with map_room(tmp_path) as room:
        page = await room.map(**MANY)
        await page.evaluate("page.view.fit()")
        things = await painted(page, "incident")
        groups = [it for it in things if it["count"] > 1]

        assert sum(it["count"] for it in things) == MANY["incidents"]
        assert groups
        largest = max(groups, key=lambda it: int(it["count"]))
        zoom = await page.evaluate("page.view.map.getZoom()")
        await click(page, largest)
        await until(page, f"page.view.map.getZoom() > {zoom}")
        assert max(it["count"] for it in await painted(page, "incident")) < largest["count"]


async def test_a_group_shows_the_worst_that_it_holds(tmp_path: Path) -> None:
    async with map_room(tmp_path) as room:
        page = await room.map(**FEW)
        await page.evaluate(
            """() => {
              page.rows.incidents.forEach((it, n) => {
                it.lon = 112.5 + n / 1e6; it.lat = 31; it.restored_at = null;
                it.promises.arrival = { due_at: page.at + 3600000, met_at: null, broken: n === 4 };
              });
              page.set({ ...page.rows, incidents: [...page.rows.incidents] });
            }"""
        )
        await until(page, "page.view.painted().length === 1")
        (group,) = await painted(page, "incident")
        assert (group["count"], group["worst"]) == (6, "overdue")

        # What lies at one place comes apart at no zoom: its list opens.
        await page.evaluate("page.view.map.setView([31, 112.5], 18, { animate: false })")
        (group,) = await painted(page, "incident")
        await click(page, group)
        await expect(page.get_by_role("option")).to_have_count(6)
        await expect(page.locator(".map-list-head")).to_contain_text("In this group")


async def test_what_is_selected_on_the_map_is_selected_in_the_list_and_back(
    tmp_path: Path,
) -> None:
    async with map_room(tmp_path) as room:
        page = await room.map(**FEW)
        await page.evaluate("page.view.fit()")
        one = next(it for it in await painted(page, "incident") if it["key"])

        await click(page, one)
        pressed = page.locator("#list [aria-pressed=true]")
        await expect(pressed).to_have_text(one["key"])

        other = "inc_3" if one["key"] != "inc_3" else "inc_4"
        await page.locator("#list").get_by_text(other, exact=True).click()
        await expect(pressed).to_have_text(other)
        await until(page, f"page.view.selectedItem()?.key === '{other}'")
        await page.get_by_role("button", name="List what is in view").click()
        # The list takes room from the map, and what is out of view is not on it.
        await until(page, "page.view.map.getSize().x < 1000")
        await page.evaluate("page.view.fit()")
        await expect(page.locator(".map-list [aria-selected=true]")).to_have_count(1)
        # Into the open: a click on nothing selects nothing.
        await page.evaluate("page.view.map.setView([30.0, 118.0], 12, { animate: false })")
        await page.locator(".field-map-host").click(position={"x": 300, "y": 300})
        await expect(pressed).to_have_count(0)


async def test_a_unit_moves_from_its_base_to_the_muster_point(tmp_path: Path) -> None:
    async with map_room(tmp_path) as room:
        page = await room.map(incidents=0, units=1, sites=0, vehicles=1, speed=0)
        await page.evaluate(
            """() => {
              const [unit] = page.rows.units;
              unit.status = "mustering"; unit.muster_point = [113, 31];
              unit.people = [{ member_id: "m", role: "leader", status: "en_route", base: [112, 31],
                en_route_at: page.at, expected_at: page.at + 600000, on_scene_at: null }];
              page.set({ ...page.rows, units: [unit] });
            }"""
        )
        where = "page.view.map.containerPointToLatLng([{x}, {y}]).lng"

        async def longitude(after_ms: int) -> float:
            await page.evaluate(f"page.at = 1_700_000_000_000 + {after_ms}")
            await page.wait_for_timeout(1_100)
            (unit,) = await painted(page, "unit")
            return float(await page.evaluate(where.format(**unit)))

        assert await longitude(0) == pytest.approx(112, abs=0.02)
        assert await longitude(300_000) == pytest.approx(112.5, abs=0.06)
        # Late, and nobody has said that they are there: not shown there.
        assert 112.9 < await longitude(6_000_000) < 113.1
        assert (await page.evaluate("page.view.inView()[1].progress")) < 1
        (vehicle,) = await painted(page, "vehicle")
        assert float(await page.evaluate(where.format(**vehicle))) > 112.9


async def test_list_and_map_agree_and_the_list_is_worked_by_keyboard(tmp_path: Path) -> None:
    async with map_room(tmp_path) as room:
        page = await room.map(**MANY)
        await page.evaluate("page.view.fit()")
        await page.get_by_role("button", name="List what is in view").click()
        await page.evaluate("page.view.fit()")
        on_map = sum(
            [it["count"] for kind in ("incident", "site") for it in await painted(page, kind)]
        )
        assert on_map >= MANY["incidents"] + MANY["sites"]
        in_view = await page.evaluate("page.view.inView().length")
        await expect(page.locator(".map-list .badge")).to_have_text(str(in_view))

        await page.locator(".map-list .virtual").focus()
        await page.keyboard.press("Home")
        await until(page, "page.selected !== null")
        first = await page.evaluate("page.selected.key")
        await page.keyboard.press("ArrowDown")
        await until(page, f"page.selected.key !== '{first}'")
        await page.keyboard.press("Enter")
        await until(page, "page.view.map.getZoom() >= 12")

        await page.get_by_role("button", name="Show everything").click()
        await page.get_by_role("button", name="Legend").click()
        await page.get_by_role("checkbox", name="Incidents").uncheck()
        await until(page, "page.view.painted().every((it) => it.kind !== 'incident')")
        assert await page.evaluate("page.view.inView().every((it) => it.kind !== 'incident')")


async def test_vehicles_at_their_base_are_shown_when_asked_for(tmp_path: Path) -> None:
    async with map_room(tmp_path) as room:
        page = await room.map(incidents=0, units=4, sites=0, vehicles=30)
        await page.evaluate("page.view.fit()")
        with_units = "page.rows.vehicles.filter((it) => it.committed_to).length"
        shown = "page.view.painted().filter((it) => it.kind === 'vehicle')"
        total = f"{shown}.reduce((sum, it) => sum + it.count, 0)"
        assert await page.evaluate(f"{total} === {with_units} && {with_units} === 4")

        await page.get_by_role("button", name="Legend").click()
        await page.get_by_role("checkbox", name="also those at their base").check()
        await until(page, f"{total} === 30")


async def test_the_map_is_moved_by_keys(tmp_path: Path) -> None:
    async with map_room(tmp_path) as room:
        page = await room.map(**FEW)
        await page.locator(".field-map-host").focus()
        zoom, west = await page.evaluate(
            "[page.view.map.getZoom(), page.view.map.getBounds().getWest()]"
        )
        await page.keyboard.press("+")
        await until(page, f"page.view.map.getZoom() > {zoom}")
        west = await page.evaluate("page.view.map.getBounds().getWest()")
        await page.keyboard.press("ArrowRight")
        await until(page, f"page.view.map.getBounds().getWest() > {west}")


async def test_nobody_but_the_coordinator_is_asked_for_anything(tmp_path: Path) -> None:
    async with map_room(tmp_path) as room:
        page = await room.map(**MANY)
        await page.get_by_role("button", name="Legend").click()
        await page.get_by_role("button", name="Zoom in").click()
        await page.wait_for_timeout(500)

        asked = _paths(room)
        assert {"/v1/map", "/v1/map/areas", "/v1/map/basemap"} <= asked
        assert [it for it in room.asked if not it.startswith((room.url, "data:"))] == []
        # The reader of PMTiles is loaded where there are some, and nowhere else.
        assert "/static/vendor/protomaps-leaflet.js" not in asked


def _paths(room: MapRoom) -> set[str]:
    return {it.removeprefix(room.url).partition("?")[0] for it in room.asked}


async def test_the_land_follows_the_theme(tmp_path: Path) -> None:
    async with map_room(tmp_path) as room:
        page = await room.map(**FEW)
        land = """() => {
          const canvas = document.querySelector(".leaflet-land-pane canvas");
          const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const middle = 4 * (canvas.width * (canvas.height >> 1) + (canvas.width >> 1));
          return pixels.data[middle];
        }"""
        assert await page.evaluate(land) > 200
        await page.emulate_media(color_scheme="dark")
        await until(page, f"({land})() < 60")


@pytest.mark.parametrize("picture", [False, True], ids=["vector", "pictures"])
async def test_a_basemap_of_tiles_is_drawn_from_the_operators_file(
    tmp_path: Path, picture: bool
) -> None:
    archive = tmp_path / "world.pmtiles"
    archive.write_bytes(world_of_pictures() if picture else world_of_water())
    async with map_room(tmp_path, basemap=archive) as room:
        page = await room.map(**FEW)

        await until(
            page,
            """(() => {
              const tile = document.querySelector(".leaflet-basemap-pane .leaflet-tile-loaded");
              return !!tile && tile.getContext("2d").getImageData(80, 80, 1, 1).data[3] === 255;
            })()""",
        )
        assert "/v1/map/basemap.pmtiles" in _paths(room)
        assert [it for it in room.asked if not it.startswith((room.url, "data:"))] == []


async def test_a_basemap_that_is_gone_is_told_and_the_map_goes_on(tmp_path: Path) -> None:
    archive = tmp_path / "world.pmtiles"
    archive.write_bytes(world_of_water())
    async with map_room(tmp_path, basemap=archive) as room:
        archive.unlink()
        page = await room.map(**FEW)

        await expect(page.locator(".field-map-foot")).to_contain_text("could not be loaded")
        assert sum(it["count"] for it in await painted(page, "incident")) > 0
        room.errors.clear()


async def test_text_from_outside_is_shown_as_text(tmp_path: Path) -> None:
    async with map_room(tmp_path) as room:
        page = await room.map(incidents=0, units=0, sites=1, vehicles=0)
        name = "<img src=x onerror=alert(1)>"
        await page.evaluate(
            """(name) => {
              Object.assign(page.rows.sites[0], { name, lon: 112.5, lat: 31, supply: "none" });
              page.set({ ...page.rows, sites: [...page.rows.sites] });
            }""",
            name,
        )
        await page.wait_for_timeout(700)
        (site,) = await painted(page, "site")
        await page.locator(".field-map-host").hover(position={"x": site["x"], "y": site["y"]})

        await expect(page.locator(".field-map-hint")).to_contain_text(name)
        assert await page.locator(".field-map img").count() == 0


async def test_chinese_words_come_with_the_language(tmp_path: Path) -> None:
    async with map_room(tmp_path) as room:
        page = await room.map(context={"locale": "zh-CN"}, **FEW)
        await page.get_by_role("button", name="图例").click()

        await expect(page.locator(".map-legend")).to_contain_text("超时限")


async def test_the_benchmark_serves_all_that_its_page_asks_for() -> None:
    async with chromium() as browser, served(None) as url:
        page = await (await browser.new_context()).new_page()
        await page.goto(f"{url}/index.html?{urlencode(FEW)}")
        await until(page, "!!globalThis.page?.ready")
