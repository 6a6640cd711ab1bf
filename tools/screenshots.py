"""Pictures of each console for the docs: a storm over the demo province, seen by its users.

Run with `python -m tools.screenshots`. The people in them are the demo's, who do not exist.
"""

import asyncio
import base64
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

import httpx
from msgspec import to_builtins
from msgspec.structs import replace
from playwright.async_api import Browser, Page, async_playwright, expect

from coordinator.cli.log_lines import set_up_logging
from coordinator.cli.serving import demo_tokens, free_socket, server_of, web_of
from coordinator.clock import FastClock
from coordinator.demo.agenda import Agenda
from coordinator.demo.control_room import ControlRoom
from coordinator.demo.drill import Drill
from coordinator.demo.landscape import write_landscape
from coordinator.demo.phones import Phones
from coordinator.demo.province import Place, province
from coordinator.demo.seed_rosters import personal_data, roster_signals
from coordinator.demo.storm import write_storm
from coordinator.home.home import Home
from coordinator.settings import Settings
from coordinator.tasks import end_all
from coordinator.web.map_files import AREAS_NAME, BASEMAP_NAME
from schemas.default_policy import DEFAULT_POLICY
from schemas.vocabulary import Realm
from tools.small_png import small_png

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
_SEED: Final = 1
_START: Final = 1_786_233_600_000
"""9 August 2026, 08:00 in the province: a fixed day, as pictures are compared."""
_BEGINS: Final = _START + 5 * 60_000
"""When the storm does: the planner is ready by then, and the same seed gives the same storm."""
_SPEED: Final = 60.0
_STORM_MIN: Final = 360
_SEEN_AFTER_MIN: Final = 45
_DESK: Final = {"width": 1440, "height": 900}
_PHONE: Final = {"width": 390, "height": 844}
_FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
]


class Province:
    """The demo province in its storm: where it is served, and who may look."""

    def __init__(self, home: Home, places: list[Place], url: str) -> None:
        self.home = home
        self.places = places
        self.url = url
        self.tokens = demo_tokens(home, None)
        self._client = httpx.AsyncClient(base_url=url)

    async def post(self, role: str, path: str, document: dict[str, Any]) -> dict[str, Any]:
        answer = await self._client.post(
            path, json=document, headers={"Authorization": f"Bearer {self.tokens[role]}"}
        )
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    async def report(self, place: Place, customers: int, cause: str) -> str:
        """Report an outage beside a team's base; return the id of its incident."""
        base = place.teams[0].base
        receipt = await self.post("feed", "/v1/signals", {
            "type": "outage_reported", "jurisdiction": place.code, "source": "scada",
            "dedup_key": f"{place.code}-{customers}", "cause": cause,
            "place": {"lon": base.lon + 0.02, "lat": base.lat + 0.01},
            "extent": {"customers_out": customers},
        })  # fmt: skip
        return f"inc_{receipt['signal_id']}"

    async def unit_of(self, incident_id: str, wanted: str) -> dict[str, Any]:
        """Wait for a unit of an incident that has a person or a pick in `wanted`."""
        async with asyncio.timeout(60):
            while True:
                for _, _, row in self.home.boards.rows(
                    "units_in_the_field", self.home.jurisdictions()
                ):
                    if row["incident_id"] == incident_id and row[wanted]:
                        return dict(row)
                await asyncio.sleep(0.2)


@asynccontextmanager
async def stormy(folder: Path) -> AsyncIterator[Province]:
    """Give the demo province some way into a storm; from then on nothing more befalls it."""
    settings = Settings(data_dir=folder, port=18_900, port_or_next=True, log_level="error")
    set_up_logging(settings)
    places = province(_SEED, _START - 8 * 3_600_000, days=2)
    clock, agenda = FastClock(start=_START, speed=1.0), Agenda(Realm.EXERCISE)
    running = asyncio.create_task(clock.keep_going())
    muster = replace(DEFAULT_POLICY.muster, propose_within_s=int(_SPEED))
    policy = replace(DEFAULT_POLICY, muster=muster)
    home = await Home.open(
        settings,
        clock,
        {it.code: (Realm.EXERCISE, policy) for it in places},
        exercise_sinks=(Phones(agenda, seed=_SEED, leaders_restore=True),),
        followers=(ControlRoom(agenda, places, seed=_SEED),),
        planner=True,
    )
    home.vault.put(personal_data(places))
    for place in places:
        for signal in roster_signals(place, Realm.EXERCISE, clock.now()):
            await home.submit(signal)
    write_landscape(places, seed=_SEED, areas=folder / AREAS_NAME, basemap=folder / BASEMAP_NAME)
    if home.planner is not None:
        await asyncio.wait_for(home.planner.ready.wait(), 120)
    write_storm(agenda, places, seed=_SEED, start=_BEGINS, minutes=_STORM_MIN)
    clock.turn(_SPEED)
    await Drill(agenda, clock, home.submit).run(until=_BEGINS + _SEEN_AFTER_MIN * 60_000)
    clock.turn(1.0)
    listening = free_socket(settings)
    server = server_of(web_of(home))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield Province(home, places, f"http://127.0.0.1:{listening.getsockname()[1]}")
    finally:
        server.should_exit = server.force_exit = True
        with suppress(asyncio.CancelledError):
            await serving
        await end_all([running])
        await home.close()


class Camera:
    """A browser before the consoles, and the folder its pictures go to."""

    def __init__(self, browser: Browser, demo: Province) -> None:
        self._browser = browser
        self._demo = demo

    async def open(self, path: str, token: str | None = None, **context: Any) -> Page:
        """Open a page in a browser of its own and enter."""
        options = {
            "viewport": _DESK, "locale": "en-GB", "timezone_id": "Asia/Shanghai",
            "reduced_motion": "reduce", "color_scheme": "light",
        } | context  # fmt: skip
        made = await self._browser.new_context(**options)
        made.set_default_timeout(60_000)
        page = await made.new_page()
        await page.goto(self._demo.url + path)
        if token is not None:
            await page.fill("input[name=secret]", token)
            await page.press("input[name=secret]", "Enter")
        await page.wait_for_selector(".head")
        return page

    async def take(self, page: Page, name: str) -> None:
        """Write what a page shows as a picture."""
        shot = base64.b64encode(await page.screenshot(animations="disabled")).decode()
        reader = await self._browser.new_page()
        width, height, pixels = await reader.evaluate(_PIXELS, shot)
        await reader.close()
        picture = small_png(base64.b64decode(pixels), width, height)
        (FOLDER / f"{name}.png").write_bytes(picture)
        print(f"{name}.png {len(picture) / 1_000:.0f} kB")


_PIXELS: Final = """async (shot) => {
  const image = new Image();
  image.src = `data:image/png;base64,${shot}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, image.width, image.height);
  let text = "";
  for (let at = 0; at < data.length; at += 30000) {
    text += String.fromCharCode(...data.subarray(at, at + 30000));
  }
  return [image.width, image.height, btoa(text)];
}"""


async def _drawn(page: Page) -> None:
    """Wait until the queue and the map are there."""
    await expect(page.locator(".queue [role=option]").first).to_be_visible(timeout=60_000)
    await expect(page.locator(".field-map-host canvas").first).to_be_attached(timeout=60_000)
    # The map paints twice a second, and nothing in the page says that it has.
    await page.wait_for_timeout(3_000)


async def dispatch(camera: Camera, demo: Province) -> None:
    """The whole desk in both languages and themes, and the map of the county that is hit worst."""
    token = demo.tokens["commander"]
    page = await camera.open("/", token)
    await _drawn(page)
    await camera.take(page, "dispatch")
    dark = await camera.open("/", token, locale="zh-CN", color_scheme="dark")
    await _drawn(dark)
    await camera.take(dark, "dispatch-dark-chinese")
    await dark.context.close()
    await page.select_option("#place", _worst(demo))
    await expect(page.locator(".map-list")).to_have_count(0)
    await page.get_by_role("button", name="Show everything").click()
    for name in ("Zoom in", "Zoom in", "List what is in view"):
        await page.get_by_role("button", name=name).click()
    # The map goes to what is chosen in the queue.
    await page.locator(".queue .virtual").press("ArrowDown")
    await page.wait_for_timeout(2_000)
    await camera.take(page, "map")
    await page.context.close()


def _worst(demo: Province) -> str:
    """Return the county with most incidents."""
    counts = Counter(
        it for it, _, _ in demo.home.boards.rows("open_incidents", demo.home.jurisdictions())
    )
    return counts.most_common(1)[0][0]


async def incident(camera: Camera, demo: Province) -> None:
    """Let one county decide by hand, so that a proposal waits for its dispatcher."""
    place = demo.places[0]
    muster = to_builtins(DEFAULT_POLICY)["muster"]
    by_hand = [it | {"automatic": False} for it in muster["templates"]]
    await demo.post("commander", "/v1/signals", {
        "type": "adopt_policy", "jurisdiction": place.code,
        "policy": to_builtins(DEFAULT_POLICY) | {"version": 2, "muster": muster | {
            "templates": by_hand, "when_unconfirmed": "wait", "propose_within_s": 20,
        }},
    })  # fmt: skip
    incident_id = await demo.report(place, 240, "树木压线")
    await demo.unit_of(incident_id, "proposal")
    page = await camera.open("/", demo.tokens["dispatcher"])
    await _drawn(page)
    await page.fill("#search", incident_id)
    await expect(page.locator(".queue [role=option]")).to_have_count(1)
    await page.locator(".queue [role=option]").click()
    await expect(page.locator("[data-proposal]")).to_be_visible()
    await expect(page.locator("[data-proposal]")).not_to_contain_text("mem_")
    await camera.take(page, "incident")
    await page.keyboard.press("p")
    await page.locator("[data-form-of=outage_reported]").click()
    await page.fill("#f-place-lon", "999")
    await page.fill("#f-place-lat", "30.2")
    await page.fill("#f-extent-customers_out", "42")
    await page.get_by_role("button", name="Check").click()
    await expect(page.locator("[data-field='place.lon']")).to_contain_text("at most")
    await page.set_viewport_size({"width": 1440, "height": 1120})
    await page.locator("dialog form").evaluate(
        "(form) => { for (let it = form; it; it = it.parentElement) it.scrollTop = 0; }"
    )
    await camera.take(page, "form")
    await page.context.close()


async def on_call(camera: Camera, demo: Province) -> None:
    """Follow one member from the call to an answer that waits for a network."""
    place = demo.places[1]
    unit = await demo.unit_of(await demo.report(place, 60, "导线断线"), "people")
    leader = next(it for it in unit["people"] if it["role"] == "leader")
    made = await demo.post(
        "dispatcher",
        "/v1/enrolments",
        {"member_id": leader["member_id"], "jurisdiction": place.code},
    )
    page = await camera.open(
        made["path"], viewport=_PHONE, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    await expect(page.locator("[data-say=accept_assignment]")).to_be_visible()
    await page.wait_for_timeout(1_000)
    await camera.take(page, "on-call")
    await page.context.set_offline(offline=True)
    await page.locator("[data-say=accept_assignment]").click()
    await page.locator("[data-sure=accept_assignment]").click()
    await expect(page.locator("[data-fate=kept]")).to_be_visible()
    await expect(page.locator("[data-link=stale]")).to_be_visible(timeout=60_000)
    await camera.take(page, "on-call-kept")
    await page.context.close()


async def replay(camera: Camera, demo: Province) -> None:
    """Look back at the incident of the storm with most records, at half of its way."""
    where, seqs, subject = demo.places[0].code, [0], ""
    client = httpx.AsyncClient(base_url=demo.url)
    headers = {"Authorization": f"Bearer {demo.tokens['auditor']}"}
    for place in demo.places:
        found = (await client.get(f"/v1/replay/{place.code}/extent", headers=headers)).json()
        for it in found["subjects"]:
            if it["kind"] == "incident" and it["records"] > len(seqs):
                where, subject = place.code, it["id"]
                seqs = [it["first_seq"], it["last_seq"]] * it["records"]
    await client.aclose()
    seq = (seqs[0] + seqs[1]) // 2
    page = await camera.open(
        f"/replay#j={where}&seq={seq}&incident={subject}", demo.tokens["commander"]
    )
    await expect(page.locator(".telling-at")).to_have_attribute("data-busy", "false")
    await page.wait_for_timeout(3_000)
    await camera.take(page, "replay")
    await page.context.close()


SURFACES: Final[tuple[Callable[[Camera, Province], Any], ...]] = (
    dispatch, incident, on_call, replay,
)  # fmt: skip


async def main() -> None:
    """Take every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with stormy(Path(folder)) as demo, async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium") or shutil.which("chromium-headless-shell"),
                args=_FLAGS,
            )
            camera = Camera(browser, demo)
            for surface in SURFACES:
                await surface(camera, demo)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
