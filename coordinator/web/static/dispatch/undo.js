// What takes an action back: always a new signal, and only where the domain has one.
import { row, rows } from "/static/dispatch/boards.js";

/** Return the id of the first thing a signal brought into being. */
const made = (prefix, receipt) => `${prefix}_${receipt.signal_id}`;

/**
 * What is remembered before an action, because it is gone afterwards.
 * @type {Record<string, (said: any) => any>}
 */
const BEFORE = {
  transfer_command: (said) => row("incident_command", said.incident_id)?.commander_id,
  end_command: (said) => row("incident_command", said.incident_id)?.commander_id,
  hand_over_incident: (said) => row("open_incidents", said.incident_id)?.owner_id,
  drop_objective: (said) => objective(said.objective_id),
  site_supply_reported: (said) => row("critical_sites", said.site_id)?.supply || "grid",
  weather_reported: (said) => row("overview", said.jurisdiction)?.weather,
};

function objective(objectiveId) {
  for (const it of rows("incident_command").values()) {
    const found = it.objectives.find((one) => one.objective_id === objectiveId);
    if (found) return { ...found, incident_id: it.incident_id };
  }
  return null;
}

/**
 * By type of signal: the signal that takes it back, or null.
 * @type {Record<string, (said: any, receipt: any, before: any, reason: string) => object | null>}
 */
const UNDO = {
  establish_command: (said, _, __, reason) => ({ type: "end_command", incident_id: said.incident_id, reason }),
  end_command: (said, _, before) =>
    before && { type: "establish_command", incident_id: said.incident_id, commander_id: before },
  transfer_command: (said, _, before, reason) =>
    before && { type: "transfer_command", incident_id: said.incident_id, to: before, briefing: reason },
  set_objective: (said, receipt, _, reason) => ({ type: "drop_objective", objective_id: made("obj", receipt), reason }),
  drop_objective: (said, _, before) =>
    before && { type: "set_objective", incident_id: before.incident_id, text: before.text, due_at: before.due_at },
  hand_over_incident: (said, _, before, reason) =>
    before && { type: "hand_over_incident", incident_id: said.incident_id, to: before, reason },
  restore_incident: (said, _, __, reason) => ({ type: "reopen_incident", incident_id: said.incident_id, reason }),
  outage_reported: (said) => ({
    type: "outage_gone",
    source: said.source,
    dedup_key: said.dedup_key,
    reason: "withdrawn",
  }),
  split_incident: (said, receipt, _, reason) => ({
    type: "merge_incidents",
    into: said.incident_id,
    incident_ids: [made("inc", receipt)],
    reason,
  }),
  // A crew that was sent home by it is not given back: others would be called in its place.
  merge_incidents: (said, _, __, reason) =>
    said.undo_keys?.length && !said.stands_down?.length
      ? { type: "split_incident", incident_id: said.into, dedup_keys: said.undo_keys, reason }
      : null,
  call_muster: (said, receipt, _, reason) => ({ type: "stand_down_unit", unit_id: made("unt", receipt), reason }),
  confirm_proposal: (said, _, __, reason) => ({ type: "stand_down_unit", unit_id: said.unit_id, reason }),
  confirm_interlock: (said, _, __, reason) => ({
    type: "withdraw_interlock",
    ticket_id: said.ticket_id,
    interlock: said.interlock,
    reason,
  }),
  check_in: (said) => ({ ...pick(said, "operation_id", "site_id", "member_id"), type: "take_back_check_in" }),
  answer_roll: (said) => ({ ...pick(said, "roll_call_id", "member_ids"), type: "take_back_roll_answer" }),
  start_work: (said, _, __, reason) => ({ type: "pause_work", ticket_id: said.ticket_id, reason }),
  pause_work: (said) => ({ type: "start_work", ticket_id: said.ticket_id }),
  open_operation: (said, receipt, _, reason) => ({
    type: "cancel_operation",
    operation_id: made("opr", receipt),
    reason,
  }),
  supply_interrupted: (said, _, __, reason) => ({
    type: "supply_interrupted",
    operation_id: said.operation_id,
    site_id: said.site_id,
    interrupted: !said.interrupted,
    reason,
  }),
  request_branch: (said, receipt, _, reason) => ({ type: "dissolve_branch", branch_id: made("brn", receipt), reason }),
  call_aid: (said, receipt, _, reason) => ({ type: "withdraw_aid", aid_id: made("aid", receipt), reason }),
  answer_aid: (said, _, __, reason) => (said.accepts ? { type: "withdraw_aid", aid_id: said.aid_id, reason } : null),
  change_availability: (said, _, __, reason) => ({
    type: "change_availability",
    member_id: said.member_id,
    available: !said.available,
    reason,
  }),
  take_over_shift: (said, _, __, reason) => ({
    type: "take_over_shift",
    shift_id: said.shift_id,
    holder_id: said.taker_id,
    taker_id: said.holder_id,
    reason,
  }),
  resource_state_changed: (said, _, __, reason) => ({
    type: "resource_state_changed",
    resource_id: said.resource_id,
    in_service: !said.in_service,
    reason,
  }),
  register_device: (said) => ({
    type: "register_device",
    member_id: said.member_id,
    device_id: said.device_id,
    registered: said.registered === false,
  }),
  alert_received: (said, _, __, reason) =>
    said.message === "cancel"
      ? null
      : { type: "cancel_alert", sender: said.sender, identifier: said.identifier, reason },
  site_supply_reported: (said, _, before) => ({ type: "site_supply_reported", site_id: said.site_id, supply: before }),
  weather_reported: (said, _, before) => (before ? { type: "weather_reported", weather: before } : null),
  report_preparation: (said) =>
    said.step === "danger_found"
      ? { ...pick(said, "operation_id", "site_id", "danger"), type: "report_preparation", step: "danger_closed" }
      : null,
};
const pick = (from, ...names) => Object.fromEntries(names.map((it) => [it, from[it]]));

/** Remember what an action will replace. @param {any} said */
export const before = (said) => BEFORE[said.type]?.(said);

/** Return the signal that takes an action back, or null where there is none. */
export function undoOf(said, receipt, remembered, reason) {
  const document = UNDO[said.type]?.(said, receipt, remembered, reason);
  return document ? { ...document, jurisdiction: said.jurisdiction } : null;
}
