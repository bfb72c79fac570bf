import { describe, expect, it } from "vitest";
import type { EccRow } from "../../world.ts";
import { createTables } from "../tables.ts";
import { retentionsOf } from "./retentions.ts";

const invoice = { BELNR: "51", GJAHR: "2026" };
const kept = { BUKRS: "1000", BELNR: "17", GJAHR: "2026" };
const item = { ...kept, BUZEI: "002", KOART: "K", UMSKZ: "H", SHKZG: "H", WRBTR: "5.00" };
const payment = { BUKRS: "1000", BELNR: "15", GJAHR: "2026", BUDAT: "20261101", AWTYP: "BKPF", AWKEY: "15" };
const paid = { ...item, AUGDT: "20261101", AUGBL: "15" };

function judge(BSEG: readonly EccRow[], document: EccRow = payment) {
  const tables = createTables();
  for (const row of BSEG) tables.add("BSEG", row);
  for (const row of [{ ...kept, BUDAT: "20261010", AWTYP: "RMRP", AWKEY: "512026" }, document]) tables.add("BKPF", row);
  const release = retentionsOf(tables)(invoice, 500n);
  if (release === undefined || "day" in release) return release?.day ?? "nothing";
  return release.verdict.kind === "posted" ? "posted" : release.verdict.reason;
}

describe("what an invoice retained", () => {
  it.each<[string, readonly EccRow[], EccRow?]>([
    ["20261101", [paid]],
    ["nothing", [item]],
    ["retainage-open", [item, { ...paid, BUZEI: "003", UMSKZ: "A" }]],
    ["retainage-release-unknown", []],
    ["retainage-release-unknown", [{ ...paid, WRBTR: "4.00" }]],
    ["retainage-release-unknown", [paid], { ...payment, BUDAT: "20261102" }],
    ["retainage-release-unknown", [paid], { ...payment, STBLG: "16" }],
    ["retainage-release-partial", [paid, { ...item, BUZEI: "003" }]],
    ["retainage-release-partial", [paid, { ...item, BELNR: "15", WRBTR: "2.00" }]],
  ])("is %s for %j", (expected, rows, document) => {
    expect(judge(rows, document)).toBe(expected);
  });
});
