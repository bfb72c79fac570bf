import { describe, expect, it } from "vitest";
import { recordingClient } from "../../../test/support/recording-client.ts";
import type { RfcCall, RfcFailure, RfcOutcome } from "../../ports/index.ts";
import { createDictionary } from "./dictionary.ts";
import { probe, probeTables } from "./probe.ts";

const sentText = ({ parameters: { REQUTEXT } }: RfcCall) => (typeof REQUTEXT === "string" ? REQUTEXT : "");
const system = { RFCSYSID: "S4H", RFCSAPRL: "700 ", RFCKERNRL: "753", RFCHOST: "vhcalS4H", RFCDATABS: "S4H", RFCTZONE: "  3600" };
const logon = "SAP R/3 Rel. 758   Sysid: S4H      Date: 20260826   Time: 091615   Logon_Data: 250/MLC         /E";
const values = (values: Record<string, string | Record<string, string>>): RfcOutcome => ({ kind: "answer", values });
const good = (call: RfcCall): RfcOutcome => {
  if (call.function === "RFC_SYSTEM_INFO") return values({ RFCSI_EXPORT: system });
  if (call.function === "STFC_CONNECTION") return values({ ECHOTEXT: `${sentText(call)}     `, RESPTEXT: logon });
  return values({});
};
const refused = (kind: RfcFailure["class"]): RfcFailure => ({ kind: "failure", class: kind, key: "K", detail: "d" });

describe("the probe of a system", () => {
  it("says who answered and as whom we are logged on", async () => {
    const { client, calls } = recordingClient(good);
    expect(await probe(client)).toEqual({
      kind: "system",
      systemId: "S4H",
      client: "250",
      user: "MLC",
      release: "700",
      kernel: "753",
      host: "vhcalS4H",
      database: "S4H",
      timeZoneSeconds: 3600,
      isUnicodeSafe: true,
    });
    expect(calls.map(({ function: name }) => name)).toEqual(["RFC_PING", "RFC_SYSTEM_INFO", "STFC_CONNECTION"]);
  });

  it("sees text that does not survive the way", async () => {
    const { client } = recordingClient((call) =>
      call.function === "STFC_CONNECTION"
        ? values({ ECHOTEXT: sentText(call).replace(/[^ -~]/g, "#"), RESPTEXT: "" })
        : good(call),
    );
    expect(await probe(client)).toMatchObject({ isUnicodeSafe: false, client: "", user: "" });
  });

  it.each(["RFC_PING", "RFC_SYSTEM_INFO", "STFC_CONNECTION"])("ends with the failure of %s", async (name) => {
    const { client, calls } = recordingClient((call) => (call.function === name ? refused("authorization") : good(call)));
    expect(await probe(client)).toEqual(refused("authorization"));
    expect(calls.at(-1)?.function).toBe(name);
  });

  it("does not take a system without a description for one", async () => {
    expect(await probe(recordingClient(() => values({})).client)).toMatchObject({ kind: "failure", class: "protocol" });
  });
});

describe("the probe of tables", () => {
  const layout = (names: readonly string[]): RfcOutcome => ({
    kind: "answer",
    values: { FIELDS: names.map((FIELDNAME) => ({ FIELDNAME: `${FIELDNAME} ` })) },
  });

  it("says which are readable and which fields are missing, without reading a row", async () => {
    const { client, calls } = recordingClient(({ parameters }) =>
      parameters.QUERY_TABLE === "LFA1" ? layout(["LIFNR", "NAME1"]) : refused("authorization"),
    );
    expect(await probeTables(client, { LFA1: ["LIFNR", "ZZNEW"], BKPF: ["BELNR"] })).toEqual([
      { kind: "readable", table: "LFA1", missingFields: ["ZZNEW"] },
      { kind: "failure", table: "BKPF", failure: refused("authorization") },
    ]);
    for (const { parameters } of calls) expect(parameters.NO_DATA).toBe("X");
  });

  it("stops at a refused logon", async () => {
    const { client, calls } = recordingClient(() => refused("logon"));
    expect(await probeTables(client, { LFA1: [], BKPF: [], EKKO: [] })).toHaveLength(1);
    expect(calls).toHaveLength(1);
  });
});

describe("the dictionary", () => {
  const row = (more: Record<string, string>) => ({
    FIELDNAME: "LIFNR",
    DATATYPE: "CHAR",
    INTTYPE: "C",
    LENG: "000010",
    DECIMALS: "000000",
    KEYFLAG: "X",
    ...more,
  });
  const described = (...rows: Record<string, string>[]): RfcOutcome => ({
    kind: "answer",
    values: { DDOBJTYPE: "TRANSP", DFIES_TAB: rows },
  });

  it("describes a table once", async () => {
    const { client, calls } = recordingClient(() =>
      described(
        row({}),
        row({ FIELDNAME: ".INCLUDE" }),
        row({
          FIELDNAME: "KTWRT",
          INTTYPE: "P",
          LENG: "000015",
          DECIMALS: "000002",
          KEYFLAG: "",
          REFTABLE: "EKKO",
          REFFIELD: "WAERS",
        }),
      ),
    );
    const dictionary = createDictionary(client);
    const [one, two] = await Promise.all([dictionary.describe("EKKO"), dictionary.describe("EKKO")]);
    expect(calls).toHaveLength(1);
    expect(two).toEqual(one);
    if (one.kind === "failure") throw new Error(one.detail);
    expect(one.description.fields.map(({ name, length, decimals, isKey }) => [name, length, decimals, isKey])).toEqual([
      ["LIFNR", 10, 0, true],
      ["KTWRT", 15, 2, false],
    ]);
    expect(one.description.byName.get("KTWRT")).toMatchObject({ referenceTable: "EKKO", referenceField: "WAERS" });
    dictionary.forget();
    await dictionary.describe("EKKO");
    expect(calls).toHaveLength(2);
  });

  it.each([
    ["no field", described()],
    ["a field with an impossible name", described(row({ FIELDNAME: "A = 'B' OR C" }))],
    ["a length that is no number", described(row({ LENG: "ten" }))],
  ])("is not believed with %s", async (_, outcome) => {
    const { client } = recordingClient(() => outcome);
    expect(await createDictionary(client).describe("LFA1")).toMatchObject({
      kind: "failure",
      class: "protocol",
      key: "DICTIONARY",
    });
  });

  it.each(["lfa1", "LFA1;", "", "X".repeat(31), "/A/B/C"])("is not asked for %j", async (name) => {
    const { client, calls } = recordingClient(() => described(row({})));
    expect(await createDictionary(client).describe(name)).toMatchObject({ kind: "failure", key: "TABLE_NAME" });
    expect(calls).toEqual([]);
  });
});
