// Whether a flow is swept or follows triggers, over tables held in memory: what every trigger finds, what none finds, and that anything doubtful
// is a sweep with its reason.
import { describe, expect, it } from "vitest";
import { watermarkOf } from "../../../test/support/watermark.ts";
import { Fault, parseSapDate, type RunFlow } from "../../core/index.ts";
import type { Clock, RfcClient } from "../../ports/index.ts";
import type { ReadFailure, ReadOutcome, ReadRequest, TableReader, TableRow, Where } from "../rfc/index.ts";
import { type DeltaSettings, deltaDefaults, type FlowExtract, type Opened, type OpenRequest } from "./flow-extract.ts";
import { createExtracts, createInvoiceExtract, type ExtractSource } from "./index.ts";

type Row = Record<string, string>;
type Tables = Record<string, readonly Row[]>;
type Given = {
  tables?: Tables;
  /** SAP's day. */
  today?: string;
  companyCodes?: readonly string[];
  delta?: Partial<DeltaSettings>;
  refuse?: (request: ReadRequest) => ReadFailure | undefined;
};

const compared: Record<string, (cell: string, value: string) => boolean> = {
  "=": (cell, value) => cell === value,
  ">=": (cell, value) => cell >= value,
  "<=": (cell, value) => cell <= value,
  "<": (cell, value) => cell < value,
  "<>": (cell, value) => cell !== value,
};

function matches(row: Row, where: Where | undefined): boolean {
  if (!where) return true;
  if (where.kind === "all") return where.of.every((each) => matches(row, each));
  if (where.kind === "any") return where.of.some((each) => matches(row, each));
  if (where.kind === "in") return where.values.includes(row[where.field] ?? "");
  const compare = where.kind === "compare" ? compared[where.operator] : undefined;
  if (where.kind !== "compare" || compare === undefined) throw new Error(`unexpected ${where.kind}`);
  return compare(row[where.field] ?? "", where.value);
}

function readerOf({ tables = {}, refuse }: Given): { reader: TableReader; asked: ReadRequest[] } {
  const asked: ReadRequest[] = [];
  const read = async (request: ReadRequest): Promise<ReadOutcome> => {
    asked.push(request);
    const refused = refuse?.(request);
    if (refused) return refused;
    const rows = (tables[request.table] ?? []).filter((row) => matches(row, request.where));
    const shown = rows.map((row): TableRow => Object.fromEntries(request.fields.map((field) => [field, row[field] ?? ""])));
    const keysSeen = rows.slice(0, (request.rowsMax ?? 0) + 1);
    if (request.rowsMax !== undefined && rows.length > request.rowsMax)
      return { kind: "over", keysSeen, rowsSeen: keysSeen, isSorted: false };
    return { kind: "complete", rows: shown, rejected: [], doubtful: [] };
  };
  return { reader: { name: "fake", read }, asked };
}

const clock: Clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };

function sourceOf(given: Given): ExtractSource & { asked: ReadRequest[] } {
  const { today = "20261124", companyCodes = [], delta } = given;
  const at = Date.UTC(Number(today.slice(0, 4)), Number(today.slice(4, 6)) - 1, Number(today.slice(6)), 12);
  const client: RfcClient = {
    call: async () => ({ kind: "answer", values: {} }),
    serverTime: () => at,
    close: async () => undefined,
  };
  const settings = { companyCodes, zone: 0, delta: { ...deltaDefaults, ...delta } };
  return { ...readerOf(given), client, clock, settings };
}

const rfc = (kind: "authorization" | "dump" | "exception" | "communication", key: string): ReadFailure => ({
  kind: "failure",
  cause: "rfc",
  failure: { kind: "failure", class: kind, key, detail: "by the test" },
});

const orders = (given: Given) => createExtracts(sourceOf(given))["purchase-orders"];
const vendors = (given: Given) => createExtracts(sourceOf(given)).vendors;
const markOf = (day: string, swept = day, scope = "") => watermarkOf(day, { swept, scope });

function keysIn(opened: Opened<RunFlow>): string[] {
  const lists = opened.slices.flatMap(({ kind, slice }) => (kind === "objects" ? [(slice as { keys: Row[] }).keys] : []));
  return lists.flat().map((key) => Object.values(key).join("."));
}

const open = (extract: Pick<FlowExtract<RunFlow, never>, "open">, ask: Partial<OpenRequest>) =>
  extract.open({ mode: "delta", ...ask });
const since = markOf("20261123", "20261120");

describe("a run of changes only", () => {
  const tables: Tables = {
    EKKO: [
      { EBELN: "4500000001", BUKRS: "1000", AEDAT: "20261121" },
      { EBELN: "4500000002", BUKRS: "1000", AEDAT: "20261120" },
      { EBELN: "4500000003", BUKRS: "1000", AEDAT: "20200101" },
      { EBELN: "4500000004", BUKRS: "1000", AEDAT: "20200101" },
      { EBELN: "4500000005", BUKRS: "2000", AEDAT: "20200101" },
    ],
    CDHDR: [
      { OBJECTCLAS: "EINKBELEG", OBJECTID: "4500000003", CHANGENR: "1", UDATE: "20261121" },
      { OBJECTCLAS: "EINKBELEG", OBJECTID: "4500000002", CHANGENR: "2", UDATE: "20261120" },
      { OBJECTCLAS: "KRED", OBJECTID: "4500000002", CHANGENR: "3", UDATE: "20261124" },
    ],
    EKPO: [
      { EBELN: "4500000004", EBELP: "00010", AEDAT: "20261124" },
      { EBELN: "4500000003", EBELP: "00010", AEDAT: "20261122" },
      { EBELN: "4500000002", EBELP: "00010", AEDAT: "00000000" },
    ],
    EKBE: [
      { EBELN: "4500000005", EBELP: "00010", BELNR: "1", CPUDT: "20261121" },
      { EBELN: "4500000005", EBELP: "00010", BELNR: "2", CPUDT: "20261124" },
      { EBELN: "4500000002", EBELP: "00010", BELNR: "3", CPUDT: "20261120" },
    ],
  };

  it("reads each order that was created, changed or posted on since two days before the last run, once", async () => {
    const opened = await open(orders({ tables }), { since });
    expect(keysIn(opened)).toEqual(["4500000001", "4500000003", "4500000004", "4500000005"]);
    expect(opened.reading).toEqual({ how: "changes", why: "4 touched, 2026-11-21 to 2026-11-24; last sweep 2026-11-20" });
    expect(opened.watermark).toBe(markOf("20261124", "20261120"));
  });

  it("looks back further where the overlap is longer: what was committed late keeps its early stamp", async () => {
    const opened = await open(orders({ tables, delta: { overlapDays: 3 } }), { since });
    expect(keysIn(opened)).toContain("4500000002");
  });

  it("leaves orders of other company codes out", async () => {
    const opened = await open(orders({ tables, companyCodes: ["1000"] }), { since: markOf("20261123", "20261120", "1000") });
    expect(keysIn(opened)).toEqual(["4500000001", "4500000003", "4500000004"]);
  });

  it("reads what IDocs told of besides, in scope, whatever the triggers say", async () => {
    const asked = { since: markOf("20261123", "20261120", "1000"), touched: ["4500000002", "4500000005", "4599999999"] };
    const opened = await open(orders({ tables, companyCodes: ["1000"] }), asked);
    expect(keysIn(opened)).toEqual(["4500000001", "4500000003", "4500000004", "4500000002"]);
    expect(opened.reading?.why).toContain("3 touched, 1 told of by IDocs, 2026-11-21");
    const swept = await open(orders({ tables, companyCodes: ["1000"] }), { ...asked, mode: "full" });
    expect(keysIn(swept)).toEqual([]);
    expect(keysIn(await open(vendors({ tables }), { since: markOf("20261124"), touched: ["0000100007"] }))).toContain(
      "0000100007",
    );
  });

  it("reads documents that IDocs told of, but none from before the day that costs begin", async () => {
    const BKPF = ["20261101", "20261115"].map((CPUDT, index) => ({
      BUKRS: "1000",
      BELNR: `010000000${index + 1}`,
      GJAHR: "2026",
      CPUDT,
    }));
    const source = sourceOf({ tables: { BKPF } });
    const costsFrom = parseSapDate("20261110");
    const costs = createExtracts({ ...source, settings: { ...source.settings, ...(costsFrom ? { costsFrom } : {}) } }).costs;
    const touched = ["1000.0100000001.2026", "1000.0100000002.2026", "1000.0100000003.2026"];
    const opened = await open(costs, { since: markOf("20261123"), touched });
    expect(keysIn(opened)).toEqual(["1000.0100000002.2026"]);
  });

  it("ends with SAP's own day", async () => {
    const opened = await open(orders({ tables, today: "20261123" }), { since });
    expect(keysIn(opened)).toEqual(["4500000001", "4500000003", "4500000005"]);
  });

  it("splits a trigger that has more rows than a call may return", async () => {
    const many = Array.from({ length: 25_000 }, (_, at) => ({
      EBELN: String(4_500_000_000 + Math.floor(at / 2)),
      EBELP: at % 2 === 0 ? "00010" : "00020",
      AEDAT: "20261124",
    }));
    const source = sourceOf({ tables: { EKPO: many } });
    const opened = await open(createExtracts(source)["purchase-orders"], { since });
    expect(new Set(keysIn(opened)).size).toBe(12_500);
    expect(source.asked.filter(({ table }) => table === "EKPO").length).toBeGreaterThan(2);
  });

  it("finds vendors by their own changes, their addresses' and their creation", async () => {
    const own = { OBJECTCLAS: "KRED", OBJECTID: "0000100001", CHANGENR: "1", UDATE: "20261123" };
    const address = { OBJECTCLAS: "ADRESSE", OBJECTID: "BP  0000000077", CHANGENR: "2", UDATE: "20261123" };
    const opened = await open(
      vendors({
        delta: { sweepDays: { vendors: 35, purchaseOrders: 0 } },
        tables: {
          CDHDR: [own, address, { ...own, OBJECTID: "0000100004", UDATE: "20261119" }],
          LFA1: [
            { LIFNR: "0000100001", ADRNR: "0000000076", ERDAT: "20200101" },
            { LIFNR: "0000100002", ADRNR: "0000000077", ERDAT: "20200101" },
            { LIFNR: "0000100003", ADRNR: "0000000078", ERDAT: "20261122" },
            { LIFNR: "0000100004", ADRNR: "0000000079", ERDAT: "20200101" },
          ],
        },
      }),
      { since },
    );
    expect(keysIn(opened)).toEqual(["0000100001", "0000100002", "0000100003"]);
  });

  it("counts change pointers only where they are switched on, through addresses too", async () => {
    const pointer = { MESTYPE: "CREMAS", CPIDENT: "1", CDOBJCL: "KRED", CDOBJID: "0000100001", CRETIME: "20261123120000" };
    const given: Given = {
      tables: {
        BDCP2: [pointer, { ...pointer, CPIDENT: "2", CDOBJCL: "ADRESSE", CDOBJID: "BP  0000000077" }],
        LFA1: [{ LIFNR: "0000100002", ADRNR: "0000000077", ERDAT: "20200101" }],
      },
    };
    const sweepDays = { vendors: 35, purchaseOrders: 35 };
    const without = sourceOf({ ...given, delta: { sweepDays } });
    expect(keysIn(await open(createExtracts(without).vendors, { since }))).toEqual([]);
    expect(without.asked.filter(({ table }) => table === "BDCP2")).toEqual([]);
    const opened = await open(vendors({ ...given, delta: { sweepDays, vendorPointers: ["CREMAS"] } }), { since });
    expect(keysIn(opened)).toEqual(["0000100001", "0000100002"]);
  });
});

describe("a sweep", () => {
  const why = async (given: Given, ask: Partial<OpenRequest>) => {
    const opened = await open(orders(given), ask);
    expect(opened.slices.map(({ kind, label }) => [kind, label])).toEqual([["discover", "EKKO all"]]);
    const today = given.today ?? "20261124";
    expect(JSON.parse(opened.watermark ?? "")).toMatchObject({ day: today, swept: today });
    expect(opened.reading?.how).toBe("sweep");
    return opened.reading?.why;
  };

  it.each<[string, Given, Partial<OpenRequest>, string]>([
    ["asked for", {}, { mode: "full", since }, "asked for in full"],
    ["the first run", {}, {}, "never read whole"],
    ["no watermark", {}, { since: "20261123" }, "cannot be read"],
    ["no day", {}, { since: markOf("20261123", "20261399") }, "cannot be read"],
    ["a watermark of the future", {}, { since: markOf("20261125", "20261120") }, "SAP's day is before it"],
    ["a week after the last", {}, { since: markOf("20261123", "20261117") }, "was at 2026-11-17, and one is due every 7"],
    ["a long pause", {}, { since: markOf("20260901") }, "one is due every 7 days"],
    ["every run", { delta: { sweepDays: { vendors: 1, purchaseOrders: 0 } } }, { since: markOf("20261124") }, "every 0"],
    ["a new month", { today: "20261201" }, { since: markOf("20261130", "20261129") }, "in another month"],
    ["other company codes", { companyCodes: ["1000", "2000"] }, { since: markOf("20261123", "20261120", "1000") }, "other"],
  ])("is due: %s", async (_, given, ask, expected) => {
    expect(await why(given, ask)).toContain(expected);
  });

  it("is not due for company codes in another order, nor a day early", async () => {
    const given = { companyCodes: ["2000", "1000"] };
    const opened = await open(orders(given), { since: markOf("20261123", "20261118", "1000,2000") });
    expect(opened.reading?.how).toBe("changes");
  });

  it.each<[string, string, ReadFailure, string]>([
    ["the policy keeps CDHDR away", "CDHDR", rfc("authorization", "POLICY_TABLE"), "[sap.policy]"],
    ["the user may not", "CDHDR", rfc("authorization", "NOT_AUTHORIZED"), "[sap.not-authorised]"],
    ["a dump", "EKBE", rfc("dump", "TSV_TNEW_PAGE_ALLOC_FAILED"), "EKBE"],
    ["it took too long", "CDHDR", rfc("communication", "TIMEOUT"), "TIMEOUT"],
    ["no reader", "CDHDR", { kind: "failure", cause: "request", code: "no-reader", detail: "none" }, "[sap.exception]"],
  ])("stands in where a trigger cannot be read: %s", async (_, table, failure, expected) => {
    const refuse = (request: ReadRequest) => (request.table === table ? failure : undefined);
    const said = await why({ refuse }, { since });
    expect(said).toContain("what was touched cannot be read");
    expect(said).toContain(expected);
  });

  it("does not stand in for a connection that is gone: that is tried again", async () => {
    const refuse = ({ table }: ReadRequest) => (table === "CDHDR" ? rfc("communication", "ECONNRESET") : undefined);
    await expect(open(orders({ refuse }), { since })).rejects.toThrow(Fault);
  });

  it("stands in after a mass change", async () => {
    const touched = Array.from({ length: 50_001 }, (_, at) => ({ EBELN: String(4_500_000_000 + at), AEDAT: "20261124" }));
    expect(await why({ tables: { EKKO: touched } }, { since })).toBe("50001 objects were touched");
  });
});

describe("costs", () => {
  it("say what window they read, with the same overlap, and when they read all", async () => {
    const { costs } = createExtracts(sourceOf({ delta: { overlapDays: 4 } }));
    const opened = await open(costs, { since: markOf("20261123", "20261120") });
    expect(opened.slices[0]?.label).toContain("CPUDT[20261119,20261125)");
    expect(opened.reading).toEqual({ how: "window", why: "entered or changed, 2026-11-19 to 2026-11-24" });
    expect((await open(costs, { mode: "full", since: markOf("20261123") })).reading).toEqual({
      how: "sweep",
      why: "asked for in full",
    });
    expect((await open(costs, {})).reading?.why).toBe("it was never read whole before");
  });
});

describe("invoices", () => {
  const invoice = { GJAHR: "2026", BUKRS: "1000" };
  const change = { OBJECTCLAS: "INCOMINGINVOICE", CHANGENR: "1", UDATE: "20261124" };
  const given: Given = {
    tables: {
      CDHDR: [
        { ...change, OBJECTID: "51056000012026" },
        { ...change, OBJECTID: "51056000022026" },
        { ...change, OBJECTID: "51056000032026", UDATE: "20261101" },
      ],
      RBKP: [
        { ...invoice, BELNR: "5105600001", CPUDT: "20260301" },
        { ...invoice, BELNR: "5105600002", CPUDT: "20261123" },
        { ...invoice, BELNR: "5105600003", CPUDT: "20260301" },
      ],
    },
  };

  it("are found by their day of entry, and by change documents where they were entered before", async () => {
    const opened = await open(createInvoiceExtract(sourceOf(given)), { since });
    expect(opened.reading?.how).toBe("changes");
    expect(opened.slices.filter(({ kind }) => kind === "discover").map(({ label }) => label)).toEqual([
      "RBKP CPUDT[20261121,20261125)",
    ]);
    // Number, year, and the source key by which the hub finds it.
    expect(keysIn(opened)).toEqual(["5105600001.2026.5105600001.2026"]);
  });

  it("are found where what they retained was cleared, which moves no stamp of theirs; a policy may keep that away until the sweep", async () => {
    const document = { BUKRS: "1000", BELNR: "1700000003", GJAHR: "2026" };
    const tables = {
      RBKP: given.tables?.RBKP ?? [],
      BSAK: [{ ...document, UMSKZ: "H", AUGDT: "20261124" }],
      BKPF: [{ ...document, AWTYP: "RMRP", AWKEY: "51056000032026" }],
    };
    expect(keysIn(await open(createInvoiceExtract(sourceOf({ tables })), { since }))).toEqual([
      "5105600003.2026.5105600003.2026",
    ]);
    const refuse = ({ table }: ReadRequest) => (table === "BSAK" ? rfc("authorization", "POLICY_TABLE") : undefined);
    const without = await open(createInvoiceExtract(sourceOf({ tables, refuse })), { since });
    expect([without.reading?.how, keysIn(without)]).toEqual(["changes", []]);
  });

  it.each<[string, ReadFailure]>([
    ["the system has no such column", { kind: "failure", cause: "request", code: "field-unknown", detail: "" }],
    ["the policy keeps it away", rfc("authorization", "POLICY_FIELDS")],
  ])("come without retention, and with their history all the same, where %s", async (_why, refusal) => {
    const order = { EBELN: "4500000001", EBELP: "00010", ZEKKN: "01", WRBTR: "10.00", SHKZG: "S" };
    const document = { BELNR: "5105600001", GJAHR: "2026" };
    const tables = {
      RBKP: [{ ...document, BUKRS: "1000", WAERS: "USD", RBSTAT: "5" }],
      RSEG: [{ ...document, ...order, BUZEI: "000001" }],
      EKBE: [{ ...document, ...order, VGABE: "2", BUZEI: "0001", RETAMT_FC: "1.00" }],
    };
    const read = async (refuse: Given["refuse"], history = tables.EKBE) =>
      (
        await createInvoiceExtract(sourceOf({ tables: { ...tables, EKBE: history }, ...(refuse ? { refuse } : {}) })).read({
          keys: [document],
        })
      ).records;
    const lineOf = ([record]: Awaited<ReturnType<typeof read>>) => (record?.kind === "invoice" ? record.lines[0] : record);
    expect(lineOf(await read(undefined))).toMatchObject({ retention: "1.00" });
    const refuse = ({ fields }: ReadRequest) => (fields.includes("RETAMT_FC") ? refusal : undefined);
    expect(lineOf(await read(refuse))).not.toHaveProperty("retention");
    expect(lineOf(await read(refuse, []))).toMatchObject({ kind: "rejected", code: "invoice-history-differs" });
  });

  it("are swept where a change document does not name one", async () => {
    const CDHDR = [{ ...change, OBJECTID: "12345" }];
    const opened = await open(createInvoiceExtract(sourceOf({ tables: { CDHDR } })), { since });
    expect(opened.reading?.why).toContain("object 12345 is no invoice");
    expect(opened.slices.map(({ label }) => label)).toEqual(["RBKP CPUDT[,20261125)"]);
  });
});
