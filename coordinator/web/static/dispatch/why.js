// Why these people: what the search cost and proved, whom it left out, and who could fill the gaps.
import { html } from "/static/shared/ui.js";
import { sayAll } from "/static/shared/said.js";
import { code, t } from "/static/shared/words.js";
import { ruleWord } from "/static/dispatch/refusal.js";
import { wordsOf } from "/static/dispatch/who.js";

/** @param {{unit: any}} props */
export function Why({ unit }) {
  const it = unit.explanation,
    removed = Object.entries(it.removed).sort((a, b) => b[1] - a[1]);
  return html`<div class="stack why">
    <dl class="facts">
      <div class="fact"><dt>${t("cost")}</dt>
      <dd>${it.cost}${
        it.bound !== null
          ? html` / ${it.bound} <span class="quiet">
      (${
        it.cost === it.bound
          ? t("proven")
          : t("gap", { pct: it.bound ? ((100 * (it.cost - it.bound)) / Math.max(1, it.bound)).toFixed(1) : "–" })
      })</span>`
          : ""
      }</dd></div>
      <div class="fact"><dt>${t("ready_in")}</dt>
        <dd>${it.ready_min !== null ? t("so_many_minutes", { count: it.ready_min }) : "–"}</dd></div>
      <div class="fact"><dt>${t("solver")}</dt>
        <dd>${it.solver || ruleWord(it.method)}${it.elapsed_ms !== null ? ` · ${it.elapsed_ms} ms` : ""}</dd></div>
      <div class="fact"><dt>${t("travel")}</dt><dd>${it.travel ? ruleWord(it.travel) : "–"}</dd></div>
      <div class="fact"><dt>${t("considered")}</dt>
        <dd>${it.considered}${it.teams !== null ? ` · ${t("teams_of", { count: it.teams })}` : ""}</dd></div></dl>
    ${
      removed.length > 0 &&
      html`<div><h4>${t("removed")}</h4>
      <ul class="row">
      ${removed.map(
        ([name, count]) => html`<li class="chip" key=${name}>${code("removed", name)} <b>${count}</b></li>`,
      )}</ul></div>`
    }
    ${it.account.length > 0 && html`<p class="small">${sayAll(it.account, wordsOf)}</p>`}
    ${
      it.gaps.length > 0 &&
      html`<div><h4>${t("gaps")}</h4>
      <ul>${it.gaps.map(
        (gap) =>
          html`<li key=${gap.role} class="soon">
      ◆ ${gap.count} ${code("role", gap.role)}${
        gap.by.length ? html`: <span class="quiet">${sayAll(gap.by, wordsOf)}</span>` : ""
      }</li>`,
      )}</ul></div>`
    }</div>`;
}
