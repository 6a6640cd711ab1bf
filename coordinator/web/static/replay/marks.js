// What stands out in a record, and its sign: the shape says it, the colour only repeats it.
export const MARKS = {
  help_called: { sign: "▲", tone: "alarm" },
  promise_broken: { sign: "▲", tone: "alarm" },
  guarded_site_hit: { sign: "▲", tone: "alarm" },
  unit_short: { sign: "◆", tone: "soon" },
  escalation_started: { sign: "◆", tone: "soon" },
  incident_graded: { sign: "◆", tone: "soon" },
  unit_formed: { sign: "●", tone: "calm" },
  told_late: { sign: "◷", tone: "calm" },
  signal_refused: { sign: "×", tone: "calm" },
  incident_opened: { sign: "+", tone: "calm" },
  incident_restored: { sign: "✓", tone: "done" },
  incident_closed: { sign: "✓", tone: "done" },
};

const OF_TYPE = {
  interruption_started: "guarded_site_hit",
  late_fact_joined: "told_late",
  late_answer_recorded: "told_late",
  promise_corrected: "told_late",
};
const ORDER = Object.keys(MARKS);

/** Return the mark of a record that matters most, or null. @param {{events: {type: string}[]}} record */
export function markOf(record) {
  let best = ORDER.length;
  for (const { type } of record.events) {
    const place = ORDER.indexOf(OF_TYPE[type] ?? type);
    if (place >= 0 && place < best) best = place;
  }
  return ORDER[best] ?? null;
}

/** How much later than it happened a record was made, in milliseconds; 0 where it is the same. */
export const lag = (record) => (record.happened_at ? Math.max(0, record.at - record.happened_at) : 0);
