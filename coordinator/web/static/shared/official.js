// The reports that go up, filled in from the record, to be saved and signed: one link for each.
import { html } from "/static/shared/ui.js";
import { code, language, t } from "/static/shared/words.js";

const KINDS = ["flash", "situation", "verified", "full"];

/** @param {{jurisdiction: string, incident: string, seq?: number}} props `seq`: as it was known then; else now */
export function OfficialReports({ jurisdiction, incident, seq }) {
  const query = new URLSearchParams({ language: language(), ...(seq === undefined ? {} : { seq: String(seq) }) });
  const path = `/v1/replay/${encodeURIComponent(jurisdiction)}/incidents/${encodeURIComponent(incident)}/reports`;
  return html`<span class="row official" role="group" aria-label=${t("official_reports")}>
    <span class="quiet small">${t("official_reports")}</span>
    ${KINDS.map(
      (it) => html`<a class="button button-link" key=${it} download href=${`${path}/${it}?${query}`} data-report=${it}>
        ${code("report", it)} <span aria-hidden="true">↓</span></a>`,
    )}</span>`;
}
