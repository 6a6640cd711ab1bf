// The one clock of the page: a moment, and the boards as then. It plays, steps and is dragged; every
// view follows it. While it is dragged nothing is asked for; what is asked for in vain is called off.
const TICK_MS = 100;
const SETTLE_MS = 140;
const AHEAD = [120, 320];
const NEAR = 40;
export const SPEEDS = [1, 10, 60, 600];

export class ReplayClock {
  #watchers = new Set();
  /** @type {AbortController | null} */
  #asking = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticking;
  #ticked = 0;

  /** @param {import("./past.js").Past} past @param {{first: object, last: object}} extent */
  constructor(past, extent) {
    this.past = past;
    this.first = extent.first;
    this.last = extent.last;
    /** The moment that is looked at, and the frame shown: the same once it is there. */
    this.at = extent.last.at;
    this.frame = null;
    this.playing = false;
    this.speed = 60;
    this.busy = false;
    this.problem = null;
  }

  /** Call `watcher({frame})` on each change; `frame` says whether the boards changed, too. */
  watch(watcher) {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #tell(frame) {
    for (const watcher of this.#watchers) watcher({ frame });
  }

  #show(frame, at) {
    const moved = frame !== this.frame;
    this.frame = frame;
    this.at = at;
    this.busy = false;
    this.problem = null;
    this.#tell(moved);
  }

  #callOff() {
    clearTimeout(this.#settling);
    this.#asking?.abort();
    this.#asking = null;
  }

  /** Look at a moment, as a finger on the bar does: shown at once if it is held here, else soon. */
  drag(at) {
    this.pause();
    this.#callOff();
    const wanted = Math.min(this.last.at, Math.max(this.first.at, at));
    const seq = this.frame && this.past.seqAt(wanted, this.frame.seq),
      held = seq === null ? null : this.past.near(seq);
    if (held) {
      this.#show(held, wanted);
      return;
    }
    this.at = wanted;
    this.busy = true;
    this.#tell(false);
    this.#settling = setTimeout(() => this.#fetch({ at: wanted }, wanted), SETTLE_MS);
  }

  /** Look at the moment a record was made. */
  go(seq) {
    this.pause();
    this.#callOff();
    const wanted = Math.min(this.last.seq, Math.max(0, seq)),
      held = this.past.near(wanted);
    if (held) {
      this.#show(held, held.at);
      return this.#around(wanted);
    }
    this.busy = true;
    this.#tell(false);
    return this.#fetch({ seq: wanted });
  }

  /** Look at a moment and wait until it is shown. */
  look(at) {
    this.pause();
    this.#callOff();
    return this.#fetch({ at }, at);
  }

  async #fetch(asked, at) {
    const asking = new AbortController();
    this.#asking = asking;
    try {
      const frame = await this.past.moment(asked, { signal: asking.signal });
      if (this.#asking !== asking) return;
      this.#show(frame, at ?? frame.at);
      await this.#around(frame.seq);
    } catch (problem) {
      if (this.#asking !== asking || problem.name === "AbortError") return;
      this.busy = false;
      this.problem = problem;
      this.#tell(false);
    }
  }

  /** Have what was said before and after, for the list of records and the next step. */
  async #around(seq) {
    await Promise.allSettled([this.past.load(seq - NEAR), this.past.load(Math.min(this.last.seq, seq + NEAR))]);
    if (this.frame?.seq === seq && !this.playing) this.#tell(true);
  }

  /** One record on or back. */
  step(by) {
    return this.frame ? this.go(this.frame.seq + by) : Promise.resolve();
  }

  /** The next (or the last) decision, or one of `marks`, of a subject or of all. */
  async jump({ back = false, marks = [], subject = null }) {
    if (!this.frame) return;
    const asked = { seq: this.frame.seq, back, marks: marks.join(), subject };
    try {
      const { seq } = await this.past.ask("jump", asked);
      if (seq !== null) await this.go(seq);
    } catch (problem) {
      this.problem = problem;
      this.#tell(false);
    }
  }

  setSpeed(speed) {
    this.speed = speed;
    this.#tell(false);
  }

  /** The log went on while it was looked at: there is more to go to. */
  grow(last) {
    if (last.seq <= this.last.seq) return;
    this.last = last;
    this.#tell(false);
  }

  /** Play on; from `first` again where the end is reached. @param {number} [first] a seq */
  async play(first = this.first.seq) {
    if (this.playing || !this.frame) return;
    if (this.frame.seq >= this.last.seq) await this.go(first);
    if (this.playing) return;
    this.#callOff();
    this.playing = true;
    this.#ticked = performance.now();
    this.#ticking = setInterval(() => this.#tick(), TICK_MS);
    this.#tell(false);
  }

  pause() {
    if (!this.playing) return;
    clearInterval(this.#ticking);
    this.playing = false;
    this.#tell(false);
  }

  #tick() {
    const since = performance.now() - this.#ticked,
      { past } = this;
    this.#ticked = performance.now();
    const wanted = Math.min(this.last.at, this.at + since * this.speed);
    let seq = this.frame.seq,
      next;
    while ((next = past.record(seq + 1)) && next.at <= wanted) seq += 1;
    for (const far of AHEAD) {
      const ahead = Math.min(this.last.seq, seq + far);
      if (!past.record(ahead)) past.load(ahead).catch((problem) => this.#stopped(problem));
    }
    // Without the next record nobody knows whether it comes before this moment: the clock waits.
    const known = next !== undefined || seq >= this.last.seq;
    if (!known) past.load(seq + 1).catch((problem) => this.#stopped(problem));
    const frame = past.further(this.frame, seq);
    this.#show(frame, known ? wanted : frame.at);
    if (wanted >= this.last.at && frame.seq >= this.last.seq) this.pause();
  }

  #stopped(problem) {
    if (problem.name === "AbortError") return;
    this.pause();
    this.problem = problem;
    this.#tell(false);
  }

  close() {
    this.#callOff();
    clearInterval(this.#ticking);
    this.#watchers.clear();
  }
}
