/** A record's SAP document numbers, as somebody types them into a transaction at night: each with SAP's own field name. Pure. */
import { fromAlpha, type SourceRecord } from "../../core/index.ts";

export type Fact = readonly [label: string, value: string];

const known = (facts: readonly Fact[]): readonly Fact[] => facts.filter(([, value]) => value !== "");

/** `4500000001.00010.01` */
function orderFacts(key: string): readonly Fact[] {
  const [order = "", item = "", assignment = ""] = key.split(".");
  return [
    ["purchase order (EBELN)", order],
    ["item (EBELP)", item],
    ["account assignment (ZEKKN)", assignment === "00" ? "" : assignment],
  ];
}

/** `BELNR.GJAHR.BUZEI.ZEKKN` */
function invoiceFacts(key: string): readonly Fact[] {
  const [number = "", year = "", line = ""] = key.split(".");
  return [
    ["invoice (RBKP-BELNR)", number],
    ["fiscal year (GJAHR)", year],
    ["line (RSEG-BUZEI)", line],
  ];
}

/** `BUKRS.BELNR.GJAHR.BUZEI`; from controlling the number is `CO:<controlling area>:<BELNR>`. */
function costFacts(key: string): readonly Fact[] {
  const [companyCode = "", number = "", year = "", line = ""] = key.split(".");
  return known([
    ["company code (BUKRS)", companyCode],
    ["document (BELNR)", number],
    ["fiscal year (GJAHR)", year],
    ["line (BUZEI)", line],
  ]);
}

export function factsOf(key: string, flow: string, record: SourceRecord | undefined): readonly Fact[] {
  if (flow === "vendors") {
    const vendor = record?.kind === "vendor" ? record : undefined;
    const name = vendor?.names.filter((each) => each.trim() !== "").join(" ") ?? "";
    return known([
      ["vendor (LIFNR)", fromAlpha(key)],
      ["name (NAME1)", name],
      ["account group (KTOKK)", vendor?.accountGroup ?? ""],
    ]);
  }
  if (flow === "purchase-orders") {
    const order = record?.kind === "purchase-order" ? record : undefined;
    return known([
      ...orderFacts(key),
      ["vendor (LIFNR)", order ? fromAlpha(order.vendor) : ""],
      ["company code (BUKRS)", order?.companyCode ?? ""],
      ["document date (BEDAT)", order?.documentDate ?? ""],
    ]);
  }
  if (flow === "invoices") return known(invoiceFacts(key));
  return costFacts(key);
}
