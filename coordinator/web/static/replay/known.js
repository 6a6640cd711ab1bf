// Who knew what when: when each thing happened, when the control room had it on record, and when
// each person who was told had seen it. Only what was known by the moment of the clock.
import { html } from "/static/shared/ui.js";
import { useNames } from "/static/shared/names.js";
import { clock as hms, span } from "/static/shared/time.js";
import { code, t, useLanguage } from "/static/shared/words.js";
import { whoOf } from "/static/replay/records.js";

const ANSWERS = {
  assignment_acknowledged: "seen",
  assignment_accepted: "answered",
  assignment_declined: "answered",
  assignment_expired: "answered",
};
const HAPPENED = ["happened_at", "started_at"];
const SHOWN_MAX = 300;

/** Return, for each call, who was told when, saw it when and answered when and how. */
export function callsOf(story) {
  const calls = new Map();
  for (const record of story) {
    for (const event of record.events) {
      const id = event.assignment_id;
      if (event.type === "assignment_offered")
        calls.set(id, {
          member_id: event.member_id,
          role: event.role,
          told: record.at,
          seen: null,
          answered: null,
          how: null,
        });
      const call = calls.get(id),
        stage = ANSWERS[event.type];
      if (!call || !stage) continue;
      call[stage] ??= event.happened_at ?? record.at;
      if (stage === "answered") call.how = event.type;
    }
  }
  return [...calls.values()];
}

/** Return the facts that were on record later than they happened, or say when they happened. */
export function heardOf(story) {
  const found = [];
  for (const record of story) {
    for (const event of record.events) {
      const at = HAPPENED.map((name) => event[name]).find((it) => typeof it === "number");
      if (at !== undefined)
        found.push({ seq: record.seq, type: event.type, happened: at, recorded: record.at, record });
    }
  }
  return found.slice(-SHOWN_MAX);
}

const gap = (from, to) =>
  from === null || to === null || to - from < 1_000
    ? ""
    : html` <span class=${to - from > 60_000 ? "soon" : "quiet"}>+${span(to - from)}</span>`;

/**
 * @param {{clock: object, story: object[] | null, reading: boolean}} props `reading`: one is followed, and not yet
 *   read.
 */
export function WhoKnew({ clock, story, reading }) {
  useLanguage();
  const nameOf = useNames();
  if (story === null) return html`<p class="quiet" role="status">${t(reading ? "reading" : "pick_first")}</p>`;
  const known = story.filter((it) => it.seq <= clock.frame.seq);
  const calls = callsOf(known),
    heard = heardOf(known);
  return html`<div class="known">
    <h2>${t("control_room_knew")}</h2>
    <table class="table small">
      <thead><tr><th scope="col">${t("what")}</th><th scope="col">${t("happened")}</th>
      <th scope="col">${t("on_record")}</th><th scope="col">${t("from_whom")}</th></tr></thead>
      <tbody>${heard.map(
        ({ seq, type, happened, recorded, record }) => html`<tr key=${`${seq}/${type}`}>
        <td><button type="button" class="button link" onClick=${() => clock.go(seq)}>${code("event", type)}</button>
          </td>
        <td>${hms(happened)}</td><td>${hms(recorded)}${gap(happened, recorded)}</td><td>${whoOf(record, nameOf)}</td>
          </tr>`,
      )}</tbody></table>
    ${!heard.length && html`<p class="quiet">${t("none")}</p>`}
    <h2>${t("people_knew")}</h2>
    <table class="table small">
      <thead><tr><th scope="col">${t("who")}</th><th scope="col">${t("called")}</th><th scope="col">${t("seen")}</th>
      <th scope="col">${t("answered")}</th></tr></thead>
      <tbody>${calls.map(
        (it) => html`<tr><td>${nameOf(it.member_id)}<br /><span class="quiet">${code("role", it.role)}</span></td>
        <td>${hms(it.told)}</td><td>${hms(it.seen)}${gap(it.told, it.seen)}</td>
        <td>${it.how ? html`${hms(it.answered)}${gap(it.told, it.answered)}<br />${code("event", it.how)}` : "–"}</td>
          </tr>`,
      )}</tbody></table>
    ${!calls.length && html`<p class="quiet">${t("none")}</p>`}</div>`;
}
