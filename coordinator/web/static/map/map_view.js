// The map itself, outside of any framework: it is given rows, a moment and a selection, paints at
// most twice a second by itself, and at once when somebody moves it.
import "/static/vendor/leaflet.js";
import { KINDS, Scene } from "/static/map/scene.js";
import { personAt, progress } from "/static/map/whereabouts.js";
import { SymbolLayer } from "/static/map/symbol_layer.js";
import { drawLabel, drawSelected, drawThing, reach } from "/static/map/symbols.js";
import { areaLayer, geojsonLayer, landLayer, pmtilesLayer, recolour } from "/static/map/ground.js";
import { onTheme, readPalette } from "/static/map/palette.js";
import { language } from "/static/shared/words.js";

const L = globalThis.L;
const PAINT_EVERY_MS = 500;
const AIM_PX = 6;
const PANES = { land: 200, basemap: 210, areas: 220, signs: 400 };
const WORLD = [
  [-60, -170],
  [70, 170],
];
const AREA_NAMES_UNTIL_ZOOM = 11;
const TRACKS_MAX = 150;
// A unit on scene would cover the incident it works on, so it stands beside it.
const BESIDE_PX = 13;

/** What is hidden at first: vehicles that nobody has, some hundreds of which stand around. */
export const AT_BASE = "at_base";

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class MapView {
  #scene = new Scene();
  #now = () => Date.now();
  /** @type {{kind: string, key: string} | null} */
  #selected = null;
  #hidden = new Set();
  #things = [];
  #names = [];
  /** @type {any} */
  #layers = {};
  #fitted = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #painted = 0;
  #onPaint;

  /**
   * @param {HTMLElement} host an empty element with a size
   * @param {{onSelect: (what: {kind: string, key: string} | null) => void,
   *   onHover: (thing: object | null, at: {x: number, y: number} | null) => void,
   *   onGroup: (kind: string, members: object[]) => void, onPaint: () => void}} told
   */
  constructor(host, { onSelect, onHover, onGroup, onPaint }) {
    this.host = host;
    this.#onPaint = onPaint;
    const still = calm();
    this.map = L.map(host, {
      zoomControl: false,
      attributionControl: false,
      preferCanvas: true,
      boxZoom: true,
      maxZoom: 18,
      minZoom: 3,
      zoomSnap: 0.5,
      zoomDelta: 1,
      wheelPxPerZoomLevel: 110,
      worldCopyJump: false,
      keyboardPanDelta: 120,
      zoomAnimation: !still,
      fadeAnimation: !still,
      inertia: !still,
      markerZoomAnimation: !still,
    });
    for (const [name, order] of Object.entries(PANES)) {
      const pane = this.map.createPane(name);
      pane.style.zIndex = String(order);
      pane.style.pointerEvents = "none";
    }
    this.map.setView([31.2, 112.8], 7, { animate: false });
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(this.map);
    this.#colours = readPalette(host);
    this.#signs = new SymbolLayer((context) => this.#paint(context)).addTo(this.map);
    this.#stopTheme = onTheme(() => this.#recolour());
    this.map.on("click", (event) => this.#click(event.containerPoint, { onSelect, onGroup }));
    this.map.on("mousemove", (event) => this.#hover(event.containerPoint, onHover));
    this.map.on("mouseout movestart zoomstart", () => onHover(null, null));
    this.#resizing = new ResizeObserver(() => {
      this.map.invalidateSize({ animate: false });
      if (!this.#fitted) this.fit();
    });
    this.#resizing.observe(host);
    this.#ticking = setInterval(() => this.#tick(), PAINT_EVERY_MS);
  }

  #colours;
  #signs;
  #stopTheme;
  #resizing;
  #ticking;

  destroy() {
    clearInterval(this.#ticking);
    clearTimeout(this.#timer);
    this.#resizing.disconnect();
    this.#stopTheme();
    this.map.remove();
  }

  /** Take rows by kind, the way to tell the time, and what is hidden. Paints soon. */
  give({ rows, now, hidden }) {
    for (const kind of KINDS) this.#scene.give(kind, rows[kind]);
    this.#scene.leaveAtBase(hidden.has(AT_BASE));
    this.#now = now;
    this.#hidden = hidden;
    // Without areas there is nothing to show before the first rows are there.
    if (!this.#fitted) this.fit();
    this.#soon();
  }

  /** Show what is selected; the map moves only if it is out of view. */
  select(selected) {
    const same = this.#selected?.key === selected?.key && this.#selected?.kind === selected?.kind;
    if (same) return;
    this.#selected = selected;
    this.#scene.tick(this.#now());
    const item = this.selectedItem();
    if (item) {
      const at = L.latLng(item.lat, item.lon);
      if (!this.map.getBounds().pad(-0.05).contains(at)) this.map.panTo(at, { animate: !calm() });
    }
    this.repaint();
  }

  selectedItem() {
    return this.#selected ? this.#scene.find(this.#selected.kind, this.#selected.key) : undefined;
  }

  /** Go to an item and near enough that it stands by itself. */
  show(item) {
    this.map.setView([item.lat, item.lon], Math.max(this.map.getZoom(), 12), { animate: !calm() });
  }

  zoomBy(steps) {
    this.map.setZoom(this.map.getZoom() + steps, { animate: !calm() });
  }

  /** Show all areas; without any, everything that was given. */
  fit() {
    let bounds = this.#layers.areas?.getBounds();
    if (!bounds?.isValid()) {
      this.#scene.tick(this.#now());
      const items = KINDS.flatMap((kind) => this.#scene.items(kind));
      bounds = items.length ? L.latLngBounds(items.map((it) => [it.lat, it.lon])) : null;
    }
    if (!bounds?.isValid() || !this.host.clientWidth) return;
    this.#fitted = true;
    this.map.fitBounds(bounds, { padding: [14, 14], maxZoom: 14, animate: !calm() });
  }

  /** Lay the ground; called again it is laid anew. */
  async lay({ areas, basemap }) {
    for (const layer of Object.values(this.#layers)) layer.remove();
    this.#layers = {};
    this.#names = [];
    if (areas?.features?.length) {
      const { layer, names } = areaLayer(areas, this.#colours);
      this.#layers.land = landLayer(areas, this.#colours).addTo(this.map);
      this.#layers.areas = layer.addTo(this.map);
      this.#names = names;
      // Nobody pans off into an empty world.
      this.map.setMaxBounds(layer.getBounds().pad(0.6));
      this.fit();
    } else this.map.setMaxBounds(WORLD);
    if (basemap?.kind === "geojson") {
      const { layer, names } = geojsonLayer(basemap.data, this.#colours);
      this.#layers.basemap = layer.addTo(this.map);
      const said = new Set(names.map((it) => it.text));
      this.#names = [...names, ...this.#names.filter((it) => !said.has(it.text))];
    } else if (basemap?.kind === "pmtiles") {
      const dark = getComputedStyle(this.host).colorScheme.includes("dark");
      this.#layers.basemap = (await pmtilesLayer(basemap.address, { dark, language: language() })).addTo(this.map);
      this.#layers.land?.remove();
    }
    this.repaint();
  }

  /** Return what is in view, worst first within each kind. */
  inView() {
    const box = this.#box(0);
    return KINDS.filter((kind) => !this.#hidden.has(kind)).flatMap((kind) => this.#scene.inside(kind, box));
  }

  /** Return how many of each kind are in view, and how many incidents of them are overdue. */
  counts() {
    const counts = { incident: 0, unit: 0, site: 0, vehicle: 0, overdue: 0 };
    for (const item of this.inView()) {
      counts[item.kind] += 1;
      if (item.kind === "incident" && item.state === "overdue") counts.overdue += 1;
    }
    return counts;
  }

  /** Return what is painted now: things with their place in the window of the map, `x` and `y`. */
  painted() {
    this.#signs.settle();
    return this.#things.map((thing) => {
      const { x, y } = this.map.layerPointToContainerPoint(L.point(thing.at.x, thing.at.y));
      return {
        kind: thing.kind,
        key: thing.key ?? null,
        count: thing.count ?? 1,
        worst: thing.worst ?? thing.state,
        x,
        y,
      };
    });
  }

  repaint() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#scene.tick(this.#now());
    this.#signs.repaint();
  }

  #soon() {
    if (this.#timer !== undefined) return;
    const wait = Math.max(0, this.#painted + PAINT_EVERY_MS - performance.now());
    this.#timer = setTimeout(() => this.repaint(), wait);
  }

  /** Units move and promises run out without a word from anybody. */
  #tick() {
    if (this.#timer === undefined && !document.hidden && this.#scene.tick(this.#now())) this.repaint();
  }

  #recolour() {
    this.#colours = readPalette(this.host);
    recolour(this.#layers, this.#colours);
    this.repaint();
  }

  /** @returns {[number, number, number, number]} */
  #box(pad) {
    const bounds = this.map.getBounds().pad(pad);
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  }

  #point(thing) {
    const point = this.map.latLngToLayerPoint([thing.lat, thing.lon]);
    if (thing.kind === "unit") {
      const aside = BESIDE_PX * (thing.progress ?? 1);
      return { x: point.x + aside, y: point.y - aside };
    }
    if (thing.kind === "vehicle" && thing.group === undefined && thing.row.committed_to)
      return { x: point.x + BESIDE_PX, y: point.y + BESIDE_PX };
    return point;
  }

  #paint(context) {
    performance.mark("map-paint");
    const colours = this.#colours,
      box = this.#box(0.12),
      zoom = this.map.getZoom();
    this.#paintNames(context, zoom);
    const things = [];
    for (const kind of KINDS) {
      if (this.#hidden.has(kind)) continue;
      for (const thing of this.#scene.drawn(kind, box, zoom)) things.push(thing);
    }
    this.#paintTracks(context, things);
    // Within a kind the worst is drawn last, so that nothing covers it.
    for (const thing of things) {
      const { x, y } = this.#point(thing);
      drawThing(context, x, y, thing, colours);
      thing.at = { x, y };
    }
    const item = this.selectedItem();
    if (item && !this.#hidden.has(item.kind)) {
      this.#paintWays(context, item);
      const { x, y } = this.#point(item);
      drawThing(context, x, y, item, colours);
      drawSelected(context, x, y, reach(item) + 5, colours);
      item.at = { x, y };
      things.push(item);
    }
    this.#things = things;
    this.#painted = performance.now();
    performance.measure("map-paint", "map-paint");
    performance.clearMarks("map-paint");
    performance.clearMeasures("map-paint");
    this.#onPaint();
  }

  #paintNames(context, zoom) {
    if (this.#layers.basemap && !this.#names.length) return;
    for (const { text, lon, lat, kind } of this.#names) {
      if (kind === "area" && zoom > AREA_NAMES_UNTIL_ZOOM) continue;
      const { x, y } = this.map.latLngToLayerPoint([lat, lon]);
      if (kind === "town") {
        context.beginPath();
        context.arc(x, y, 2, 0, 2 * Math.PI);
        context.fillStyle = this.#colours.quiet;
        context.fill();
      }
      drawLabel(
        context,
        x,
        kind === "town" ? y + 11 : y,
        text,
        { colour: this.#colours.quiet, size: 12 },
        this.#colours,
      );
    }
  }

  /** The way that is still before each unit on the move. */
  #paintTracks(context, things) {
    const moving = things.filter((it) => it.kind === "unit" && it.moving);
    if (moving.length > TRACKS_MAX) return;
    context.strokeStyle = this.#colours["map-unit"];
    context.lineWidth = 1.2;
    context.globalAlpha = 0.45;
    context.setLineDash([4, 4]);
    context.beginPath();
    for (const item of moving) {
      const from = this.#point(item),
        [lon, lat] = item.row.muster_point,
        to = this.map.latLngToLayerPoint([lat, lon]);
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
    }
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  /** Of the selected unit: where each of its people sets out from, and how far they are. */
  #paintWays(context, { kind, row }) {
    if (kind !== "unit" || !row.muster_point) return;
    const now = this.#now(),
      end = this.map.latLngToLayerPoint([row.muster_point[1], row.muster_point[0]]);
    context.strokeStyle = context.fillStyle = this.#colours["map-unit"];
    context.lineWidth = 1.6;
    for (const person of row.people ?? []) {
      const at = personAt(person, row.muster_point, now);
      if (at === null || progress(person, now) >= 1) continue;
      const from = this.map.latLngToLayerPoint([at[1], at[0]]);
      context.beginPath();
      context.setLineDash([5, 3]);
      context.moveTo(from.x, from.y);
      context.lineTo(end.x, end.y);
      context.stroke();
      context.setLineDash([]);
      context.beginPath();
      context.arc(from.x, from.y, 3, 0, 2 * Math.PI);
      context.fill();
    }
  }

  /** Return the topmost thing near a point of the window of the map. */
  #hit(point) {
    const { x, y } = this.map.containerPointToLayerPoint(point);
    let best = null,
      nearest = Infinity;
    for (let index = this.#things.length - 1; index >= 0; index -= 1) {
      const thing = this.#things[index];
      const away = Math.hypot(thing.at.x - x, thing.at.y - y) - reach(thing);
      if (away < AIM_PX && away < nearest - 4) [best, nearest] = [thing, Math.max(0, away)];
    }
    return best;
  }

  #click(point, { onSelect, onGroup }) {
    const thing = this.#hit(point);
    if (thing === null) return onSelect(null);
    if (thing.group === undefined) return onSelect({ kind: thing.kind, key: thing.key });
    const bounds = L.latLngBounds(thing.group.map((it) => [it.lat, it.lon]));
    const zoom = Math.min(this.map.getMaxZoom(), this.map.getBoundsZoom(bounds, false, L.point(60, 60)));
    // What lies at one place comes apart at no zoom: it is listed instead.
    if (zoom - this.map.getZoom() < 0.5) onGroup(thing.kind, thing.group);
    else this.map.setView(bounds.getCenter(), zoom, { animate: !calm() });
    return undefined;
  }

  #hover(point, onHover) {
    const thing = this.#hit(point);
    this.host.classList.toggle("over-object", thing !== null);
    onHover(thing, thing === null ? null : { x: point.x, y: point.y });
  }
}
