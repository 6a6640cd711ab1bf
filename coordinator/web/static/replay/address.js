// The address of a moment: `#j=yunhe&seq=1204&incident=inc_…`. Whoever opens it sees the same.
const WRITE_AT_MOST_EVERY_MS = 400;
/** By the beginning of its id, what a subject is called in an address. */
const SUBJECTS = { inc_: "incident", opr_: "operation", tsk_: "task" };

/** @returns {{j: string | null, seq: number | null, at: number | null, subject: string | null}} */
export function readAddress(hash = location.hash) {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const number = (name) => (/^\d{1,15}$/.test(said.get(name) ?? "") ? Number(said.get(name)) : null);
  return {
    j: said.get("j"),
    seq: number("seq"),
    at: number("at"),
    subject: said.get("incident") ?? said.get("operation") ?? said.get("task"),
  };
}

/** @param {{j: string, seq: number, at?: number, subject?: string | null}} moment */
export function addressOf({ j, seq, at, subject }) {
  const said = new URLSearchParams({ j, seq: String(seq) });
  if (at !== undefined) said.set("at", String(Math.round(at)));
  if (subject) said.set(SUBJECTS[subject.slice(0, 4)] ?? "incident", subject);
  return `#${said}`;
}

let waiting = null,
  written = null;

/** Keep the address as the moment is, without a step back for each; browsers bound how often. */
export function keepAddress(moment) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    written = addressOf(moment);
    if (written !== location.hash) history.replaceState(null, "", written);
  }, WRITE_AT_MOST_EVERY_MS);
}

/** Call `listener` when somebody goes to another address; returns how to stop. */
export function onAddress(listener) {
  const heard = () => {
    if (location.hash !== written) listener(readAddress());
  };
  addEventListener("hashchange", heard);
  return () => removeEventListener("hashchange", heard);
}
