// What keeps a member from being called at a moment; the same order as the rules ask in.

/** @typedef {"help" | "assigned" | "lent" | "posted" | "unfit" | "unavailable" | "leave" | "off" | "resting"} Reason */

/**
 * Return what keeps a member from being called, null if nothing does.
 * @param {any} it a row of the board `people` @param {number} at UTC milliseconds @returns {Reason | null}
 */
export function keepsFromCalling(it, at) {
  if (it.assignment_id) return "assigned";
  if (it.lent_to) return "lent";
  if (it.posted_to) return "posted";
  if (it.unfit) return "unfit";
  if (!it.available) return "unavailable";
  if (it.leaves.some(([begin, end]) => begin <= at && at < end)) return "leave";
  if (!it.on_shift && !it.on_standby) return "off";
  const tired = it.tired_at !== null && it.tired_at <= at && !(it.rested_at !== null && it.rested_at <= at);
  return tired && !(it.fatigue_override_until > at) ? "resting" : null;
}
