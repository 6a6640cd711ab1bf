// Made-up rows of the boards, the same in every run. `?incidents=…&units=…&sites=…&vehicles=…`.
const asked = new URLSearchParams(location.search);
export const count = (name, otherwise) => Number(asked.get(name) ?? otherwise);
export const BOX = [110.0, 29.5, 115.6, 32.9], START = 1_700_000_000_000;
const MINUTE = 60_000;

// A small generator of chance with a seed, so that every run shows the same.
let seed = 7;
export function chance() {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
}
const between = (low, high) => low + (high - low) * chance();
const pick = (from) => from[Math.floor(chance() * from.length)];
const somewhere = () => {
  // Storms gather: most damage lies along a track.
  const along = chance(), near = chance() < 0.7;
  const lon = BOX[0] + (BOX[2] - BOX[0]) * along;
  return near
    ? [lon, 30.3 + 1.6 * along + between(-0.35, 0.35)]
    : [lon, between(BOX[1], BOX[3])];
};

export function incident(number) {
  const [lon, lat] = somewhere(), luck = chance(), due = luck < 0.05 ? -20 : luck < 0.15 ? 8 : 60;
  const restored = chance() < 0.08;
  return {
    key: `inc_${number}`, incident_id: `inc_${number}`, jurisdiction: "yunhe", kind: "natural_disaster", grade: pick(["IV", "III", null]),
    phase: restored ? "restored" : "dispatched", lon, lat, customers_out: Math.floor(between(1, 400)), circuit: "YUNHE-10kV-01",
    priority: 1, opened_at: START, restored_at: restored ? START : null,
    promises: { arrival: { due_at: START + due * MINUTE, met_at: restored ? START : null, broken: false } },
  };
}

function unit(number) {
  const muster_point = somewhere(), base = [muster_point[0] + between(-0.4, 0.4), muster_point[1] + between(-0.3, 0.3)];
  const stage = pick(["called", "mustering", "mustering", "active"]);
  const people = ["leader", "line_worker", "safety_supervisor"].map((role, index) => ({
    member_id: `mem_${number}_${index}`, role, status: stage === "active" ? "on_scene" : stage === "mustering" ? "en_route" : "offered",
    base: index ? [base[0] + between(-0.1, 0.1), base[1]] : base,
    en_route_at: stage === "called" ? null : START - 5 * MINUTE, expected_at: START + between(10, 40) * MINUTE,
    on_scene_at: stage === "active" ? START : null,
  }));
  return { key: `uni_${number}`, unit_id: `uni_${number}`, jurisdiction: "yunhe", status: stage, muster_point, people, counts: {}, missing: [], resource_ids: [] };
}

function site(number) {
  const [lon, lat] = somewhere(), supply = pick(["grid", "grid", "own", "emergency", "none"]);
  return { key: `sit_${number}`, site_id: `sit_${number}`, jurisdiction: "yunhe", name: `人民医院 ${number}`, kind: "hospital", lon, lat, supply, runs_out_at: supply === "own" ? START + 90 * MINUTE : null, incident_ids: [] };
}

function vehicle(number, units) {
  const [lon, lat] = somewhere();
  return { key: `res_${number}`, resource_id: `res_${number}`, jurisdiction: "yunhe", kind: pick(["repair_vehicle", "generator_vehicle", "uav"]), lon, lat, in_service: chance() > 0.05, committed_to: number < units.length ? units[number].key : null, capacity_kw: 0 };
}

const made = (name, otherwise, make) => Array.from({ length: count(name, otherwise) }, (_, number) => make(number));
const units = made("units", 500, unit);
export const rows = { incidents: made("incidents", 5_000, incident), units, sites: made("sites", 40, site), vehicles: made("vehicles", 120, (n) => vehicle(n, units)) };
