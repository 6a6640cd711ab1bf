// Drawing many close things as one. Grouped anew for the zoom that is looked at: with some thousands
// of things that takes a few milliseconds, where a tree over all zooms takes ten times as long.
import { STATES } from "/static/map/promise_state.js";

const TILE_PX = 256;
// Columns of the grid lie this far apart in its numbering; more rows than any zoom has.
const COLUMN = 2 ** 24;

/** Return where a place is on the world map at zoom 0, in pixels (Web Mercator, as Leaflet draws). */
export function worldPixel(lon, lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [(lon / 360 + 0.5) * TILE_PX, (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * TILE_PX];
}

/** Put points into squares as wide as the radius: who is near lies in one of nine of them. */
function squares(xs, ys, radius) {
  const first = new Map(),
    following = new Int32Array(xs.length);
  for (let n = xs.length - 1; n >= 0; n -= 1) {
    const square = Math.floor(xs[n] / radius) * COLUMN + Math.floor(ys[n] / radius);
    following[n] = first.get(square) ?? -1;
    first.set(square, n);
  }
  return { first, following };
}

/**
 * Group the items that lie within `radius` pixels of one another, where there are `least` or more.
 * Items are taken in their order, so the same items give the same groups.
 * @param {any[]} items with `wx`, `wy` and `state`
 * @returns {any[]} items, and groups with `kind`, `group`, `count`, `worst`, `counts`, `lon` and `lat`
 */
export function grouped(items, { kind, zoom, radius, least }) {
  const scale = 2 ** zoom,
    { length } = items,
    taken = new Uint8Array(length);
  const xs = Float64Array.from(items, (it) => it.wx * scale),
    ys = Float64Array.from(items, (it) => it.wy * scale);
  const { first, following } = squares(xs, ys, radius),
    reach = radius * radius;
  const drawn = [],
    near = [];
  for (let n = 0; n < length; n += 1) {
    if (taken[n]) continue;
    near.length = 0;
    const column = Math.floor(xs[n] / radius),
      row = Math.floor(ys[n] / radius);
    for (let x = column - 1; x <= column + 1; x += 1) {
      for (let y = row - 1; y <= row + 1; y += 1) {
        for (let m = first.get(x * COLUMN + y) ?? -1; m >= 0; m = following[m]) {
          if (!taken[m] && (xs[m] - xs[n]) ** 2 + (ys[m] - ys[n]) ** 2 <= reach) near.push(m);
        }
      }
    }
    if (near.length < least) {
      taken[n] = 1;
      drawn.push(items[n]);
    } else {
      for (const m of near) taken[m] = 1;
      drawn.push(
        together(
          kind,
          near.map((m) => items[m]),
        ),
      );
    }
  }
  return drawn;
}

function together(kind, members) {
  const counts = { done: 0, in_time: 0, soon: 0, overdue: 0 };
  let lon = 0,
    lat = 0;
  for (const item of members) {
    counts[item.state] += 1;
    lon += item.lon;
    lat += item.lat;
  }
  const worst = STATES.findLast((state) => counts[state] > 0);
  return {
    kind,
    group: members,
    count: members.length,
    worst,
    counts,
    lon: lon / members.length,
    lat: lat / members.length,
  };
}
