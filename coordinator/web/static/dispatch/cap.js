// A CAP message pasted or dropped anywhere: what it would publish is shown before it is published.
import { html, useEffect, useState } from "/static/shared/ui.js";
import { Dialog } from "/static/shared/dialog.js";
import { post } from "/static/shared/api.js";
import { clock } from "/static/shared/time.js";
import { code, named, t } from "/static/shared/words.js";
import { may } from "/static/dispatch/catalogue.js";
import { closeDialog, openDialog } from "/static/dispatch/desk.js";
import { wrongWord } from "/static/dispatch/refusal.js";
import { places } from "/static/dispatch/who.js";

const XML = { headers: { "Content-Type": "application/xml" } };
const looksLikeCap = (text) => /<(\w+:)?alert[\s>]/.test(text);

/** Take CAP files that are dropped on the page, and CAP text that is pasted outside of a field. */
export function useCapDrop() {
  useEffect(() => {
    const over = (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault();
    const drop = (event) => {
      if (!may("alert_received")) return;
      const [file] = event.dataTransfer?.files || [];
      const text = event.dataTransfer?.getData("text");
      if (!file && !looksLikeCap(text || "")) return;
      event.preventDefault();
      if (file) file.arrayBuffer().then((bytes) => openDialog("cap", { body: bytes, name: file.name }));
      else openDialog("cap", { body: text });
    };
    const paste = (event) => {
      if (!may("alert_received") || event.target.closest?.("input, textarea")) return;
      const text = event.clipboardData?.getData("text") || "";
      if (looksLikeCap(text)) openDialog("cap", { body: text });
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    addEventListener("paste", paste);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
      removeEventListener("paste", paste);
    };
  }, []);
}

function Result({ it, dry }) {
  const { signal } = it,
    refused = it.refused;
  return html`<li class=${`card ${refused ? "alarm" : ""}`} data-cap-for=${it.jurisdiction}>
    <div class="row"><b class="grow">${it.jurisdiction}</b>
    <span>${refused ? "▲ " : "✓ "}${t(
      refused
        ? dry
          ? "would_be_refused"
          : "was_refused"
        : dry
          ? "would_be_published"
          : it.duplicate || it.nothing_changed
            ? "known_already"
            : "published",
    )}</span></div>
    <p>${code("colour", signal.colour)} · ${code("hazard", signal.hazard)} · ${signal.event}</p>
      <p class="small">${signal.headline || ""}</p>
    <p class="quiet small">
      ${signal.area} · ${code("severity", signal.severity)} · ${signal.sender} ${signal.identifier}${
        signal.expires_at ? ` · ${t("until", { when: clock(signal.expires_at) })}` : ""
      }</p>
    ${refused && html`<p class="alarm">${wrongWord(refused)}</p>`}</li>`;
}

/** @param {{dialog: {body?: string | ArrayBuffer, name?: string}}} props */
export function CapDialog({ dialog }) {
  const [body, setBody] = useState(dialog.body ?? "");
  const [place, setPlace] = useState("");
  const [seen, setSeen] = useState(null);
  const [wrong, setWrong] = useState(null);
  const [done, setDone] = useState(null);
  const [kept, setKept] = useState(false);
  const path = (dry) =>
    `/v1/cap?${new URLSearchParams({ ...(dry && { dry_run: "1" }), ...(place && { jurisdiction: place }) })}`;
  useEffect(() => {
    setSeen(null);
    setWrong(null);
    setDone(null);
    const empty = typeof body === "string" ? !body.trim() : body.byteLength === 0;
    if (empty) return undefined;
    let over = false;
    post(path(true), body, XML).then(
      (it) => !over && setSeen(it.results),
      (problem) => !over && setWrong(problem),
    );
    return () => {
      over = true;
    };
  }, [body, place]);
  const publish = () => post(path(false), body, XML).then((it) => setDone(it.results), setWrong);
  // Sent for real, it is kept among the dead letters with the reason.
  const keep = () => post(path(false), body, XML).catch(() => setKept(true));
  return html`<${Dialog} title=${t("cap_title")} onClose=${closeDialog} wide><div class="stack">
    ${
      typeof body === "string"
        ? html`<label class="field">${t("cap_hint")}
          <textarea rows="8" class="json" spellcheck="false" value=${body}
          onInput=${(event) => setBody(event.target.value)}></textarea></label>`
        : html`<p>${dialog.name} · ${(body.byteLength / 1024).toFixed(1)} kB</p>`
    }
    <label class="field">${t("cap_fallback")}
      <select value=${place} onChange=${(event) => setPlace(event.target.value)}><option value="">–</option>
      ${places().map((it) => html`<option key=${it} value=${it}>${it}</option>`)}</select></label>
    ${
      wrong &&
      html`<div class="card alarm" role="alert" data-test="cap-wrong">
        <p>▲ <b>${t("cap_unreadable")}
        </b> ${wrong.errors?.[0] ? named(wrong.errors[0].field, wrong.errors[0].reason) : wrong.message}</p>
      ${wrong.errors?.[0]?.value && html`<p class="quiet small">${wrong.errors[0].value}</p>`}
      ${
        wrong.status === 422 &&
        (kept
          ? html`<p>✓ ${t("kept_as_dead_letter")}</p>`
          : html`<button class="button" onClick=${keep}>${t("keep_as_dead_letter")}</button>`)
      }</div>`
    }
    <ul class="stack">
      ${(done || seen || []).map((it) => html`<${Result} key=${it.jurisdiction} it=${it} dry=${!done} />`)}</ul>
    <div class="row form-foot"><span class="grow"></span>
      <button class="button" onClick=${closeDialog}>${t(done ? "close" : "cancel")}</button>
      ${
        !done &&
        html`<button class="button button-main" data-test="cap-publish" disabled=${!seen} onClick=${publish}>
        ${t("publish")}</button>`
      }</div></div><//>`;
}
