// Why these people: what the search cost and proved, whom it left out, and who could fill the gaps.
import { html } from "/static/shared/ui.js";
import { reason } from "/static/shared/reasons.js";
import { code, has, t } from "/static/shared/words.js";
import { ruleWord } from "/static/dispatch/refusal.js";

/** What left people out: in English by a word that says more than the count's own name. */
const filterWord = (name) => {
  const key = `removed_${name.replaceAll(" ", "_")}`;
  return has(key) ? t(key) : reason(name);
};

/** @param {{unit: any, nameOf: (id: string) => string}} props */
export function Why({ unit, nameOf }) {
  const it = unit.explanation, removed = Object.entries(it.removed).sort((a, b) => b[1] - a[1]);
  return html`<div class="stack why">
    <dl class="facts"><div class="fact"><dt>${t("cost")}</dt><dd>${it.cost}${it.bound !== null ? html` / ${it.bound} <span class="quiet">(${it.cost === it.bound ? t("proven") : t("gap", { pct: it.bound ? (100 * (it.cost - it.bound) / Math.max(1, it.bound)).toFixed(1) : "–" })})</span>` : ""}</dd></div>
      <div class="fact"><dt>${t("ready_in")}</dt><dd>${it.ready_min !== null ? `${it.ready_min} min` : "–"}</dd></div>
      <div class="fact"><dt>${t("solver")}</dt><dd>${it.solver || reason(it.method)}${it.elapsed_ms !== null ? ` · ${it.elapsed_ms} ms` : ""}</dd></div>
      <div class="fact"><dt>${t("travel")}</dt><dd>${it.travel ? reason(it.travel) : "–"}</dd></div>
      <div class="fact"><dt>${t("considered")}</dt><dd>${it.considered}${it.teams !== null ? ` · ${t("teams_of", { count: it.teams })}` : ""}</dd></div></dl>
    ${removed.length > 0 && html`<div><h4>${t("removed")}</h4><ul class="row">${removed.map(([name, count]) => html`<li class="chip" key=${name}>${filterWord(name)} <b>${count}</b></li>`)}</ul></div>`}
    ${it.text && html`<p class="small">${ruleWord(it.text)}</p>`}
    ${it.gaps.length > 0 && html`<div><h4>${t("gaps")}</h4><ul>${it.gaps.map((gap) => html`<li key=${gap.role} class="soon">◆ ${gap.count} ${code("role", gap.role)}${gap.by.length ? html`: <span class="quiet">${gap.by.map((one) => (one.startsWith("mem_") ? nameOf(one) : reason(one))).join(", ")}</span>` : ""}</li>`)}</ul></div>`}</div>`;
}
