// Who is missing at a roll call, by name, on the card of the alarm.
import { html } from "/static/shared/ui.js";
import { t } from "/static/shared/words.js";
import { Act } from "/static/dispatch/actions.js";
import { row, rows } from "/static/dispatch/boards.js";

/** Who is missing, by name: said to be accounted for here, also where their incident is over. */
export function Missing({ it, preset, nameOf }) {
  const of = (one) => one.roll_calls.some((call) => call.roll_call_id === it.about);
  const there = row("incident_command", it.incident_id) ?? [...rows("incident_command").values()].find(of);
  const calls = there?.roll_calls ?? [];
  // One answer counts for the calls before it, too: it is given to the last that waits for them.
  const last = new Map(
    calls.flatMap((call) => call.waiting.filter((id) => call.missed.includes(id)).map((id) => [id, call.roll_call_id])),
  );
  return html`<ul class="roll" data-test="missing">${[...last].map(
    ([id, roll]) => html`<li key=${id} class="chip roll-missed"><span aria-hidden="true">▲</span> ${nameOf(id)}
      <${Act} type="answer_roll" preset=${{ ...preset, roll_call_id: roll, member_ids: [id] }} label=${t("answered")} />
      </li>`,
  )}</ul>`;
}
