// A panel of the right side: it folds, and says how much is in it.
import { html, useState } from "/static/shared/ui.js";
import { t } from "/static/shared/words.js";
import { came } from "/static/dispatch/boards.js";
import { Loading } from "/static/dispatch/loading.js";

/** So many rows a panel shows. */
export const SHOWN = 30;

/** A panel that folds; its count says how much is in it. */
export function Panel({ word, count, alarm, add, children }) {
  const [open, setOpen] = useState(true);
  return html`<section class="panel" aria-label=${t(word)} data-panel=${word}><div class="panel-head">
      <button type="button" class="fold" aria-expanded=${open ? "true" : "false"} onClick=${() => setOpen(!open)}>
        <span aria-hidden="true">${open ? "▾" : "▸"}</span> ${t(word)}</button>
      ${count > 0 && html`<span class=${`badge ${alarm ? "alarm" : ""}`}>${alarm ? "▲ " : ""}${count}</span>`}
        <span class="grow"></span>${add}</div>
    ${open && children}</section>`;
}

export const More = ({ count }) =>
  count > SHOWN && html`<p class="quiet small">${t("so_many_more", { count: count - SHOWN })}</p>`;
/** That there is none, once that is known. @param {{board: string, count: number, word: string}} props */
export const Empty = ({ board, count, word }) =>
  html`<${Loading} board=${board} />${count === 0 && came(board) && html`<p class="quiet small">✓ ${t(word)}</p>`}`;
