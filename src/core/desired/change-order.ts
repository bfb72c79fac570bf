/**
 * The commitment change order that brings an invoiced contract level with SAP (ruling 14, decision 17): one for a contract and version, a line for
 * each contract line that changed. Procore gives neither an `origin_id`: the order's key of ours is its `reference`, a line's the first word of its
 * description (item and assignment), unique within the order.
 */
import { type KeyProblem, type OriginId, originId, type SapClient } from "../keys.ts";
import { formatMoney, type Money } from "../money.ts";
import { assert, type Result } from "../result.ts";
import type { Body } from "./contract.ts";

/** `00010.01`, of any of a purchase order line's origin ids. */
export type LineKey = string & { readonly lineKey: unique symbol };

const partsOf = (id: string): string[] => id.split(".");

/** Of `PL.EBELN.EBELP.ZEKKN.PROJECT` and `CL.EBELN.EBELP.ZEKKN.PROJECT.n`. */
export function lineKeyOf(lineOriginId: string): LineKey {
  const [, , kind = "", , item = "", assignment = ""] = partsOf(lineOriginId);
  assert(kind === "PL" || kind === "CL", `${lineOriginId} is no contract line's origin id`);
  return `${item}.${assignment}` as LineKey;
}

export function isChangeOrderLine(lineOriginId: string): boolean {
  return partsOf(lineOriginId)[2] === "CL";
}

/** The n-th change order of a contract `PO.EBELN.PROJECT`. */
export function changeOrderOriginId(client: SapClient, contract: string, version: number): Result<OriginId, KeyProblem> {
  const [, , , order = "", project = ""] = partsOf(contract);
  return originId(client, "CO", [order, project, version]);
}

export function changeOrderLineOriginId(client: SapClient, line: string, version: number): Result<OriginId, KeyProblem> {
  const [, , , order = "", item = "", assignment = "", project = ""] = partsOf(line);
  return originId(client, "CL", [order, item, assignment, project, version]);
}

/** Of both kinds: the last part. */
export function changeOrderVersion(id: string): number {
  return Number(partsOf(id).at(-1));
}

const textOf = (body: Body, field: string): string => {
  const value = body[field];
  return typeof value === "string" ? value : "";
};

/** Of a contract's header. */
export function changeOrderHeader(reference: OriginId, contract: Body): Body {
  return {
    reference,
    title: `SAP change ${changeOrderVersion(reference)} of purchase order ${textOf(contract, "number")}`,
    // Approved by an effect of its own, after the last line.
    status: "draft",
  };
}

/** On the budget code of the contract line. */
export function changeOrderLineBody(key: LineKey, amount: Money, contractLine: Body): Body {
  const description = `${key} ${textOf(contractLine, "description")}`.trim();
  return { description, amount: formatMoney(amount), wbs_code_id: contractLine.wbs_code_id ?? null };
}
