// The on-call page: entry point.
import { html, render } from "/static/shared/ui.js";
import { Gate, leave, session } from "/static/shared/session.js";
import { Head } from "/static/shared/frame.js";
import { keepTime } from "/static/shared/time.js";
import { t } from "/static/shared/words.js";

function Page() {
  return html`<${Head} title=${t("page_oncall")} realm=${session().jurisdictions[0]?.realm} onLeave=${leave} />`;
}

keepTime();
render(html`<${Gate} roles=${["member"]}><${Page} /><//>`, document.body);
