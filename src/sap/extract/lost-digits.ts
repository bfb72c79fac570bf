/**
 * Percentages and exchange rates that the table reader could not pass (sap-rfc 1.5: DEC 3.1 overflows from 10.0 on) asked of BAPI_PO_GETDETAIL1, order
 * by order, only where they matter. A BAPI that is not allowed or not there is not asked again; then the order stays as it was, and the
 * rules for what is missing apply (docs/decisions/0004).
 */
import { Fault } from "../../core/index.ts";
import type { RfcFailure } from "../../ports/index.ts";
import { type BapiCaller, type PurchaseOrderDetail, readPurchaseOrderDetail } from "../bapi/index.ts";
import { errorCodeOf, isModuleMissing, type TableRow } from "../rfc/index.ts";
import { cell, isFlag } from "./rows.ts";

export type LostDigits = {
  /** Details by EBELN of those orders that lost something and whose BAPI answered. */
  find(orders: readonly OrderRows[]): Promise<ReadonlyMap<string, PurchaseOrderDetail>>;
};

export type OrderRows = { header: TableRow; items: readonly TableRow[]; assignments: readonly TableRow[] };

/** What the policy, the role or the release keeps away; anything else is a failure of the call. */
function isKeptAway(failure: RfcFailure): boolean {
  return failure.class === "authorization" || isModuleMissing(failure);
}

function hasLostDigits({ header, items, assignments }: OrderRows): boolean {
  if (cell(header, "WKURS") === "") return true;
  const byPercent = new Set(items.filter((row) => cell(row, "VRTKZ") === "2").map((row) => cell(row, "EBELP")));
  return assignments.some((row) => byPercent.has(cell(row, "EBELP")) && !isFlag(row, "LOEKZ") && cell(row, "VPROZ") === "");
}

export function createLostDigits(bapi: BapiCaller): LostDigits {
  let isAway = false;
  return {
    async find(orders) {
      const found = new Map<string, PurchaseOrderDetail>();
      for (const order of orders) {
        if (isAway) break;
        if (!hasLostDigits(order)) continue;
        const key = cell(order.header, "EBELN");
        const detail = await readPurchaseOrderDetail(bapi, key);
        if (detail.kind === "detail") found.set(key, detail);
        else if (isKeptAway(detail)) isAway = true;
        // What the BAPI says of one order (no authority for its organisation, locked) is that order's own.
        else if (detail.class !== "message" && detail.class !== "exception")
          throw new Fault(errorCodeOf(detail), { place: `BAPI_PO_GETDETAIL1 ${key}`, detail: `${detail.key}: ${detail.detail}` });
      }
      return found;
    },
  };
}
