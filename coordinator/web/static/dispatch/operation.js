// Running one guaranteed-power operation: preparation, posts, check-ins, patrols, zero reports.
import { html } from "/static/shared/ui.js";
import { Dialog } from "/static/shared/dialog.js";
import { useNames } from "/static/shared/names.js";
import { date, now, useNow } from "/static/shared/time.js";
import { code, listed, t } from "/static/shared/words.js";
import { Act, Toasts } from "/static/dispatch/actions.js";
import { row, useBoards } from "/static/dispatch/boards.js";
import { closeDialog } from "/static/dispatch/desk.js";
import { Countdown } from "/static/dispatch/promises.js";
import { say } from "/static/shared/said.js";

const STEPS = ["surveyed", "single_line_filed", "plan_filed", "drilled", "generator_tested", "ups_tested"];
const KINDS = ["check_in", "patrol", "zero_report", "disturbance"];

function Site({ site, operation, at, nameOf }) {
  const one = { jurisdiction: operation.jurisdiction, operation_id: operation.key, site_id: site.site_id };
  const preparing = operation.phase === "preparing",
    supply = row("critical_sites", site.site_id)?.supply;
  const standing = site.guards.filter((it) => it.starts_at <= at && at < it.ends_at).flatMap((it) => it.member_ids);
  return html`<li class=${`card ${site.interrupted_at !== null ? "alarm" : ""}`} data-guarded=${site.site_id}>
    <div class="row"><b class="grow">${site.name}</b>
    <span class="quiet small">${site.circuits.join(" · ")}</span>
    ${supply && html`<span class="small">${code("supply", supply)}</span>`}
      ${
        site.interrupted_at !== null &&
        html`<span class="alarm">▲ ${t("interrupted_since", { when: date(site.interrupted_at) })}</span>`
      }</div>
    ${Object.entries(site.due).map(
      ([kind, dueAt]) =>
        html`<p class="row" key=${kind}><${Countdown} dueAt=${dueAt} at=${at} label=${code("check", kind)} /></p>`,
    )}
    ${site.dangers_open.map(
      (danger) =>
        html`<p class="row" key=${danger}><span class="soon grow">◆ ${t("danger_open")} ${danger}</span>
      <${Act} type="report_preparation" preset=${{ ...one, step: "danger_closed", danger }} label=${t("danger_closed")}
      /></p>`,
    )}
    ${
      preparing &&
      html`<ul class="prepared">${STEPS.map(
        (step) => html`<li class="chip" key=${step}>${site.steps.includes(step) ? "✓" : "○"} ${code("prepared", step)}
      ${!site.steps.includes(step) && html`<${Act} type="report_preparation" preset=${{ ...one, step }} label="✓" />`}
        </li>`,
      )}</ul>`
    }
    <ul>${site.guards.map(
      (guard, index) => html`<li class="small" key=${index}>
        ${guard.starts_at <= at && at < guard.ends_at ? "● " : "○ "}${date(guard.starts_at)} – ${date(guard.ends_at)}
        : ${listed(guard.member_ids.map(nameOf))}
      ${
        guard.start_orderer &&
        html` <span class="quiet">
        ${t("start_by", { orders: nameOf(guard.start_orderer), starts: nameOf(guard.start_operator) })}</span>`
      }${
        guard.ends_at > at &&
        html` <${Act} type="withdraw_post"
          preset=${{ ...one, member_ids: guard.member_ids, starts_at: guard.starts_at }} form />`
      }</li>`,
    )}</ul>
    ${site.uncovered.map(
      (gap) =>
        html`<p class="soon small" key=${gap.starts_at} data-uncovered>◆ ${t("uncovered", {
          begin: date(gap.starts_at),
          end: date(gap.ends_at),
          people: gap.people,
        })}</p>`,
    )}
    ${site.guards.length === 0 && html`<p class="soon small">◆ ${t("nobody_posted")}</p>`}
    <div class="toolbar"><${PostGuard} operation=${operation} site=${site} />
      ${
        !preparing &&
        KINDS.map(
          (kind) =>
            html`<${Act} key=${kind} type="check_in"
        preset=${{ ...one, kind, ...(standing.length === 1 && { member_id: standing[0] }) }} form
        label=${code("check", kind)} />`,
        )
      }
      ${
        preparing &&
        html`<${Act} type="report_preparation" preset=${{ ...one, step: "danger_found" }}
        label=${t("danger_found")} form />`
      }
      ${
        !preparing &&
        html`<${Act} type="supply_interrupted"
        preset=${{ ...one, interrupted: site.interrupted_at === null }}
        label=${t(site.interrupted_at === null ? "supply_lost" : "supply_back")}
        look=${site.interrupted_at === null ? "button-danger" : "button-main"} form />`
      }
      ${!preparing && html`<${Act} type="supply_disturbed" preset=${one} form />`}</div></li>`;
}

const SHIFT_MS = 8 * 3_600_000;
/** Who stands where is one nested object: the form asks for it whole, the site already named. */
function PostGuard({ operation, site }) {
  const from = Math.max(Math.floor(now()), operation.phase === "preparing" ? operation.guard_from : 0);
  return html`<${Act} type="post_guard" preset=${{ jurisdiction: operation.jurisdiction, operation_id: operation.key }}
    form
    begin=${{ post: { site_id: site.site_id }, starts_at: from, ends_at: from + SHIFT_MS }} />`;
}

/** @param {{dialog: {key: string}}} props */
export function OperationDialog({ dialog }) {
  useBoards("guarded_operations", "critical_sites");
  const at = useNow(1_000),
    nameOf = useNames(),
    operation = row("guarded_operations", dialog.key);
  if (!operation)
    return html`<${Dialog} title=${t("guarded_operations")} onClose=${closeDialog}><p>${t("operation_over")}</p><//>`;
  const one = { jurisdiction: operation.jurisdiction, operation_id: operation.key };
  return html`<${Dialog} title=${operation.name} onClose=${closeDialog} wide><div class="stack">
    <p class="row"><span class="chip">${code("level", operation.level)}</span>
      <span class="chip">${code("phase", operation.phase)}</span>
      <span class="grow">${date(operation.guard_from)} – ${date(operation.guard_until)}</span>
      <span class="quiet small">
        ${t("tally", {
          check_ins: operation.check_ins,
          patrols: operation.patrols,
          zero: operation.zero_reports,
          missed: operation.missed,
          interruptions: operation.interruptions,
        })} · ${t("tally_supply", { dips: operation.dips, transfers: operation.transfers })}</span></p>
    ${
      operation.gaps.length > 0 &&
      html`<details open><summary class="soon">◆ ${t("gaps_count", { count: operation.gaps.length })}</summary>
      <ul class="small">
      ${operation.gaps.map(
        (it, index) =>
          html`<li key=${index}>${say(it, (id) => operation.sites.find((site) => site.site_id === id)?.name || id)}
            </li>`,
      )}
      </ul></details>`
    }
    ${
      operation.began_with.length > 0 &&
      html`<details data-test="began-with">
        <summary class="soon">◆ ${t("began_with_gaps", { count: operation.began_with.length })}
        </summary><ul>${operation.began_with.map(
          (it, index) =>
            html`<li key=${index}>${say(it, (id) => operation.sites.find((site) => site.site_id === id)?.name || id)}
              </li>`,
        )}</ul></details>`
    }
    <div class="toolbar">
      ${operation.phase === "preparing" && html`<${Act} type="start_guard" preset=${one} form look="button-main" />`}
      ${operation.phase === "guarding" && html`<${Act} type="conclude_operation" preset=${one} look="button-main" />`}
        <${Act} type="prolong_guard" preset=${one} form begin=${{ guard_until: operation.guard_until }} />
        <${Act} type="plan_work_on_supply" preset=${{ jurisdiction: operation.jurisdiction }} />
        <${Act} type="cancel_operation" preset=${one} look="button-danger" /></div>
    <ul class="stack">
      ${operation.sites.map(
        (site) => html`<${Site} key=${site.site_id} site=${site} operation=${operation} at=${at} nameOf=${nameOf} />`,
      )}</ul><${Toasts} /></div>
      <//>`;
}
