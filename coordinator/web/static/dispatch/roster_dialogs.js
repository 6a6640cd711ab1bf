// Bringing a roster in, enrolling a phone, and packing a crew for a neighbour.
import { html, useEffect, useMemo, useState } from "/static/shared/ui.js";
import { Dialog } from "/static/shared/dialog.js";
import { get, post } from "/static/shared/api.js";
import { Naming } from "/static/shared/publish.js";
import { session } from "/static/shared/session.js";
import { clock, now } from "/static/shared/time.js";
import { say } from "/static/shared/said.js";
import { code, counted, listed, t } from "/static/shared/words.js";
import { act } from "/static/dispatch/actions.js";
import { row } from "/static/dispatch/boards.js";
import { closeDialog } from "/static/dispatch/desk.js";
import { wrongWord } from "/static/dispatch/refusal.js";
import { keepsFromCalling } from "/static/dispatch/roster_state.js";
import { localOf } from "/static/dispatch/schema_shape.js";
import { everybody } from "/static/dispatch/who.js";

function Report({ report }) {
  return html`<div class="card" role="status" data-test="import-report">
    <p>${report.imported ? `✓ ${t("imported")}` : t("would_import")} ${
      listed(
        Object.entries(report.accepted)
          .filter(([, count]) => count)
          .map(([name, count]) => t("count_of_list", { count, what: t(`list_${name}`) })),
      ) || t("none")
    }</p>
    ${
      report.bad_rows.length > 0 &&
      html`<p class="alarm">▲ ${t("bad_rows", { count: report.bad_rows.length })}</p>
      <table class="table">
      <tbody>${report.bad_rows.slice(0, 100).map(
        (it, index) =>
          html`<tr key=${index}><td class="number">${it.line ?? ""}</td><td>${it.field}</td>
      <td>${it.said ? say(it.said) : it.reason}</td><td class="quiet">${it.value}</td></tr>`,
      )}</tbody></table>`
    }</div>`;
}

/** @param {{dialog: {place: string}}} props */
export function ImportDialog({ dialog }) {
  const [file, setFile] = useState(null),
    [report, setReport] = useState(null),
    [problem, setProblem] = useState(null),
    [busy, setBusy] = useState(false);
  async function send(dry, chosen) {
    setBusy(true);
    setProblem(null);
    const type = /\.json(\.gz)?$/i.test(chosen.name) ? "application/json" : "text/csv";
    try {
      setReport(
        await post(
          `/v1/roster/${encodeURIComponent(dialog.place)}/import${dry ? "?dry_run=1" : ""}`,
          await chosen.arrayBuffer(),
          { headers: { "Content-Type": type } },
        ),
      );
    } catch (error) {
      setReport(null);
      setProblem(error);
    }
    setBusy(false);
  }
  const take = (event) => {
    const [chosen] = event.target.files;
    setFile(chosen);
    if (chosen) send(true, chosen);
  };
  return html`<${Dialog} title=${t("import_title", { place: dialog.place })} onClose=${closeDialog} wide>
    <div class="stack"><p class="quiet">${t("import_hint")}</p>
    <label class="field">${t("file")}
      <input type="file" accept=".csv,.xlsx,.json,.gz,text/csv,application/json" onChange=${take} /></label>
    ${problem && html`<p class="card alarm" role="alert">▲ ${problem.message}</p>`}${
      report && html`<${Report} report=${report} />`
    }
    <div class="row form-foot"><span class="grow"></span>
      <button class="button" onClick=${closeDialog}>${t(report?.imported ? "close" : "cancel")}</button>
      ${
        !report?.imported &&
        html`<button class="button button-main"
        disabled=${busy || !report || !Object.values(report.accepted).some(Boolean)}
        onClick=${() => send(false, file)}>${t("import_now")}</button>`
      }</div></div><//>`;
}

/** @param {{dialog: {memberId: string, place: string, name?: string}}} props */
export function EnrolDialog({ dialog }) {
  const [made, setMade] = useState(null),
    [problem, setProblem] = useState(null);
  useEffect(() => {
    post("/v1/enrolments", { member_id: dialog.memberId, jurisdiction: dialog.place }).then(setMade, setProblem);
  }, []);
  return html`<${Dialog} title=${t("enrol_title", { who: dialog.name || dialog.memberId })} onClose=${closeDialog}>
    <div class="stack enrol">
    ${!made && !problem && html`<p class="quiet">${t("loading")}</p>`}
    ${
      problem &&
      html`<p class="card alarm" role="alert">
      ▲ ${problem.status === 404 ? t("enrol_not_here") : problem.message}</p>`
    }
    ${
      made &&
      html`<p>${t("enrol_hint")}</p><img class="qr" src=${made.qr_svg} alt=${t("enrol_qr")} />
        <p class="code">${made.code.match(/.{1,4}/g).join(" ")}</p><p class="quiet small">${made.url.split("#")[0]}</p>
      <p class="quiet small">${t("until", { when: clock(made.expires_at) })}</p>`
    }</div><//>`;
}

/** A crew lent to a neighbour carries its people with certificates, its vehicles and a briefing. */
export function CrewDialog({ dialog }) {
  const talk = row("aid", dialog.key, dialog.place);
  const [people, setPeople] = useState(null),
    [chosen, setChosen] = useState([]),
    [vehicles, setVehicles] = useState([]),
    [briefing, setBriefing] = useState("");
  const [arrives, setArrives] = useState(localOf(now() + 2 * 3_600_000)),
    [rule, setRule] = useState(null),
    [busy, setBusy] = useState(false);
  const [kinds, setKinds] = useState([]),
    ids = useMemo(() => new Naming(), []);
  useEffect(() => {
    if (!talk) return;
    everybody("people", talk.jurisdiction, { fresh: true }).then((found) =>
      setPeople(found.filter((it) => keepsFromCalling(it, now()) === null && !it.borrowed_from)),
    );
    get(`/v1/boards/vehicles?jurisdiction=${talk.jurisdiction}`).then((it) =>
      setKinds(it.rows.filter((one) => one.in_service && !one.committed_to && !one.lent_to)),
    );
  }, [talk?.jurisdiction]);
  if (!talk) return html`<${Dialog} title=${t("signal_commit_aid")} onClose=${closeDialog}><p>${t("aid_over")}</p><//>`;
  const put = (list, set) => (event) =>
    set(event.target.checked ? [...list, event.target.value] : list.filter((it) => it !== event.target.value));
  async function send(event) {
    event.preventDefault();
    setBusy(true);
    setRule(null);
    try {
      const crew = await post("/v1/crew", {
        jurisdiction: talk.jurisdiction,
        member_ids: chosen,
        resource_ids: vehicles,
      });
      const place = { ...crew, safety_briefing: briefing, briefed_by: session().actor_id };
      await act(
        ids.named({
          type: "commit_aid",
          jurisdiction: talk.jurisdiction,
          aid_id: talk.key,
          package: place,
          arrives_at: new Date(arrives).getTime(),
        }),
        { quiet: true },
      );
      closeDialog();
      return;
    } catch (error) {
      ids.failed(error);
      setRule(error);
    }
    setBusy(false);
  }
  return html`<${Dialog} title=${`${t("signal_commit_aid")} · ${talk.peer}`} onClose=${closeDialog} wide>
    <form class="stack" onSubmit=${send}>
    <p>${t("wanted")} ${counted(talk.roles, "role")}</p>
    <fieldset class="field-group"><legend>${t("people")}</legend>
      <div class="pick-list">
      ${
        people === null
          ? t("loading")
          : people.map(
              (it) =>
                html`<label class="row" key=${it.key}>
      <input type="checkbox" value=${it.key} checked=${chosen.includes(it.key)} onChange=${put(chosen, setChosen)} />
      <b>${it.name || it.key}</b> <span class="quiet small">
      ${listed(it.skills.map((skill) => code("skill", skill)))}</span></label>`,
            )
      }</div></fieldset>
    ${
      kinds.length > 0 &&
      html`<fieldset class="field-group"><legend>${t("vehicles")}</legend>
      <div class="pick-list">
      ${kinds.map(
        (it) =>
          html`<label class="row" key=${it.key}>
      <input type="checkbox" value=${it.key} checked=${vehicles.includes(it.key)}
      onChange=${put(vehicles, setVehicles)} />
      ${code("vehicle", it.kind)} <span class="quiet small">…${it.key.slice(-6)}</span></label>`,
      )}</div></fieldset>`
    }
    <label class="field">${t("field_safety_briefing")}
      <textarea rows="3" required value=${briefing} onInput=${(event) => setBriefing(event.target.value)}></textarea>
      </label>
    <label class="field">${t("field_arrives_at")}
      <input type="datetime-local" required value=${arrives} onInput=${(event) => setArrives(event.target.value)} />
      </label>
    ${rule && html`<p class="card alarm" role="alert" data-test="rule">▲ ${wrongWord(rule)}</p>`}
    <div class="row form-foot"><span class="grow"></span>
      <button type="button" class="button" onClick=${closeDialog}>${t("cancel")}</button>
      <button class="button button-main" disabled=${busy || chosen.length < 2}>${t("send")}</button></div></form><//>`;
}
