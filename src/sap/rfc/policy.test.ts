import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordingClient } from "../../../test/support/recording-client.ts";
import { isErrorCode } from "../../core/index.ts";
import type { RfcCall, RfcFailure } from "../../ports/index.ts";
import { errorCodeOf } from "./failure-code.ts";
import { guardByPolicy, type Policy } from "./policy.ts";

const policy: Policy = {
  functions: ["RFC_PING", "RFC_READ_TABLE", "DDIF_FIELDINFO_GET", "RFC_GET_TABLE_ENTRIES", "/SAPDS/RFC_READ_TABLE2", "ZZ_READ"],
  tables: { LFA1: ["LIFNR", "NAME1", "LAND1"], T000: "*" },
};

function guarded() {
  const { client, calls: sent } = recordingClient();
  return { client: guardByPolicy(client, policy, { zReader: "ZZ_READ" }), sent };
}

const call = (name: string, parameters: RfcCall["parameters"] = {}): RfcCall => ({
  function: name,
  parameters,
  tables: [],
  timeoutMs: 1,
});
const read = (table: string, fields: readonly string[], options: readonly string[] = [], more: Record<string, string> = {}) =>
  call("RFC_READ_TABLE", {
    QUERY_TABLE: table,
    FIELDS: fields.map((FIELDNAME) => ({ FIELDNAME })),
    OPTIONS: options.map((TEXT) => ({ TEXT })),
    ...more,
  });

const zRead = (table: string, fields: readonly string[], where: readonly string[] = [], mode = "") =>
  call("ZZ_READ", {
    IV_TABLE: table,
    IV_MODE: mode,
    IT_FIELDS: fields.map((FIELDNAME) => ({ FIELDNAME })),
    IT_WHERE: where.map((TEXT) => ({ TEXT })),
  });
const wideRead = (...given: Parameters<typeof read>): RfcCall => ({ ...read(...given), function: "/SAPDS/RFC_READ_TABLE2" });

describe("the policy", () => {
  it.each<[string, RfcCall]>([
    ["a named function", call("RFC_PING")],
    ["named fields of a named table", read("LFA1", ["LIFNR", "NAME1"])],
    [
      "a filter on named fields",
      read(
        "LFA1",
        ["LIFNR"],
        ["LAND1 IN ( 'DE' , 'X''Y STCD1' )", " AND NOT ( NAME1 LIKE 'A#%' ESCAPE '#' ) AND LIFNR BETWEEN '1' AND '2'"],
      ),
    ],
    ["every field where all are allowed", read("T000", [])],
    ["the layout without rows", read("LFA1", [], [], { NO_DATA: "X" })],
    ["a table's description", call("DDIF_FIELDINFO_GET", { TABNAME: "LFA1" })],
    ["whole rows where all fields are allowed", call("RFC_GET_TABLE_ENTRIES", { TABLE_NAME: "T000" })],
    ["named fields to the customer's reader", zRead("LFA1", ["LIFNR"], ["NAME1 = 'x'"])],
    ["its layout", zRead("LFA1", ["STCD1"], [], "D")],
    ["its count by named fields", zRead("LFA1", [], ["NAME1 = 'x'"], "C")],
    ["named fields to the wide reader", wideRead("LFA1", ["LIFNR"])],
  ])("lets %s through", async (_, allowed) => {
    const { client, sent } = guarded();
    expect(await client.call(allowed)).toMatchObject({ kind: "answer" });
    expect(sent).toEqual([allowed]);
  });

  it.each<[string, RfcCall, string]>([
    ["a function nobody named", call("BAPI_TRANSACTION_COMMIT"), "POLICY_FUNCTION"],
    ["a prototype's name", call("constructor"), "POLICY_FUNCTION"],
    ["a table nobody named", read("LFBK", ["BANKN"]), "POLICY_TABLE"],
    ["a prototype's name as table", read("constructor", ["LIFNR"]), "POLICY_TABLE"],
    ["no table", call("RFC_READ_TABLE"), "POLICY_TABLE"],
    ["another field", read("LFA1", ["LIFNR", "STCD1"]), "POLICY_FIELD"],
    ["every field where some are named", read("LFA1", []), "POLICY_FIELD"],
    ["a filter on another field", read("LFA1", ["LIFNR"], ["STCD1 LIKE '9%'"]), "POLICY_FIELD"],
    ["a filter that hides a field between lines", read("LFA1", ["LIFNR"], ["LAND1 = 'DE' AND STC", "D1 > '5'"]), "POLICY_FIELD"],
    ["a filter with an open quote", read("LFA1", ["LIFNR"], ["LAND1 = 'DE"]), "POLICY_FIELD"],
    ["the description of another table", call("DDIF_FIELDINFO_GET", { TABNAME: "PA0008" }), "POLICY_TABLE"],
    ["whole rows where some fields are named", call("RFC_GET_TABLE_ENTRIES", { TABLE_NAME: "LFA1" }), "POLICY_FIELD"],
    ["a flag that SAP would read as blank", read("LFA1", [], [], { NO_DATA: " X" }), "POLICY_FIELD"],
    ["a flag of another reader's", call("RFC_GET_TABLE_ENTRIES", { TABLE_NAME: "LFA1", NO_DATA: "X" }), "POLICY_FIELD"],
    ["another table for the customer's reader", zRead("PA0008", ["PERNR"]), "POLICY_TABLE"],
    ["another field", zRead("LFA1", ["LIFNR", "STCD1"]), "POLICY_FIELD"],
    ["no field", zRead("LFA1", []), "POLICY_FIELD"],
    ["a filter on another field", zRead("LFA1", ["LIFNR"], ["STCD1 > '5'"]), "POLICY_FIELD"],
    ["a count by another field", zRead("LFA1", [], ["STCD1 > '5'"], "C"), "POLICY_FIELD"],
    ["a mode that SAP would read as blank", zRead("LFA1", ["STCD1"], [], " D"), "POLICY_FIELD"],
    ["another field for the wide reader", wideRead("LFA1", ["STCD1"]), "POLICY_FIELD"],
    ["another filter for the wide reader", wideRead("LFA1", ["LIFNR"], ["STCD1 = '1'"]), "POLICY_FIELD"],
  ])("refuses %s before a byte leaves", async (_, refused, key) => {
    const { client, sent } = guarded();
    const outcome = await client.call(refused);
    expect(outcome).toMatchObject({ kind: "failure", class: "authorization", key });
    if (outcome.kind === "failure") expect(errorCodeOf(outcome)).toBe("sap.policy");
    expect(sent).toEqual([]);
  });

  it("finds a forbidden field in any filter, and none inside a literal", async () => {
    const literal = fc.string({ maxLength: 12 }).map((value) => `'${value.replaceAll("'", "''")}'`);
    const part = (name: string) => literal.map((value) => `${name} = ${value}`);
    const lines = (all: readonly string[], word: string) => all.map((each, at) => (at === 0 ? each : ` ${word} ${each}`));
    const parts = fc.array(part("LIFNR"), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(parts, part("STCD1"), fc.nat(4), async (good, bad, at) => {
        const { client } = guarded();
        expect(await client.call(read("LFA1", ["LIFNR"], lines(good, "AND")))).toMatchObject({ kind: "answer" });
        const mixed = lines([...good.slice(0, at), bad, ...good.slice(at)], "OR");
        expect(await client.call(read("LFA1", ["LIFNR"], mixed))).toMatchObject({ key: "POLICY_FIELD" });
      }),
    );
  });
});

describe("the registry's code of a failure", () => {
  it.each<[RfcFailure["class"], string, string]>([
    ["communication", "RESET", "sap.unreachable"],
    ["communication", "TLS", "sap.tls"],
    ["communication", "NAME_NOT_FOUND", "sap.name-not-found"],
    ["overload", "HTTP_503", "sap.overload"],
    ["logon", "LOGON_FAILED", "sap.logon"],
    ["not-active", "HTTP_403", "sap.not-active"],
    ["authorization", "NOT_AUTHORIZED", "sap.not-authorised"],
    ["dump", "TIME_OUT", "sap.dump"],
    ["exception", "FIELD_NOT_VALID", "sap.exception"],
    ["message", "FL 046", "sap.exception"],
    ["protocol", "MALFORMED", "sap.protocol"],
  ])("of %s %s is %s", (kind, key, code) => {
    expect(errorCodeOf({ kind: "failure", class: kind, key, detail: "" })).toBe(code);
    expect(isErrorCode(code)).toBe(true);
  });
});
