// Every command is a signal: published once under its own id, answered by a receipt or a rule.
import { Problem, get, post } from "/static/shared/api.js";
import { ulid } from "/static/shared/ids.js";
import { now } from "/static/shared/time.js";

const ASK_AGAIN_MS = 250;
const ASKED_MAX = 40;

/** A rule was broken; it is on record all the same. */
export class Refused extends Error {
  /** @param {{rule: import("./said.js").Said, field?: string | null, value?: string | null}} refused */
  constructor({ rule, field, value }) {
    super(rule.code);
    Object.assign(this, { rule, field, value });
  }
}

/** Signal ids of one form: what is sent again because its answer was lost is the same signal. */
export class Naming {
  /** @type {string | null} */
  said = null;
  id = "";

  /** Return the signal with an id: that of the last one if it says the same. @param {object} signal */
  named(signal) {
    const said = JSON.stringify(signal);
    if (said !== this.said) Object.assign(this, { said, id: ulid(now()) });
    return { signal_id: this.id, ...signal };
  }

  /** Take what went wrong: one that was answered is over, and the next is another. @param {any} error */
  failed(error) {
    if (error instanceof Refused || (error.status >= 400 && error.status < 500)) this.said = null;
  }
}

/**
 * Publish a signal and return its receipt, once it is decided.
 * @param {{type: string, jurisdiction: string}} fields The signal; a missing `signal_id` is made.
 * @returns {Promise<{signal_id: string, seq?: number, at: number, nothing_changed?: boolean,
 *   warnings?: import("./said.js").Said[]}>}
 *   Without `seq` where workers
 *   decide and have not yet said what became of it.
 * @throws {Refused} a rule was broken
 * @throws {Problem} it was not taken
 */
export async function publish(fields) {
  const document = { signal_id: ulid(now()), ...fields };
  let answer;
  try {
    answer = await post("/v1/signals", document);
  } catch (problem) {
    if (problem instanceof Problem && problem.code === "refused") {
      const [{ field, value, said }] = problem.errors;
      throw new Refused({ rule: said, field: field === "-" ? null : field, value });
    }
    throw problem;
  }
  return answer.topic === undefined ? answer : decided(answer, fields.jurisdiction);
}

/** Ask what became of a signal that others decide, for some seconds. */
async function decided(accepted, jurisdiction) {
  const path = `/v1/signals/${accepted.signal_id}?jurisdiction=${encodeURIComponent(jurisdiction)}`;
  for (let asked = 0; asked < ASKED_MAX; asked += 1) {
    try {
      const receipt = await get(path);
      if (receipt.refused) throw new Refused(receipt.refused);
      return receipt;
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 404) throw problem;
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
  return { signal_id: accepted.signal_id, at: accepted.at };
}
