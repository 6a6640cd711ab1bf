// What an escalation will do next, if nobody takes it on.
import { clock } from "/static/shared/time.js";
import { code, t } from "/static/shared/words.js";

/**
 * Say what happens when, in the future; nothing where somebody has taken it on.
 * @param {{next: {at: number, action: string, recipient: string} | null, paused_by: string | null}} alarm
 */
export function nextStep({ next, paused_by: takenBy }) {
  if (!next || takenBy) return "";
  const given = { who: code("recipient", next.recipient), when: clock(next.at) };
  return next.action === "exhausted"
    ? ` · ${t("next_exhausted", given)}`
    : ` · ${t("next_step", { ...given, what: code("step", next.action) })}`;
}
