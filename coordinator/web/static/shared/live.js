// The boards, live: rows by SSE, resumed by the last event id, told apart from a picture gone stale.

const SILENCE_MS = 25_000; // the coordinator speaks at least every 10 s
const AGAIN_MS = [500, 1_000, 2_000, 5_000];
const SPEAK_MS = 200;

/**
 * Follow boards. A reader that comes back after a lost connection, a restart of the coordinator or
 * the sleep of this computer goes on where it was, or starts over where that cannot be.
 */
export class Live {
  /** @param {{boards: string[], jurisdiction?: string, path?: string}} wanted */
  constructor({ boards, jurisdiction, path = "/v1/stream" }) {
    const query = new URLSearchParams({ boards: boards.join(",") });
    if (jurisdiction) query.set("jurisdiction", jurisdiction);
    this.path = `${path}?${query}`;
    this.boards = new Map(boards.map((name) => [name, new Map()]));
    this.places = new Set();
    this.came = false; // whether the whole picture was ever there
    this.status = { state: "connecting", since: Date.now() };
    this.listeners = new Set();
    this.changed = new Set();
    this.speaking = null;
    this.lastId = null;
    this.heard = Date.now();
    this.tried = 0;
    this.closed = false;
    this.wake = () => document.visibilityState === "visible" && this.checkSilence();
    this.online = () => this.reconnect();
    document.addEventListener("visibilitychange", this.wake);
    addEventListener("online", this.online);
    addEventListener("offline", this.online);
    this.watching = setInterval(() => this.checkSilence(), 1_000);
    this.run();
  }

  /** Return the rows of a board, by `jurisdiction/key`: two may have a thing each of one key. @returns {any} */
  rows(board) {
    return this.boards.get(board);
  }

  /** Return the row of a key, in one jurisdiction or in the first that has one. @param {string} [jurisdiction] */
  row(board, key, jurisdiction) {
    const rows = this.boards.get(board);
    if (rows === undefined) return undefined; // not followed here
    if (jurisdiction) return rows.get(`${jurisdiction}/${key}`);
    for (const place of this.places) if (rows.has(`${place}/${key}`)) return rows.get(`${place}/${key}`);
    return undefined;
  }

  /** Call `listener(changed)` after changes, at most five times a second; returns how to stop. */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close() {
    this.closed = true;
    clearInterval(this.watching);
    document.removeEventListener("visibilitychange", this.wake);
    removeEventListener("online", this.online);
    removeEventListener("offline", this.online);
    this.stop?.abort();
  }

  reconnect() {
    this.tried = 0;
    this.stop?.abort();
    this.skipWait?.();
  }

  checkSilence() {
    // After a sleep this timer is the first to run: what was heard before it is old by then.
    if (this.status.state === "live" && Date.now() - this.heard > SILENCE_MS) this.reconnect();
  }

  async run() {
    while (!this.closed) {
      try {
        await this.follow();
      } catch (error) {
        if (error.status === 401 || error.status === 403) return this.say({ state: "left" });
      }
      if (this.closed) return undefined;
      if (this.status.state === "live") this.say({ state: "stale", since: this.heard });
      else if (this.status.state === "connecting") this.say({ state: "stale", since: this.status.since });
      const wait = AGAIN_MS[Math.min(this.tried, AGAIN_MS.length - 1)];
      this.tried += 1;
      await new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
        this.skipWait = resolve;
        setTimeout(resolve, wait);
      });
    }
    return undefined;
  }

  async follow() {
    this.stop = new AbortController();
    /** @type {Record<string, string>} */
    /** @type {Record<string, string>} */
    /** @type {Record<string, string>} */
    const headers = this.lastId ? { "Last-Event-ID": this.lastId } : {};
    const answer = await fetch(this.path, { headers, signal: this.stop.signal, credentials: "same-origin" });
    if (!answer.ok) throw Object.assign(new Error("not followed"), { status: answer.status });
    const body = /** @type {ReadableStream} */ (answer.body);
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "",
      searched = 0;
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      this.heard = Date.now();
      text += value;
      // A long message comes in pieces: what was searched is not searched again.
      let end = text.indexOf("\n\n", searched);
      while (end >= 0) {
        this.take(text.slice(0, end));
        text = text.slice(end + 2);
        end = text.indexOf("\n\n");
      }
      searched = Math.max(0, text.length - 1);
    }
  }

  take(message) {
    const fields = {};
    for (const line of message.split("\n")) {
      const colon = line.indexOf(":");
      if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
    }
    if (fields.data === undefined) return;
    this.tried = 0;
    if (fields.event === "reset") {
      this.starting = new Map([...this.boards.keys()].map((name) => [name, new Map()]));
      this.lastId = null;
    }
    const boards = this.starting || this.boards;
    for (const { jurisdiction, seq, board, key, row } of JSON.parse(fields.data)) {
      const rows = boards.get(board);
      if (rows === undefined) continue;
      const id = `${jurisdiction}/${key}`;
      this.places.add(jurisdiction);
      if (row === null) rows.delete(id);
      else rows.set(id, Object.assign(row, { id, jurisdiction, key, seq }));
      this.changed.add(board);
    }
    if (fields.id === undefined) return;
    this.lastId = fields.id;
    if (this.starting) this.startOver();
    if (this.status.state !== "live") this.say({ state: "live", since: Date.now() });
    else if (this.changed.size) this.speakSoon();
  }

  /** The whole picture has arrived: show it at once, in place of the old one. */
  startOver() {
    for (const [name, rows] of this.starting ?? []) {
      const kept = this.boards.get(name);
      if (kept === undefined) continue;
      kept.clear();
      for (const [key, row] of rows) kept.set(key, row);
      this.changed.add(name);
    }
    this.starting = null;
    this.came = true;
  }

  say(status) {
    this.status = status;
    this.speak();
  }

  speakSoon() {
    this.speaking ??= setTimeout(() => this.speak(), SPEAK_MS);
  }

  speak() {
    clearTimeout(this.speaking);
    this.speaking = null;
    const changed = this.changed;
    this.changed = new Set();
    for (const listener of this.listeners) listener(changed);
  }
}

/** Follow boards. @returns {Live} */
export const openLive = (wanted) => new Live(wanted);
