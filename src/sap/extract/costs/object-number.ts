/**
 * Object numbers of controlling (sap-data 2.6), taken apart: `KS` cost centre, `KL` cost centre and activity type, `OR` order, `PR` WBS element,
 * `NV` network activity. All others (project definition, sales item, business process, …) are no object that cost can be mapped by.
 */
import { type AssignmentKeys, noAssignment } from "../look-ups.ts";

/** `networks` are network numbers by routing (AFKO): an activity's object number holds the routing only. */
export function assignmentOf(objectNumber: string, networks: ReadonlyMap<string, string>): AssignmentKeys {
  const kind = objectNumber.slice(0, 2);
  const rest = objectNumber.slice(2);
  // KOKRS has four characters, blanks included.
  if (kind === "KS" || kind === "KL") return { ...noAssignment, costCenter: rest.slice(4, 14).trim() };
  if (kind === "OR") return { ...noAssignment, order: rest.slice(0, 12).trim() };
  if (kind === "PR") return { ...noAssignment, wbs: rest.slice(0, 8) };
  if (kind !== "NV") return noAssignment;
  const routing = routingOf(objectNumber) ?? "";
  // A routing without its row still names one network; no rule will know it, so it is held and not lost.
  return { ...noAssignment, network: networks.get(routing) || `AUFPL-${routing}`, routing, activity: rest.slice(10, 18) };
}

export function routingOf(objectNumber: string): string | undefined {
  return objectNumber.startsWith("NV") ? objectNumber.slice(2, 12) : undefined;
}
