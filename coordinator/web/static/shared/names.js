// Names by id, of people, sites, branches and operations, asked for once; whoever may not see names gets the ids.
import { post } from "/static/shared/api.js";
import { useEffect, useState } from "/static/shared/ui.js";

const NAMED = /^(mem|sit|brn|opr)_/;
const known = new Map();
const waiting = new Set();
const listeners = new Set();
let asking = null;

async function askNow() {
  asking = null;
  const ids = [...waiting].slice(0, 2_000);
  for (const id of ids) waiting.delete(id);
  try {
    const { names } = await post("/v1/names", { ids });
    for (const id of ids) known.set(id, names[id] ?? null);
    for (const listener of listeners) listener();
  } catch {
    // Shown by id; asked for again with whatever is shown next.
  }
}

/** Return the name of a member or a place if it is known, else their id; unknown ones are asked for. */
export function nameOf(id) {
  if (!id) return "–";
  const name = known.get(id);
  if (name === undefined && NAMED.test(id)) {
    waiting.add(id);
    asking ??= setTimeout(askNow, 30);
  }
  return name || id;
}

/** Draw a component anew when names arrive. */
export function useNames() {
  const [, turn] = useState(0);
  useEffect(() => {
    const listener = () => turn((it) => it + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return nameOf;
}
