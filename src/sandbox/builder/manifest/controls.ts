/**
 * Control totals of a world, summed from the rows of its files: what an independent reader of EKBE, RBKP/RSEG, COEP and FAGLFLEXA must
 * arrive at. They take no part in the flows' figures.
 */
import type { EccRow, ManifestControls, Tally } from "../../world.ts";
import { type Decimals, fixed, minorOf } from "../amount.ts";
import type { Tables } from "../tables.ts";

type Entry = { group: string; currency: string; minor: bigint };

function tallies(entries: readonly Entry[], decimalsOf: Decimals): Record<string, Tally> {
  const sums = new Map<string, { count: number; minor: Map<string, bigint> }>();
  for (const { group, currency, minor } of entries) {
    const sum = sums.get(group) ?? { count: 0, minor: new Map<string, bigint>() };
    sums.set(group, sum);
    sum.count += 1;
    sum.minor.set(currency, (sum.minor.get(currency) ?? 0n) + minor);
  }
  const amountOf = (minor: ReadonlyMap<string, bigint>) =>
    Object.fromEntries([...minor].map(([currency, units]) => [currency, fixed(units, decimalsOf(currency))]));
  return Object.fromEntries([...sums].map(([group, { count, minor }]) => [group, { count, amount: amountOf(minor) }]));
}

const signed = (row: EccRow, field: string): bigint => (row["SHKZG"] === "H" ? -minorOf(row[field]) : minorOf(row[field]));

export function controlsOf(tables: Tables, decimalsOf: Decimals): ManifestControls {
  const currencies = new Map(tables.rows("T001").map((row) => [row["BUKRS"] ?? "", row["WAERS"] ?? ""]));
  const headers = new Map(tables.rows("RBKP").map((row) => [`${row["BELNR"]}${row["GJAHR"]}`, row]));
  const invoices = tables.rows("RSEG").map((row): Entry => {
    const currency = headers.get(`${row["BELNR"]}${row["GJAHR"]}`)?.["WAERS"] ?? "";
    return { group: "invoices", currency, minor: signed(row, "WRBTR") };
  });
  const history = tables
    .rows("EKBE")
    .map((row): Entry => ({ group: row["VGABE"] ?? "", currency: row["HSWAE"] ?? "", minor: signed(row, "DMBTR") }));
  const actual = tables.rows("COEP").filter((row) => row["WRTTP"] === "04");
  const coLines = actual.map(
    (row): Entry => ({ group: row["VRGNG"] ?? "", currency: row["OWAER"] ?? "", minor: minorOf(row["WOGBTR"]) }),
  );
  const ledger = tables.rows("FAGLFLEXA").map((row): Entry => {
    const group = row["RBUKRS"] ?? "";
    return { group, currency: currencies.get(group) ?? "", minor: row["DRCRK"] === "S" ? minorOf(row["HSL"]) : 0n };
  });
  return {
    invoices: tallies(invoices, decimalsOf)["invoices"] ?? { count: 0, amount: {} },
    orderHistory: tallies(history, decimalsOf),
    coLines: tallies(coLines, decimalsOf),
    ledgerLines: tallies(ledger, decimalsOf),
  };
}
