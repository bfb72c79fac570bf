/**
 * Object numbers of controlling (sap-data 2.6), taken apart: `KS` cost centre, `KL` cost centre and activity type, `OR` order, `PR` WBS element,
 * `NV` network activity. All others (project definition, sales item, business process, …) are no object that cost can be mapped by.
 */
import type { AssignmentKeys } from "../look-ups.ts";

const none: AssignmentKeys = { wbs: "", network: "", routing: "", activity: "", order: "", costCenter: "" };

/** `networks` are network numbers by routing (AFKO): an activity's object number holds the routing only. */
export function assignmentOf(objectNumber: string, networks: ReadonlyMap<string, string>): AssignmentKeys {
  const kind = objectNumber.slice(0, 2);
  const rest = objectNumber.slice(2);
  // KOKRS has four characters, blanks included.
  if (kind === "KS" || kind === "KL") return { ...none, costCenter: rest.slice(4, 14).trim() };
  if (kind === "OR") return { ...none, order: rest.slice(0, 12).trim() };
  if (kind === "PR") return { ...none, wbs: rest.slice(0, 8) };
  if (kind !== "NV") return none;
  const routing = routingOf(objectNumber) ?? "";
  // A routing without its row still names one network; no rule will know it, so it is held and not lost.
  return { ...none, network: networks.get(routing) || `AUFPL-${routing}`, routing, activity: rest.slice(10, 18) };
}

export function routingOf(objectNumber: string): string | undefined {
  return objectNumber.startsWith("NV") ? objectNumber.slice(2, 12) : undefined;
}
