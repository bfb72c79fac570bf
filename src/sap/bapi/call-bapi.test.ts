import { describe, expect, it } from "vitest";
import { recordingClient } from "../../../test/support/recording-client.ts";
import type { RfcOutcome } from "../../ports/index.ts";
import { createBapiCaller, judgeReturn } from "./call-bapi.ts";
import { readPurchaseOrderDetail } from "./purchase-order-detail.ts";

const interfaceOf = (...names: string[]): RfcOutcome => ({
  kind: "answer",
  values: { PARAMS: names.map((PARAMETER) => ({ PARAMETER })) },
});

describe("RETURN", () => {
  it.each(["E", "A", "X"])("of type %s is a failure although HTTP says 200", (TYPE) => {
    const row = { TYPE, ID: "06", NUMBER: "019", MESSAGE: "Document 4711 does not exist" };
    for (const RETURN of [[{ TYPE: "W", ID: "", NUMBER: "" }, row], row])
      expect(judgeReturn("BAPI_X", { RETURN })).toMatchObject({ kind: "failure", class: "message", key: "06 019" });
  });

  it("of BAPIRETURN has a code, and none, an empty one, S, I and W are no failure", () => {
    expect(judgeReturn("BAPI_X", { RETURN: { TYPE: "E", CODE: "F2163", MESSAGE: "not there" } })).toMatchObject({ key: "F2163" });
    for (const RETURN of ["", [], { TYPE: "" }, [{ TYPE: "S" }, { TYPE: "I" }]])
      expect(judgeReturn("BAPI_X", { RETURN }).kind).toBe("answer");
    expect(judgeReturn("BAPI_X", { RETURN: [{ TYPE: "W", ID: "ME", NUMBER: "001", MESSAGE: "m" }] })).toMatchObject({
      kind: "answer",
      messages: [{ type: "W", key: "ME 001", text: "m" }],
    });
  });
});

describe("a call", () => {
  it("leaves out what this system's interface lacks, and asks for the interface once", async () => {
    const { client, calls } = recordingClient((call) =>
      call.function === "RFC_GET_FUNCTION_INTERFACE" ? interfaceOf("A", "T", "RETURN") : { kind: "answer", values: {} },
    );
    const bapi = createBapiCaller(client);
    for (let turn = 0; turn < 2; turn += 1)
      await bapi.call({ function: "BAPI_X", parameters: { A: "1", B: "2" }, tables: ["T", "U", "RETURN"] });
    expect(calls.map((call) => call.function)).toEqual(["RFC_GET_FUNCTION_INTERFACE", "BAPI_X", "BAPI_X"]);
    expect(calls[1]).toMatchObject({ parameters: { A: "1" }, tables: ["T", "RETURN"] });
    expect(calls[1]?.parameters).not.toHaveProperty("B");
  });

  it("sends everything where the interface cannot be read", async () => {
    const refused = { kind: "failure", class: "authorization", key: "POLICY_FUNCTION", detail: "" } as const;
    const { client, calls } = recordingClient((call) => (call.function === "BAPI_X" ? { kind: "answer", values: {} } : refused));
    await createBapiCaller(client).call({ function: "BAPI_X", parameters: { A: "1" }, tables: ["T"] });
    expect(calls[1]).toMatchObject({ function: "BAPI_X", parameters: { A: "1" }, tables: ["T"] });
  });

  it("keeps nothing of a connection that failed while the interface was read", async () => {
    const reset = { kind: "failure", class: "communication", key: "RESET", detail: "" } as const;
    let isDown = true;
    const { client, calls } = recordingClient((call) => {
      if (isDown) return reset;
      return call.function === "BAPI_X" ? { kind: "answer", values: {} } : interfaceOf("A");
    });
    const bapi = createBapiCaller(client);
    const call = { function: "BAPI_X", parameters: { A: "1", B: "2" }, tables: [] };
    expect(await bapi.call(call)).toEqual(reset);
    expect(calls).toHaveLength(1);
    isDown = false;
    await bapi.call(call);
    expect(calls.at(-1)).toMatchObject({ function: "BAPI_X", parameters: { A: "1" } });
  });

  it("for a purchase order gives percentages and rate as SAP writes them, and empty for what is no number", async () => {
    const values = {
      POHEADER: { EXCH_RATE: "-118.50000" },
      POACCOUNT: [
        { PO_ITEM: "00010", SERIAL_NO: "01", DISTR_PERC: "60.0" },
        { PO_ITEM: "00010", SERIAL_NO: "02", DISTR_PERC: "*0.0" },
      ],
      RETURN: [],
    };
    const { client } = recordingClient((call) =>
      call.function === "BAPI_PO_GETDETAIL1" ? { kind: "answer", values } : interfaceOf(),
    );
    const detail = await readPurchaseOrderDetail(createBapiCaller(client), "4500000001");
    if (detail.kind !== "detail") throw new Error(detail.kind);
    expect(detail.exchangeRate).toBe("-118.50000");
    expect([...detail.percents]).toEqual([
      ["00010/01", "60.0"],
      ["00010/02", ""],
    ]);
  });
});
