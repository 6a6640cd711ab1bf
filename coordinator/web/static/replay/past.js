// The past of one jurisdiction as it is held here: boards at moments (keyframes), and what each
// record changed (deltas), so that playing and stepping ask for nothing that was asked for before.
import { get } from "/static/shared/api.js";

const CHUNK = 200;
const CHUNKS_KEPT = 60;
const FRAMES_KEPT = 40;
const REACH = 400;

/**
 * The boards after one record. Never changed: `after` makes the next one and shares what is the same.
 * @typedef {{seq: number, at: number, boards: Record<string, Map<string, object>>}} Frame
 */

/**
 * @param {{seq: number, at: number, rows: {board: string, key: string, row: object}[]}} keyframe
 * @param {string[]} wanted boards
 */
export function frameOf(keyframe, wanted) {
  const boards = {};
  for (const name of wanted) boards[name] = new Map();
  for (const { board, key, row } of keyframe.rows) boards[board]?.set(key, { ...row, key });
  return { seq: keyframe.seq, at: keyframe.at, boards };
}

/** Return the frame after some records that follow on one another. @returns {Frame} */
export function after(frame, records) {
  const fresh = {};
  for (const record of records) {
    for (const { board, key, row } of record.changes) {
      if (frame.boards[board] === undefined) continue;
      fresh[board] ??= new Map(frame.boards[board]);
      if (row === null) fresh[board].delete(key);
      else fresh[board].set(key, { ...row, key });
    }
  }
  const last = records.at(-1);
  return last === undefined ? frame : { seq: last.seq, at: last.at, boards: { ...frame.boards, ...fresh } };
}

function keepNewest(map, most) {
  while (map.size > most) map.delete(map.keys().next().value);
}

export class Past {
  #frames = new Map();
  #chunks = new Map();
  #coming = new Map();

  /** @param {string} jurisdiction @param {string[]} boards those that are shown */
  constructor(jurisdiction, boards) {
    this.jurisdiction = jurisdiction;
    this.path = `/v1/replay/${encodeURIComponent(jurisdiction)}`;
    this.boards = boards;
  }

  /** Ask for something below this past. */
  ask(path, parameters = {}, options = {}) {
    const query = new URLSearchParams(
      Object.entries(parameters).filter(([, it]) => it !== null && it !== undefined && it !== ""),
    );
    return get(`${this.path}/${path}${query.size ? `?${query}` : ""}`, options);
  }

  #keep(frame) {
    this.#frames.delete(frame.seq);
    this.#frames.set(frame.seq, frame);
    keepNewest(this.#frames, FRAMES_KEPT);
    return frame;
  }

  /** Return a record if it is held here. */
  record(seq) {
    return this.#chunks.get(Math.floor(seq / CHUNK))?.[seq % CHUNK];
  }

  /** Return those records from `first` to `last` that are held here, oldest first. */
  held(first, last) {
    const found = [];
    for (let seq = Math.max(0, first); seq <= last; seq += 1) {
      const record = this.record(seq);
      if (record) found.push(record);
    }
    return found;
  }

  /** Return the records from one to another if all are held here, else null. */
  run(first, last) {
    const found = this.held(first, last);
    return found.length === last - first + 1 ? found : null;
  }

  /** Have the records around one; the answer is shared by all who ask for the same. */
  load(seq, options = {}) {
    const chunk = Math.floor(Math.max(0, seq) / CHUNK),
      there = this.#chunks.get(chunk);
    // The chunk the log ends in may have grown.
    if (there && (there.length === CHUNK || there.length > seq % CHUNK)) return Promise.resolve(there);
    if (!this.#coming.has(chunk)) {
      const asked = { after: chunk * CHUNK - 1, limit: CHUNK, boards: this.boards.join() };
      const coming = this.ask("changes", asked, options)
        .then(({ records }) => {
          this.#chunks.delete(chunk);
          this.#chunks.set(chunk, records);
          keepNewest(this.#chunks, CHUNKS_KEPT);
          return records;
        })
        .finally(() => this.#coming.delete(chunk));
      this.#coming.set(chunk, coming);
    }
    return this.#coming.get(chunk);
  }

  /** Return the frame after a record if it can be made of what is held here, else null. */
  near(seq) {
    const exact = this.#frames.get(seq);
    if (exact) return this.#keep(exact);
    let best = null;
    for (const frame of this.#frames.values()) {
      if (frame.seq < seq && seq - frame.seq <= REACH && (best === null || frame.seq > best.seq)) best = frame;
    }
    const records = best && this.run(best.seq + 1, seq);
    return records ? this.#keep(after(best, records)) : null;
  }

  /** Return a later frame made of an earlier one, or the earlier one where records are missing. */
  further(frame, seq) {
    const records = seq > frame.seq ? this.run(frame.seq + 1, seq) : null;
    if (!records) return frame;
    const later = after(frame, records);
    // Now and then one is kept, so that going back a little asks for nothing.
    return Math.floor(seq / REACH) === Math.floor(frame.seq / REACH) ? later : this.#keep(later);
  }

  /** Return the last record made at or before a moment, if the records here leave no doubt. */
  seqAt(at, around) {
    let seq = around;
    while (this.record(seq) && this.record(seq).at > at) seq -= 1;
    while (this.record(seq + 1) && this.record(seq + 1).at <= at) seq += 1;
    const here = this.record(seq),
      next = this.record(seq + 1);
    return here && next && here.at <= at && next.at > at ? seq : null;
  }

  /** Ask for the frame after a record, or at a moment. @returns {Promise<Frame>} */
  async moment({ seq, at }, options) {
    const held = seq === undefined ? null : this.near(seq);
    if (held) return held;
    const asked = { seq, at: at === undefined ? undefined : Math.round(at), boards: this.boards.join() };
    return this.#keep(frameOf(await this.ask("moment", asked, options), this.boards));
  }
}
