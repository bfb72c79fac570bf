// What GLT0 of an extract would hold, from BKPF and BSEG alone: the debits and credits of all posted lines that were exported, by account and period.
// And the part of it that no whole document has: the lines of documents that the export cut off.
import type { Costs } from "./expected-costs.ts";
import { minorOf, moneyText } from "./expected-money.ts";
import { keyOf, type Row } from "./extract-csv.ts";

/** By `year/period/account`: the balance in minor units. */
export type Balances = ReadonlyMap<string, bigint>;

const documentKey = (row: Row): string => [row.get("BUKRS"), keyOf(row, "BELNR", 10), keyOf(row, "GJAHR", 4)].join("/");
const posted = new Set(["", "A", "B"]);

export type ExpectedLedger = {
  /** Rows as GLT0 keeps them, for the simulated system. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly periods: readonly { readonly year: number; readonly period: number }[];
  /** How many accounts have a posting, summed over the periods. */
  readonly cells: number;
  /** Balances of what a reader cannot take whole. */
  readonly cutOff: Balances;
};

function addTo(balances: Map<string, bigint>, key: string, minor: bigint): void {
  balances.set(key, (balances.get(key) ?? 0n) + minor);
}

export function readLedger(costs: Costs, lineRows: readonly Row[]): ExpectedLedger {
  const sides = new Map<string, bigint>();
  const cutOff = new Map<string, bigint>();
  for (const row of lineRows) {
    const header = costs.headers.get(documentKey(row));
    if (!header || !posted.has(header.status)) continue;
    const isCredit = row.get("SHKZG") === "H";
    const minor = isCredit ? -minorOf(row, "DMBTR") : minorOf(row, "DMBTR");
    const account = keyOf(row, "HKONT", 10);
    addTo(sides, [header.companyCode, header.fiscalYear, header.period, account, isCredit ? "H" : "S"].join("/"), minor);
    if (costs.unbalanced.has(documentKey(row)))
      addTo(cutOff, [Number(header.fiscalYear), Number(header.period), account].join("/"), minor);
  }
  const rows = [...sides].map(([key, minor]) => {
    const [BUKRS = "", RYEAR = "", period = "", RACCT = "", DRCRK = ""] = key.split("/");
    const head = { RLDNR: "00", RRCTY: "0", RVERS: "001", RTCUR: "USD", RPMAX: "016" };
    return { ...head, BUKRS, RYEAR, RACCT, DRCRK, period, amount: moneyText(minor, "USD") };
  });
  // One row a side and account; the periods are its columns.
  const byKey = Map.groupBy(rows, (row) => [row.BUKRS, row.RYEAR, row.RACCT, row.DRCRK].join("/"));
  return {
    rows: [...byKey.values()].map((group) => {
      const [{ period: _, amount: __, ...key } = rows[0] ?? { period: "", amount: "" }] = group;
      return { ...key, ...Object.fromEntries(group.map(({ period, amount }) => [`HSL${period}`, amount])) };
    }),
    periods: [...new Set(rows.map(({ RYEAR, period }) => `${RYEAR}/${Number(period)}`))].sort().map((text) => {
      const [year, period] = text.split("/").map(Number);
      return { year: year ?? 0, period: period ?? 0 };
    }),
    cells: new Set(rows.map(({ RYEAR, period, RACCT }) => `${RYEAR}/${period}/${RACCT}`)).size,
    cutOff,
  };
}
