// What is wrong with the coordinator itself, over every page of the desk: nobody trusts a screen that lies.
import { html, useEffect, useState } from "/static/shared/ui.js";
import { t } from "/static/shared/words.js";

let troubles = [];
const listeners = new Set();

/** Take what health says is wrong. @param {Array<{kind: string, about: string, grave: boolean}> | undefined} told */
export function tellTroubles(told) {
  troubles = told || [];
  for (const listener of listeners) listener(troubles);
}

/** A line for each thing that is wrong, the gravest first; nothing while all is well. */
export function Troubles() {
  const [now, setNow] = useState(troubles);
  useEffect(() => {
    setNow(troubles);
    listeners.add(setNow);
    return () => listeners.delete(setNow);
  }, []);
  if (!now.length) return null;
  return html`<div class="troubles" role="alert">
    ${now.map(
      (it) => html`<p key=${`${it.kind} ${it.about}`} class=${it.grave ? "trouble-grave" : "trouble"}
        data-trouble=${it.kind}>
        <span aria-hidden="true">${it.grave ? "▲" : "◆"}</span> ${t(`trouble_${it.kind}`, { about: it.about })}</p>`,
    )}</div>`;
}
