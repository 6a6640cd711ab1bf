// Promise clocks: which one runs out first, and how it stands now.
import { html } from "/static/shared/ui.js";
import { clock, date, span } from "/static/shared/time.js";
import { code, t } from "/static/shared/words.js";

/** Less than this and it is soon. */
export const SOON_MS = 15 * 60_000;
const SIGNS = { alarm: "▲", soon: "◆", calm: "●", done: "✓" };
const ENDED = new Set(["restored", "closed", "reviewed", "merged"]);

/** Return the promise of an incident that runs out first and is not met. */
export function nextPromise(incident) {
  let best = null;
  for (const [name, promise] of Object.entries(incident.promises)) {
    if (promise.met_at === null && (best === null || promise.due_at < best.due_at)) best = { name, ...promise };
  }
  return best;
}

/** Return how a moment stands: "alarm" when it is past, "soon", "calm". */
export const standing = (dueAt, at) => (dueAt <= at ? "alarm" : dueAt - at < SOON_MS ? "soon" : "calm");

/** Return how an incident stands now. @returns {"alarm" | "soon" | "calm" | "done"} */
export function urgencyOf(incident, at) {
  if (ENDED.has(incident.phase)) return "done";
  const promise = nextPromise(incident);
  return promise === null ? "calm" : standing(promise.due_at, at);
}

/** A sign that is told by its shape; the words beside it say the same. */
export const Sign = ({ of }) => html`<span class=${`sign ${of}`} aria-hidden="true">${SIGNS[of]}</span>`;

/** Time left or overdue, with its sign. @param {{dueAt: number, at: number, label?: string}} props */
export function Countdown({ dueAt, at, label }) {
  const state = standing(dueAt, at);
  const text = t(state === "alarm" ? "promise_late" : "promise_left", { span: span(dueAt - at) });
  return html`<time class=${`countdown ${state}`} title=${date(dueAt)}><${Sign} of=${state} /> ${label ? `${label} ` : ""}${text}</time>`;
}

/** The clock of an incident's next promise. */
export function PromiseClock({ incident, at }) {
  if (ENDED.has(incident.phase)) return html`<span class="done"><${Sign} of="done" /> ${code("phase", incident.phase)}</span>`;
  const promise = nextPromise(incident);
  if (promise === null) return html`<span class="quiet">–</span>`;
  return html`<${Countdown} dueAt=${promise.due_at} at=${at} label=${code("promise", promise.name)} />`;
}

/** All promises of an incident, met and running. @param {{incident: object, at: number, explain: (name: string) => any}} props */
export function Promises({ incident, at, explain }) {
  const entries = Object.entries(incident.promises);
  if (!entries.length) return html`<p class="quiet">${t("none")}</p>`;
  return html`<ul class="promises">${entries.map(([name, it]) => html`<li key=${name}>
    <div class="row"><span class="grow"><b>${code("promise", name)}</b> <span class="quiet small">${t("due")} ${date(it.due_at)}</span></span>
      ${it.met_at !== null
        ? html`<span class=${it.broken ? "alarm" : "done"}><${Sign} of=${it.broken ? "alarm" : "done"} /> ${t(it.broken ? "met_late" : "met_at", { when: clock(it.met_at) })}</span>`
        : html`<${Countdown} dueAt=${it.due_at} at=${at} />`}
      ${it.met_at === null && !it.explained && explain(name)}</div>
    ${it.explained && html`<p class="quiet small">${it.explained}</p>`}</li>`)}</ul>`;
}
