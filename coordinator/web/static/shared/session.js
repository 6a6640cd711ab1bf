// Who is here: the entry form, and the session it opens. The token goes into a cookie that no
// script reads, and is kept nowhere else.
import { html, useEffect, useState } from "/static/shared/ui.js";
import { Problem, del, get, post } from "/static/shared/api.js";
import { setClock } from "/static/shared/time.js";
import { code, t, useLanguage } from "/static/shared/words.js";
import { LanguageButton, ThemeButton } from "/static/shared/frame.js";

let held = null,
  asked = null;

/** Return the session, or null. */
export const session = () => held;
const has = (found, capability) => found?.capabilities.includes(capability) === true;
/** Say whether this session may do a kind of thing. @param {string} capability as in schemas/roles.py */
export const can = (capability) => has(held, capability);

function keep(answer) {
  held = answer;
  setClock(answer);
  return answer;
}

/** Return the session this browser has, if any. @throws {Problem} when nobody answers. */
export async function findSession() {
  try {
    return keep(await get("/v1/session"));
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 401) return null;
    throw problem;
  }
}

/** Ask for the session before anybody draws; the gate takes the answer. */
export function askForSession() {
  asked = findSession();
  asked.catch(() => null); // told by the gate
}

/** Open a session with a token or a one-time code. @param {{token?: string, code?: string}} by @throws {Problem} */
export async function enter({ token, code }) {
  const options = token ? { headers: { Authorization: `Bearer ${token}` } } : {};
  return keep(await post("/v1/session", token ? undefined : { code }, options));
}

/** End the session and show the entry form; until the page is loaded anew it is drawn as it was. */
export async function leave() {
  await del("/v1/session").catch(() => null);
  location.reload();
}

function Entry({ needs, onEntered, found }) {
  const [problem, setProblem] = useState(
    found && !has(found, needs) ? t("entry_wrong_role", { role: code("actor", found.role) }) : "",
  );
  const [busy, setBusy] = useState(false);
  async function submit(event) {
    event.preventDefault();
    const said = String(new FormData(event.target).get("secret")).trim();
    setBusy(true);
    try {
      const opened = await enter(said.startsWith("pec_") ? { token: said } : { code: said });
      if (has(opened, needs)) onEntered(opened);
      else setProblem(t("entry_wrong_role", { role: code("actor", opened.role) }));
    } catch (error) {
      setProblem(error.status === 401 ? t("entry_unknown") : t("entry_failed", { reason: error.message }));
    }
    setBusy(false);
  }
  return html`<main class="entry">
    <form class="panel entry-form" onSubmit=${submit}>
      <img class="entry-mark" src="/static/mark.svg" alt="" width="48" height="48" />
      <h1>${t("product")}</h1>
      <label class="field">${t("entry_label")}
        <input name="secret" type="password" autocomplete="current-password" required autofocus
          aria-describedby="entry-hint" aria-invalid=${problem ? "true" : undefined} /></label>
      <p id="entry-hint" class="quiet">${t(needs === "be_on_call" ? "entry_hint_member" : "entry_hint")}</p>
      <p class="alarm" role="alert">${problem && html`<span aria-hidden="true">▲ </span>${problem}`}</p>
      <button class="button button-main" disabled=${busy}>${t("entry_open")}</button>
      <div class="row entry-foot"><${LanguageButton} /><${ThemeButton} /></div>
    </form></main>`;
}

/** Show `children` to a session that may do what the page needs, and the entry form to everybody else. */
export function Gate({ needs, children }) {
  useLanguage();
  const [found, setFound] = useState(undefined);
  const [away, setAway] = useState(null);
  useEffect(() => {
    (asked ?? findSession()).then(setFound, setAway);
    asked = null;
  }, []);
  if (away !== null) {
    return html`<main class="entry"><p class="panel alarm" role="alert">▲ ${t("entry_away")}
      <button class="button" onClick=${() => location.reload()}>${t("try_again")}</button></p></main>`;
  }
  if (found === undefined)
    return html`<main class="entry"><p class="quiet" role="status">${t("connecting")}</p></main>`;
  if (!has(found, needs)) {
    return html`<${Entry} needs=${needs} found=${found} onEntered=${setFound} />`;
  }
  return children;
}
