// What is on the map: the rows that were given, placed in time, grouped where they lie too close.
import { grouped, worldPixel } from "/static/map/groups.js";
import { promiseState } from "/static/map/promise_state.js";
import { unitAt, vehicleAt } from "/static/map/whereabouts.js";

/** In the order they are painted: an incident is never covered. */
export const KINDS = ["vehicle", "site", "unit", "incident"];

// Sizes in pixels; `least` is how many must lie within the radius to be drawn as one.
const GROUPING = {
  incident: { radius: 44, least: 3 },
  unit: { radius: 44, least: 2 },
  site: { radius: 24, least: 3 },
  vehicle: { radius: 30, least: 2 },
};

const SITE_STATE = { none: "overdue", own: "soon", emergency: "soon", grid: "in_time" };

/** How an object stands, in the words of promise_state.js, whatever kind it is. */
function stateOf(kind, row, now) {
  if (kind === "incident") return promiseState(row, now);
  if (kind === "site") return SITE_STATE[row.supply] ?? "in_time";
  if (kind === "unit") return row.missing?.length || row.status === "proposed" ? "soon" : "in_time";
  return row.in_service === false ? "done" : "in_time";
}

/**
 * @typedef {{kind: string, key: string, row: any, lon: number, lat: number, state: string, moving: boolean,
 *   progress: number, at?: {x: number, y: number}}} Item
 */

export class Scene {
  #given = { incident: [], unit: [], site: [], vehicle: [] };
  #stale = new Set(KINDS);
  /** @type {Record<string, Item[]>} */
  #items = { incident: [], unit: [], site: [], vehicle: [] };
  #byKey = { incident: new Map(), unit: new Map(), site: new Map(), vehicle: new Map() };
  #grouped = {};
  #moving = false;
  #atBaseLeft = false;

  /**
   * Take the rows of a kind. The same array as before means that nothing changed.
   * @param {string} kind
   * @param {Iterable<object>} rows board rows with `key`
   */
  give(kind, rows) {
    const given = rows ?? [];
    if (given === this.#given[kind]) return;
    this.#given[kind] = given;
    this.#stale.add(kind);
    if (kind === "unit") this.#stale.add("vehicle");
  }

  /** Leave out the vehicles that nobody has, or take them in again. */
  leaveAtBase(left) {
    if (left !== this.#atBaseLeft) this.#stale.add("vehicle");
    this.#atBaseLeft = left;
  }

  /** Place everything at a moment; returns whether anything looks different now. */
  tick(now) {
    if (this.#moving) {
      this.#stale.add("unit");
      this.#stale.add("vehicle");
    }
    // States turn by the clock alone: a promise runs out without anybody sending a row.
    if (this.#items.incident.some((it) => promiseState(it.row, now) !== it.state)) this.#stale.add("incident");
    if (!this.#stale.size) return false;
    if (this.#stale.has("unit")) this.#place("unit", now, (row) => unitAt(row, now));
    const units = new Map();
    for (const [key, item] of this.#byKey.unit) units.set(key, item.row);
    if (this.#stale.has("vehicle"))
      this.#place("vehicle", now, (row) => (this.#atBaseLeft && !row.committed_to ? null : vehicleAt(row, units, now)));
    if (this.#stale.has("incident")) this.#place("incident", now, fixed);
    if (this.#stale.has("site")) this.#place("site", now, fixed);
    this.#moving = this.#items.unit.some((it) => it.moving);
    this.#stale.clear();
    return true;
  }

  #place(kind, now, where) {
    const items = [],
      byKey = new Map();
    for (const row of this.#given[kind]) {
      const at = where(row);
      if (at === null || !Number.isFinite(at.lon) || !Number.isFinite(at.lat)) continue;
      const [wx, wy] = worldPixel(at.lon, at.lat);
      const item = {
        kind,
        key: row.key,
        row,
        lon: at.lon,
        lat: at.lat,
        wx,
        wy,
        moving: at.moving,
        progress: at.progress,
        state: stateOf(kind, row, now),
      };
      items.push(item);
      byKey.set(item.key, item);
    }
    this.#items[kind] = items;
    this.#byKey[kind] = byKey;
    delete this.#grouped[kind];
  }

  /** @returns {Item | undefined} */
  find(kind, key) {
    return this.#byKey[kind]?.get(key);
  }

  /** @returns {Item[]} every item of a kind, in view or not */
  items(kind) {
    return this.#items[kind];
  }

  /**
   * Return what is to be drawn of a kind at a zoom: items, and groups {count, worst, counts, group}.
   * @param {[number, number, number, number]} box west, south, east, north
   */
  drawn(kind, box, zoom) {
    const kept = this.#grouped[kind];
    if (kept?.zoom === zoom) return kept.things.filter((it) => within(it, box));
    const things = grouped(this.#items[kind], { kind, zoom, ...GROUPING[kind] });
    this.#grouped[kind] = { zoom, things };
    return things.filter((it) => within(it, box));
  }

  /** Return the items of a kind inside a box. */
  inside(kind, box) {
    return this.#items[kind].filter((it) => within(it, box));
  }
}

const within = ({ lon, lat }, [west, south, east, north]) => lon >= west && lon <= east && lat >= south && lat <= north;

const fixed = (row) => ({ lon: row.lon, lat: row.lat, moving: false, progress: 0 });
