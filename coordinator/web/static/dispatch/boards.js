// The boards this desk follows, and what is worked out from them once for everybody who asks.
import { useEffect, useState } from "/static/shared/ui.js";
import { openLive } from "/static/shared/live.js";
import { session } from "/static/shared/session.js";

const FIRST = ["open_incidents", "overview"]; // what the desk shows first comes by a stream of its own
const NOTHING = new Map();
const versions = new Map();
let live = null;

/** The queue first, then all; one stream stays, for a browser gives few connections to all its windows together. */
class Boards {
  constructor() {
    this.first = openLive({ boards: FIRST });
    this.all = null;
    this.shown = false;
    this.closed = false;
    this.listeners = new Set();
    this.first.subscribe((changed) => this.count(changed));
  }

  count(changed) {
    if (this.all?.status.state === "live" && !this.first.closed) this.first.close();
    for (const board of changed) versions.set(board, (versions.get(board) || 0) + 1);
    for (const listener of this.listeners) listener(changed);
    this.goOn();
  }

  /** The desk is drawn: once the queue is on it, the rest may come. */
  whenShown() {
    this.shown = true;
    this.goOn();
  }

  goOn() {
    if (!this.shown || this.all !== null || this.first.status.state !== "live") return;
    this.all = openLive({ boards: session().boards });
    this.all.subscribe((changed) => this.count(changed));
  }

  /** The stream that has a board now; once all are there the first one is closed. */
  source(board) {
    return !this.first.closed && FIRST.includes(board) ? this.first : this.all;
  }

  get status() {
    const { first, all } = this;
    if (all === null) return first.status;
    if (first.closed) return all.status;
    return first.status.state !== "live" || all.status.state === "connecting" ? first.status : all.status;
  }

  rows(board) {
    return this.source(board)?.rows(board) || NOTHING;
  }

  row(board, key, jurisdiction) {
    return this.source(board)?.row(board, key, jurisdiction);
  }

  came(board) {
    return this.source(board)?.came === true;
  }

  isLost(board) {
    return (this.source(board) ?? this.first).status.state === "stale";
  }

  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close() {
    this.closed = true;
    this.first.close();
    this.all?.close();
  }
}

/** Begin to follow, or go on; anew only after a session ended or never was. @returns {Boards} */
export function follow() {
  if (live === null || live.closed || live.status.state === "left") live = new Boards();
  return live;
}

/** @param {string} board @returns {Map<string, any>} */
export const rows = (board) => live.rows(board);
/**
 * @param {string} board @param {string | null | undefined} key
 * @param {string} [jurisdiction] where several may have one
 */
export const row = (board, key, jurisdiction) => (key ? live.row(board, key, jurisdiction) : undefined);
/**
 * Say whether a board has come: until then its rows are not known, which is not the same as none.
 * @param {string} board
 */
export const came = (board) => live.came(board);
/** Say whether there is no connection by which it could come. @param {string} board */
export const isLost = (board) => live.isLost(board);
/** Resolve when a board has come. @param {string} board @returns {Promise<void>} */
export const whenCame = (board) =>
  new Promise((resolve) => {
    if (came(board)) return resolve();
    const stop = live.subscribe(() => {
      if (!came(board)) return;
      stop();
      resolve();
    });
    return undefined;
  });
/** Return a number that grows whenever one of these boards changes. @param {string[]} boards */
export const versionOf = (boards) => boards.reduce((sum, it) => sum + (versions.get(it) || 0), 0);

/** Draw anew when one of these boards changes; returns their version. @param {...string} boards */
export function useBoards(...boards) {
  const [version, setVersion] = useState(() => versionOf(boards));
  useEffect(() => {
    const take = () => setVersion(versionOf(boards));
    take();
    return live.subscribe(take);
  }, [boards.join()]);
  return version;
}

/** The same, but at most once in so many milliseconds: for what is large and needs no haste. */
export function useBoardsEvery(everyMs, ...boards) {
  const [version, setVersion] = useState(() => versionOf(boards));
  useEffect(() => {
    let waiting = null;
    const take = () => {
      waiting = null;
      setVersion(versionOf(boards));
    };
    take();
    const stop = live.subscribe((changed) => {
      if (waiting === null && boards.some((it) => changed.has(it))) waiting = setTimeout(take, everyMs);
    });
    return () => {
      stop();
      clearTimeout(waiting);
    };
  }, [boards.join()]);
  return version;
}

/**
 * Return a function that works something out from boards, once for each state of theirs.
 * @template T @param {string[]} boards @param {() => T} work @returns {() => T}
 */
export function derived(boards, work) {
  let at = -1,
    value;
  return () => {
    const version = versionOf(boards);
    if (version !== at) [at, value] = [version, work()];
    return value;
  };
}

function grouped(board, keyOf) {
  const found = new Map();
  for (const it of rows(board).values()) {
    const key = keyOf(it);
    if (key === null || key === undefined) continue;
    if (found.has(key)) found.get(key).push(it);
    else found.set(key, [it]);
  }
  return found;
}

/** Units by incident. */
export const unitsOf = derived(["units_in_the_field"], () => grouped("units_in_the_field", (it) => it.incident_id));
/** Escalations by what they are about: an assignment, a unit, a site, a call for help. */
export const alarmsAbout = derived(["alarms"], () => grouped("alarms", (it) => it.about));
/** Help asked for or given, by incident. */
export const aidOf = derived(["aid"], () => grouped("aid", (it) => it.incident_id));
/** Units that should have a temporary branch and have none. */
export const branchesDue = derived(["units_in_the_field"], () =>
  [...rows("units_in_the_field").values()].filter((it) => it.branch_due),
);
