// The dispatch console: entry point.
import { html, render } from "/static/shared/ui.js";
import { Gate, leave, session } from "/static/shared/session.js";
import { Head } from "/static/shared/frame.js";
import { openLive } from "/static/shared/live.js";
import { keepTime } from "/static/shared/time.js";
import { t } from "/static/shared/words.js";

function Page() {
  const live = openLive({ boards: ["overview"] });
  return html`<${Head} title=${t("page_dispatch")} live=${live} realm=${session().jurisdictions[0]?.realm}
    actor=${session().actor_id} onLeave=${leave} />`;
}

keepTime();
render(html`<${Gate} roles=${["dispatcher", "commander", "auditor"]}><${Page} /><//>`, document.body);
