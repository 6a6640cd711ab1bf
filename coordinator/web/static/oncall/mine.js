// What concerns this member, live: the newest state there is, kept on the phone, and since when it is old.
import "/static/oncall/taps.js";
import { get, post } from "/static/shared/api.js";
import { ulid } from "/static/shared/ids.js";
import { now, setClock } from "/static/shared/time.js";

const SILENCE_MS = 25_000; // the coordinator speaks at least every 10 s
const SEND_MS = 5_000;
const AGAIN_MS = 3_000;
const PATIENCE_MS = 15_000; // in a dead spot a request may hang rather than fail
const { taps } = self;

/** A call for help, or a word about a whistle, that went through long ago is no reason to swallow a new one. */
const once = ({ signal }) => signal.type !== "call_help" && signal.whistle_id === undefined;
const stands = (tap) => once(tap) || Date.now() - tap.ended_at < AGAIN_MS;

/** When the log was put back from a copy last: its numbers begin anew with that. */
const lifeOf = (view) => view.put_back?.at ?? 0;

/** Everything the page shows, and how it changes. One for the page. */
export class Mine {
  constructor() {
    this.view = null;
    this.kept = [];
    this.notices = null; // not known yet, which is not the same as none
    /** @type {{state: "connecting" | "live" | "stale" | "left", since: number | null}} */
    this.status = { state: "connecting", since: null };
    this.listeners = new Set();
    this.heard = 0;
    this.opened = 0;
  }

  /** Show what was known last, then follow what is so now. */
  async open() {
    const last = await taps.recall("view");
    if (last) {
      this.view = last.view;
      this.status = { state: "connecting", since: last.heard };
      // The coordinator's clock went on while this page was closed.
      setClock({ now: last.view.now + (Date.now() - last.heard) * last.view.speed, speed: last.view.speed });
    }
    this.notices = (await taps.recall("notices")) ?? null;
    await this.readTaps();
    addEventListener("online", () => this.reconnect());
    addEventListener("offline", () => this.broken());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.lookUp());
    navigator.serviceWorker?.addEventListener("message", (event) => {
      if (event.data?.taps) this.readTaps();
      if (event.data?.pushed) this.lookUp();
    });
    setInterval(() => this.lookUp(), 1_000);
    setInterval(() => this.kept.some((tap) => tap.fate === "kept" || taps.isOld(tap)) && this.send(), SEND_MS);
    this.reconnect();
  }

  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  speak() {
    for (const listener of this.listeners) listener();
  }

  /**
   * After a sleep this is the first to run: what was heard before it is old by then. A line may also die without
   * a word, and a new one may never open: each gets the same time.
   */
  lookUp() {
    if (this.status.state === "left" || Date.now() - Math.max(this.heard, this.opened) <= SILENCE_MS) return;
    this.lost();
    this.reconnect();
  }

  lost() {
    if (this.status.state === "left") return;
    if (this.status.state !== "stale") {
      this.status = { state: "stale", since: this.status.state === "live" ? this.heard : this.status.since };
    }
    this.speak();
  }

  reconnect() {
    clearTimeout(this.again);
    this.source?.close();
    const source = new EventSource("/v1/me/stream");
    this.source = source;
    this.opened = Date.now();
    source.addEventListener("me", (event) => this.take(JSON.parse(event.data)));
    source.addEventListener("still", (event) => {
      const { now: at } = JSON.parse(event.data);
      setClock({ now: at, speed: this.view?.speed });
      this.hear();
    });
    source.onerror = () => this.broken();
  }

  /** The line is cut, or this phone says that it has none: try again until there is one. */
  broken() {
    this.lost();
    this.source?.close();
    clearTimeout(this.again);
    this.again = setTimeout(() => this.findOut(), AGAIN_MS);
  }

  /** The stream broke: is the session over, or the network away? */
  async findOut() {
    try {
      this.take(await get("/v1/me", { signal: AbortSignal.timeout(PATIENCE_MS) }));
    } catch (problem) {
      if (problem.status === 401 || problem.status === 403) {
        this.status = { state: "left", since: this.heard || this.status.since };
        return this.speak();
      }
    }
    return this.reconnect();
  }

  hear() {
    const before = this.status.state;
    this.heard = Date.now();
    this.status = { state: "live", since: this.heard };
    if (before !== "live") {
      this.send();
      this.speak();
    }
  }

  /** Take a state, unless what is shown is of a later record: messages may overtake each other. */
  take(view) {
    const held = this.view;
    const same = held && held.member_id === view.member_id && held.jurisdiction === view.jurisdiction;
    const life = same ? lifeOf(view) - lifeOf(held) : 0;
    if (same && (life < 0 || (life === 0 && view.seq < held.seq))) return this.hear();
    // What went through before the copy was put back is not known to be so now: it can be said again.
    if (life > 0) this.forgetSent();
    const changed = !same || JSON.stringify(held.assignment) !== JSON.stringify(view.assignment);
    this.view = view;
    setClock(view);
    this.hear();
    taps.remember("view", { view, heard: this.heard });
    const told = view.newest_notice && view.newest_notice !== this.notices?.[0]?.effect_id;
    if (changed || told || this.notices === null) this.readNotices();
    if (view.rehearsal) post(`/v1/me/rehearsals/${view.rehearsal.rehearsal_id}`).catch(() => null);
    return this.speak();
  }

  async readNotices() {
    try {
      const { notices, names } = await get("/v1/me/notices?limit=20");
      this.notices = notices.map((it) => ({ ...it, names }));
      await taps.remember("notices", this.notices);
      this.speak();
    } catch {
      // Those known are shown, with the rest of the picture said to be old.
    }
  }

  async readTaps() {
    const found = await taps.all(),
      ids = new Set(found.map((it) => it.signal_id));
    // One that is on its way to the disk is not forgotten meanwhile.
    this.kept = [...found, ...this.kept.filter((it) => it.fate === "saving" && !ids.has(it.signal_id))];
    this.speak();
  }

  async forgetSent() {
    await taps.forgetSent();
    await this.readTaps();
  }

  /** Taps that are not through yet. */
  waiting() {
    return this.kept.filter((tap) => tap.fate === "kept");
  }

  /**
   * Say something: kept on the phone first, then sent. The same thing said again before the answer
   * is the same signal.
   * @param {string} key What it answers, so that two taps are one.
   * @param {{type: string, [field: string]: any}} fields
   */
  async say(key, fields) {
    const known = this.kept.find(
      (tap) =>
        tap.key === key && (tap.fate === "saving" || tap.fate === "kept" || (tap.fate === "sent" && stands(tap))),
    );
    if (known === undefined) {
      const at = Math.floor(now());
      const signal = { signal_id: ulid(at), jurisdiction: this.view.jurisdiction, occurred_at: at, ...fields };
      const turn = 1 + Math.max(0, ...this.kept.map((it) => it.turn));
      const tap = { signal_id: signal.signal_id, key, signal, tapped_at: at, turn, fate: "saving" };
      this.kept.push(tap); // before anything waits: a second tap must find it
      this.speak();
      // "Kept" is said once it is so.
      await taps.keep({ ...tap, fate: "kept" });
      tap.fate = "kept";
      this.speak();
    }
    await this.send();
  }

  async send() {
    const through = await taps.sendAll();
    await this.readTaps();
    if (through) return;
    // The page may be closed before the network is back: then the worker sends.
    /** @type {any} its `sync` is not in every browser */
    const registration = await navigator.serviceWorker?.getRegistration("/me");
    await registration?.sync?.register("taps").catch(() => null);
  }
}
