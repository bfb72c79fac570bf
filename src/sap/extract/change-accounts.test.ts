// Runs of changes by the account of who serves the tables: in place of change documents where it is whole, and a sweep where it is worth nothing.
import { describe, expect, it } from "vitest";
import { watermarkOf } from "../../../test/support/watermark.ts";
import type { ChangesRequest, ReadOutcome, ReadRequest, TableReader } from "../rfc/index.ts";
import type { OpenRequest } from "./flow-extract.ts";
import { deltaDefaults } from "./flow-extract.ts";
import { createExtracts } from "./index.ts";

type Given = {
  /** By table: whether it has an account; a table that is not named is not read at all. */
  keeps: Readonly<Record<string, boolean>>;
  changed?: Readonly<Record<string, readonly string[]>>;
  expired?: string;
  /** Its account cannot begin. */
  mute?: string;
  /** LFA1: vendors by address. */
  addresses?: Readonly<Record<string, string>>;
  sweepDays?: number;
};

function open({ keeps, changed = {}, expired, mute, addresses = {}, sweepDays = 35 }: Given) {
  const read: string[] = [];
  const asked: ChangesRequest[] = [];
  const rowsOf = ({ table, fields }: ReadRequest): ReadOutcome => {
    read.push(table);
    const isByAddress = table === "LFA1" && fields.includes("ADRNR");
    const rows = isByAddress ? Object.entries(addresses).map(([ADRNR, LIFNR]) => ({ LIFNR, ADRNR })) : [];
    return { kind: "complete", rows, rejected: [], doubtful: [] };
  };
  const reader: TableReader = {
    name: "fake",
    read: async (request) => rowsOf(request),
    changes: {
      keeps: (table) => keeps[table],
      async read(request) {
        asked.push(request);
        const { table, since } = request;
        if (table === expired && since !== undefined) {
          const failure = { kind: "failure", class: "exception", key: "X/101", detail: "expired", status: 410 } as const;
          return { kind: "failure", cause: "rfc", failure };
        }
        if (table === mute)
          return { kind: "failure", cause: "answer", code: "layout-differs", detail: "its last page names no link" };
        return { kind: "changes", values: since === undefined ? [] : (changed[table] ?? []), link: `${since ?? table}+` };
      },
    },
  };
  const extracts = createExtracts({
    reader,
    client: {
      call: async () => ({ kind: "answer", values: {} }),
      serverTime: () => Date.UTC(2026, 10, 24, 12),
      close: async () => undefined,
    },
    clock: { now: () => 0, monotonic: () => 0, sleep: async () => undefined },
    settings: {
      companyCodes: [],
      zone: 0,
      delta: { ...deltaDefaults, sweepDays: { vendors: sweepDays, purchaseOrders: sweepDays } },
    },
  });
  const run = (flow: "vendors" | "purchase-orders", ask: Partial<OpenRequest>) => extracts[flow].open({ mode: "delta", ...ask });
  return { run, read, asked };
}

const orders = { EKKO: true, EKPO: true, EKKN: true };
const mark = (deltas?: Record<string, string>) =>
  JSON.stringify({ ...JSON.parse(watermarkOf("20261123")), ...(deltas ? { deltas } : {}) });
const deltasIn = (watermark: string | undefined) => (JSON.parse(watermark ?? "{}") as { deltas?: object }).deltas;
const keysIn = (slices: readonly { slice: unknown }[]) => slices.flatMap(({ slice }) => (slice as { keys: object[] }).keys);

describe("an account of changes", () => {
  it("begins with a sweep, of each table that is read", async () => {
    const { run, asked } = open({ keeps: orders });
    const opened = await run("purchase-orders", { mode: "full" });
    expect(opened.reading).toEqual({ how: "sweep", why: "asked for in full" });
    expect(asked.map(({ table, since }) => [table, since])).toEqual([
      ["EKKO", undefined],
      ["EKPO", undefined],
      ["EKKN", undefined],
    ]);
    expect(deltasIn(opened.watermark)).toEqual({ EKKO: "EKKO+", EKPO: "EKPO+", EKKN: "EKKN+" });
  });

  it("is not begun where every run sweeps", async () => {
    const { run, asked } = open({ keeps: orders, sweepDays: 0 });
    expect((await run("purchase-orders", { since: mark({ EKKO: "a", EKPO: "b", EKKN: "c" }) })).reading?.how).toBe("sweep");
    expect(asked).toEqual([]);
  });

  it("keeps no sweep back where it cannot begin, and the run says so", async () => {
    const opened = await open({ keeps: orders, mute: "EKPO" }).run("purchase-orders", { mode: "full" });
    expect(opened.reading).toMatchObject({
      how: "sweep",
      why: expect.stringMatching(/^asked for in full; .*EKPO.* names no link/),
    });
    expect(opened.slices).toHaveLength(1);
    expect(deltasIn(opened.watermark)).toBeUndefined();
  });

  it("stands for change documents, and goes on from its new links", async () => {
    const { run, read } = open({ keeps: orders, changed: { EKKO: ["4500000001"], EKKN: ["4500000003", "4500000001"] } });
    const opened = await run("purchase-orders", { since: mark({ EKKO: "a", EKPO: "b", EKKN: "c" }) });
    expect(opened.reading?.how).toBe("changes");
    expect(keysIn(opened.slices)).toEqual([{ EBELN: "4500000001" }, { EBELN: "4500000003" }]);
    expect(deltasIn(opened.watermark)).toEqual({ EKKO: "a+", EKPO: "b+", EKKN: "c+" });
    expect(read).not.toContain("CDHDR");
    expect(read).toContain("EKBE");
  });

  it("leads from addresses to their vendors", async () => {
    const keeps = { LFA1: true, LFB1: true, ADR6: true };
    const changed = { LFB1: ["0000100001"], ADR6: ["0000000077"] };
    const { run } = open({ keeps, changed, addresses: { "0000000077": "0000100002" } });
    const opened = await run("vendors", { since: mark({ LFA1: "a", LFB1: "b", ADR6: "c" }) });
    expect(keysIn(opened.slices)).toEqual([{ LIFNR: "0000100001" }, { LIFNR: "0000100002" }]);
  });

  it("has everything read where a link has expired, and begins anew", async () => {
    const given = { keeps: orders, expired: "EKPO" };
    const opened = await open(given).run("purchase-orders", { since: mark({ EKKO: "a", EKPO: "b", EKKN: "c" }) });
    expect(opened.reading).toMatchObject({ how: "sweep", why: expect.stringContaining("expired") });
    expect(deltasIn(opened.watermark)).toEqual({ EKKO: "EKKO+", EKPO: "EKPO+", EKKN: "EKKN+" });
  });

  it.each([[undefined], [{ EKKO: "a", EKPO: "b" }]])(
    "with the links %o is not whole: change documents are asked",
    async (deltas) => {
      const { run, read, asked } = open({ keeps: orders });
      const opened = await run("purchase-orders", { since: mark(deltas) });
      expect(opened.reading?.how).toBe("changes");
      expect([asked, read.includes("CDHDR"), deltasIn(opened.watermark)]).toEqual([[], true, undefined]);
    },
  );

  it("is nothing where one of the tables has none: change documents are asked", async () => {
    const { run, read, asked } = open({ keeps: { ...orders, EKKN: false } });
    const opened = await run("purchase-orders", { since: mark() });
    expect(opened.reading?.how).toBe("changes");
    expect([asked, read.includes("CDHDR"), deltasIn(opened.watermark)]).toEqual([[], true, undefined]);
  });
});
