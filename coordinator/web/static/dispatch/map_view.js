// The map in the middle of the desk: fetched when it is first looked at, the same rows as the lists.
import { html, useEffect, useMemo, useState } from "/static/shared/ui.js";
import { now } from "/static/shared/time.js";
import { t } from "/static/shared/words.js";
import { came, row, rows, useBoardsEvery } from "/static/dispatch/boards.js";
import { look, openIncident, useDesk } from "/static/dispatch/desk.js";

const BOARDS = ["open_incidents", "units_in_the_field", "critical_sites", "vehicles"];
let loading = null;

/** A vehicle that is lent is where its borrower has it, if that is seen here. */
const isThere = (it) => !it.lent_to || !row("vehicles", it.key, it.lent_to);

/** Lead from what is chosen on the map to the incident it is about. */
function choose(what) {
  if (what === null) return look({ selected: null });
  const board = { incident: "open_incidents", unit: "units_in_the_field", site: "critical_sites", vehicle: "vehicles" }[
    what.kind
  ];
  const it = [...rows(board).values()].find((one) => one.key === what.key && isThere(one));
  const unit = what.kind === "vehicle" ? row("units_in_the_field", it?.committed_to) : it;
  const incident = what.kind === "incident" ? what.key : (unit?.incident_id ?? unit?.incident_ids?.[0]);
  return row("open_incidents", incident) ? openIncident(incident) : undefined;
}

/** The map; what it shows is in the lists, too. */
export function MapView() {
  const version = useBoardsEvery(1_000, ...BOARDS),
    { place, current } = useDesk((it) => it);
  const [map, setMap] = useState(null),
    [failed, setFailed] = useState(false);
  useEffect(() => {
    // The queue comes first: the map's scripts are fetched when there is nothing else to do.
    const begin = () => {
      loading ??= import("/static/map/field_map.js");
      loading.then(
        (it) => setMap(() => it.FieldMap),
        () => setFailed(true),
      );
    };
    const waiting = requestIdleCallback(begin, { timeout: 1_500 });
    return () => cancelIdleCallback(waiting);
  }, []);
  const shown = useMemo(() => {
    const here = (board) => [...rows(board).values()].filter((it) => !place || it.jurisdiction === place);
    const loading = BOARDS.some((it) => !came(it));
    return {
      loading,
      incidents: here("open_incidents"),
      units: here("units_in_the_field"),
      sites: here("critical_sites"),
      vehicles: here("vehicles").filter(isThere),
    };
  }, [version, place]);
  const selected = useMemo(() => (current ? { kind: "incident", key: current } : null), [current]);
  if (failed) return html`<div class="empty quiet"><p>${t("no_map")}</p></div>`;
  if (map === null) return html`<div class="empty quiet"><p>${t("loading")}</p></div>`;
  const FieldMap = map;
  return html`<${FieldMap} ...${shown} selected=${selected} now=${now} onSelect=${choose} />`;
}
