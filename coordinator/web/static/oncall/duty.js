// What is there beside a call-out: shifts and their calendar, notices, and this phone itself.
import { html, useEffect, useState } from "/static/shared/ui.js";
import { del, post, reasonOf } from "/static/shared/api.js";
import { Dialog } from "/static/shared/dialog.js";
import { date, minute, now, useNow } from "/static/shared/time.js";
import { say } from "/static/shared/said.js";
import { code, has, t } from "/static/shared/words.js";
import { Unfitness } from "/static/oncall/bar.js";

const SHOWN = 6;

/** Whether this member is on call now, and when next. */
export function Standing({ duty }) {
  const at = useNow(10_000);
  if (!duty) return null;
  const running = duty.shifts.filter((it) => it.starts_at <= at && at < it.ends_at);
  const next = duty.shifts.find((it) => it.starts_at > at);
  const until = (standby) => date(Math.max(...running.filter((it) => it.standby === standby).map((it) => it.ends_at)));
  let said = t("me_off");
  if (duty.unfit) said = t("me_unfit", { why: code("unfit", duty.unfit), when: date(duty.unfit_since) });
  else if (!duty.available) said = t("me_unavailable");
  else if (duty.on_shift) said = t("me_on_shift", { when: until(false) });
  else if (duty.on_standby) said = t("me_on_standby", { when: until(true) });
  return html`<p class="quiet">
    ${said}${!duty.on_shift && next && html` · ${t("me_next_shift", { when: date(next.starts_at) })}`}</p>`;
}

/** Hurt or ill, and fit again: the one keeps everybody from calling, and only the other ends it. */
export function Fitness({ mine }) {
  const [asking, setAsking] = useState(false);
  const duty = mine.view?.duty;
  if (!duty) return null;
  const close = () => setAsking(false);
  const say = (type, more) => {
    close();
    mine.say(`${type}/${duty.unfit_since ?? Math.floor(now())}`, { type, member_id: duty.member_id, ...more });
  };
  if (!duty.unfit)
    return html`<p><button type="button" class="button button-tall" data-test="unfit" aria-haspopup="dialog"
        onClick=${() => setAsking(true)}>${t("say_unfit")}</button></p>
      ${
        asking &&
        html`<${Dialog} title=${t("unfit_title")} onClose=${close}><p>${t("unfit_hint")}</p>
        <${Unfitness} onSay=${(why) => say("report_unfit", { why })} /><//>`
      }`;
  return html`<p><button type="button" class="button button-tall" data-test="fit" aria-haspopup="dialog"
      onClick=${() => setAsking(true)}>${t("fit_again")}</button></p>
    ${
      asking &&
      html`<${Dialog} title=${t("fit_title")} onClose=${close}><div class="stack"><p>${t("fit_hint")}</p>
      <button type="button" class="button button-tall" autofocus onClick=${close}>${t("fit_not")}</button>
      <button type="button" class="button button-main button-tall" data-test="fit-sure"
        onClick=${() => say("report_fit")}>${t("fit_sure")}</button></div><//>`
    }`;
}

/** Who wants to change a shift with this member: nobody is put on one, or off it, who has not agreed. */
export function Takeovers({ mine, names }) {
  const duty = mine.view?.duty,
    wanted = duty?.takeovers ?? [];
  if (!wanted.length) return null;
  const keyOf = (it) => `takeover/${it.shift_id}/${it.holder_id}/${it.taker_id}`;
  const agree = (it) =>
    mine.say(keyOf(it), {
      type: "take_over_shift",
      shift_id: it.shift_id,
      holder_id: it.holder_id,
      taker_id: it.taker_id,
      reason: t("takeover_agreed"),
    });
  return html`<section class="panel" data-test="takeovers"><h2 class="panel-head">${t("takeovers_title")}</h2>
    <ul class="lines">${wanted.map((it) => {
      const gives = it.holder_id === duty.member_id,
        other = gives ? it.taker_id : it.holder_id;
      return html`<li class="row" key=${keyOf(it)}>
        <span class="grow">${t(gives ? "takeover_give" : "takeover_take", {
          who: names?.[other] || t("a_member"),
          when: date(it.starts_at),
        })}</span>
        ${
          it.to_agree
            ? html`<button type="button" class="button button-tall" data-say="take_over_shift"
              onClick=${() => agree(it)}>${t("takeover_agree")}</button>`
            : html`<span class="quiet">${t("takeover_waits")}</span>`
        }</li>`;
    })}</ul></section>`;
}

/** The coming shifts, and the calendar that shows them elsewhere. */
export function Shifts({ duty, calendar, onChanged }) {
  const [made, setMade] = useState(null),
    [busy, setBusy] = useState(false);
  const make = async () => {
    // Each password ends the one before: of two taps only the last would open anything.
    setBusy(true);
    try {
      setMade(await post("/v1/me/calendar"));
    } finally {
      setBusy(false);
    }
  };
  const end = async () => {
    await del("/v1/me/calendar");
    onChanged();
  };
  const close = () => {
    setMade(null);
    onChanged();
  };
  const shifts = duty ? duty.shifts : [];
  return html`<section class="panel"><h2 class="panel-head">${t("shifts_title")}</h2>
    ${shifts.length === 0 && html`<p class="quiet">${t(duty ? "shifts_none" : "not_come")}</p>`}
    <ul class="lines">${shifts.slice(0, SHOWN).map(
      (it) => html`<li class="row" key=${it.shift_id}>
      <span class="grow">
        ${date(it.starts_at)} – ${it.ends_at - it.starts_at < 86_400_000 ? minute(it.ends_at) : date(it.ends_at)}
        </span><span class="badge">${t(it.standby ? "shift_standby" : "shift_duty")}</span></li>`,
    )}</ul>
    <div class="toolbar">
      <button type="button" class="button button-tall" disabled=${busy} onClick=${make}>
      ${t(calendar ? "calendar_again" : "calendar_make")}</button>
      ${
        calendar &&
        html`<button type="button" class="button button-tall" onClick=${end}>${t("calendar_end")}
        </button>`
      }</div>
    ${
      made &&
      html`<${Dialog} title=${t("calendar_title")} onClose=${close}><div class="stack"><p>${t("calendar_hint")}</p>
      ${[
        ["calendar_address", location.origin + made.path],
        ["calendar_user", made.user],
        ["calendar_password", made.password],
      ].map(
        ([label, value]) =>
          html`<label class="field" key=${label}>${t(label)}
            <input class="tall" readonly value=${value} onFocus=${(event) => event.target.select()} /></label>`,
      )}
      </div><//>`
    }</section>`;
}

function titleOf({ kind, document }) {
  if (document.kind) return code("alarm", document.kind);
  return has(`notice_${kind}`) ? t(`notice_${kind}`) : code("notice", kind);
}

/** What this member was told, newest first. Who is not theirs to see is not named. */
export function Notices({ notices, names }) {
  return html`<section class="panel"><h2 class="panel-head">${t("notices_title")}</h2>
    ${notices === null && html`<p class="quiet" role="status" data-loading="notices">${t("loading")}</p>`}
    ${notices?.length === 0 && html`<p class="quiet">${t("notices_none")}</p>`}
    <ul class="lines">${(notices ?? []).map(
      (it) => html`<li key=${it.effect_id}><div class="row"><strong class="grow">${titleOf(it)}</strong>
      ${it.realm === "exercise" && html`<span class="badge soon">${t("exercise_mark")}</span>`}
        <time class="quiet small">${date(it.at)}</time></div>
      ${
        it.document.text &&
        html`<p>${say(
          it.document.text,
          (id) => names[id] || it.names?.[id] || (id.startsWith("mem_") ? t("a_member") : id),
        )}</p>`
      }</li>`,
    )}</ul></section>`;
}

const bytesOf = (key) => Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (it) => it.charCodeAt(0));

/** Say whether a subscription was made with a key; an old browser that does not tell is believed. */
function isMadeWith(subscription, key) {
  const held = subscription.options?.applicationServerKey;
  if (!held) return true;
  const bytes = new Uint8Array(held),
    wanted = bytesOf(key);
  return bytes.length === wanted.length && bytes.every((it, index) => it === wanted[index]);
}

/**
 * Whether this browser is still subscribed with a key that the server has no more.
 * @returns {[boolean, (it: boolean) => void]}
 */
function useOutdated(key) {
  const [outdated, setOutdated] = useState(false);
  useEffect(() => {
    if (!key || !("serviceWorker" in navigator)) return;
    navigator.serviceWorker
      .getRegistration("/me")
      .then((it) => it?.pushManager?.getSubscription())
      .then(
        (found) => setOutdated(Boolean(found) && !isMadeWith(found, key)),
        () => null,
      );
  }, [key]);
  return [outdated, setOutdated];
}

async function subscribe(key) {
  const registration = await navigator.serviceWorker.ready;
  const before = await registration.pushManager.getSubscription();
  if (before && !isMadeWith(before, key)) await before.unsubscribe(); // one of another key stands in the way
  const found = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
  const { endpoint, keys } = found.toJSON();
  await self.taps.remember("push_key", key);
  await post("/v1/me/push", { endpoint, keys });
}

/** End push on this phone; quietly where there is none. */
export async function endPush() {
  const registration = await navigator.serviceWorker?.getRegistration("/me");
  const found = await registration?.pushManager?.getSubscription();
  if (!found) return;
  await post("/v1/me/push/end", { endpoint: found.endpoint }).catch(() => null);
  await found.unsubscribe();
}

let installing = null;
const installers = new Set();
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  installing = event;
  for (const tell of installers) tell(event);
});

/** Push and installation of this phone. */
export function ThisPhone({ pushKey, pushed: isPushed, lapsed, onChanged }) {
  const [outdated, setOutdated] = useOutdated(pushKey),
    pushed = isPushed && !outdated;
  const [problem, setProblem] = useState("");
  const [prompt, setPrompt] = useState(/** @type {any} */ (installing));
  useEffect(() => {
    installers.add(setPrompt);
    return () => installers.delete(setPrompt);
  }, []);
  const able = "PushManager" in window && "serviceWorker" in navigator;
  const run = (work) => async () => {
    setProblem("");
    try {
      if (work !== endPush && (await Notification.requestPermission()) !== "granted")
        return setProblem(t("push_denied"));
      await work(pushKey);
      setOutdated(false);
    } catch (error) {
      setProblem(t("push_failed", { reason: reasonOf(error) }));
    }
    return onChanged();
  };
  const install = async () => {
    await prompt.prompt();
    installing = null;
    setPrompt(null);
  };
  return html`<section class="panel"><h2 class="panel-head">${t("phone_title")}</h2><div class="stack">
    ${!pushKey && html`<p class="quiet">${t("push_none")}</p>`}
    ${pushKey && !able && html`<p class="soon"><span aria-hidden="true">◆ </span>${t("push_unable")}</p>`}
    ${
      pushKey &&
      able &&
      !pushed &&
      (lapsed || outdated) &&
      html`<p class="alarm" role="alert" data-test="push-again"><span aria-hidden="true">▲ </span>${t("push_again")}
      </p>`
    }
    ${pushKey && able && pushed && html`<p>✓ ${t("push_on")}</p>`}
    <div class="toolbar">${
      pushKey &&
      able &&
      html`<button type="button" class=${`button button-tall ${pushed ? "" : "button-main"}`}
        onClick=${run(pushed ? endPush : subscribe)}>${t(pushed ? "push_off" : "push_start")}</button>`
    }
      ${prompt && html`<button type="button" class="button button-tall" onClick=${install}>${t("install")}</button>`}
        </div>
    <p class="alarm" role="alert">${problem && html`<span aria-hidden="true">▲ </span>${problem}`}</p></div></section>`;
}
