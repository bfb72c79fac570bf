// npm `soap`, which knows nothing of SAP, against our WSDL and our server: an outsider's reading of both.
import { createClientAsync } from "soap";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEcc } from "../../src/sandbox/ecc/index.ts";
import { manualClock, seededRandom, worldFolder } from "../support/ecc-world.ts";

const vendors = [
  { LIFNR: "0000000001", NAME1: "A&B <Bau> é" },
  { LIFNR: "0000000002", NAME1: "Zwei" },
];
let url = "";
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const world = await worldFolder({ LFA1: vendors, EKPO: [{ EBELN: "4500000001", EBELP: "00010", NETWR: "-12.50" }] });
  const ecc = await startEcc({ worldFolder: world.folder, port: 0, clock: manualClock().clock, random: seededRandom() });
  url = ecc.url;
  closers.push(ecc.close, world.remove);
});
afterAll(async () => {
  for (const close of closers) await close();
});

type Result = Record<string, unknown>;
async function clientOf(services: string, node = "wsdl11") {
  const authorization = `Basic ${Buffer.from("RFCUSER:right").toString("base64")}`;
  const client = await createClientAsync(`${url}/sap/bc/soap/${node}?services=${services}`, {
    wsdl_headers: { Authorization: authorization },
    preserveWhitespace: true,
  });
  client.addHttpHeader("Authorization", authorization);
  return async (name: string, input: unknown): Promise<Result> => {
    const invoke = client[`${name}Async`] as (input: unknown) => Promise<[Result]>;
    const [result] = await invoke(input);
    return result;
  };
}
const rowsOf = (table: unknown) => (table as { item: Record<string, string>[] }).item;

describe("npm soap", () => {
  it("calls STFC_CONNECTION, text with specials and blanks intact", async () => {
    const call = await clientOf("STFC_CONNECTION");
    const result = await call("STFC_CONNECTION", { REQUTEXT: "  Grüße & <Küsse>" });
    expect(result.ECHOTEXT).toBe("  Grüße & <Küsse>");
    expect(result.RESPTEXT).toMatch(/^SAP R\/3 Rel\. 700 {3}Sysid: ECC/);
  });

  it("reads a table: blanks kept, layout beside the rows", async () => {
    const call = await clientOf("RFC_READ_TABLE,RFC_PING");
    const result = await call("RFC_READ_TABLE", {
      QUERY_TABLE: "LFA1",
      DELIMITER: "|",
      FIELDS: { item: [{ FIELDNAME: "NAME2" }, { FIELDNAME: "LIFNR" }, { FIELDNAME: "NAME1" }] },
      OPTIONS: { item: [{ TEXT: "LIFNR IN ( '0000000001'," }, { TEXT: " '0000000002' )" }] },
      DATA: "",
    });
    const rows = rowsOf(result.DATA).map((row) => row.WA);
    expect(rows.sort()).toEqual([`${" ".repeat(35)}|0000000001|A&B <Bau> é`, `${" ".repeat(35)}|0000000002|Zwei`]);
    expect(rowsOf(result.FIELDS).map((row) => [row.FIELDNAME, row.OFFSET, row.LENGTH])).toEqual([
      ["NAME2", "000000", "000035"],
      ["LIFNR", "000036", "000010"],
      ["NAME1", "000047", "000035"],
    ]);
    expect(rowsOf(result.OPTIONS)).toHaveLength(2);
    // An answer without a field is nothing to this client: the server's counter tells that it was a call.
    await call("RFC_PING", {});
    const stats = (await (await fetch(`${url}/sandbox/stats`)).json()) as { calls: Record<string, number> };
    expect(stats.calls.RFC_PING).toBe(1);
  });

  it("gets success and no rows when it does not name DATA, and amounts with the sign behind", async () => {
    const call = await clientOf("RFC_READ_TABLE", "wsdl");
    const asked = { QUERY_TABLE: "EKPO", FIELDS: { item: [{ FIELDNAME: "NETWR" }] } };
    expect((await call("RFC_READ_TABLE", asked)).DATA).toBeUndefined();
    expect(rowsOf((await call("RFC_READ_TABLE", { ...asked, DATA: "" })).DATA)[0]?.WA).toBe("       12.50-");
  });

  it("describes tables and modules, and understands our Fault", async () => {
    const call = await clientOf("DDIF_FIELDINFO_GET,RFC_GET_FUNCTION_INTERFACE,RFC_SYSTEM_INFO");
    const info = await call("DDIF_FIELDINFO_GET", { TABNAME: "LFA1", DFIES_TAB: "" });
    expect(rowsOf(info.DFIES_TAB)[1]).toMatchObject({ FIELDNAME: "LIFNR", LENG: "000010", KEYFLAG: "X", CONVEXIT: "ALPHA" });
    const described = await call("RFC_GET_FUNCTION_INTERFACE", { FUNCNAME: "RFC_READ_TABLE", PARAMS: "" });
    expect(rowsOf(described.PARAMS).length).toBe(14);
    expect((await call("RFC_SYSTEM_INFO", {})).RFCSI_EXPORT).toMatchObject({ RFCSYSID: "ECC", RFCSAPRL: "700" });
    const failure = await call("RFC_GET_FUNCTION_INTERFACE", { FUNCNAME: "ZZ_NOT_THERE" }).catch((error: unknown) => error);
    const fault = (
      failure as { root: { Envelope: { Body: { Fault: { faultstring: string; detail: Record<string, { Name: string }> } } } } }
    ).root.Envelope.Body.Fault;
    expect(fault.faultstring).toBe("FU_NOT_FOUND");
    expect(fault.detail["RFC_GET_FUNCTION_INTERFACE.Exception"]?.Name).toBe("FU_NOT_FOUND");
  });

  it("is refused a WSDL of a module that is not there", async () => {
    await expect(clientOf("ZZ_NOT_THERE")).rejects.toThrow(/404/);
  });
});
