// Where people, units and vehicles are at a moment. Nobody is tracked: between the base of a team
// and the muster point a place is reckoned from the times that were said.

// Who has not said «on scene» is never drawn there, however late.
const ALMOST = 0.97;

const come = (person) => person.on_scene_at !== null && person.on_scene_at !== undefined;
const left = (person) => person.en_route_at !== null && person.en_route_at !== undefined;

/**
 * Return how much of the way is behind a person, 0 to 1.
 * @param {any} person with `en_route_at`, `expected_at` and `on_scene_at`
 */
export function progress(person, now) {
  if (come(person)) return 1;
  if (!left(person)) return 0;
  const whole = person.expected_at - person.en_route_at;
  return whole > 0 ? Math.min(ALMOST, Math.max(0, (now - person.en_route_at) / whole)) : ALMOST;
}

/** Return a person's [lon, lat], null where nobody knows. */
export function personAt(person, muster, now) {
  if (come(person)) return muster;
  if (!person.base || !muster) return null;
  const part = progress(person, now);
  return [person.base[0] + (muster[0] - person.base[0]) * part, person.base[1] + (muster[1] - person.base[1]) * part];
}

/**
 * Return the person a unit is drawn with: the leader among those who are furthest on.
 * Somebody on scene stands for the unit; else who is on the way; else who still gets ready.
 */
function standingFor(people) {
  const stage = (it) => (come(it) ? 2 : left(it) ? 1 : 0);
  let best = null;
  for (const person of people) {
    if (best === null || stage(person) > stage(best)) best = person;
    else if (stage(person) === stage(best) && person.role === "leader") best = person;
  }
  return best;
}

/**
 * Return where a unit is: {lon, lat, moving, progress}; null for one that nobody can place.
 * @param {object} unit a row of units_in_the_field
 */
export function unitAt(unit, now) {
  const muster = unit.muster_point;
  if (!muster) return null;
  const person = standingFor(unit.people ?? []);
  const at = person === null ? null : personAt(person, muster, now);
  // Who is not known to be anywhere is expected where the work is.
  if (at === null) return { lon: muster[0], lat: muster[1], moving: false, progress: 1 };
  const part = progress(person, now);
  return { lon: at[0], lat: at[1], moving: left(person) && !come(person), progress: part };
}

/** Return where a vehicle is: with the unit that has it, else where it is kept. */
export function vehicleAt(vehicle, units, now) {
  const unit = vehicle.committed_to ? units.get(vehicle.committed_to) : undefined;
  const at = unit === undefined ? null : unitAt(unit, now);
  return at ?? { lon: vehicle.lon, lat: vehicle.lat, moving: false, progress: 0 };
}
