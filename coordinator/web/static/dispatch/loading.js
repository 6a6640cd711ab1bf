// What is said in the place of a list that has not come: «nothing» is claimed only of what is known.
import { html } from "/static/shared/ui.js";
import { t } from "/static/shared/words.js";
import { came, isLost } from "/static/dispatch/boards.js";

/** Said while a board has not come, or cannot; nothing once it is there. @param {{board: string}} props */
export function Loading({ board }) {
  if (came(board)) return null;
  const lost = isLost(board);
  return html`<p class=${lost ? "soon small" : "quiet small"} role="status" data-loading=${board}>
    <span aria-hidden="true">${lost ? "◆" : "◷"} </span>${t(lost ? "not_come" : "loading")}</p>`;
}
