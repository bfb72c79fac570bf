import { describe, expect, it } from "vitest";
import { recordingClient } from "../../../test/support/recording-client.ts";
import type { Journal, SapDate } from "../../core/index.ts";
import type { RfcFailure, RfcParameters } from "../../ports/index.ts";
import { createPostingModule, findPostingModule, isSurelyNotExecuted } from "./posting-module.ts";

const usd = (minor: bigint) => ({ minor, currency: "USD" });
const journal: Journal = {
  externalId: "A",
  postingVersion: 1,
  companyCode: "1000",
  documentType: "SA",
  documentDate: "20260929" as SapDate,
  postingDate: "20260930" as SapDate,
  currency: "USD",
  headerText: "Payroll",
  lines: [
    {
      account: "0000410000",
      object: { kind: "network", id: "000000900001", activity: "0010" },
      amount: usd(123_450n),
      taxCode: "V0",
      text: "x",
    },
    { account: "0000231000", object: undefined, amount: usd(-123_450n), taxCode: "", text: "" },
  ],
};
const what = { journal, reference: "AAAABBBBCCCCDDDD" };
const row = {
  BUKRS: "1000",
  BELNR: "0100000008",
  GJAHR: "2026",
  BLART: "SA",
  BUDAT: "2026-09-30",
  WAERS: "USD",
  STBLG: "",
  XREVERSAL: "",
  LINES: "000002",
  COPIES: "000002",
  DEBIT: "1234.5000",
};

function moduleThat(values: RfcParameters) {
  const answer = { kind: "answer", values: { EV_VERSION: "1", ...values } } as const;
  const reading = recordingClient(() => answer);
  const once = recordingClient(() => answer);
  return {
    module: createPostingModule({ client: reading.client, once: once.client, name: "Z_X" }),
    read: reading.calls,
    sent: once.calls,
  };
}

describe("the posting module", () => {
  it("is sent the journal as SOAP writes it, and posts past what repeats calls", async () => {
    const { module, read, sent } = moduleThat({ EV_RESULT: "POSTED" });
    expect(await module.post(what, 5_000)).toEqual({ kind: "posted" });
    expect(read).toEqual([]);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ function: "Z_X", timeoutMs: 5_000, tables: ["ET_FOUND", "RETURN"] });
    expect(sent[0]?.parameters).toMatchObject({
      IV_MODE: "P",
      IV_REFERENCE: what.reference,
      IV_DOC_DATE: "2026-09-29",
      IV_PSTNG_DATE: "2026-09-30",
      IT_LINES: [
        {
          GL_ACCOUNT: "0000410000",
          NETWORK: "000000900001",
          ACTIVITY: "0010",
          COSTCENTER: "",
          AMOUNT: "1234.50",
          TAX_CODE: "V0",
        },
        { GL_ACCOUNT: "0000231000", NETWORK: "", AMOUNT: "-1234.50" },
      ],
    });
  });

  it("tells documents with their copies, and by which reversal", async () => {
    const { module } = moduleThat({
      EV_RESULT: "FOUND",
      ET_FOUND: [row, { ...row, COPIES: "000001", XREVERSAL: "2", STBLG: "0100000007" }],
    });
    expect(await module.search(what)).toMatchObject({
      kind: "found",
      documents: [
        { number: "0100000008", hasCopy: true, isReversal: false, postingDate: "20260930", debit: usd(123_450n) },
        { hasCopy: false, isReversal: true, reversedBy: "0100000007" },
      ],
    });
    expect(await moduleThat({ EV_RESULT: "NOTHING", ET_FOUND: [] }).module.search(what)).toEqual({
      kind: "found",
      documents: [],
    });
  });

  it.each<[string, RfcParameters]>([
    ["found, without a document", { EV_RESULT: "FOUND" }],
    ["nothing, with a document", { EV_RESULT: "NOTHING", ET_FOUND: [row] }],
    ["an amount that is none", { EV_RESULT: "FOUND", ET_FOUND: [{ ...row, DEBIT: "*" }] }],
    ["no number of lines", { EV_RESULT: "FOUND", ET_FOUND: [{ ...row, LINES: "" }] }],
    ["no result", {}],
    ["another version", { EV_VERSION: "2", EV_RESULT: "NOTHING" }],
  ])("never takes for nothing an answer that says %s", async (_, values) => {
    expect(await moduleThat(values).module.search(what)).toMatchObject({ kind: "failure", class: "protocol" });
  });

  it("takes an answer to a posting that it does not know for a failure", async () => {
    expect(await moduleThat({ EV_RESULT: "" }).module.post(what, 1)).toMatchObject({ kind: "failure", class: "protocol" });
    expect(await moduleThat({ EV_RESULT: "LOST" }).module.post(what, 1)).toEqual({ kind: "lost" });
    expect(await moduleThat({ EV_RESULT: "BUSY" }).module.post(what, 1)).toEqual({ kind: "busy" });
    const RETURN = [{ TYPE: "E", ID: "RW", NUMBER: "609", MESSAGE: "Error in document" }];
    expect(await moduleThat({ EV_RESULT: "REFUSED", RETURN }).module.post(what, 1)).toMatchObject({
      kind: "refused",
      messages: [{ key: "RW 609", text: "Error in document" }],
    });
  });

  it("is missing where SAP does not know it, or with another interface", async () => {
    const missing: RfcFailure = { kind: "failure", class: "exception", key: "FU_NOT_FOUND", detail: "" };
    expect(await findPostingModule(recordingClient(() => missing).client, "Z_X")).toMatchObject({ kind: "missing" });
    const { client } = recordingClient(() => ({ kind: "answer", values: { PARAMS: [{ PARAMETER: "IV_MODE" }] } }));
    expect(await findPostingModule(client, "Z_X")).toEqual({ kind: "missing", detail: "Z_X has no parameter IV_REFERENCE" });
    const down: RfcFailure = { kind: "failure", class: "communication", key: "RESET", detail: "" };
    expect(await findPostingModule(recordingClient(() => down).client, "Z_X")).toEqual(down);
  });

  it.each<[RfcFailure["class"], string, boolean]>([
    ["communication", "UNREACHABLE", true],
    ["communication", "NAME_NOT_FOUND", true],
    ["communication", "RESET", false],
    ["communication", "TIMEOUT", false],
    ["communication", "TLS", false],
    ["communication", "ANSWER_CUT", false],
    ["overload", "HTTP_503", false],
    ["dump", "TIME_OUT", false],
    ["message", "FAULT", false],
    ["protocol", "POSTING_ANSWER", false],
    ["exception", "NOT_AUTHORIZED", true],
    ["exception", "UPDATE_TERMINATED", false],
    ["authorization", "RFC_NO_AUTHORITY", true],
    ["logon", "LOGON_FAILED", true],
    ["resting", "POLICY_QUIET_HOURS", true],
  ])("after %s %s was surely not executed: %s", (kind, key, isSure) => {
    expect(isSurelyNotExecuted({ kind: "failure", class: kind, key, detail: "" })).toBe(isSure);
  });
});
