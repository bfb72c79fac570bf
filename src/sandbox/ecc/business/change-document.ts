/** CDHDR and CDPOS of one change (sap-data 2.8): for an order's header they are the only trace that a change leaves (0.1). */
import type { Raw } from "../store/find.ts";
import { type Desk, nextNumber } from "./desk.ts";

export type Moved = {
  table: string;
  key: readonly string[];
  field: string;
  before: string | undefined;
  after: string | undefined;
};

/** False when the number range is used up: the event does not happen then. */
export function recordOrderChange(desk: Desk, ebeln: string, tcode: string, moved: readonly Moved[]): boolean {
  const changenr = nextNumber(desk, "CDHDR", "CHANGENR", "0");
  if (changenr === undefined) return false;
  const isInsert = moved.every(({ field }) => field === "KEY");
  const key: Raw = { OBJECTCLAS: "EINKBELEG", OBJECTID: ebeln, CHANGENR: changenr };
  desk.insert("CDHDR", {
    ...key,
    USERNAME: "BUYER02",
    UDATE: desk.today,
    UTIME: desk.time,
    TCODE: tcode,
    CHANGE_IND: isInsert ? "I" : "U",
  });
  for (const { table, key: rowKey, field, before, after } of moved) {
    // TABKEY is the client and the key's fields, one behind the other; FNAME KEY marks an inserted row.
    desk.insert("CDPOS", {
      ...key,
      TABNAME: table,
      TABKEY: `${desk.world.system.client}${rowKey.join("")}`,
      FNAME: field,
      CHNGIND: field === "KEY" ? "I" : "U",
      VALUE_NEW: after,
      VALUE_OLD: before,
    });
  }
  return true;
}
