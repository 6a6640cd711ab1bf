// What can be said next, given what the coordinator knows and what this phone has said since.

const RANK = { offered: 0, acknowledged: 1, accepted: 2, en_route: 3, on_scene: 4 };
const LEADS_TO = {
  acknowledge_assignment: "acknowledged",
  accept_assignment: "accepted",
  depart: "en_route",
  arrive: "on_scene",
};
const ENDS = { decline_assignment: "declined", finish_assignment: "done", abort_assignment: "aborted" };
const STANDS = new Set(["saving", "kept", "sent"]);
const NEXT = {
  offered: "accept_assignment",
  acknowledged: "accept_assignment",
  accepted: "depart",
  en_route: "arrive",
  on_scene: "finish_assignment",
};

/** The reasons there are for declining. */
export const DECLINE_REASONS = [
  "ill",
  "resting",
  "too_far",
  "no_transport",
  "family_emergency",
  "other_duty",
  "not_qualified",
  "other",
];

const BACKS = new Set(["take_back_tap", "take_back_roll_answer", "take_back_check_in"]);
const atSite = (one, other) => one.operation_id === other.operation_id && one.site_id === other.site_id;
const TAP_OF = { accept_assignment: "accepted", depart: "en_route", arrive: "on_scene", ...ENDS };

/** Whether a taking back is of this signal. */
function isTakenBy(back, signal) {
  if (back.type === "take_back_roll_answer")
    return signal.type === "answer_roll" && signal.roll_call_id === back.roll_call_id;
  if (back.type === "take_back_check_in") return signal.type === "check_in" && atSite(signal, back);
  return signal.assignment_id === back.assignment_id && TAP_OF[signal.type] === back.tap;
}

/**
 * Return the taps without those that were taken back, and without the takings back: what is said by now.
 * @param {any[]} taps In the order they were made.
 */
export function standing(taps) {
  const found = [];
  for (const tap of taps) {
    if (!BACKS.has(tap.signal.type)) found.push(tap);
    else if (STANDS.has(tap.fate)) {
      const at = found.findLastIndex(({ signal }) => isTakenBy(tap.signal, signal));
      if (at >= 0) found.splice(at, 1);
    }
  }
  return found;
}

const isSlip = ({ type }) => type in TAP_OF || type === "answer_roll" || type === "check_in";

/**
 * Return the tap that can be taken back, with the milliseconds left for it; null for none.
 * @param {any[]} taps @param {number} at Now, by the coordinator's clock. @param {number} withinMs
 */
export function undoable(taps, at, withinMs) {
  const last = standing(taps).findLast(({ signal, fate }) => isSlip(signal) && STANDS.has(fate));
  const left = last ? last.tapped_at + withinMs - at : 0;
  return left > 0 ? { tap: last, left: Math.min(left, withinMs) } : null;
}

/** What takes a tap back. @param {{signal: any}} tap */
export function takingBack({ signal }) {
  if (signal.type === "answer_roll")
    return { type: "take_back_roll_answer", roll_call_id: signal.roll_call_id, member_ids: signal.member_ids };
  if (signal.type === "check_in") {
    const { operation_id, site_id, member_id } = signal;
    return { type: "take_back_check_in", operation_id, site_id, member_id };
  }
  return { type: "take_back_tap", assignment_id: signal.assignment_id, tap: TAP_OF[signal.type] };
}

/**
 * The key of what is due at a post: the next one is another, and so is one that is said again after a slip.
 * @param {any} post @param {string} kind @param {any[]} taps
 */
export function checkKey(post, kind, taps) {
  const backs = taps.filter(({ signal }) => signal.type === "take_back_check_in" && atSite(signal, post)).length;
  return `${post.operation_id}/${post.site_id}/${kind}/${post.due[kind]}/${backs}`;
}

/** The key of an answer to a roll call: another once it was taken back. @param {string} id @param {any[]} taps */
export function rollKey(id, taps) {
  const backs = taps.filter(({ signal }) => signal.type === "take_back_roll_answer" && signal.roll_call_id === id);
  return backs.length ? `roll/${id}/${backs.length}` : `roll/${id}`;
}

/**
 * The key that makes two taps one: the same answer to the same assignment, and another once it was taken back.
 * @param {{assignment_id: string}} assignment @param {string} type @param {any[]} taps
 */
export function keyOf(assignment, type, taps) {
  const id = assignment.assignment_id;
  const backs = taps.filter(({ signal }) => signal.type === "take_back_tap" && signal.assignment_id === id).length;
  return backs ? `${id}/${type}/${backs}` : `${id}/${type}`;
}

/**
 * Return the status a member is in by their own word: what the coordinator has, or further, where
 * taps are still on their way.
 */
export function spokenStatus(assignment, taps) {
  let status = assignment.status;
  for (const { signal, fate } of standing(taps)) {
    if (signal.assignment_id !== assignment.assignment_id || !STANDS.has(fate)) continue;
    if (signal.type in ENDS) return ENDS[signal.type];
    const said = LEADS_TO[signal.type];
    if (said !== undefined && RANK[said] > RANK[status]) status = said;
  }
  return status;
}

/** Say whether what was said last of a type, of an assignment, stands: it was not refused, nor failed. */
export function stillSaid(assignment, type, taps) {
  const said = taps.filter(({ signal }) => signal.assignment_id === assignment && signal.type === type);
  return said.length > 0 && STANDS.has(said[said.length - 1].fate);
}

/**
 * Return the one thing to say next, what else may be said, or null when it is over. Who is at work is let go by
 * nothing but the end of the work: until then there is nothing to say next.
 */
export function choices(status, atWork) {
  if (!(status in NEXT)) return null;
  const next = NEXT[status];
  return {
    next: atWork && next in ENDS ? null : next,
    other: RANK[status] < RANK.accepted ? "decline_assignment" : "abort_assignment",
  };
}

/** Return a signal about an assignment; it names the step it answers, so that a late one is told apart. */
export function answer(assignment, type, more) {
  const step =
    assignment.step === null || assignment.step === undefined || assignment.step < 0 ? {} : { step: assignment.step };
  return { type, assignment_id: assignment.assignment_id, ...step, ...more };
}
