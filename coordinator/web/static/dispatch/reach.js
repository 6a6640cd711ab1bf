// Whom a call would reach: the latest rehearsal, by skill and by team, and the contacts that are dead.
import { html, useEffect, useState } from "/static/shared/ui.js";
import { get, post } from "/static/shared/api.js";
import { Dialog } from "/static/shared/dialog.js";
import { date } from "/static/shared/time.js";
import { code, listed, t } from "/static/shared/words.js";
import { closeDialog } from "/static/dispatch/desk.js";

const AGAIN_MS = 5_000; // while people may still answer

/** Who answered of those called, the worst first: a skill nobody answers for is a gap in the next storm. */
function Coverage({ word, rows, nameOf }) {
  const sorted = [...rows].sort((a, b) => a.answered / a.called - b.answered / b.called || (a.key < b.key ? -1 : 1));
  return html`<table class="table"><caption class="visually-hidden">${t(word)}</caption>
    <thead><tr><th>${t(word)}</th><th class="number">${t("answered_of_called")}</th></tr></thead>
    <tbody>${sorted.map(
      (it) => html`<tr key=${it.key}><td>${nameOf(it)}</td>
      <td class=${`number ${it.answered === 0 ? "alarm" : it.answered < it.called ? "soon" : ""}`}>
        ${it.answered === 0 ? "▲ " : it.answered < it.called ? "◆ " : "✓ "}${it.answered} / ${it.called}</td></tr>`,
    )}</tbody></table>`;
}

function Dead({ dead, names }) {
  if (!dead.length) return html`<p>✓ ${t("nobody_silent")}</p>`;
  return html`<table class="table" data-test="dead"><caption class="visually-hidden">${t("did_not_answer")}</caption>
    <thead><tr><th>${t("did_not_answer")}</th><th>${t("team")}</th><th>${t("skills")}</th><th>${t("called_by")}</th>
    <th>${t("last_answer")}</th></tr></thead>
    <tbody>${dead.map(
      (it) => html`<tr key=${it.member_id}><td>▲ ${names[it.member_id] || it.member_id}</td>
        <td>${it.team || it.team_id}</td>
        <td class="small">${listed(it.skills.map((skill) => code("skill", skill)))}</td>
      <td class=${it.way === "none" ? "alarm" : ""}>${code("way", it.way)}</td>
        <td>${it.last_answered_at ? date(it.last_answered_at) : t("never")}</td></tr>`,
    )}</tbody></table>`;
}

/** @param {{dialog: {place: string}}} props */
export function ReachDialog({ dialog }) {
  const [shown, setShown] = useState(undefined),
    [problem, setProblem] = useState(null);
  const look = () =>
    get(`/v1/rehearsals/latest?jurisdiction=${encodeURIComponent(dialog.place)}`).then(
      (it) => {
        setShown(it);
        setProblem(null);
      },
      (error) => (error.status === 404 ? setShown(null) : setProblem(error)),
    );
  useEffect(() => {
    look();
  }, []);
  useEffect(() => {
    if (!shown?.open) return undefined;
    const again = setTimeout(look, AGAIN_MS);
    return () => clearTimeout(again);
  }, [shown]);
  const [busy, setBusy] = useState(false);
  const begin = () => {
    setBusy(true);
    post("/v1/rehearsals", { jurisdiction: dialog.place })
      .then(look, setProblem)
      .finally(() => setBusy(false));
  };
  return html`<${Dialog} title=${t("reach_title", { place: dialog.place })} onClose=${closeDialog} wide>
    <div class="stack" data-test="reach">
    <p class="quiet">${t("reach_hint")}</p>
    ${problem && html`<p class="card alarm" role="alert">▲ ${problem.message}</p>`}
    ${shown === undefined && !problem && html`<p class="quiet" role="status">${t("loading")}</p>`}
    ${shown === null && html`<p class="soon">◆ ${t("never_rehearsed")}</p>`}
    ${
      shown &&
      html`<p><b>${t("reached_count", { answered: shown.answered, called: shown.called })}</b> <span class="quiet">
        · ${date(shown.called_at)}${shown.open ? ` · ${t("still_open", { when: date(shown.answer_by) })}` : ""}</span>
        </p>
      ${!shown.open && html`<${Dead} dead=${shown.dead} names=${shown.names} />`}
      <${Coverage} word="skill" rows=${shown.by_skill} nameOf=${(it) => code("skill", it.key)} />
      <${Coverage} word="team" rows=${shown.by_team} nameOf=${(it) => it.team || it.key} />`
    }
    <div class="row form-foot"><span class="grow"></span>
      <button class="button" onClick=${closeDialog}>${t("close")}</button>
      <button class="button button-main" disabled=${busy || Boolean(shown?.open)} onClick=${begin}>${t("rehearse_now")}
        </button></div></div><//>`;
}
