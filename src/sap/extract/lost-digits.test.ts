import { describe, expect, it } from "vitest";
import type { RfcFailure } from "../../ports/index.ts";
import type { BapiCaller, BapiOutcome } from "../bapi/index.ts";
import { createLostDigits, type OrderRows } from "./lost-digits.ts";

const detail: BapiOutcome = {
  kind: "answer",
  values: { POHEADER: { EXCH_RATE: "118.50000" }, POACCOUNT: [{ PO_ITEM: "00010", SERIAL_NO: "01", DISTR_PERC: "60.0" }] },
  messages: [],
};
const failed = (kind: RfcFailure["class"], key: string): RfcFailure => ({ kind: "failure", class: kind, key, detail: key });

function scripted(answer: (order: string) => BapiOutcome) {
  const asked: string[] = [];
  const bapi: BapiCaller = {
    async call({ parameters }) {
      const order = String(parameters.PURCHASEORDER);
      asked.push(order);
      return answer(order);
    },
  };
  return { asked, lost: createLostDigits(bapi) };
}

/** An empty cell is one that came with an asterisk and was read as informational. */
const order = (EBELN: string, change: { WKURS?: string; VRTKZ?: string; VPROZ?: string; LOEKZ?: string } = {}): OrderRows => ({
  header: { EBELN, WKURS: change.WKURS ?? "1.00000" },
  items: [{ EBELN, EBELP: "00010", VRTKZ: change.VRTKZ ?? "2" }],
  assignments: [{ EBELN, EBELP: "00010", ZEKKN: "01", VPROZ: change.VPROZ ?? "5.0", LOEKZ: change.LOEKZ ?? "" }],
});

describe("digits that the table reader lost", () => {
  it("are asked for only where they matter", async () => {
    const { asked, lost } = scripted(() => detail);
    const found = await lost.find([
      order("1"),
      order("2", { VPROZ: "" }),
      order("3", { VPROZ: "", VRTKZ: "1" }),
      order("4", { VPROZ: "", LOEKZ: "X" }),
      order("5", { WKURS: "" }),
    ]);
    expect(asked).toEqual(["2", "5"]);
    expect(found.get("2")?.percents.get("00010/01")).toBe("60.0");
    expect(found.get("5")?.exchangeRate).toBe("118.50000");
  });

  it.each([
    failed("authorization", "RFC_NO_AUTHORITY"),
    failed("authorization", "POLICY_FUNCTION"),
    failed("exception", "FU_NOT_FOUND"),
  ])("are not asked for again where the BAPI is kept away (%o)", async (failure) => {
    const { asked, lost } = scripted(() => failure);
    expect((await lost.find([order("1", { VPROZ: "" }), order("2", { VPROZ: "" })])).size).toBe(0);
    await lost.find([order("3", { VPROZ: "" })]);
    expect(asked).toEqual(["1"]);
  });

  it("of one order may be refused, and the others' still come", async () => {
    const { lost } = scripted((EBELN) => (EBELN === "1" ? failed("message", "06 019") : detail));
    expect([...(await lost.find([order("1", { VPROZ: "" }), order("2", { VPROZ: "" })])).keys()]).toEqual(["2"]);
  });

  it.each([
    [failed("resting", "POLICY_QUIET_HOURS"), "sap.quiet-hours"],
    [failed("communication", "RESET"), "sap.unreachable"],
  ])("fail the slice where SAP could not be asked, and are asked for again with it (%o)", async (failure, code) => {
    let isAway = true;
    const { lost } = scripted(() => (isAway ? failure : detail));
    await expect(lost.find([order("1", { VPROZ: "" })])).rejects.toMatchObject({ code });
    isAway = false;
    expect((await lost.find([order("1", { VPROZ: "" })])).size).toBe(1);
  });
});
