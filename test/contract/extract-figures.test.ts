// Every figure that the extracts hand out, set against the raw rows of SAP's tables by arithmetic of this file's own: amounts in every
// currency, signs, cost objects; and what is not whole against the codes, counts and balances that the builder wrote down before.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../src/cli/platform/index.ts";
import type { Flow, PurchaseOrderItem, SourceRecord } from "../../src/core/index.ts";
import type { RfcClient } from "../../src/ports/index.ts";
import type { EccRow } from "../../src/sandbox/world.ts";
import { createDictionary, createExtracts, createReadTable } from "../../src/sap/index.ts";
import { type Ask, asOf, type ExtractBench, openExtractBench, readAllOf } from "../support/extract-bench.ts";
import { watermarkOf } from "../support/watermark.ts";

const noDay = "00000000";

let bench: ExtractBench;
beforeAll(async () => {
  bench = await openExtractBench(23, { projects: 5, vendors: 60, purchaseOrders: 120, poLines: 300, costLines: 3_000 });
});
afterAll(() => bench.close());

const rowsOf = (table: string) => bench.rowsOf(table);
const patchTable = (table: string, patch: readonly EccRow[]) => bench.change(table, { patch });

/** All records of a flow; each may come in one slice only. */
function readFlow(flow: Flow, ask: Ask = { mode: "full" }, client: RfcClient = bench.client): Promise<SourceRecord[]> {
  const { zone } = bench;
  const reader = createReadTable(client, createDictionary(client));
  const extracts = createExtracts({ reader, client, clock: systemClock, settings: { companyCodes: [], zone } });
  return readAllOf<SourceRecord>(extracts[flow], ask);
}

const keysOf = (records: readonly { key: string }[]) => records.map(({ key }) => key).sort();
const documentKey = (row: EccRow) => `${row.BUKRS}.${row.BELNR}.${row.GJAHR}`;
const by = (field: string) => (left: EccRow, right: EccRow) => ((left[field] ?? "") < (right[field] ?? "") ? -1 : 1);
const given = (text: string | undefined) => text !== undefined && /[^0]/.test(text);

/** A stored amount has two decimals whatever its currency (sap-data 0.6): its digits are minor units. */
const storedMinor = (text = "0.00") => BigInt(text.replace(".", ""));
const decimalsOf = (currency: string) => Number(rowsOf("TCURX").find(({ CURRKEY }) => CURRKEY === currency)?.CURRDEC ?? "2");

/** Decimal text of a currency, exactly as many decimals as it has, or a number of none. */
function minorOf(text: string, currency: string): bigint {
  const decimals = decimalsOf(currency);
  const [, sign = "", whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === "" || fraction.length > decimals) throw new Error(`"${text}" is no amount in ${currency}`);
  return BigInt(`${sign}${whole}${fraction.padEnd(decimals, "0")}`);
}

/** The object that the raw tables alone make of an assignment (rulings 11 and 20), `none` where it is the plant's to say. */
function objectTeller(wbsField: "PS_PSP_PNR" | "PROJK", options: { realOnly: boolean }): (row: EccRow) => string {
  const elements = new Map(rowsOf("PRPS").map((row) => [row.PSPNR, row]));
  const orders = new Map(rowsOf("AUFK").map((row) => [row.AUFNR, row]));
  const projects = new Map(rowsOf("AFVC").map((row) => [`${row.AUFPL}/${row.APLZL}`, row.PROJN]));
  const element = (number: string | undefined) => `wbs ${elements.get(number)?.POSID ?? `PSPNR-${number}`}`;
  return (row) => {
    const named: [text: string, isStatistical: boolean][] = [];
    const { NPLNR: network, AUFNR: order, KOSTL: costCenter } = row;
    const wbs = row[wbsField];
    if (given(wbs)) named.push([element(wbs), elements.get(wbs)?.XSTAT === "X"]);
    const project = projects.get(`${row.AUFPL}/${row.APLZL}`);
    if (given(network)) named.push([given(project) ? element(project) : `network ${network}`, false]);
    const owner = orders.get(order);
    if (given(order)) named.push([given(owner?.PSPEL) ? element(owner?.PSPEL) : `order ${order}`, owner?.ASTKZ === "X"]);
    if (given(costCenter)) named.push([`cost-center ${costCenter}`, false]);
    return named.find(([, isStatistical]) => !(options.realOnly && isStatistical))?.[0] ?? "none";
  };
}

const objectText = (object: { kind: string; key: string } | undefined) => (object ? `${object.kind} ${object.key}` : "none");

type Rejections = Record<string, { count: number; amount: Record<string, bigint> }>;

function rejectionsIn(records: readonly SourceRecord[]): Rejections {
  const found: Rejections = {};
  for (const record of records) {
    if (record.kind !== "rejected") continue;
    const tally = found[record.code] ?? { count: 0, amount: {} };
    found[record.code] = tally;
    tally.count += 1;
    tally.amount[record.currency] = (tally.amount[record.currency] ?? 0n) + minorOf(record.balance, record.currency);
  }
  return found;
}

/** As the builder counted before anything was read. */
function rejectionsWritten(flow: Flow): Rejections {
  const minor = (amount: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(amount).map(([currency, text]) => [currency, minorOf(text, currency)]));
  const written = Object.entries(bench.manifest.flows[flow].rejected);
  return Object.fromEntries(written.map(([code, { count, amount }]) => [code, { count, amount: minor(amount) }]));
}

const currenciesOf = (records: readonly SourceRecord[]) =>
  new Set(records.flatMap((record) => (record.kind === "vendor" ? [] : [record.currency])));

describe("purchase orders", () => {
  const assignmentsOf = (item: PurchaseOrderItem) =>
    item.assignments.map(({ assignment, account, object }) => `${assignment} ${account} ${objectText(object)}`);

  it("have each item's value, tax and price, and each assignment's object, as the tables hold them", async () => {
    const records = await readFlow("purchase-orders");
    const items = Map.groupBy(rowsOf("EKPO"), (row) => row.EBELN);
    const assignments = Map.groupBy(rowsOf("EKKN"), (row) => `${row.EBELN} ${row.EBELP}`);
    const tell = objectTeller("PS_PSP_PNR", { realOnly: false });
    const minor = (currency: string, texts: readonly string[]) => texts.map((text) => minorOf(text, currency));
    let pricesLost = 0;
    for (const record of records) {
      if (record.kind !== "purchase-order") continue;
      const rows = (items.get(record.key) ?? []).toSorted(by("EBELP"));
      expect(record.items.map(({ item }) => item)).toEqual(rows.map(({ EBELP }) => EBELP));
      for (const [index, item] of record.items.entries()) {
        const { NETWR, NAVNW, NETPR } = rows[index] ?? {};
        const place = `${record.key}/${item.item}`;
        const read = minor(record.currency, [item.netValue, item.nonDeductibleTax]);
        expect(read, place).toEqual([NETWR, NAVNW].map((text) => storedMinor(text)));
        // NETPR is CURR 11,2: a longer text comes back with `*` (sap-rfc 1.5), and the price, shown only, stays empty.
        const price = (NETPR ?? "").length > 11 ? [] : [storedMinor(NETPR)];
        pricesLost += 1 - price.length;
        expect(item.netPrice === "" ? [] : minor(record.currency, [item.netPrice]), place).toEqual(price);
        const own = (assignments.get(`${record.key} ${item.item}`) ?? []).toSorted(by("ZEKKN"));
        expect(assignmentsOf(item), place).toEqual(own.map((row) => `${row.ZEKKN} ${row.SAKTO} ${tell(row)}`));
      }
    }
    expect(pricesLost).toBeGreaterThan(0);
    // The currencies that need TCURX are among them, and all kinds of objects.
    expect([...currenciesOf(records)]).toEqual(expect.arrayContaining(["USD", "CAD", "JPY", "KWD", "EUR"]));
    expect(new Set(rowsOf("EKKN").map((row) => tell(row).split(" ")[0]))).toEqual(
      new Set(["wbs", "network", "order", "cost-center"]),
    );
  });

  it("are rejected by the codes and counts of the builder", async () => {
    const found = rejectionsIn(await readFlow("purchase-orders"));
    expect(found["object-without-items"]?.count).toBeGreaterThan(0);
    expect(found).toEqual(rejectionsWritten("purchase-orders"));
  });

  it("are rejected, too, where only the BAPI has the percentages and the user may not call it", async () => {
    const refused = { kind: "failure", class: "authorization", key: "RFC_NO_AUTHORITY", detail: "S_RFC" } as const;
    const withoutBapi: RfcClient = {
      ...bench.client,
      call: async (call) => (call.function === "BAPI_PO_GETDETAIL1" ? refused : bench.client.call(call)),
    };
    const keys = (records: readonly SourceRecord[]) => keysOf(records.filter(({ kind }) => kind === "rejected"));
    const [percents] = bench.manifest.nasty.filter(({ name }) => name === "percent split that only the BAPI can deliver");
    const [all, known] = [await readFlow("purchase-orders", { mode: "full" }, withoutBapi), await readFlow("purchase-orders")];
    expect(keys(all)).toEqual([...keys(known), ...(percents?.keys ?? ["none"])].sort());
  });
});

describe("FI documents", () => {
  it("have each line's amount, sign, account, vendor and real object as the tables hold them", async () => {
    const records = await readFlow("costs");
    const lines = Map.groupBy(rowsOf("BSEG"), documentKey);
    const currencies = new Map(rowsOf("T001").map((row) => [row.BUKRS, row.WAERS]));
    const tell = objectTeller("PROJK", { realOnly: true });
    for (const record of records) {
      if (record.kind !== "cost-document") continue;
      expect(record.currency).toBe(currencies.get(record.companyCode));
      const rows = (lines.get(record.key) ?? []).toSorted(by("BUZEI"));
      const read = record.lines.map(
        ({ line, account, amount, vendor, purchaseOrder, object }) =>
          `${line} ${account} ${minorOf(amount, record.currency)} ${vendor} ${purchaseOrder} ${objectText(object)}`,
      );
      const expected = rows.map((row) => {
        const amount = (row.SHKZG === "H" ? -1n : 1n) * storedMinor(row.DMBTR);
        const vendor = row.KOART === "K" ? (row.LIFNR ?? "") : "";
        return `${row.BUZEI} ${row.HKONT} ${amount} ${vendor} ${row.EBELN ?? ""} ${tell(row)}`;
      });
      expect(read, record.key).toEqual(expected);
    }
    expect([...currenciesOf(records)].sort()).toEqual(["CAD", "JPY", "USD"]);
    const statistical = rowsOf("BSEG").filter((row) => objectTeller("PROJK", { realOnly: false })(row) !== tell(row));
    expect(statistical.length).toBeGreaterThan(0);
  });

  it("are rejected by the codes, counts and balances of the builder", async () => {
    const found = rejectionsIn(await readFlow("costs"));
    expect(Object.keys(found).sort()).toEqual(["amount-overflow", "document-unbalanced", "document-without-lines"]);
    expect(found["document-unbalanced"]?.amount).not.toEqual({ USD: 0n });
    expect(found).toEqual(rejectionsWritten("costs"));
  });

  it("that were entered or changed since are a delta's, each once however many of their days say so", async () => {
    const [first, second, third] = rowsOf("BKPF").filter(({ CPUDT = "", BSTAT = "" }) => CPUDT < "20261001" && BSTAT === "");
    if (!first || !second || !third) throw new Error("the world has no old documents");
    const keyOf = ({ BUKRS = "", BELNR = "", GJAHR = "" }: EccRow) => ({ BUKRS, BELNR, GJAHR });
    await patchTable("BKPF", [
      { ...keyOf(first), AEDAT: "20261114" },
      { ...keyOf(second), UPDDT: "20261113" },
      { ...keyOf(third), AEDAT: asOf, UPDDT: asOf },
    ]);
    const records = await readFlow("costs", { mode: "delta", since: watermarkOf("20261114", { swept: asOf }) });
    const days = ({ CPUDT = "", AEDAT = "", UPDDT = "" }: EccRow) => [CPUDT, AEDAT, UPDDT];
    const moved = rowsOf("BKPF").filter((row) => days(row).some((day) => day >= "20261112" && day <= asOf));
    expect(moved.length).toBeGreaterThan(0);
    expect(keysOf(records)).toEqual([...moved, first, second, third].map(documentKey).sort());
    const before = ({ AEDAT = noDay, UPDDT = noDay }: EccRow) => ({ AEDAT, UPDDT });
    await patchTable(
      "BKPF",
      [first, second, third].map((row) => ({ ...keyOf(row), ...before(row) })),
    );
  });
});
