// One temporary branch: requested, approved or refused, its officers, posts and activities, its end.
import { html } from "/static/shared/ui.js";
import { Dialog } from "/static/shared/dialog.js";
import { useNames } from "/static/shared/names.js";
import { date } from "/static/shared/time.js";
import { code, listed, t } from "/static/shared/words.js";
import { Act, Toasts } from "/static/dispatch/actions.js";
import { row, useBoards } from "/static/dispatch/boards.js";
import { closeDialog } from "/static/dispatch/desk.js";

function officeOf(branch, memberId) {
  if (memberId === branch.secretary) return "secretary";
  if (memberId === branch.deputy_secretary) return "deputy_secretary";
  return branch.committee.includes(memberId) ? "committee_member" : null;
}

/** @param {{dialog: {key: string}}} props */
export function BranchDialog({ dialog }) {
  useBoards("temporary_branches");
  const nameOf = useNames(),
    branch = row("temporary_branches", dialog.key);
  if (!branch)
    return html`<${Dialog} title=${t("temporary_branches")} onClose=${closeDialog}><p>${t("branch_over")}</p><//>`;
  const one = { jurisdiction: branch.jurisdiction, branch_id: branch.key },
    approved = { ...one, approved_by: branch.approving_organisation };
  const requested = branch.stage === "requested";
  return html`<${Dialog} title=${branch.name} onClose=${closeDialog} wide><div class="stack">
    <p class="row"><span class="chip">${code("stage", branch.stage)}</span>
      <span class="grow">${t("approving")} ${branch.approving_organisation}</span>
      <span class="quiet small">${date(branch.established_at ?? branch.requested_at)}</span></p>
    <div class="toolbar">${
      requested
        ? html`<${Act} type="approve_branch" preset=${approved} form look="button-main" />
          <${Act} type="refuse_branch" preset=${{ ...one, refused_by: branch.approving_organisation }} form
          look="button-danger" />`
        : html`<${Act} type="name_branch_officers" preset=${{ ...one, named_by: branch.approving_organisation }} form
          /><${Act} type="hold_branch_activity" preset=${one} form />
          <${Act} type="form_party_group" preset=${one} form />
          <${Act} type="report_conduct" preset=${one} form />`
    }
      <${Act} type="dissolve_branch" preset=${one} look="button-danger" /></div>
    ${branch.groups.map(
      (it) =>
        html`<p class="small" key=${it.group} data-group=${it.group}><b>${it.group}</b>
        ${t("group_led_by", { leader: nameOf(it.leader), people: it.member_ids.length })}</p>`,
    )}
    ${
      !requested &&
      html`<table class="table">
        <thead><tr><th>${t("who")}</th><th>${t("office")}</th><th>${t("posts")}</th>
        <th class="number">${t("activities")}</th><th>${t("took_part")}</th><td></td></tr></thead>
      <tbody>${branch.members.map((it) => {
        const office = officeOf(branch, it.member_id);
        return html`<tr key=${it.member_id} class=${it.left_at ? "quiet" : ""}><td>${nameOf(it.member_id)}</td>
          <td>${it.applicant ? t("applicant") : office ? code("post", office) : "–"}</td>
          <td>${listed(it.posts.map((post) => post.replace(/^\w+/, (word) => code("post", word)))) || "–"}</td>
          <td class="number">${it.activities}</td>
            <td class="small">${date(it.joined_at)}${it.left_at ? ` – ${date(it.left_at)}` : ""}</td>
          <td>${
            !it.left_at && html`<${Act} type="give_branch_post" preset=${{ ...one, member_id: it.member_id }} form />`
          }</td></tr>`;
      })}</tbody></table>`
    }<${Toasts} /></div><//>`;
}
