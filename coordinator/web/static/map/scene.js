// What is on the map: the rows that were given, placed in time, grouped where they lie too close.
import "/static/vendor/supercluster.js";
import { STATES, promiseState } from "/static/map/promise_state.js";
import { unitAt, vehicleAt } from "/static/map/whereabouts.js";

const Supercluster = globalThis.Supercluster;

export const KINDS = ["site", "vehicle", "incident", "unit"];

// Sizes in pixels; `least` is how many must lie within the radius to be drawn as one.
const GROUPING = {
  incident: { radius: 38, least: 3 },
  unit: { radius: 30, least: 3 },
  site: { radius: 24, least: 3 },
  vehicle: { radius: 30, least: 2 },
};
const ZOOM_MIN = 4, ZOOM_MAX = 15, TILE_PX = 256;

const SITE_STATE = { none: "overdue", own: "soon", emergency: "soon", grid: "in_time" };

/** How an object stands, in the words of promise_state.js, whatever kind it is. */
function stateOf(kind, row, now) {
  if (kind === "incident") return promiseState(row, now);
  if (kind === "site") return SITE_STATE[row.supply] ?? "in_time";
  if (kind === "unit") return row.missing?.length || row.status === "proposed" ? "soon" : "in_time";
  return row.in_service === false ? "done" : "in_time";
}

/** @typedef {{kind: string, key: string, row: object, lon: number, lat: number, state: string, moving: boolean, progress: number}} Item */

export class Scene {
  #given = { incident: [], unit: [], site: [], vehicle: [] };
  #stale = new Set(KINDS);
  #items = { incident: [], unit: [], site: [], vehicle: [] };
  #byKey = { incident: new Map(), unit: new Map(), site: new Map(), vehicle: new Map() };
  #indexes = {};
  #moving = false;

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
    if (this.#stale.has("vehicle")) this.#place("vehicle", now, (row) => vehicleAt(row, units, now));
    if (this.#stale.has("incident")) this.#place("incident", now, fixed);
    if (this.#stale.has("site")) this.#place("site", now, fixed);
    this.#moving = this.#items.unit.some((it) => it.moving);
    this.#stale.clear();
    return true;
  }

  #place(kind, now, where) {
    const items = [], byKey = new Map();
    for (const row of this.#given[kind]) {
      const at = where(row);
      if (at === null || !Number.isFinite(at.lon) || !Number.isFinite(at.lat)) continue;
      const item = { kind, key: row.key, row, lon: at.lon, lat: at.lat, moving: at.moving, progress: at.progress, state: stateOf(kind, row, now) };
      items.push(item);
      byKey.set(item.key, item);
    }
    this.#items[kind] = items;
    this.#byKey[kind] = byKey;
    delete this.#indexes[kind];
  }

  #index(kind) {
    if (this.#indexes[kind] === undefined) {
      const { radius, least } = GROUPING[kind];
      const index = new Supercluster({
        radius, minPoints: least, minZoom: ZOOM_MIN, maxZoom: ZOOM_MAX, extent: TILE_PX,
        map: ({ item }) => ({ worst: STATES.indexOf(item.state), [item.state]: 1 }),
        reduce: (sum, one) => {
          sum.worst = Math.max(sum.worst, one.worst);
          for (const state of STATES) if (one[state]) sum[state] = (sum[state] ?? 0) + one[state];
        },
      });
      index.load(this.#items[kind].map((item) => ({
        type: "Feature", properties: { item }, geometry: { type: "Point", coordinates: [item.lon, item.lat] },
      })));
      this.#indexes[kind] = index;
    }
    return this.#indexes[kind];
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
   * Return what is to be drawn of a kind: items, and groups {count, worst, counts, id} of them.
   * @param {[number, number, number, number]} box west, south, east, north
   */
  drawn(kind, box, zoom) {
    const level = Math.max(ZOOM_MIN, Math.min(ZOOM_MAX + 1, Math.floor(zoom)));
    return this.#index(kind).getClusters(box, level).map((feature) => {
      const { properties } = feature;
      if (!properties.cluster) return properties.item;
      const [lon, lat] = feature.geometry.coordinates;
      const counts = {};
      for (const state of STATES) counts[state] = properties[state] ?? 0;
      return { kind, group: properties.cluster_id, count: properties.point_count, worst: STATES[properties.worst], counts, lon, lat };
    });
  }

  /** Return the zoom at which a group falls apart, null for one that never does. */
  opensAt(kind, group) {
    const zoom = this.#index(kind).getClusterExpansionZoom(group);
    return zoom > ZOOM_MAX ? null : zoom;
  }

  /** @returns {Item[]} */
  members(kind, group) {
    return this.#index(kind).getLeaves(group, Infinity).map((leaf) => leaf.properties.item);
  }

  /** Return the items of a kind inside a box. */
  inside(kind, [west, south, east, north]) {
    return this.#items[kind].filter((it) => it.lon >= west && it.lon <= east && it.lat >= south && it.lat <= north);
  }
}

const fixed = (row) => ({ lon: row.lon, lat: row.lat, moving: false, progress: 0 });
