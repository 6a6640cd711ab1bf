// The call-out as a person on a ladder wants it: by when, where, what, with whom, with which gear.
import { html, useEffect } from "/static/shared/ui.js";
import { say } from "/static/shared/said.js";
import { clock, minute, span, useNow } from "/static/shared/time.js";
import { code, listed, named, t } from "/static/shared/words.js";
import { Slide } from "/static/oncall/slide.js";
import { Ticket } from "/static/oncall/ticket.js";

const SOON_MS = 10 * 60_000;

/** How long is left, by sign, colour and word. @param {{due: number, label: string}} props */
export function Deadline({ due, label }) {
  const left = due - useNow(1_000);
  const kind = left < 0 ? "alarm" : left < SOON_MS ? "soon" : "calm";
  const sign = { alarm: "▲", soon: "◆", calm: "●" }[kind];
  return html`<div class=${`deadline ${kind}`}><span class="quiet small">${label}</span>
    <strong><time>${minute(due)}</time></strong>
    <span><span aria-hidden="true">${sign} </span>${t(left < 0 ? "me_over" : "me_left", { span: span(left) })}</span>
      </div>`;
}

/** A place as coordinates and as a way into the phone's maps. @param {{label: string, at: [number, number]}} props */
export function Place({ label, at }) {
  if (!at) return null;
  const [lon, lat] = at;
  const text = `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
  return html`<div class="place"><span class="quiet small">${label}</span> <span class="coordinates">${text}</span>
    <a class="button button-tall" href=${`geo:${lat},${lon}?q=${lat},${lon}`}>${t("me_open_map")}</a></div>`;
}

function Section({ title, children }) {
  return html`<section class="fact"><h3 class="quiet small">${title}</h3>${children}</section>`;
}

function what({ task, operation, site, kind, grade, urgency, cause, customers_out: out, device, circuit }) {
  return [
    task,
    operation,
    site,
    kind && code("kind", kind),
    grade && grade !== "fault" ? `${t("grade")} ${code("grade", grade)}` : urgency && code("urgency", urgency),
    cause && named(t("me_cause"), cause),
    out && t("me_customers", { count: out }),
    device && t("me_device", { code: device }),
    circuit && t("me_circuit", { code: circuit }),
  ].filter(Boolean);
}

/** Weather, alerts: what may hurt there beside what was reported of the place itself, in words. */
function hazards({ weather, alerts }) {
  const found = alerts.map((it) => `${code("hazard", it.hazard)} · ${code("colour", it.colour)}`);
  for (const [name, value] of Object.entries(weather)) {
    if (value) found.push(t(`weather_${name}`, { value }));
  }
  return found;
}

/** Who of a unit is on scene, this member by their own word among them. */
const onScene = (assignment, status) => [
  ...(status === "on_scene" ? [assignment.member_id] : []),
  ...assignment.people.filter((it) => it.status === "on_scene").map((it) => it.member_id),
];

/**
 * One call-out.
 * @param {{assignment: object, status: string, names: Record<string, string>,
 *   onTicket: (key: string, signal: object) => void}} props `status` by the
 *   member's own word, which may be ahead of the coordinator's; `onTicket` says a step of a work ticket.
 */
export function Assignment({ assignment, status, names, onTicket }) {
  const waits = status === "offered" || status === "acknowledged";
  const risks = hazards(assignment);
  return html`<article class="panel call" aria-label=${t("me_called_as", { role: code("role", assignment.role) })}>
    ${assignment.realm === "exercise" && html`<p class="realm call-realm">${t("exercise_mark")}</p>`}
    <div class="row"><h2 class="grow">${t("me_called_as", { role: code("role", assignment.role) })}</h2>
      <span class="badge" data-status=${status}>${code("assignment", status)}</span></div>
    ${
      waits &&
      assignment.straight_back &&
      html`<p class="soon" data-test="straight-back"><span aria-hidden="true">◆ </span>${t("me_straight_back")}</p>`
    }
    <div class="deadlines">${waits && html`<${Deadline} due=${assignment.answer_by} label=${t("me_answer_by")} />`}
      ${status !== "on_scene" && html`<${Deadline} due=${assignment.arrive_by} label=${t("me_arrive_by")} />`}</div>
    <${Section} title=${t("me_what")}><p class="large" data-test="what">${what(assignment).join(" · ")}</p>
      ${assignment.reason && html`<p data-test="reason">${say(assignment.reason)}</p>`}
      ${assignment.text && html`<p data-test="said">${assignment.text}</p>`}<//>
    <${Section} title=${t("me_where")}>
      <${Place} label=${t("me_muster")} at=${assignment.muster_point} />
      ${
        String(assignment.place) !== String(assignment.muster_point) &&
        html`<${Place} label=${t("me_site")} at=${assignment.place} />`
      }
      ${assignment.address && html`<p data-test="address">${assignment.address}</p>`}
      ${assignment.access && html`<p data-test="access">${named(t("me_access"), assignment.access)}</p>`}<//>
    <${Section} title=${t("me_hazards")}>
      ${
        assignment.injury_risk &&
        html`<p class="alarm" data-test="injury-risk"><span aria-hidden="true">▲ </span>${t("me_injury_risk")}</p>`
      }${
        risks.length
          ? html`<ul>${risks.map((it) => html`<li class="soon"><span aria-hidden="true">◆ </span>${it}</li>`)}</ul>`
          : !assignment.injury_risk && html`<p class="quiet">${t("me_no_hazard")}</p>`
      }<//>
    ${
      assignment.tickets.length > 0 &&
      html`<${Section} title=${t("me_work")}><ul class="stack">
      ${assignment.tickets.map(
        (ticket) => html`<${Ticket} key=${ticket.ticket_id} ticket=${ticket} me=${assignment.member_id}
        there=${status === "on_scene"} people=${onScene(assignment, status)} names=${names} onSay=${onTicket} />`,
      )}</ul><//>`
    }
    <${Section} title=${t("me_with")}>${
      assignment.people.length
        ? html`<ul>${assignment.people.map(
            (it) => html`<li class="row" key=${it.member_id}><span class="grow">${names[it.member_id] || it.member_id}
          <span class="quiet"> · ${code("role", it.role)}</span></span>
            <span class="badge">${code("assignment", it.status)}</span></li>`,
          )}</ul>`
        : html`<p class="quiet">${t("me_alone")}</p>`
    }<//>
    <${Section} title=${t("me_gear")}>${
      assignment.resources.length
        ? html`<ul class="row">
          ${assignment.resources.map(
            (it) => html`<li class="chip" key=${it.resource_id}>${code("vehicle", it.kind)}</li>`,
          )}</ul>`
        : html`<p class="quiet">${t("me_no_gear")}</p>`
    }<//>
  </article>`;
}

/**
 * Supply is said to be back where this member is at work, or answers for who is: stands until the work has ended.
 * @param {{alarm: {since: number, tell: string[]}, names: Record<string, string>}} props
 */
export function SupplyBack({ alarm, names }) {
  useEffect(() => {
    navigator.vibrate?.([400, 200, 400, 200, 400]);
  }, [alarm.since]);
  const who = listed(alarm.tell.map((id) => names[id] || id));
  return html`<section class="card alarm supply-back" role="alert" data-alarm="supply-back">
    <h2><span aria-hidden="true">▲ </span>${t("me_supply_back")}</h2>
    <p class="large">${t("me_supply_back_do")} ${who ? t("me_supply_back_tell", { who }) : t("me_supply_back_lead")}</p>
    <p class="small">${t("me_supply_back_since", { when: clock(alarm.since) })}</p></section>`;
}

/** A roll call that waits for this member. */
export function RollCall({ call, answered, onAnswer }) {
  if (answered) return html`<section class="card roll"><h2>✓ ${t("roll_answer")}</h2></section>`;
  return html`<section class="card alarm roll" role="alert">
    <h2><span aria-hidden="true">▲ </span>${t("roll_title")}</h2>
    <p>${call.missed ? t("roll_missed") : t("roll_by", { when: clock(call.due_at) })}</p>
    <${Slide} type="answer_roll" what=${t("roll_answer")} onSay=${onAnswer} /></section>`;
}
