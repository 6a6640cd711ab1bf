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

/** The key that makes two taps one: the same answer to the same assignment. */
export const keyOf = (assignment, type) => `${assignment.assignment_id}/${type}`;

/**
 * Return the status a member is in by their own word: what the coordinator has, or further, where
 * taps are still on their way.
 */
export function spokenStatus(assignment, taps) {
  let status = assignment.status;
  for (const { signal, fate } of taps) {
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
