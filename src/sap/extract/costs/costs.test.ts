import { describe, expect, it } from "vitest";
import { watermarkOf } from "../../../../test/support/watermark.ts";
import type { Clock, RfcClient, RfcOutcome } from "../../../ports/index.ts";
import type { ReadOutcome, RejectedRow, TableReader } from "../../rfc/index.ts";
import { createCostExtract } from "./index.ts";

const clock: Clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
const settings = { companyCodes: [], zone: 0 };
const emptyReader: TableReader = {
  name: "fake",
  read: async () => ({ kind: "complete", rows: [], rejected: [], doubtful: [] }),
};

/** A client whose clock moves with each answer, as an HTTP Date header does; nothing else tells it the time. */
function clientOf(days: readonly number[], outcome: RfcOutcome = { kind: "answer", values: {} }): RfcClient {
  const left = [...days];
  let serverMs: number | undefined;
  return {
    call: async () => {
      serverMs = left.shift() ?? serverMs;
      return outcome;
    },
    serverTime: () => serverMs,
    close: async () => undefined,
  };
}

const midday = (day: number) => Date.UTC(2026, 10, day, 12);

describe("the upper bound of FI documents", () => {
  it("is SAP's clock at this run, not what its last answer said the day before", async () => {
    const extract = createCostExtract({ reader: emptyReader, client: clientOf([midday(23), midday(24)]), clock, settings });
    expect((await extract.open({ mode: "full" })).watermark).toBe(watermarkOf("20261123", { rechecked: "20261123" }));
    const next = await extract.open({ mode: "delta", since: watermarkOf("20261123") });
    expect(next.watermark).toBe(watermarkOf("20261124", { swept: "20261123", rechecked: "20261123" }));
    expect(next.slices[0]?.label).toBe("BKPF CPUDT[20261121,20261125)");
  });

  it("fails by what hinders SAP, before anything is read", async () => {
    const failure = (kind: "logon" | "communication", key: string): RfcOutcome => ({
      kind: "failure",
      class: kind,
      key,
      detail: "so it said",
    });
    const openWith = (client: RfcClient) =>
      createCostExtract({ reader: emptyReader, client, clock, settings }).open({ mode: "full" });
    await expect(openWith(clientOf([midday(24)], failure("logon", "HTTP_401")))).rejects.toMatchObject({ code: "sap.logon" });
    await expect(openWith(clientOf([], failure("communication", "ECONNREFUSED")))).rejects.toMatchObject({
      code: "sap.unreachable",
    });
    await expect(openWith(clientOf([]))).rejects.toMatchObject({ code: "sap.protocol", place: "STFC_CONNECTION" });
  });

  it("is the day that SAP tells where no header does, as over native RFC, in its own time zone", async () => {
    const RESPTEXT = "SAP R/3 Rel. 700   Sysid: ABC      Date: 20261124   Time: 003000   Logon_Data: 100/MLC/E";
    const client = clientOf([], { kind: "answer", values: { RESPTEXT } });
    const extract = createCostExtract({ reader: emptyReader, client, clock, settings: { companyCodes: [], zone: -720 } });
    expect((await extract.open({ mode: "full" })).watermark).toBe(watermarkOf("20261124", { rechecked: "20261124" }));
  });
});

describe("a document with several lost lines", () => {
  const key = { BUKRS: "1000", BELNR: "0100000001", GJAHR: "2026" };
  const lost: RejectedRow[] = ["001", "002", "003"].map((BUZEI) => ({
    rejected: { ...key, BUZEI },
    code: "amount-overflow",
    field: "DMBTR",
  }));

  function readerOf(rejected: readonly RejectedRow[]): TableReader {
    const header = { ...key, MONAT: "03", BUDAT: "20260315", HWAER: "USD" };
    return {
      name: "fake",
      read: async ({ table, fields }): Promise<ReadOutcome> => {
        const row = Object.fromEntries(fields.map((field) => [field, (header as Record<string, string>)[field] ?? ""]));
        return {
          kind: "complete",
          rows: table === "BKPF" ? [row] : [],
          rejected: table === "BSEG" ? rejected : [],
          doubtful: [],
        };
      },
    };
  }

  it("is rejected in the same words whatever order they came in", async () => {
    const read = (rejected: readonly RejectedRow[], digest?: string) =>
      createCostExtract({ reader: readerOf(rejected), client: clientOf([]), clock, settings }).read({ keys: [key] }, digest);
    const first = await read(lost);
    expect(first.records).toMatchObject([{ kind: "rejected", code: "amount-overflow", detail: "line 001 DMBTR" }]);
    expect((await read(lost.toReversed(), first.digest)).same).toBe(true);
  });
});

describe("the vendor of a line", () => {
  it("is a vendor line's only, although G/L lines name one too", async () => {
    const key = { BUKRS: "1000", BELNR: "0100000001", GJAHR: "2026" };
    const rows: Record<string, Record<string, string>[]> = {
      BKPF: [{ ...key, MONAT: "03", BUDAT: "20260315", HWAER: "USD" }],
      BSEG: [
        { ...key, BUZEI: "001", KOART: "K", SHKZG: "H", DMBTR: "5.00", LIFNR: "0000100001" },
        { ...key, BUZEI: "002", KOART: "S", SHKZG: "S", DMBTR: "5.00", LIFNR: "0000100001", HKONT: "0000400000" },
      ],
    };
    const reader: TableReader = {
      name: "fake",
      read: async ({ table, fields }) => {
        const shown = (rows[table] ?? []).map((row) => Object.fromEntries(fields.map((field) => [field, row[field] ?? ""])));
        return { kind: "complete", rows: shown, rejected: [], doubtful: [] };
      },
    };
    const { records } = await createCostExtract({ reader, client: clientOf([]), clock, settings }).read({ keys: [key] });
    expect(records).toMatchObject([{ lines: [{ vendor: "0000100001" }, { vendor: "" }] }]);
  });
});
