// The frame of every console: what it is, whether it is real, whether it is live, who is here.
import { html, useEffect, useState } from "/static/shared/ui.js";
import "/static/shared/steady.js";
import { clock, coordinatorTime, useNow } from "/static/shared/time.js";
import { Troubles } from "/static/shared/troubles.js";
import { language, setLanguage, t, useLanguage } from "/static/shared/words.js";

const THEMES = ["auto", "light", "dark"];

function applyTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
applyTheme(localStorage.getItem("theme") || "auto");

/** A button that turns to the other language at once. */
export function LanguageButton() {
  const there = language() === "zh" ? "en" : "zh";
  return html`<button type="button" class="button" lang=${there} onClick=${() => setLanguage(there)}>
    ${there === "zh" ? "中文" : "English"}</button>`;
}

/** A button that goes through the themes: as the system says, light, dark. */
export function ThemeButton() {
  const [theme, setTheme] = useState(localStorage.getItem("theme") || "auto");
  function turn() {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    localStorage.setItem("theme", next);
    applyTheme(next);
    setTheme(next);
    dispatchEvent(new Event("themechange"));
  }
  return html`<button type="button" class="button" onClick=${turn}>${t(`theme_${theme}`)}</button>`;
}

/** Whether what is shown is as it is now, and since when not. @param {{live: import("./live.js").Live}} props */
export function LinkState({ live }) {
  const [status, setStatus] = useState(live.status);
  useEffect(() => {
    // What was said between the drawing and this moment would be missed.
    setStatus(live.status);
    return live.subscribe(() => setStatus(live.status));
  }, [live]);
  const at = useNow(1_000);
  if (status.state === "live") {
    return html`<span class="link-live" data-link="live">
      <span aria-hidden="true">●</span> ${t("live")} <time>${clock(at)}</time></span>`;
  }
  if (status.state === "connecting") return html`<span class="quiet" data-link="connecting">${t("connecting")}</span>`;
  return html`<span class="link-stale" role="alert" data-link=${status.state}>▲ ${
    status.state === "left" ? t("session_over") : t("stale_since", { when: clock(coordinatorTime(status.since)) })
  }</span>`;
}

/**
 * The head of a page.
 * @param {{title: string, realm?: string, live?: object, actor?: string, onLeave?: () => void, children?: any}} props
 */
export function Head({ title, realm, live, actor, onLeave, children }) {
  useLanguage();
  useEffect(() => {
    document.title = `${title} · ${t("product")}`;
  });
  return html`<header class="head">
    <${Troubles} />
    ${realm === "exercise" && html`<p class="realm" role="note">${t("exercise_banner")}</p>`}
    <div class="head-line">
      <img src="/static/mark.svg" alt="" width="24" height="24" />
      <h1 class="head-title">${title}</h1>
      ${children}
      <span class="grow"></span>
      ${live && html`<${LinkState} live=${live} />`}
      <${LanguageButton} /><${ThemeButton} />
      ${actor && html`<span class="quiet head-actor">${actor}</span>`}
      ${onLeave && html`<button type="button" class="button" onClick=${onLeave}>${t("leave")}</button>`}
    </div></header>`;
}
