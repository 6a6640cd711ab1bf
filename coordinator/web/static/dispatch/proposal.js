// A proposed unit that waits for a yes: seen with its reasons, changed person by person, or refused.
import { html, useEffect, useRef, useState } from "/static/shared/ui.js";
import { post } from "/static/shared/api.js";
import { sayAll } from "/static/shared/said.js";
import { code, listed, t } from "/static/shared/words.js";
import { Act, act } from "/static/dispatch/actions.js";
import { may } from "/static/dispatch/catalogue.js";
import { Combobox } from "/static/dispatch/combobox.js";
import { Countdown } from "/static/dispatch/promises.js";
import { ruleWord } from "/static/dispatch/refusal.js";
import { keepsFromCalling } from "/static/dispatch/roster_state.js";
import { Why } from "/static/dispatch/why.js";
import { everybody } from "/static/dispatch/who.js";
import { now } from "/static/shared/time.js";

const BY_HAND = [{ code: "chosen_by_dispatcher" }];
const said = (pick) => ({
  member_id: pick.member_id,
  role: pick.role,
  arrival_min: pick.arrival_min,
  reasons: pick.reasons,
});

/** Return who could be chosen: all of the roster, those who are free first. */
async function choices(unit, picks) {
  const taken = new Set(picks.map((it) => it.member_id)),
    at = now();
  const people = (await everybody("people", unit.jurisdiction, { fresh: true })).filter((it) => !taken.has(it.key));
  const withState = people.map((it) => ({ it, kept: keepsFromCalling(it, at) }));
  withState.sort((a, b) => (a.kept === null ? 0 : 1) - (b.kept === null ? 0 : 1) || a.it.call_outs - b.it.call_outs);
  return withState.map(({ it, kept }) => ({
    value: it.key,
    words: it.name || it.key,
    more: `${
      kept === null ? "● " + t("state_free") : "○ " + t(`state_${kept}`)
    } · ${listed(it.skills.map((skill) => code("skill", skill)))}`,
  }));
}

function PickRow({ pick, unit, picks, nameOf, onChange, changed }) {
  const [open, setOpen] = useState(false);
  return html`<tr class=${changed ? "changed" : ""}>
    <td>${changed ? html`<span title=${t("changed")}>✎ </span>` : ""}<b>${nameOf(pick.member_id)}</b></td>
    <td>${code("role", pick.role)}</td><td class="number">${t("so_many_minutes", { count: pick.arrival_min })}</td>
    <td class="small">
      ${pick.reasons.length ? sayAll(pick.reasons) : "–"}${
        pick.next_best
          ? html`<p class="quiet">
      ${t("next_best", {
        who: nameOf(pick.next_best.member_id),
        min: pick.next_best.later_min,
        dearer: pick.next_best.dearer,
      })}</p>`
          : ""
      }</td>
    <td>${
      may("confirm_proposal") &&
      html`<button type="button" class="button" data-test="swap" aria-expanded=${open ? "true" : "false"}
      aria-label=${t("swap_who", { who: nameOf(pick.member_id) })} onClick=${() => setOpen(!open)}>⇄</button>`
    }</td>
      </tr>
    ${
      open &&
      html`<tr><td colspan="5">
        <div class="swap">
        <${Combobox} value="" label=${t("instead_of", { who: nameOf(pick.member_id) })} wordsOf=${nameOf}
        choices=${() => choices(unit, picks)}
        onValue=${(id) => {
          if (id) {
            onChange({ ...pick, member_id: id, reasons: BY_HAND, next_best: null });
            setOpen(false);
          }
        }} /></div></td></tr>`
    }`;
}

/** @param {{unit: any, at: number, nameOf: (id: string) => string}} props */
export function Proposal({ unit, at, nameOf }) {
  const [picks, setPicks] = useState(null);
  const [rule, setRule] = useState(null);
  const [busy, setBusy] = useState(false);
  const shown = picks || unit.proposal,
    box = useRef(null);
  const preset = { jurisdiction: unit.jurisdiction, unit_id: unit.key };
  const document = () => ({ type: "confirm_proposal", ...preset, ...(picks && { picks: picks.map(said) }) });
  useEffect(() => {
    // What breaks a hard rule is told while the unit is being changed, in the rule's own words.
    setRule(null);
    if (!picks || !may("confirm_proposal")) return undefined;
    const stop = new AbortController();
    post("/v1/signals:check", document(), { signal: stop.signal }).then(
      (it) => setRule(it.refused),
      (problem) => problem.name !== "AbortError" && setRule({ message: problem.message }),
    );
    return () => stop.abort();
  }, [picks]);
  async function confirm() {
    setBusy(true);
    try {
      await act(document(), { quiet: true });
    } catch (error) {
      setRule(error);
    }
    setBusy(false);
  }
  const swap = (index) => (pick) => setPicks(shown.map((it, place) => (place === index ? pick : it)));
  return html`<section ref=${box} class="panel unit proposal" data-unit=${unit.key} data-proposal
    aria-label=${t("proposal")}>
    <div class="panel-head"><h3 class="grow"><span class="soon">◆</span> ${t("proposal")}</h3>
      ${unit.confirm_by && html`<${Countdown} dueAt=${unit.confirm_by} at=${at} label=${t("confirm_by")} />`}</div>
    <table class="table">
      <thead><tr><th>${t("who")}</th><th>${t("field_role")}</th><th class="number">${t("arrival")}</th>
      <th>${t("why")}</th><td></td></tr></thead>
      <tbody>${shown.map(
        (pick, index) =>
          html`<${PickRow} key=${`${index}${pick.member_id}`} pick=${pick} unit=${unit} picks=${shown} nameOf=${nameOf}
        onChange=${swap(index)} changed=${picks && pick.member_id !== unit.proposal[index]?.member_id} />`,
      )}</tbody>
        </table>
    ${
      unit.allotments.length > 0 &&
      html`<p class="small">${t("with_vehicles")} ${listed(unit.allotments.map((it) => code("vehicle", it.kind)))}
      </p>`
    }
    ${
      rule &&
      html`<p class="card alarm" role="alert" data-test="rule">
      ▲ ${rule.rule ? ruleWord(rule.rule) : rule.message}${
        rule.value ? html` <span class="quiet">(${rule.value})</span>` : ""
      }</p>`
    }
    <div class="toolbar">
      ${
        may("confirm_proposal") &&
        html`<button type="button" class="button button-main" data-test="confirm" disabled=${busy} onClick=${confirm}>
      ${t(picks ? "confirm_changed" : "signal_confirm_proposal")} <kbd>c</kbd></button>`
      }
      ${
        picks &&
        html`<button type="button" class="button" onClick=${() => setPicks(null)}>${t("as_proposed")}
        </button>`
      }
      <${Act} type="refuse_proposal" preset=${preset} look="button-danger" /></div>
    ${unit.explanation && html`<${Why} unit=${unit} />`}
    ${unit.explanation?.alternatives.map(
      (it) => html`<details key=${it.name}>
        <summary>${t(`alternative_${it.name}`)} · ${t("so_many_minutes", {
          count: it.ready_min,
        })} · ${t("cost")} ${it.cost} · ${t("teams_of", {
          count: it.teams,
        })}</summary>
      <p class="small">
        ${it.picks
          .map(
            (pick) =>
              nameOf(pick.member_id) +
              t("in_brackets", {
                what: listed([code("role", pick.role), t("so_many_minutes", { count: pick.arrival_min })]),
              }),
          )
          .join(" · ")}</p>
      ${
        may("confirm_proposal") &&
        html`<button type="button" class="button" onClick=${() => setPicks(it.picks)}>${t("use_this")}</button>`
      }
        </details>`,
    )}</section>`;
}
