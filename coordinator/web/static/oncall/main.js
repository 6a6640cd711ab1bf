// The on-call page: entry point. It opens without a network, too, with what was known last.
import { html, render, useEffect, useRef, useState } from "/static/shared/ui.js";
import { Gate, enter, findSession, leave, session } from "/static/shared/session.js";
import { Dialog } from "/static/shared/dialog.js";
import { Head } from "/static/shared/frame.js";
import { clock, coordinatorTime, date, now } from "/static/shared/time.js";
import { say } from "/static/shared/said.js";
import { add, t, useLanguage } from "/static/shared/words.js";
import { words } from "/static/words/oncall.js";
import { Assignment, RollCall, SupplyBack } from "/static/oncall/assignment.js";
import { Bar } from "/static/oncall/bar.js";
import { Fitness, Notices, Shifts, Standing, Takeovers, ThisPhone, endPush } from "/static/oncall/duty.js";
import { Mine } from "/static/oncall/mine.js";
import { Posts } from "/static/oncall/posts.js";
import { Ticket } from "/static/oncall/ticket.js";
import { Care } from "/static/oncall/care.js";
import { Whistles } from "/static/oncall/whistles.js";
import { answer, keyOf, rollKey, spokenStatus, takingBack } from "/static/oncall/actions.js";

add(words);
const { taps } = self;
const mine = new Mine();
const ENDED = new Set(["declined", "done", "aborted"]);

/** Draw anew whenever something of this member's changes. */
function useMine() {
  const [, turn] = useState(0);
  useEffect(() => mine.subscribe(() => turn((it) => it + 1)), []);
  return mine;
}

function LinkLine() {
  const { status } = mine;
  if (status.state === "live")
    return html`<span class="link-live" data-link="live"><span aria-hidden="true">●</span> ${t("live")}</span>`;
  const form = Date.now() - (status.since ?? 0) < 43_200_000 ? clock : date;
  const when = status.since ? form(coordinatorTime(status.since)) : "–";
  if (status.state === "left")
    return html`<p class="link-stale" role="alert" data-link="left">▲ ${t("session_over")}</p>`;
  if (status.state === "connecting" && !status.since)
    return html`<span class="quiet" data-link="connecting">${t("connecting")}</span>`;
  return html`<p class="link-stale" role="alert" data-link="stale">▲ ${t("stale_since", { when })}</p>`;
}

const MOMENT_MS = 1_000; // on a sound network a tap is through by then

/** Return the taps that wait for a network: at once where there is none, else once they have waited a moment. */
function useWaiting() {
  const [, turn] = useState(0),
    seen = useRef(new Map());
  const kept = mine.kept.filter((tap) => tap.fate === "kept"),
    at = performance.now();
  for (const tap of kept) if (!seen.current.has(tap.signal_id)) seen.current.set(tap.signal_id, at);
  const ends = (tap) => seen.current.get(tap.signal_id) + MOMENT_MS;
  const away = !navigator.onLine || mine.status.state === "stale" || mine.status.state === "left";
  const young = away ? [] : kept.filter((tap) => !tap.reason && at < ends(tap)),
    next = Math.min(...young.map(ends));
  useEffect(() => {
    if (next === Infinity) return undefined;
    const over = setTimeout(() => turn((it) => it + 1), next - performance.now() + 10);
    return () => clearTimeout(over);
  }, [next]);
  return kept.filter((tap) => !young.includes(tap));
}

const TOLD_MS = 86_400_000;

/** What is shown is of a copy that was put back: what was said after it is not known. */
function PutBack({ view }) {
  if (!view?.put_back || now() - view.put_back.at > TOLD_MS) return null;
  return html`<p class="card soon" role="alert" data-test="put_back"><span aria-hidden="true">◆ </span>
    ${t("me_put_back", { until: date(view.put_back.until) })}</p>`;
}

/** What the phone says by itself, without a tap. */
const UNSPOKEN = new Set(["register_device", "acknowledge_assignment"]);

/** What was said and is not through, or was just refused; nothing is hidden, nothing is claimed. */
function Said() {
  const late = new Set(useWaiting());
  const shown = mine.kept.filter(
    (tap) =>
      (tap.fate === "kept"
        ? late.has(tap)
        : tap.nothing || tap.warned?.length > 0 || (tap.fate !== "sent" && tap.fate !== "saving")) &&
      !UNSPOKEN.has(tap.signal.type),
  );
  const waiting = shown.filter((tap) => tap.fate === "kept");
  return html`<section class="said" aria-live="polite">
    ${
      waiting.some((tap) => tap.signal.type === "call_help") &&
      html`<p class="card alarm" role="alert">▲ ${t("help_kept")}</p>`
    }
    ${
      shown.length > 0 &&
      html`<div class="card soon"><ul>
      ${
        waiting.length > 0 &&
        html`<li><strong><span aria-hidden="true">◆ </span>${t("kept_count", { count: waiting.length })}</strong></li>`
      }
      ${shown.map(
        (tap) => html`<li key=${tap.signal_id} data-fate=${tap.fate}>
          ${t(`said_${tap.signal.type}`)} · <time>${clock(tap.tapped_at)}</time>${" · "}
        <span class=${tap.fate === "kept" || tap.fate === "sent" ? "" : "alarm"}>
          ${t(tap.nothing ? "fate_nothing" : tap.reason === "session" ? "fate_session" : `fate_${tap.fate}`, {
            reason: tap.reason?.code ? say(tap.reason) : tap.reason,
          })}</span>
          ${tap.warned?.map((it) => html`<p class="small" key=${it.code} data-test="warned">◆ ${say(it)}</p>`)}</li>`,
      )}
    </ul></div>`
    }</section>`;
}

function Leaving({ onClose }) {
  const go = async () => {
    await endPush().catch(() => null);
    const device = await taps.recall("device_id");
    if (device && mine.view) {
      await mine.say(`device/${device}/end`, {
        type: "register_device",
        member_id: mine.view.member_id,
        device_id: device,
        registered: false,
      });
    }
    await taps.forget();
    await leave();
  };
  const count = mine.waiting().length;
  return html`<${Dialog} title=${t("leave_title")} onClose=${onClose}><div class="stack"><p>${t("leave_hint")}</p>
    ${count > 0 && html`<p class="alarm">▲ ${t("leave_kept", { count })}</p>`}
    <button type="button" class="button button-danger button-tall" onClick=${go}>${t("leave")}</button>
    <button type="button" class="button button-tall" onClick=${onClose}>${t("cancel")}</button></div><//>`;
}

/** What to do with this page while there is nothing to do: it may be closed only where push wakes the phone. */
function hintOf({ duty, pushed }) {
  if (duty?.unfit || (!duty?.on_shift && !duty?.on_standby)) return "";
  return t(pushed ? "me_nothing_hint" : "me_nothing_hint_open");
}

/** Seen is said by seeing: only while somebody looks at it. */
function useSeen(assignment) {
  useEffect(() => {
    if (assignment?.status !== "offered") return undefined;
    const seen = () => {
      if (document.visibilityState === "visible")
        mine.say(keyOf(assignment, "acknowledge_assignment", mine.kept), answer(assignment, "acknowledge_assignment"));
    };
    seen();
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [assignment?.assignment_id, assignment?.status]);
}

/** The roll call that asks for this member's word, and whether it was given. */
function Roll({ roll, kept, me }) {
  const key = rollKey(roll.roll_call_id, kept);
  return html`<${RollCall} call=${roll}
    answered=${kept.some((it) => it.key === key && it.fate !== "failed" && it.fate !== "refused")}
    onAnswer=${() => mine.say(key, { type: "answer_roll", roll_call_id: roll.roll_call_id, member_ids: [me] })} />`;
}

/** What this member is called to; where it is nothing, how they stand. `status`: as they said it last. */
function Calling({ view, status }) {
  const { assignment } = view;
  if (assignment && !ENDED.has(status))
    return html`<${Assignment} assignment=${assignment} status=${status} names=${view.names}
      onTicket=${(key, signal) => mine.say(key, signal)} />`;
  return html`<section class="panel calm-state">
    <h2>${assignment ? t(`me_ended_${status}`) : `✓ ${t("me_nothing")}`}</h2>
    <${Standing} duty=${view.duty} /><p class="quiet small">${hintOf(view)}</p></section>`;
}

/** Tickets that this member issues or permits, though they are called to nothing there. */
function NamedOn({ view }) {
  if (!view.tickets?.length) return null;
  return html`<section class="panel" data-test="named-on"><h2>${t("me_named_on")}</h2><ul class="stack">
    ${view.tickets.map(
      (ticket) => html`<${Ticket} key=${ticket.ticket_id} ticket=${ticket} me=${view.member_id} there=${false}
      people=${[]} names=${view.names} onSay=${(key, signal) => mine.say(key, signal)} />`,
    )}</ul></section>`;
}

/** All that the page knows of this member, from the most to the least pressing. */
function Known({ view, kept, notices, status }) {
  const again = () => mine.findOut();
  const roll = view.duty?.roll_call;
  return html`${roll && html`<${Roll} roll=${roll} kept=${kept} me=${view.member_id} />`}
    <${Calling} view=${view} status=${status} /><${NamedOn} view=${view} />
    ${!(view.assignment && !ENDED.has(status)) && html`<${Fitness} mine=${mine} />`}
    <${Posts} mine=${mine} /><${Whistles} mine=${mine} /><${Care} mine=${mine} />
      <${Notices} notices=${notices} names=${view.names} />
    <${Takeovers} mine=${mine} names=${view.names} />
    <${Shifts} duty=${view.duty} calendar=${view.calendar} onChanged=${again} />
    <${ThisPhone} pushKey=${view.push_key} pushed=${view.pushed} lapsed=${view.push_lapsed} onChanged=${again} />`;
}

/** Nobody is called to anything: what the bar is told then. */
const IDLE = { assignment_id: null, at_work: false, leads: false, people: [], may_lead: [] };

/** The bar for this member: what may be said of the assignment, and what is said without one. */
function MyBar({ view, kept, status }) {
  const { assignment, duty } = view,
    helpCall = duty?.help_call ?? null,
    about = { ...IDLE, ...assignment };
  const help = () => mine.say(`help/${helpCall?.help_call_id ?? ""}`, { type: "call_help", member_id: view.member_id });
  return html`<${Bar} about=${about.assignment_id} status=${assignment && !ENDED.has(status) ? status : null}
    atWork=${about.at_work} leads=${about.leads} people=${about.people} mayLead=${about.may_lead}
    names=${view.names} taps=${kept} withinMs=${(duty?.take_back_s ?? 0) * 1_000} helpCall=${helpCall}
    onSay=${(type, more) => mine.say(keyOf(assignment, type, kept), answer(assignment, type, more))}
    onHelp=${help} onTakeBack=${(tap) => mine.say(`back/${tap.signal_id}`, takingBack(tap))}
    onNoHelp=${(id) => mine.say(`help_back/${id}`, { type: "take_back_help", help_call_id: id })} />`;
}

function Page() {
  useLanguage();
  const { view, kept, notices } = useMine();
  const [leaving, setLeaving] = useState(false);
  const assignment = view?.assignment ?? null;
  const status = assignment && spokenStatus(assignment, kept);
  useSeen(assignment);
  return html`<${Head} title=${t("page_oncall")} realm=${view?.realm} onLeave=${() => setLeaving(true)} />
    <main class="oncall">
      ${assignment?.supply_back && html`<${SupplyBack} alarm=${assignment.supply_back} names=${view.names} />`}
      <div class="state"><${LinkLine} />
        ${view && html`<strong class="grow who">${view.names[view.member_id] || view.member_id}</strong>`}</div>
      <${PutBack} view=${view} /><${Said} />
      ${
        view
          ? html`<${Known} view=${view} kept=${kept} notices=${notices} status=${status} />`
          : html`<p class="quiet" role="status">${t("loading")}</p>`
      }
    </main>
    ${view && html`<${MyBar} view=${view} kept=${kept} status=${status} />`}
    ${leaving && html`<${Leaving} onClose=${() => setLeaving(false)} />`}`;
}

/** This browser counts as one of the member's phones from now on; said once. */
async function register() {
  if (!mine.view || (await taps.recall("device_id"))) return;
  const device = Array.from(crypto.getRandomValues(new Uint8Array(12)), (it) => it.toString(16).padStart(2, "0")).join(
    "",
  );
  await taps.remember("device_id", device);
  await mine.say(`device/${device}`, { type: "register_device", member_id: mine.view.member_id, device_id: device });
}

/** Let the worker keep every file this page is made of. */
async function keepShell() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/me/worker.js", { scope: "/me" });
  const { active } = await navigator.serviceWorker.ready;
  const here = performance.getEntriesByType("resource").map((it) => new URL(it.name));
  const files = here
    .filter((it) => it.origin === location.origin && it.pathname.startsWith("/static/"))
    .map((it) => it.pathname);
  active?.postMessage({ files: ["/me", ...new Set(files)] });
}

/** What another member left on this phone is not for whoever is here now: forgotten, with the pushes to it. */
async function forgetOthers() {
  const last = (await taps.recall("view"))?.view,
    here = session();
  if (!last || !here || here.member_id === last.member_id) return;
  await taps.forget();
  await endPush().catch(() => null);
}

function Entered() {
  useEffect(() => {
    const stop = mine.subscribe(() => {
      if (mine.status.state !== "live") return;
      stop();
      register();
    });
    forgetOthers().then(() => mine.open());
    keepShell().catch(() => null);
  }, []);
  return html`<${Page} />`;
}

/** Who enters by a code from a QR picture. */
async function enterByCode() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (!code) return;
  // Out of the address and of its history at once: it is worth a phone.
  history.replaceState(null, "", "/me");
  await enter({ code });
}

async function begin() {
  let problem = null;
  try {
    await enterByCode();
  } catch (error) {
    problem = error.status === 401 ? "code_bad" : "entry_away";
  }
  const last = (await taps.recall("view"))?.view;
  let found = null;
  try {
    found = await findSession();
  } catch {
    // No network: whoever was here last is shown what was known last, and said so.
    if (last) return render(html`<${Entered} />`, document.body);
  }
  return render(
    html`${problem && found === null && html`<p class="card alarm code-problem" role="alert">▲ ${t(problem)}</p>`}
    <${Gate} needs="be_on_call"><${Entered} /><//>`,
    document.body,
  );
}

begin();
