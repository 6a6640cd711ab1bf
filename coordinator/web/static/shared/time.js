// The coordinator's clock: a drill runs at 60×, so this computer's own clock is never shown.
import { useEffect, useState } from "/static/shared/ui.js";
import { get } from "/static/shared/api.js";
import { tellTroubles } from "/static/shared/troubles.js";
import { language } from "/static/shared/words.js";

const TELL_MS = 20_000;
const SLEPT_MS = 5_000;
let told = { at: Date.now(), speed: 1, heard: performance.now(), wall: Date.now() };

/** Milliseconds since the time was told. While a computer sleeps one of its two clocks may stand still. */
function since() {
  const ran = performance.now() - told.heard,
    wall = Date.now() - told.wall;
  return wall - ran > SLEPT_MS ? wall : ran;
}

/** Return the coordinator's time, UTC milliseconds. */
export const now = () => told.at + since() * told.speed;

/** Return what the coordinator's clock showed when this computer's own showed `ownMs`. */
export const coordinatorTime = (ownMs) => told.at + (ownMs - told.wall) * told.speed;

/** Take the time from an answer that says it. @param {{now: number, speed?: number}} answer */
export function setClock({ now: at, speed }) {
  if (at) told = { at, speed: speed ?? 1, heard: performance.now(), wall: Date.now() };
}

/** Ask for the time now and then; call once per page. */
export function keepTime() {
  // Not well is no reason not to know what time it is.
  const heard = (answer) => {
    setClock(answer);
    if (answer.troubles) tellTroubles(answer.troubles);
  };
  const tell = () => get("/health").then(heard, (problem) => heard(problem.document || {}));
  tell();
  setInterval(tell, TELL_MS);
}

const SPANS = {
  en: { day: " d ", hours: " h", hour: " h ", min: "", minutes: " min", s: " s" },
  zh: { day: "天", hours: "小时", hour: "小时", min: "分", minutes: "分钟", s: "秒" },
};

/** Return a length of time in words short enough for a table: "12 min", "1 h 05", "3 d 04 h"; "1小时05分". */
export function span(ms) {
  const minutes = Math.floor(Math.abs(ms) / 60_000),
    hours = Math.floor(minutes / 60),
    unit = SPANS[language()];
  const two = (it) => String(it).padStart(2, "0");
  if (hours >= 48) return `${Math.floor(hours / 24)}${unit.day}${two(hours % 24)}${unit.hours}`;
  if (hours) return `${hours}${unit.hour}${two(minutes % 60)}${unit.min}`;
  if (minutes || Math.abs(ms) < 1_000) return `${minutes}${unit.minutes}`;
  return `${Math.floor(Math.abs(ms) / 1_000)}${unit.s}`;
}

const forms = new Map();
function formed(ms, name, options) {
  if (ms === null || ms === undefined) return "–";
  const key = `${language()} ${name}`;
  if (!forms.has(key)) {
    const place = language() === "zh" ? "zh-CN" : "en-GB";
    forms.set(key, new Intl.DateTimeFormat(place, options));
  }
  return forms.get(key).format(ms);
}

/** Return "14:05:09". */
export const clock = (ms) =>
  formed(ms, "clock", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
/** Return "14:05". */
export const minute = (ms) => formed(ms, "minute", { hour: "2-digit", minute: "2-digit", hour12: false });
/** Return the day and "14:05". */
export const date = (ms) =>
  formed(ms, "date", { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit", hour12: false });

/** Return the day alone. */
export const day = (ms) => formed(ms, "day", { day: "2-digit", month: "short" });

/** Draw a component anew every `everyMs` and return the coordinator's time. */
export function useNow(everyMs = 1_000) {
  const [at, setAt] = useState(now());
  useEffect(() => {
    const ticking = setInterval(() => setAt(now()), everyMs);
    return () => clearInterval(ticking);
  }, [everyMs]);
  return at;
}
