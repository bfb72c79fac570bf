/**
 * Change documents and change pointers as cheap triggers (sap-data 2.8, 3): which objects somebody touched since a day. They say where to look,
 * never what is true: follow-on values, counters and direct updates are not logged, so a sweep stays. The window is inclusive and
 * overlaps, for a document number and its stamp are older than the commit that shows them.
 */
import { addDays, type SapDate } from "../../core/index.ts";
import { all, any, compare, equal, oneOf, type TableReader, type Where } from "../rfc/index.ts";
import { triggerFields } from "./fields-read.ts";
import { cell, readAll, readWhole } from "./rows.ts";

/** KRED vendors by LIFNR, ADRESSE addresses, EINKBELEG purchasing documents by EBELN. */
export type ChangeObjectClass = "KRED" | "ADRESSE" | "EINKBELEG" | "INCOMINGINVOICE";

export type ChangesAsked = {
  objectClass: ChangeObjectClass;
  /** First day, in SAP's own calendar; days before it by the overlap are read, too. */
  since: SapDate;
  /** Last day. */
  until?: SapDate;
  overlapDays?: number;
};

/** Two calendar days for stamps by the day (sap-data 3, "why watermarks lie"). */
const overlapDaysDefault = 2;
/** `BP  ` and the address number: how ADRESSE writes a business address (sap-data 2.8). */
const addressPrefix = "BP  ";

function windowOf({ since, until, overlapDays = overlapDaysDefault }: ChangesAsked): Where {
  const from = compare("UDATE", ">=", addDays(since, -overlapDays));
  return until === undefined ? from : all(from, compare("UDATE", "<=", until));
}

/** Object keys (LIFNR, ADDRNUMBER or EBELN, as CDHDR keeps them), each once, in order. */
export async function readChangedObjects(reader: TableReader, asked: ChangesAsked): Promise<readonly string[]> {
  const where = all(equal("OBJECTCLAS", asked.objectClass), windowOf(asked));
  const rows = await readAll(reader, { table: "CDHDR", fields: triggerFields.CDHDR, where });
  const ids = rows.map((row) => cell(row, "OBJECTID"));
  return sortedOnce(asked.objectClass === "ADRESSE" ? ids.map(addressOf) : ids);
}

function addressOf(objectId: string): string {
  return objectId.startsWith(addressPrefix) ? objectId.slice(addressPrefix.length).trim() : objectId.trim();
}

/** Vendors whose own data or whose address changed: ADRESSE is mapped back through LFA1-ADRNR, for address edits often show only there. */
export async function readChangedVendors(
  reader: TableReader,
  window: Omit<ChangesAsked, "objectClass">,
): Promise<readonly string[]> {
  const own = await readChangedObjects(reader, { ...window, objectClass: "KRED" });
  const addresses = await readChangedObjects(reader, { ...window, objectClass: "ADRESSE" });
  const rows = await readWhole(reader, { table: "LFA1", fields: ["LIFNR", "ADRNR"], field: "ADRNR", values: addresses });
  return sortedOnce([...own, ...rows.map((row) => cell(row, "LIFNR"))]);
}

/**
 * Change pointers of ALE (sap-data 3: BDCP2 CREMAS): written only where the customer switched them on, and deleted by RBDCPCLR, so that none may
 * mean nothing. Objects as CDOBJID says; CRETIME is UTC [K], which the overlap covers.
 */
export async function readChangePointers(
  reader: TableReader,
  asked: { messageTypes: readonly string[]; since: SapDate; overlapDays?: number },
): Promise<readonly string[]> {
  const from = `${addDays(asked.since, -(asked.overlapDays ?? overlapDaysDefault))}000000`;
  const where = all(oneOf("MESTYPE", asked.messageTypes), compare("CRETIME", ">=", from));
  const rows = await readAll(reader, { table: "BDCP2", fields: triggerFields.BDCP2, where });
  return sortedOnce(rows.map((row) => cell(row, "CDOBJID")));
}

export type ChangedField = { objectId: string; table: string; tableKey: string; field: string; change: string };

/** CDPOS by its leading key only (a cluster in older releases): per object and change number, in calls of a few. */
export async function readChangedFields(
  reader: TableReader,
  objectClass: ChangeObjectClass,
  changes: readonly { objectId: string; changeNumber: string }[],
): Promise<readonly ChangedField[]> {
  const found: ChangedField[] = [];
  for (let start = 0; start < changes.length; start += changesPerCall) {
    const some = changes.slice(start, start + changesPerCall);
    const where = all(
      equal("OBJECTCLAS", objectClass),
      any(...some.map(({ objectId, changeNumber }) => all(equal("OBJECTID", objectId), equal("CHANGENR", changeNumber)))),
    );
    const rows = await readAll(reader, { table: "CDPOS", fields: triggerFields.CDPOS, where });
    found.push(
      ...rows.map((row) => ({
        objectId: cell(row, "OBJECTID"),
        table: cell(row, "TABNAME"),
        tableKey: cell(row, "TABKEY"),
        field: cell(row, "FNAME"),
        change: cell(row, "CHNGIND"),
      })),
    );
  }
  return found;
}

/** Two literals each, well below the 450 of a clause, and below its 8 KB at a ninety-character object id. */
const changesPerCall = 50;

function sortedOnce(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== ""))].sort();
}
