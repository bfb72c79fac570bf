/**
 * Object numbers of controlling (sap-data 2.6), taken apart: `KS` cost centre, `KL` cost centre and activity type, `OR` order, `PR` WBS element,
 * `NV` network activity. All others (project definition, sales item, business process, …) are no object that cost can be mapped by.
 */
import type { AssignmentKeys } from "../look-ups.ts";

const none: AssignmentKeys = { wbs: "", network: "", routing: "", activity: "", order: "", costCenter: "" };

export function assignmentOf(objectNumber: string): AssignmentKeys {
  const kind = objectNumber.slice(0, 2);
  const rest = objectNumber.slice(2);
  // KOKRS has four characters, blanks included.
  if (kind === "KS" || kind === "KL") return { ...none, costCenter: rest.slice(4, 14).trim() };
  if (kind === "OR") return { ...none, order: rest.slice(0, 12).trim() };
  if (kind === "PR") return { ...none, wbs: rest.slice(0, 8) };
  if (kind !== "NV") return none;
  const routing = rest.slice(0, 10);
  const activity = rest.slice(10, 18);
  // The network's own number does not stand here. An activity without its row still names one object; no rule will know it, so it is held.
  return { ...none, network: `AUFPL-${routing}/${activity}`, routing, activity };
}
