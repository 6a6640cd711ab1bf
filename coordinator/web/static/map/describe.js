// What the map says of a thing, in words: for the hint under the pointer and the list of what is in view.
import { code, figure, named, t } from "/static/shared/words.js";
import { span } from "/static/shared/time.js";
import { SIGNS, nextPromise } from "/static/map/promise_state.js";

const UNIT_SIGN = "⬡",
  VEHICLE_SIGN = "▭";

const joined = (...parts) => parts.filter(Boolean).join(" · ");

function promiseWords(incident, now) {
  const next = nextPromise(incident);
  if (next === null) return null;
  const vars = { promise: code("promise", next.name), span: span(next.due_at - now) };
  return t(next.broken || next.due_at <= now ? "map_promise_late" : "map_promise_left", vars);
}

function incident({ row, state }, now) {
  const grade = row.grade ? code("grade", row.grade) : null;
  const customers = row.customers_out ? t("map_customers", { count: figure(row.customers_out) }) : null;
  return {
    sign: SIGNS[state],
    state,
    title: joined(code("kind", row.kind), grade),
    lines: [
      promiseWords(row, now),
      joined(customers, code("phase", row.left_alone ? "left_alone" : row.phase)),
      row.circuit,
    ],
  };
}

function unit({ row, moving }, now) {
  const coming = (row.people ?? []).filter((it) => it.on_scene_at === null && it.en_route_at !== null);
  const last = coming.length ? Math.max(...coming.map((it) => it.expected_at)) : null;
  return {
    sign: UNIT_SIGN,
    state: row.missing?.length ? "soon" : "in_time",
    title: joined(t("map_unit"), code("status", row.status)),
    lines: [
      t("map_people", { count: row.people?.length ?? 0 }),
      moving && last !== null && last > now ? t("map_arrives", { span: span(last - now) }) : null,
    ],
  };
}

function site({ row, state }, now) {
  const left = row.runs_out_at ? row.runs_out_at - now : null;
  return {
    sign: SIGNS[state],
    state,
    title: row.name,
    lines: [
      joined(
        code("supply", row.supply),
        left === null ? null : t(left > 0 ? "map_runs_out" : "map_ran_out", { span: span(left) }),
      ),
    ],
  };
}

function vehicle({ row }) {
  const where =
    row.in_service === false ? "map_vehicle_out" : row.committed_to ? "map_vehicle_committed" : "map_vehicle_free";
  return {
    sign: VEHICLE_SIGN,
    state: "in_time",
    title: code("resource", row.kind),
    lines: [joined(t(where), row.capacity_kw ? `${row.capacity_kw} kW` : null)],
  };
}

const BY_KIND = { incident, unit, site, vehicle };
const NAMES = { incident: "map_incidents", unit: "map_units", site: "map_sites", vehicle: "map_vehicles" };

/** Return the word for many of a kind. */
export const kindWord = (kind) => t(NAMES[kind]);

/**
 * Say what a thing is.
 * @param {object} thing an item or a group of the scene
 * @returns {{sign: string, state: string, title: string, lines: string[]}}
 */
export function describe(thing, now) {
  if (thing.group === undefined) {
    const said = BY_KIND[thing.kind](thing, now);
    return { ...said, lines: [...said.lines, thing.row.jurisdiction].filter(Boolean) };
  }
  const counts = Object.entries(thing.counts).filter(([, count]) => count);
  return {
    sign: SIGNS[thing.worst],
    state: thing.worst,
    title: named(kindWord(thing.kind), t("map_count", { count: thing.count })),
    lines:
      thing.kind === "incident"
        ? [
            counts
              .reverse()
              .map(([state, count]) => `${SIGNS[state]} ${count} ${t(`map_${state}`)}`)
              .join(" · "),
          ]
        : [],
  };
}
