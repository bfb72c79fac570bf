// What a search believes, and what becomes of a posting whose calls go wrong, against a reader and a session that say whatever a test wants.
import { describe, expect, it } from "vitest";
import type { Journal, SapDate } from "../../core/index.ts";
import type { RfcCall, RfcFailure, RfcOutcome } from "../../ports/index.ts";
import type { ReadOutcome, TableReader, TableRow } from "../rfc/index.ts";
import { isSurelyNotExecuted } from "./posting-module.ts";
import { createSessionPosting } from "./session-posting.ts";

const reference = "AAAABBBBCCCCDDDD";
const journal: Journal = {
  externalId: "A",
  postingVersion: 1,
  companyCode: "1000",
  documentType: "SA",
  documentDate: "20260930" as SapDate,
  postingDate: "20260930" as SapDate,
  currency: "JPY",
  headerText: "",
  lines: [
    {
      account: "0000410000",
      object: { kind: "order", id: "000000400000" },
      amount: { minor: 1_000n, currency: "JPY" },
      taxCode: "",
      text: "",
    },
    { account: "0000231000", object: undefined, amount: { minor: -1_000n, currency: "JPY" }, taxCode: "", text: "" },
  ],
};
const what = { journal, reference };

const header = {
  BUKRS: "1000",
  BELNR: "0100000001",
  GJAHR: "2026",
  BLART: "SA",
  BUDAT: "20260930",
  WAERS: "JPY",
  STBLG: "",
  XREVERSAL: "",
};
const line = (changed: Record<string, string> = {}) => ({
  SHKZG: "S",
  WRBTR: "10.00",
  XREF1: reference.slice(0, 12),
  XREF3: reference,
  XAUTO: "",
  ...changed,
});
const complete = (rows: readonly TableRow[]): ReadOutcome => ({ kind: "complete", rows, rejected: [], doubtful: [] });

const said = (type: string, number: string): RfcOutcome => ({
  kind: "answer",
  values: { RETURN: [{ TYPE: type, ID: "RW", NUMBER: number, MESSAGE: "so" }] },
});
const failed = (key: string, kind: RfcFailure["class"] = "communication"): RfcFailure => ({
  kind: "failure",
  class: kind,
  key,
  detail: "",
});
const done: RfcOutcome = { kind: "answer", values: { RETURN: { TYPE: "", ID: "", NUMBER: "000", MESSAGE: "" } } };

function bench(
  options: { tables?: Record<string, ReadOutcome>; post?: RfcOutcome; commit?: RfcOutcome; check?: RfcOutcome } = {},
) {
  const { tables = {}, post = said("S", "605"), commit = done, check = said("S", "614") } = options;
  const reader: TableReader = { name: "scripted", read: async ({ table }) => tables[table] ?? complete([]) };
  const calls: RfcCall[] = [];
  let ended = 0;
  const session = {
    call: async (call: RfcCall) => {
      calls.push(call);
      return call.function === "BAPI_ACC_DOCUMENT_POST" ? post : call.function === "BAPI_TRANSACTION_COMMIT" ? commit : done;
    },
    end: () => {
      ended += 1;
    },
  };
  const client = { call: async () => check, serverTime: () => undefined, close: async () => undefined };
  const module = createSessionPosting({ client, reader, openSession: async () => session, user: "mlc" });
  return { module, calls, names: () => calls.map((call) => call.function), ended: () => ended };
}

const jpy = complete([{ CURRKEY: "JPY", CURRDEC: "0" }]);
const documents = { BKPF: complete([header]), TCURX: jpy };

describe("the search", () => {
  it("shifts an amount by its currency, once, and asks the copy of every line that SAP did not make itself", async () => {
    const own = { BSEG: complete([line(), line({ SHKZG: "H" }), line({ SHKZG: "H", WRBTR: "0.00", XREF3: "", XAUTO: "X" })]) };
    expect(await bench({ tables: { ...documents, ...own } }).module.search(what)).toEqual({
      kind: "found",
      documents: [
        {
          companyCode: "1000",
          number: "0100000001",
          year: "2026",
          hasCopy: true,
          isReversal: false,
          reversedBy: "",
          postingDate: "20260930",
          documentType: "SA",
          debit: { minor: 1_000n, currency: "JPY" },
        },
      ],
    });
    for (const strange of [{ XREF3: "" }, { XREF1: "" }, { XREF3: reference.toLowerCase() }]) {
      const foreign = { ...documents, BSEG: complete([line(), line(strange)]) };
      expect(await bench({ tables: foreign }).module.search(what)).toMatchObject({ documents: [{ hasCopy: false }] });
    }
    expect(await bench({ tables: { ...documents, BSEG: complete([]) } }).module.search(what)).toMatchObject({
      documents: [{ hasCopy: false }],
    });
  });

  it("never takes what it cannot read for nothing", async () => {
    const lost = { rejected: { BUKRS: "1000" }, code: "amount-overflow", field: "WRBTR" } as const;
    const bad: Record<string, ReadOutcome>[] = [
      { BKPF: { ...complete([]), rejected: [lost] } as ReadOutcome },
      { BKPF: { kind: "over", keysSeen: [], isSorted: false } as unknown as ReadOutcome },
      { ...documents, BSEG: { ...complete([]), rejected: [lost] } as ReadOutcome },
      { ...documents, BSEG: complete([line({ WRBTR: "*0.00" })]) },
      { BKPF: { kind: "failure", cause: "rfc", failure: failed("RESET") } as ReadOutcome },
    ];
    for (const tables of bad) {
      const { module, names } = bench({ tables });
      expect(await module.search(what)).toMatchObject({ kind: "failure" });
      expect(await module.post(what, 1_000)).toMatchObject({ kind: "failure" });
      expect(names()).toEqual([]);
    }
  });
});

describe("a posting", () => {
  it("is POST and COMMIT with WAIT on one session, external amounts, the reference and its copies, and nothing that SAP fills itself", async () => {
    const { module, calls, names, ended } = bench();
    expect(await module.post(what, 5_000)).toEqual({ kind: "posted" });
    expect(names()).toEqual(["BAPI_ACC_DOCUMENT_POST", "BAPI_TRANSACTION_COMMIT"]);
    expect(ended()).toBe(1);
    const [post, commit] = calls;
    expect(post?.parameters).toMatchObject({
      DOCUMENTHEADER: { BUS_ACT: "RFBU", USERNAME: "MLC", COMP_CODE: "1000", REF_DOC_NO: reference, PSTNG_DATE: "2026-09-30" },
      ACCOUNTGL: [
        { ITEMNO_ACC: "0000000001", ORDERID: "000000400000", REF_KEY_1: "AAAABBBBCCCC", REF_KEY_3: reference },
        { ITEMNO_ACC: "0000000002" },
      ],
      CURRENCYAMOUNT: [
        { ITEMNO_ACC: "0000000001", CURR_TYPE: "00", CURRENCY: "JPY", AMT_DOCCUR: "1000" },
        { ITEMNO_ACC: "0000000002", AMT_DOCCUR: "-1000" },
      ],
    });
    expect(Object.keys(post?.parameters.DOCUMENTHEADER ?? {})).not.toContain("OBJ_TYPE");
    expect(commit?.parameters).toEqual({ WAIT: "X" });
  });

  it("of what is there meanwhile is not sent", async () => {
    const { module, names } = bench({ tables: { ...documents, BSEG: complete([line()]) } });
    expect(await module.post(what, 1_000)).toEqual({ kind: "posted" });
    expect(names()).toEqual([]);
  });

  it("that SAP refuses, or does not confirm, is rolled back and never committed", async () => {
    const refused = bench({ post: said("E", "609") });
    expect(await refused.module.post(what, 1_000)).toMatchObject({ kind: "refused", messages: [{ key: "RW 609" }] });
    const silent = bench({ post: done });
    expect(await silent.module.post(what, 1_000)).toMatchObject({ kind: "failure", class: "protocol" });
    for (const { names, ended } of [refused, silent]) {
      expect(names()).toEqual(["BAPI_ACC_DOCUMENT_POST", "BAPI_TRANSACTION_ROLLBACK"]);
      expect(ended()).toBe(1);
    }
    const broken = bench({ post: failed("RESET") });
    expect(await broken.module.post(what, 1_000)).toMatchObject({ kind: "failure", key: "RESET" });
    expect(broken.names()).toEqual(["BAPI_ACC_DOCUMENT_POST"]);
    expect(broken.ended()).toBe(1);
  });

  it.each<[string, RfcFailure["class"]]>([
    ["UNREACHABLE", "communication"],
    ["LOGON_FAILED", "logon"],
    ["RFC_NO_AUTHORITY", "authorization"],
    ["CHILD_LOST", "communication"],
    ["FU_NOT_FOUND", "exception"],
  ])("whose commit failed with %s is in doubt, whatever the failure says of itself", async (key, kind) => {
    const outcome = await bench({ commit: failed(key, kind) }).module.post(what, 1_000);
    if (outcome.kind !== "failure") throw new Error(outcome.kind);
    expect(isSurelyNotExecuted(outcome)).toBe(false);
  });

  it("whose update was terminated is lost, not posted", async () => {
    const { module } = bench({
      commit: { kind: "answer", values: { RETURN: { TYPE: "E", ID: "S1", NUMBER: "150", MESSAGE: "x" } } },
    });
    expect(await module.post(what, 1_000)).toEqual({ kind: "lost" });
  });

  it("is checked by SAP, whose silence is no consent", async () => {
    expect(await bench().module.check(what)).toEqual({ kind: "accepted" });
    expect(await bench({ check: said("E", "609") }).module.check(what)).toMatchObject({ kind: "refused" });
    expect(await bench({ check: { kind: "answer", values: { RETURN: [] } } }).module.check(what)).toMatchObject({
      class: "protocol",
    });
  });
});
