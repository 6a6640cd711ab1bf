// One task with a deadline: its milestones, its progress, its shifts, the units called for it, its end.
import { html } from "/static/shared/ui.js";
import { Dialog } from "/static/shared/dialog.js";
import { useNames } from "/static/shared/names.js";
import { clock, date, useNow } from "/static/shared/time.js";
import { code, listed, t } from "/static/shared/words.js";
import { Act, Toasts } from "/static/dispatch/actions.js";
import { row, useBoards } from "/static/dispatch/boards.js";
import { closeDialog } from "/static/dispatch/desk.js";
import { Countdown } from "/static/dispatch/promises.js";
import { Ticket } from "/static/dispatch/ticket.js";

const HOUR_MS = 3_600_000;

function Step({ it, one, at }) {
  const open = it.met_at === null;
  return html`<li class=${`row ${open && it.late ? "alarm" : ""}`} data-milestone=${it.milestone}>
    <b class="grow">${open ? (it.late ? "▲" : "○") : "✓"} ${it.milestone}</b>
    ${
      open
        ? html`<${Countdown} dueAt=${it.due_at} at=${at} label=${t("milestone_by")} />`
        : html`<span class=${it.late ? "soon" : "quiet"}>${date(it.met_at)}</span>`
    }
    ${open && html`<${Act} type="meet_milestone" preset=${{ ...one, milestone: it.milestone }} label="✓" />`}</li>`;
}

/** Who of the task is on which line: its tickets, and a new one for a unit of it. */
function Lines({ task, place, at, nameOf }) {
  return html`<section class="stack" data-test="task-tickets">
    <div class="row"><h3 class="grow">${t("task_tickets")}</h3>
      ${
        task.ready_to_energise_at &&
        html`<span class="good small" data-test="task-ready">✓ ${t("ready_to_energise", {
          when: clock(task.ready_to_energise_at),
        })}</span>`
      }
      <${Act} type="draft_ticket" preset=${{ ...place, task_id: task.key }} form /></div>
    ${task.tickets.length === 0 && html`<p class="quiet small">${t("no_tickets_here")}</p>`}
    <ul class="stack">${task.tickets.map(
      (it) => html`<${Ticket} key=${it.ticket_id} ticket=${it} preset=${place} at=${at} nameOf=${nameOf} />`,
    )}</ul></section>`;
}

/** @param {{dialog: {key: string}}} props */
export function TaskDialog({ dialog }) {
  useBoards("tasks");
  const at = useNow(1_000),
    nameOf = useNames(),
    task = row("tasks", dialog.key);
  if (!task) return html`<${Dialog} title=${t("tasks")} onClose=${closeDialog}><p>${t("task_is_over")}</p><//>`;
  const place = { jurisdiction: task.jurisdiction },
    one = { ...place, task_id: task.key };
  return html`<${Dialog} title=${task.name} onClose=${closeDialog} wide><div class="stack">
    <p class="row"><span class="chip">${code("aim", task.aim)}</span>
      <span class="chip">${t("task_done_pct", { percent: task.percent })}</span>
      <span class="grow quiet small">${t("task_people", { people: task.people, shift: task.on_shift.length })}</span>
      <${Countdown} dueAt=${task.deadline_at} at=${at} label=${t("task_deadline")} /></p>
    <div class="toolbar">
      <${Act} type="report_task_progress" preset=${one} form begin=${{ percent: task.percent }} />
      <${Act} type="set_milestone" preset=${one} form />
      <${Act} type="plan_task_shift" preset=${one} form
        begin=${{ starts_at: Math.floor(at), ends_at: Math.floor(at) + 8 * HOUR_MS }} />
      <${Act} type="call_muster" preset=${one} form />
      <${Act} type="request_branch" preset=${one} form />
      <${Act} type="move_task_deadline" preset=${one} form />
      <${Act} type="finish_task" preset=${one} form look="button-main" />
      <${Act} type="cancel_task" preset=${one} form look="button-danger" /></div>
    <ul class="stack">${task.milestones.map(
      (it) => html`<${Step} key=${it.milestone} it=${it} one=${one} at=${at} />`,
    )}</ul>
    <ul>${task.shifts.map(
      (it) =>
        html`<li class="small" key=${`${it.starts_at} ${it.member_ids[0]}`}>
        ${it.starts_at <= at && at < it.ends_at ? "● " : "○ "}${date(it.starts_at)} – ${date(it.ends_at)}
        : ${listed(it.member_ids.map(nameOf))}</li>`,
    )}</ul>
    <${Lines} task=${task} place=${place} at=${at} nameOf=${nameOf} /><${Toasts} /></div><//>`;
}
