/**
 * Change documents, change pointers and stamps of the day as cheap triggers (sap-data 2.8, 3): which objects somebody touched in a window. They
 * say where to look, never what is true: follow-on values, counters and direct updates leave no trace, so a sweep stays. Windows include
 * both ends, in SAP's own calendar; a table that cannot be read whole is a fault, never fewer objects.
 */
import { addDays, Fault, type SapDate } from "../../core/index.ts";
import { all, any, compare, equal, oneOf, type TableReader, type Where } from "../rfc/index.ts";
import { triggerFields } from "./fields-read.ts";
import { readLeaves } from "./read-leaves.ts";
import { cell, readAll, readWhole } from "./rows.ts";

/** KRED vendors by LIFNR, ADRESSE addresses, EINKBELEG purchasing documents by EBELN. */
export type ChangeObjectClass = "KRED" | "ADRESSE" | "EINKBELEG" | "INCOMINGINVOICE";
export type Window = { from: SapDate; until: SapDate };

/** `BP  ` and the address number: how ADRESSE writes a business address (sap-data 2.8). */
const addressPrefix = "BP  ";
const rowsPerLeaf = 10_000;
/** Few of these tables have an index by their stamps (sap-data 3): what takes longer than this is not cheap any more. */
const timeoutMs = 100_000;

type Trigger = { table: string; keyFields: readonly string[]; where: Where };

const within = (stamp: string, { from, until }: Window) => all(compare(stamp, ">=", from), compare(stamp, "<=", until));

/** The values of one field in all rows of a filter, each once. */
async function valuesOf(reader: TableReader, field: string, trigger: Trigger): Promise<Set<string>> {
  const values = new Set<string>();
  for await (const leaf of readLeaves(reader, { ...trigger, fields: [field], rowsPerLeaf, timeoutMs })) {
    const [lost] = leaf.rejected;
    if (lost) throw new Fault("sap.protocol", { place: trigger.table, detail: `${lost.field} ${lost.code}` });
    for (const row of leaf.rows) values.add(cell(row, field));
  }
  return values;
}

/** At the same time, and none is left running when another failed. */
async function together(...reads: readonly Promise<Iterable<string>>[]): Promise<string[]> {
  const settled = await Promise.allSettled(reads);
  return settled.flatMap((each) => {
    if (each.status === "rejected") throw each.reason;
    return [...each.value];
  });
}

/** Object keys (LIFNR, ADDRNUMBER or EBELN, as CDHDR keeps them), each once, in order. */
export async function readChangedObjects(
  reader: TableReader,
  objectClass: ChangeObjectClass,
  window: Window,
): Promise<readonly string[]> {
  const where = all(equal("OBJECTCLAS", objectClass), within("UDATE", window));
  const ids = [...(await valuesOf(reader, "OBJECTID", { table: "CDHDR", keyFields: ["OBJECTID", "CHANGENR"], where }))];
  return sortedOnce(objectClass === "ADRESSE" ? ids.map(addressOf) : ids);
}

function addressOf(objectId: string): string {
  return objectId.startsWith(addressPrefix) ? objectId.slice(addressPrefix.length).trim() : objectId.trim();
}

/**
 * Orders created, changed, or with a change or a posting among their parts: any of it means the whole order (sap-data 3). Left to the sweep: items
 * without any stamp (1.5 to 6 of 100, sap-data 0.2), and EKKN and EKET where an update of theirs wrote no change document. `inAccount` are orders that
 * changed by the account of who serves the tables, and stand for change documents.
 */
export async function readChangedOrders(
  reader: TableReader,
  window: Window,
  inAccount?: readonly string[],
): Promise<readonly string[]> {
  const history = ["EBELN", "EBELP", "ZEKKN", "VGABE", "GJAHR", "BELNR", "BUZEI"];
  const orders = (table: string, keyFields: readonly string[], stamp: string) =>
    valuesOf(reader, "EBELN", { table, keyFields, where: within(stamp, window) });
  return sortedOnce(
    await together(
      inAccount ? Promise.resolve(inAccount) : readChangedObjects(reader, "EINKBELEG", window),
      orders("EKKO", ["EBELN"], "AEDAT"),
      orders("EKPO", ["EBELN", "EBELP"], "AEDAT"),
      orders("EKBE", history, "CPUDT"),
    ),
  );
}

/**
 * Vendors created, or whose own data or address changed: ADRESSE is mapped back through LFA1-ADRNR, for address edits often show only there.
 * `pointers` are the message types whose change pointers count besides.
 */
export async function readChangedVendors(
  reader: TableReader,
  window: Window,
  pointers: readonly string[] = [],
  inAccount?: { vendors: readonly string[]; addresses: readonly string[] },
): Promise<readonly string[]> {
  const pointed = async (objectClass: ChangeObjectClass) =>
    pointers.length === 0 ? [] : readChangePointers(reader, { objectClass, messageTypes: pointers, from: window.from });
  const vendors = together(
    inAccount ? Promise.resolve(inAccount.vendors) : readChangedObjects(reader, "KRED", window),
    valuesOf(reader, "LIFNR", { table: "LFA1", keyFields: ["LIFNR"], where: within("ERDAT", window) }),
    pointed("KRED"),
  );
  const addresses = together(
    inAccount ? Promise.resolve(inAccount.addresses) : readChangedObjects(reader, "ADRESSE", window),
    pointed("ADRESSE"),
  );
  const addressed = addresses.then((values) =>
    readWhole(reader, { table: "LFA1", fields: ["LIFNR", "ADRNR"], field: "ADRNR", values: sortedOnce(values) }),
  );
  return sortedOnce(
    await together(
      vendors,
      addressed.then((rows) => rows.map((row) => cell(row, "LIFNR"))),
    ),
  );
}

/**
 * Change pointers of ALE (sap-data 3: BDCP2 CREMAS): written only where the customer switched them on, and deleted by RBDCPCLR, so that none may
 * mean nothing. Objects as CDOBJID says, processed or not. CRETIME is UTC [K]: a day earlier covers every zone.
 */
export async function readChangePointers(
  reader: TableReader,
  asked: { objectClass: ChangeObjectClass; messageTypes: readonly string[]; from: SapDate },
): Promise<readonly string[]> {
  const created = compare("CRETIME", ">=", `${addDays(asked.from, -1)}000000`);
  const where = all(oneOf("MESTYPE", asked.messageTypes), equal("CDOBJCL", asked.objectClass), created);
  const ids = [...(await valuesOf(reader, "CDOBJID", { table: "BDCP2", keyFields: ["MESTYPE", "CPIDENT"], where }))];
  return sortedOnce(asked.objectClass === "ADRESSE" ? ids.map(addressOf) : ids);
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
