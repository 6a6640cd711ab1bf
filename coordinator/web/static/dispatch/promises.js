// Promise clocks: which one runs out first, and how it stands now.
import { html } from "/static/shared/ui.js";
import { clock, date, span } from "/static/shared/time.js";
import { code, t } from "/static/shared/words.js";

/** Less than this and it is soon. */
export const SOON_MS = 15 * 60_000;
const SIGNS = { alarm: "▲", soon: "◆", calm: "●", done: "✓" };
const ENDED = new Set(["restored", "closed", "reviewed", "merged", "withdrawn"]);

/** Whether a promise's clock has stopped: it was met, in time or late, or power was back first. */
export const stopped = ({ met_at, lapsed_at }) => (met_at ?? lapsed_at ?? null) !== null;

/** Return the promise of an incident that runs out first and is not met. */
export function nextPromise(incident) {
  let best = null;
  for (const [name, promise] of Object.entries(incident.promises)) {
    if (!stopped(promise) && (best === null || promise.due_at < best.due_at)) best = { name, ...promise };
  }
  return best;
}

/** Return how a moment stands: "alarm" when it is past, "soon", "calm". */
export const standing = (dueAt, at) => (dueAt <= at ? "alarm" : dueAt - at < SOON_MS ? "soon" : "calm");

/** Return how an incident stands now. @returns {"alarm" | "soon" | "calm" | "done"} */
export function urgencyOf(incident, at) {
  if (ENDED.has(incident.phase)) return incident.at_work ? "alarm" : "done";
  if (incident.left_alone) return "alarm";
  const promise = nextPromise(incident);
  return promise === null ? "calm" : standing(promise.due_at, at);
}

/** A sign that is told by its shape; the words beside it say the same. */
export const Sign = ({ of }) => html`<span class=${`sign ${of}`} aria-hidden="true">${SIGNS[of]}</span>`;

/** Time left or overdue, with its sign. @param {{dueAt: number, at: number, label?: string}} props */
export function Countdown({ dueAt, at, label }) {
  const state = standing(dueAt, at);
  const text = t(state === "alarm" ? "promise_late" : "promise_left", { span: span(dueAt - at) });
  return html`<time class=${`countdown ${state}`} title=${date(dueAt)}>
    <${Sign} of=${state} /> ${label ? `${label} ` : ""}${text}</time>`;
}

/** What an incident stands at: said to be seen to only where somebody sees to it. @param {any} row */
export const phaseOf = (row) => code("phase", row.left_alone ? "left_alone" : row.phase);

/** The clock of an incident's next promise. */
export function PromiseClock({ incident, at }) {
  if (ENDED.has(incident.phase) && incident.at_work)
    return html`<span class="alarm"><${Sign} of="alarm" /> ${code("phase", incident.phase)} · ${t("on_the_line")}
      </span>`;
  if (ENDED.has(incident.phase))
    return html`<span class="done"><${Sign} of="done" /> ${code("phase", incident.phase)}</span>`;
  const promise = nextPromise(incident);
  if (promise === null) return html`<span class="quiet">–</span>`;
  return html`<${Countdown} dueAt=${promise.due_at} at=${at} label=${code("promise", promise.name)} />`;
}

/** How a promise ended, or its clock while it runs. */
function Outcome({ promise, at }) {
  const { met_at, lapsed_at, broken, late_ms, due_at } = promise;
  if (!stopped(promise)) return html`<${Countdown} dueAt=${due_at} at=${at} />`;
  const word = met_at === null ? (broken ? "lapsed_late" : "lapsed_at") : broken ? "met_late" : "met_at";
  const text = t(word, { when: clock(met_at ?? lapsed_at), span: span(late_ms ?? 0) });
  return html`<span class=${broken ? "alarm" : "done"}><${Sign} of=${broken ? "alarm" : "done"} /> ${text}</span>`;
}

/**
 * All promises of an incident, met and running.
 * @param {{incident: any, at: number, explain: (name: string) => any}} props
 */
export function Promises({ incident, at, explain }) {
  const entries = Object.entries(incident.promises);
  if (!entries.length) return html`<p class="quiet">${t("none")}</p>`;
  return html`<ul class="promises">${entries.map(
    ([name, it]) => html`<li key=${name}>
    <div class="row">
      <span class="grow">
      <b>${code("promise", name)}</b> <span class="quiet small">${t("due")} ${date(it.due_at)}</span></span>
      <${Outcome} promise=${it} at=${at} />
      ${(it.broken || !stopped(it)) && !it.explained && explain(name)}</div>
    ${it.explained && html`<p class="quiet small">${it.explained}</p>`}</li>`,
  )}</ul>`;
}
