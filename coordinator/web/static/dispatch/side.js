// The right side of the desk: what needs a hand now, and the boards that are watched all the time.
import { html } from "/static/shared/ui.js";
import { useNames } from "/static/shared/names.js";
import { plainly } from "/static/shared/plain.js";
import { session } from "/static/shared/session.js";
import { clock, date, span, useNow } from "/static/shared/time.js";
import { code, counted, listed, t } from "/static/shared/words.js";
import { Act } from "/static/dispatch/actions.js";
import { branchesDue, row, rows, useBoardsEvery } from "/static/dispatch/boards.js";
import { openDialog, openIncident, useDesk } from "/static/dispatch/desk.js";
import { Missing } from "/static/dispatch/missing.js";
import { nextStep } from "/static/dispatch/next_step.js";
import { Empty, More, Panel, SHOWN } from "/static/dispatch/panel.js";
import { Notice, noticesHere } from "/static/dispatch/notices.js";
import { Countdown, Sign, standing } from "/static/dispatch/promises.js";
import { say } from "/static/shared/said.js";
import { wordsOf } from "/static/dispatch/who.js";

/** A ladder that tells only the member or the captain yet is not the desk's to take on. */
const DESKS = new Set(["dispatcher", "commander", "province", "neighbour"]);

const here = (board, place) => [...rows(board).values()].filter((it) => !place || it.jurisdiction === place);

/** Before all else: calls for help, people on a line that is said to be live, then who is missing. */
const SUPPLY_BACK = "supply_back_with_people_on_line",
  MISSING = "roll_call_missed",
  OUTRANKS = { help_called: 0, [SUPPLY_BACK]: 1, [MISSING]: 2 };

/** Return what needs a hand of the desk now, the gravest first. */
export function needsAHand(place) {
  const alarms = here("alarms", place),
    calls = new Set(alarms.filter((it) => it.kind === "help_called").map((it) => it.alarm_id));
  // While somebody is being called about it, that card says so and can be taken on.
  const climbing = new Set(alarms.filter((it) => it.kind === SUPPLY_BACK && it.step !== null).map((it) => it.about));
  return alarms
    .filter((it) => !calls.has(it.about) && !climbing.has(it.alarm_id) && (it.step === null || DESKS.has(it.told)))
    .sort(
      (a, b) =>
        (OUTRANKS[a.kind] ?? 9) - (OUTRANKS[b.kind] ?? 9) ||
        (a.paused_by ? 1 : 0) - (b.paused_by ? 1 : 0) ||
        a.since - b.since,
    );
}

function Alarm({ it, at, nameOf }) {
  const help = it.kind === "help_called" && it.step === null,
    preset = { jurisdiction: it.jurisdiction };
  return html`<li class=${`card ${it.paused_by ? "" : "alarm"}`} data-alarm=${it.kind}>
    <div class="row"><b class="grow">${it.paused_by ? "" : "▲ "}${code("alarm", it.kind)}</b>
    <span class="quiet small">${span(at - it.since)}</span></div>
    <p>${say(it.text, (id) => (id.startsWith("mem_") ? nameOf(id) : wordsOf(id)))}</p>
    <p class="quiet small">
      ${it.jurisdiction}${it.told ? ` · ${t("told", { who: code("recipient", it.told) })}` : ""}${
        it.paused_by ? ` · ${t("taken_by", { who: nameOf(it.paused_by) })}` : ""
      }
      ${nextStep(it)}</p>
    ${it.kind === MISSING && html`<${Missing} it=${it} preset=${preset} nameOf=${nameOf} />`}
    <div class="toolbar">
      ${
        it.incident_id &&
        row("open_incidents", it.incident_id) &&
        html`<button class="button" onClick=${() => openIncident(it.incident_id)}>${t("open")}</button>`
      }
      ${
        help
          ? html`<${Act} type="resolve_help" preset=${{ ...preset, help_call_id: it.alarm_id }} look="button-main" />`
          : it.step !== null &&
            html`<${Act} type="acknowledge_escalation" look=${it.paused_by ? "" : "button-main"}
              preset=${{ ...preset, escalation_id: it.alarm_id, taken_from: it.paused_by ?? undefined }} />
            <${Act} type="escalate_to" preset=${{ ...preset, escalation_id: it.alarm_id }} />`
      }</div></li>`;
}

function Attention({ place, at }) {
  const nameOf = useNames(),
    found = needsAHand(place),
    open = found.filter((it) => !it.paused_by).length;
  return html`<${Panel} word="needs_a_hand" count=${found.length} alarm=${open > 0}>
    <ul class="stack">
    ${found.slice(0, SHOWN).map((it) => html`<${Alarm} key=${it.id} it=${it} at=${at} nameOf=${nameOf} />`)}</ul>
    <${More} count=${found.length} /><${Empty} board="alarms" count=${found.length} word="all_well" /><//>`;
}

/** A site whose supply is said to stand, and which an outage touches: its next line may be its last. */
const isTouched = (it) => it.supply === "grid" && it.incident_ids.some((id) => row("open_incidents", id));
const supplyLook = (it) => (isTouched(it) ? "soon" : SUPPLY[it.supply]);
const SUPPLY = { none: "alarm", own: "soon", emergency: "soon", grid: "calm" };
function Sites({ place, at, adds }) {
  const isHit = (it) => it.guarded_by && it.incident_ids.some((id) => row("open_incidents", id));
  const found = here("critical_sites", place).sort(
    (a, b) =>
      (isHit(a) ? 0 : 1) - (isHit(b) ? 0 : 1) ||
      (a.supply === "none" ? 0 : 1) - (b.supply === "none" ? 0 : 1) ||
      (a.runs_out_at ?? Infinity) - (b.runs_out_at ?? Infinity) ||
      (a.name < b.name ? -1 : 1),
  );
  const bad = found.filter(
    (it) => it.supply === "none" || isHit(it) || (it.runs_out_at && standing(it.runs_out_at, at) === "alarm"),
  ).length;
  return html`<${Panel} word="critical_sites" count=${found.length} alarm=${bad > 0}
    add=${html`<${Act} type=${adds} preset=${{}} label="＋" />`}>
    <ul class="stack">${found.slice(0, SHOWN).map(
      (it) => html`<li class=${`card ${isHit(it) ? "alarm" : supplyLook(it) === "calm" ? "" : supplyLook(it)}`}
        key=${it.id} data-site=${it.key} data-hit=${isHit(it) ? "true" : undefined}>
      <div class="row"><b class="grow clip">${it.name}</b>
        <span><${Sign} of=${supplyLook(it)} /> ${code("supply", it.supply)}</span></div>
      <p class="quiet small">
        ${code("site", it.kind)} · ${code("customer", it.customer_class)} · ${it.jurisdiction}${
          it.guarded_by ? ` · ${t("guarded")}` : ""
        }</p>
      ${
        isTouched(it) &&
        html`<p class="soon" data-test="line-out">◆ ${
          it.lines_out.length ? t("lines_out", { out: listed(it.lines_out), count: it.lines }) : t("outage_touches")
        }</p>`
      }
      ${isHit(it) && html`<p class="alarm">▲ ${t("guarded_hit")}</p>`}
      ${it.runs_out_at && html`<p><${Countdown} dueAt=${it.runs_out_at} at=${at} label=${t("own_supply")} /></p>`}
      <div class="toolbar">${it.incident_ids
        .filter((id) => row("open_incidents", id))
        .slice(0, 2)
        .map((id) => html`<button class="button" key=${id} onClick=${() => openIncident(id)}>${t("open")}</button>`)}
        <${Act} type="site_supply_reported" preset=${{ jurisdiction: it.jurisdiction, site_id: it.key }} />
          <${Act} type="call_muster" preset=${{ jurisdiction: it.jurisdiction, site_id: it.key }} form /></div></li>`,
    )}</ul>
    <${More} count=${found.length} /><${Empty} board="critical_sites" count=${found.length} word="no_sites" /><//>`;
}

function Guards({ place, at, adds }) {
  const found = here("guarded_operations", place).sort(
    (a, b) => (a.next_due_at ?? Infinity) - (b.next_due_at ?? Infinity),
  );
  const late = found.filter((it) => it.next_due_at !== null && it.next_due_at <= at).length;
  return html`<${Panel} word="guarded_operations" count=${found.length} alarm=${late > 0}
    add=${html`<${Act} type=${adds} preset=${{}} label="＋" />`}>
    <ul class="stack">${found.map(
      (
        it,
      ) => html`<li class=${`card ${it.sites.some((one) => one.interrupted_at !== null) ? "alarm" : ""}`} key=${it.id}
        data-operation=${it.key}>
        <div class="row"><b class="grow clip">${it.name}</b>
        <span class="small">${code("level", it.level)} · ${code("phase", it.phase)}</span></div>
      <p class="quiet small">
        ${t("sites_and_guards", {
          sites: it.sites.length,
          guards: new Set(it.sites.flatMap((one) => one.guards.flatMap((guard) => guard.member_ids))).size,
        })}${it.missed ? html` · <span class="alarm">▲ ${t("missed_count", { count: it.missed })}</span>` : ""}${
          it.gaps.length ? html` · <span class="soon">◆ ${t("gaps_count", { count: it.gaps.length })}</span>` : ""
        }</p>
      ${
        it.next_due_at !== null
          ? html`<p><${Countdown} dueAt=${it.next_due_at} at=${at} label=${t("next_due")} /></p>`
          : html`<p><${Countdown} dueAt=${it.phase === "preparing" ? it.guard_from : it.guard_until} at=${at}
        label=${t(it.phase === "preparing" ? "guard_begins" : "guard_ends")} /></p>`
      }
      <button class="button" data-test="run-operation" onClick=${() => openDialog("operation", { key: it.key })}>
        ${t("run_it")}</button></li>`,
    )}</ul><${Empty} board="guarded_operations" count=${found.length} word="no_operations" /><//>`;
}

function Branches({ place, adds }) {
  const nameOf = useNames(),
    found = here("temporary_branches", place);
  const due = branchesDue().filter((it) => !place || it.jurisdiction === place);
  return html`<${Panel} word="temporary_branches" count=${found.length}
    add=${html`<${Act} type=${adds} preset=${{}} label="＋" />`}>
    ${due.map(
      (it) =>
        html`<p class="card soon" key=${it.id}>
      ◆ ${t("branch_due")} · ${it.jurisdiction} <${Act} type="request_branch"
      preset=${{ jurisdiction: it.jurisdiction, unit_id: it.key }} /></p>`,
    )}
    <ul class="stack">${found.map(
      (it) => html`<li class=${`card ${it.stage === "requested" ? "soon" : ""}`} key=${it.id} data-branch=${it.key}>
        <div class="row"><b class="grow clip">${it.name}</b>
        <span class="small">${it.stage === "requested" ? "◆ " : ""}${code("stage", it.stage)}</span></div>
      <p class="quiet small">
        ${it.jurisdiction} · ${it.secretary ? `${t("secretary")} ${nameOf(it.secretary)} · ` : ""}${t("so_many", {
          count: it.members.filter((one) => one.left_at === null).length,
        })}</p>
      <button class="button" onClick=${() => openDialog("branch", { key: it.key })}>${t("run_it")}</button></li>`,
    )}</ul><${Empty} board="temporary_branches" count=${found.length + due.length} word="no_branches" /><//>`;
}

/** What either side may say at each stage of a talk about help. */
const AID_NEXT = {
  lending: {
    requested: ["answer_aid"],
    accepted: ["commit_aid", "withdraw_aid"],
    committed: ["call_aid_return"],
    arrived: ["call_aid_return"],
    released: ["record_aid_return"],
  },
  asking: {
    requested: ["withdraw_aid"],
    accepted: ["withdraw_aid"],
    committed: ["record_aid_arrival"],
    arrived: ["release_aid"],
    released: [],
  },
};
function Aid({ place, at, adds }) {
  const found = here("aid", place);
  return html`<${Panel} word="mutual_aid" count=${found.length}
    add=${html`<${Act} type=${adds} preset=${{}} label="＋" />`}>
    <ul class="stack">${found.map(
      (it) => html`<li class=${`card ${it.side === "lending" && it.stage === "requested" ? "soon" : ""}`} key=${it.id}
        data-aid=${it.key}>
        <div class="row"><b class="grow">${t(`aid_side_${it.side}`)} ${it.peer}</b>
        <span class="small">${code("aid", it.stage)}</span></div>
      <p class="small">
        ${counted(it.roles, "role")}${it.people.length ? ` · ${t("so_many", { count: it.people.length })}` : ""}</p>
      <p class="quiet small">
        ${it.jurisdiction} · ${say(it.reason, wordsOf)}${
          it.return_wanted ? html` · <span class="alarm">▲ ${t("return_wanted")}</span>` : ""
        }${it.unheard.length ? html` · <span class="soon">◆ ${t("unheard")}</span>` : ""}</p>
      ${
        it.arrives_at &&
        it.stage === "committed" &&
        html`<p><${Countdown} dueAt=${it.arrives_at} at=${at} label=${t("arrival")} /></p>`
      }
      <div class="toolbar">${(AID_NEXT[it.side][it.stage] || []).map((type) =>
        type === "commit_aid"
          ? html`<button class="button button-main" key=${type}
            onClick=${() => openDialog("crew", { key: it.key, place: it.jurisdiction })}>${t("signal_commit_aid")}
            </button>`
          : html`<${Act} key=${type} type=${type} preset=${{ jurisdiction: it.jurisdiction, aid_id: it.key }} form />`,
      )}
        ${
          it.incident_id &&
          row("open_incidents", it.incident_id) &&
          html`<button class="button" onClick=${() => openIncident(it.incident_id)}>${t("open")}</button>`
        }</div></li>`,
    )}</ul><${Empty} board="aid" count=${found.length} word="no_aid" /><//>`;
}

// A warning in force is known: it waits for nobody's hand, whatever its colour.
const COLOUR = { red: "soon", orange: "soon" };
function Alerts({ place, at }) {
  const found = here("disaster_alerts", place).sort((a, b) => a.expires_at - b.expires_at);
  return html`<${Panel} word="disaster_alerts" count=${found.length}
    add=${html`<button class="button" data-test="cap" onClick=${() => openDialog("cap")}>CAP</button>
    <${Act} type="weather_reported" preset=${{}} label=${t("weather")} />`}>
    <ul class="stack">${found.map(
      (it) => html`<li class=${`card ${COLOUR[it.colour] || ""}`} key=${it.id} data-alert=${it.key}>
        <div class="row"><b class="grow clip"><${Sign} of=${COLOUR[it.colour] || "calm"} /> ${it.event}</b>
        <span class="small">${code("colour", it.colour)}</span></div>
      <p class="quiet small">${it.jurisdiction} · ${it.area}</p>
        <p><${Countdown} dueAt=${it.expires_at} at=${at} label=${t("in_force")} /></p>
      <${Act} type="cancel_alert"
        preset=${{ jurisdiction: it.jurisdiction, sender: it.sender, identifier: it.identifier }} /></li>`,
    )}</ul><${Empty} board="disaster_alerts" count=${found.length} word="no_alerts" /><//>`;
}

function Whistles({ place, at, adds }) {
  const nameOf = useNames(),
    found = here("community_whistles", place).sort((a, b) => a.claim_by - b.claim_by);
  return html`<${Panel} word="community_whistles" count=${found.length}
    add=${html`<${Act} type=${adds} preset=${{}} label="＋" />`}>
    <ul class="stack">${found.map(
      (it) => html`<li class=${`card ${it.unanswered || it.needs_help ? "soon" : ""}`} key=${it.id}
        data-whistle=${it.key}>
        <div class="row"><b class="grow clip">${it.unanswered || it.needs_help ? "◆ " : ""}${it.community}</b>
        <span class="small">${code("service", it.service)}</span></div>
      <p>${it.text}</p>
        <p class="quiet small" title=${listed(it.claimed.map(nameOf))}>
        ${it.jurisdiction} · ${t("come_of_wanted", {
          come: it.claimed.length,
          wanted: it.wanted,
          there: it.there.length,
        })}</p>
      ${
        it.claimed.length < it.wanted &&
        html`<p><${Countdown} dueAt=${it.claim_by} at=${at} label=${t("claim_by")} /></p>`
      }
      ${it.needs_help && html`<p class="soon">◆ ${t("whistle_needs_help")}</p>`}
      <div class="toolbar">
        ${["claim_whistle", "report_in", "report_need", "finish_whistle"].map(
          (type) =>
            html`<${Act} key=${type} type=${type} preset=${{ jurisdiction: it.jurisdiction, whistle_id: it.key }} form
        />`,
        )}</div></li>`,
    )}</ul><${Empty} board="community_whistles" count=${found.length} word="no_whistles" /><//>`;
}

function Tasks({ place, at, adds }) {
  const found = here("tasks", place).sort((a, b) => a.next_due_at - b.next_due_at);
  return html`<${Panel} word="tasks" count=${found.length} alarm=${found.some((it) => it.next_due_at <= at)}
    add=${html`<${Act} type=${adds} preset=${{}} label="＋" form />`}>
    <ul class="stack">${found.slice(0, SHOWN).map(
      (it) => html`<li class=${`card ${it.deadline_missed ? "alarm" : ""}`} key=${it.id} data-task=${it.key}>
        <div class="row"><b class="grow clip">${it.name}</b><span class="small">
          ${`${code("aim", it.aim)} · ${t("task_done_pct", { percent: it.percent })}`}</span></div>
        <p><${Countdown} dueAt=${it.next_due_at} at=${at}
          label=${t(it.next_due_at === it.deadline_at ? "task_deadline" : "task_next_step")} /></p>
        ${
          it.ready_to_energise_at &&
          html`<p class="good small">✓ ${t("ready_to_energise", { when: clock(it.ready_to_energise_at) })}</p>`
        }
        <button class="button" onClick=${() => openDialog("task", { key: it.key })}>${t("run_it")}</button></li>`,
    )}</ul><${More} count=${found.length} /><${Empty} board="tasks" count=${found.length} word="no_tasks" /><//>`;
}

/** Work that is planned on circuits: who was told of its outage, and which guard is in its way. */
function PlannedWorks({ place, at, adds }) {
  const found = here("planned_works", place).sort((a, b) => a.starts_at - b.starts_at);
  return html`<${Panel} word="planned_works" count=${found.length}
    alarm=${found.some((it) => it.conflicts.length > 0 || it.notices_missed || it.overran)}
    add=${html`<${Act} type=${adds} preset=${{}} label="＋" form />`}>
    <ul class="stack">${found.slice(0, SHOWN).map((it) => {
      const one = { jurisdiction: it.jurisdiction, work_id: it.key },
        lacking = it.sites_lacking.length + (it.public_lacking ? 1 : 0);
      return html`<li class=${`card ${it.conflicts.length > 0 || it.overran ? "alarm" : ""}`} key=${it.id}
        data-planned=${it.key}>
        <div class="row"><b class="grow clip">${it.circuit}</b>
          <span class="small">${code("notice", it.notice)}</span></div>
        <p>${it.text}</p>
        <p class="quiet small">${it.jurisdiction} · ${date(it.starts_at)} – ${date(it.ends_at)}</p>
        ${it.overran && html`<p class="alarm">▲ ${t("work_overran")}</p>`}
        ${it.conflicts.map(
          (on) =>
            html`<p class="alarm" key=${on.operation_id + on.site_id}>▲ ${t("work_in_guard", {
              site: wordsOf(on.site_id),
            })}</p>`,
        )}
        ${
          lacking > 0 &&
          html`<p class=${it.notices_missed ? "alarm" : ""}><${Countdown}
            dueAt=${it.notices_due_at} at=${at} label=${t("notices_lacking", { count: lacking })} /></p>`
        }
        <div class="toolbar">
          ${it.public_lacking && html`<${Act} type="give_outage_notice" preset=${one} label=${t("public_told")} />`}
          ${
            it.sites_lacking.length > 0 &&
            html`<${Act} type="give_outage_notice" preset=${{ ...one, site_ids: it.sites_lacking }}
              label=${t("customers_told")} />`
          }
          <${Act} type="move_planned_work" preset=${one} form
            begin=${{ starts_at: it.starts_at, ends_at: it.ends_at }} />
          <${Act} type="cancel_planned_work" preset=${one} form /></div></li>`;
    })}</ul><${More} count=${found.length} />
    <${Empty} board="planned_works" count=${found.length} word="no_planned_works" /><//>`;
}

/**
 * A board without a script of its own.
 * @param {{panel: import("/static/shared/plain.js").Panel, place: string}} props
 */
function Plain({ panel, place }) {
  const nameOf = useNames(),
    found = here(panel.board, place),
    called = (id) => (id.startsWith("mem_") ? nameOf(id) : wordsOf(id));
  return html`<${Panel} word=${`board_${panel.board}`} count=${found.length}
    add=${html`<${Act} type=${panel.adds} preset=${{}} label="＋" />`}>
    <ul class="stack">${found.slice(0, SHOWN).map((it) => {
      const [title, ...more] = plainly(panel, it, called);
      return html`<li class="card" key=${it.id} data-row=${it.key}><b>${title}</b>
        <p class="quiet small">${[it.jurisdiction, ...more].join(" · ")}</p></li>`;
    })}</ul><${More} count=${found.length} /><${Empty} board=${panel.board} count=${found.length} word="none" /><//>`;
}

function DeskNotices({ place }) {
  const found = noticesHere(place);
  return html`<${Panel} word="board_desk_notices" count=${found.filter((it) => !it.noted_by).length}><ul class="stack">
    ${found.slice(0, SHOWN).map((it) => html`<${Notice} key=${it.id} it=${it} />`)}</ul>
    <${More} count=${found.length} /><${Empty} board="desk_notices" count=${found.length} word="notices_none" /><//>`;
}

/** The boards that are drawn by a script of their own; which there are, and in which order, the server says. */
const DRAWN = {
  critical_sites: Sites,
  guarded_operations: Guards,
  tasks: Tasks,
  planned_works: PlannedWorks,
  temporary_branches: Branches,
  aid: Aid,
  disaster_alerts: Alerts,
  community_whistles: Whistles,
  desk_notices: DeskNotices,
};

/** The right side, whole. */
export function Side() {
  const { panels } = session();
  useBoardsEvery(500, "alarms", "incident_command", ...panels.map((it) => it.board));
  const { place } = useDesk((it) => ({ place: it.place })),
    at = useNow(1_000);
  return html`<aside class="side stack" aria-label=${t("watched")} tabindex="0">
    <${Attention} place=${place} at=${at} />
    ${panels.map((it) => {
      const Drawn = DRAWN[it.board] ?? Plain;
      return html`<${Drawn} key=${it.board} panel=${it} adds=${it.adds} place=${place} at=${at} />`;
    })}</aside>`;
}
