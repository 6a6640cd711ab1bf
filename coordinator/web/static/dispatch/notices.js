// What the desk was told and need not act on at once: a calm list, newest first, each cause once.
import { html } from "/static/shared/ui.js";
import { useNames } from "/static/shared/names.js";
import { say } from "/static/shared/said.js";
import { date } from "/static/shared/time.js";
import { code, t } from "/static/shared/words.js";
import { Act } from "/static/dispatch/actions.js";
import { row, rows } from "/static/dispatch/boards.js";
import { openIncident } from "/static/dispatch/desk.js";
import { wordsOf } from "/static/dispatch/who.js";

/**
 * Return what is not an alarm: that stands above the list and is taken on there. What nobody took note of comes first.
 * @param {any[]} found @param {any[]} alarms @returns {any[]}
 */
export function toRead(found, alarms) {
  const climbing = new Set(alarms.map((it) => `${it.jurisdiction}/${it.kind}/${it.about}`));
  return found
    .filter((it) => !climbing.has(`${it.jurisdiction}/${it.kind}/${it.about}`))
    .sort(
      (a, b) => Number(Boolean(a.noted_by)) - Number(Boolean(b.noted_by)) || b.at - a.at || (a.key < b.key ? -1 : 1),
    );
}

/** @param {string} place The jurisdiction that is chosen; all, where none is. */
export const noticesHere = (place) =>
  toRead(
    [...rows("desk_notices").values()].filter((it) => !place || it.jurisdiction === place),
    [...rows("alarms").values()],
  );

/** @param {{it: any}} props */
export function Notice({ it }) {
  const nameOf = useNames(),
    called = (id) => (id.startsWith("mem_") ? nameOf(id) : wordsOf(id));
  const open = it.about && row("open_incidents", it.about);
  return html`<li class=${`card ${it.noted_by ? "quiet" : ""}`} data-notice=${it.kind}><div class="row">
      <b class="grow">${code("alarm", it.kind)}</b><time class="quiet small">${date(it.at)}</time></div>
    <p>${say(it.text, called)}</p>
    <p class="quiet small">${[
      it.jurisdiction,
      it.times > 1 && t("notice_times", { count: it.times }),
      it.noted_by && `✓ ${t("notice_noted_by", { who: nameOf(it.noted_by) })}`,
    ]
      .filter(Boolean)
      .join(" · ")}</p>
    <div class="toolbar">
      ${open && html`<button class="button" onClick=${() => openIncident(it.about)}>${t("open")}</button>`}
      ${
        !it.noted_by &&
        html`<${Act} type="note_notice" preset=${{ jurisdiction: it.jurisdiction, notice_id: it.notice_id }} />`
      }</div></li>`;
}
