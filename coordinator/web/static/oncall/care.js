// Where a member belongs, and who is in their care: one tap says that they looked after them.
import { html, useState } from "/static/shared/ui.js";
import { date, useNow } from "/static/shared/time.js";
import { t } from "/static/shared/words.js";
import { InWords } from "/static/oncall/bar.js";
import { Slide } from "/static/oncall/slide.js";

const SAID = new Set(["saving", "kept", "sent"]);

/** The key of a visit: the next one is another, for it is due at another time. */
const visitKey = (ward) => `${ward.ward_id}/visit/${ward.visit_by}`;

/** In the order of what they are called, which is known here and not where the list is made. */
const inOrder = (wards) =>
  [...wards].sort((a, b) => `${a.community}/${a.subject}`.localeCompare(`${b.community}/${b.subject}`));

function Ward({ ward, mine }) {
  const at = useNow(60_000),
    [asking, setAsking] = useState(false);
  const said = mine.kept.some((it) => it.key === visitKey(ward) && SAID.has(it.fate));
  const visit = (more) => {
    setAsking(false);
    mine.say(visitKey(ward), { type: "visit_ward", ward_id: ward.ward_id, ...more });
  };
  const late = !said && ward.visit_by !== null && ward.visit_by - at < 86_400_000;
  return html`<li class="card" data-ward=${ward.ward_id}>
    <div class="row"><h3 class="grow">${ward.subject}</h3>
      ${ward.needs_help && html`<span class="badge soon">◆ ${t("care_needs_help")}</span>`}</div>
    <p class="quiet small">${ward.community}</p>
    ${
      said
        ? html`<p>✓ ${t("care_said")}</p>`
        : html`<p class=${late ? "soon" : ""}>${late ? "◆ " : ""}${t("care_visit_by", { when: date(ward.visit_by) })}
          </p>
      <div class="toolbar">
        <${Slide} type="visit_ward" what=${t("say_visit_ward")} onSay=${() => visit({ needs_help: false })} />
        <button type="button" class="button button-tall" data-say="needs_help" onClick=${() => setAsking(true)}>
          ${t("say_needs_help")}</button></div>`
    }
    ${
      asking &&
      html`<${InWords} title=${t("needs_help_title")} send=${t("abort_send")}
      onSend=${(text) => visit({ needs_help: true, text })} onClose=${() => setAsking(false)} />`
    }</li>`;
}

/**
 * The communities a member is posted to, and the wards in their care; nothing where there are none.
 * @param {{mine: import("./mine.js").Mine}} props
 */
export function Care({ mine }) {
  const { communities = [], wards = [] } = mine.view;
  if (!communities.length && !wards.length) return null;
  return html`<section class="panel care"><h2 class="panel-head">${t("care_title")}</h2>
    ${
      communities.length > 0 &&
      html`<ul class="lines">
      ${communities.map(
        (it) =>
          html`<li class="row" key=${it.posting_id}><span class="grow">${it.community}</span>
      <span class="quiet small">${t(`tie_${it.tie}`)}</span></li>`,
      )}</ul>`
    }
    ${
      wards.length > 0 &&
      html`<p class="quiet small">${t("care_hint")}</p>
      <ul class="stack">${inOrder(wards).map((it) => html`<${Ward} key=${it.ward_id} ward=${it} mine=${mine} />`)}
      </ul>`
    }</section>`;
}
