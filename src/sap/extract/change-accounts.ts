/**
 * Changes by the account of whoever serves the tables (a Gateway service with delta links): a trace like change documents, and in their place where there
 * is one of every table that makes the object. Links are kept in the flow's watermark, so that they move only with a run that was complete. An
 * account that begins, begins before anything else is read: what changes meanwhile is told by it.
 */
import { Fault } from "../../core/index.ts";
import type { TableReader } from "../rfc/index.ts";
import { readFault } from "./faults.ts";

/** By table; as the service wrote them. */
export type DeltaLinks = Readonly<Record<string, string>>;
/** What each table's changes name. */
export type AccountTables = Readonly<Record<string, string>>;

export const orderTables: AccountTables = { EKKO: "EBELN", EKPO: "EBELN", EKKN: "EBELN", EKET: "EBELN" };
export const vendorTables: AccountTables = {
  LFA1: "LIFNR",
  LFB1: "LIFNR",
  LFM1: "LIFNR",
  ADRC: "ADDRNUMBER",
  ADR6: "ADDRNUMBER",
};

export type Account = {
  begin(): Promise<DeltaLinks>;
  /** Values by the field that they are of, and where to go on from. */
  since(links: DeltaLinks): Promise<{ changed: Readonly<Record<string, readonly string[]>>; links: DeltaLinks }>;
};

/** More than this is read better in the order of a sweep. */
const valuesMax = 50_000;

/** Undefined where a table that is read has no account: change documents are asked then. Tables that are not read at all do not matter. */
export function accountOf(reader: TableReader, tables: AccountTables): Account | undefined {
  const { changes } = reader;
  const known = Object.keys(tables).map((table) => ({ table, keeps: changes?.keeps(table) }));
  const kept = known.flatMap(({ table, keeps }) => (keeps === true ? [table] : []));
  if (changes === undefined || kept.length === 0 || known.some(({ keeps }) => keeps === false)) return undefined;
  const readOne = async (table: string, since: string | undefined) => {
    const field = tables[table] ?? "";
    const outcome = await changes.read({ table, field, since, valuesMax });
    if (outcome.kind === "failure") throw readFault(table, outcome);
    return { table, field, ...outcome };
  };
  return {
    async begin() {
      const links: Record<string, string> = {};
      for (const table of kept) links[table] = (await readOne(table, undefined)).link;
      return links;
    },
    async since(before) {
      const links: Record<string, string> = {};
      const changed: Record<string, string[]> = {};
      for (const table of kept) {
        const link = before[table];
        if (link === undefined)
          throw new Fault("sap.exception", { place: table, detail: "no link for its changes is known yet" });
        const read = await readOne(table, link);
        links[table] = read.link;
        changed[read.field] = [...(changed[read.field] ?? []), ...read.values];
      }
      return { changed, links };
    },
  };
}
