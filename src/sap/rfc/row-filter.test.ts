import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordingClient } from "../../../test/support/recording-client.ts";
import type { RfcCall } from "../../ports/index.ts";
import { guardByPolicy, type Policy } from "./policy.ts";
import { addRowFilter } from "./row-filter.ts";

const policy: Policy = {
  functions: ["RFC_READ_TABLE", "RFC_GET_TABLE_ENTRIES", "DDIF_FIELDINFO_GET"],
  tables: { BKPF: ["BELNR"], LFA1: "*" },
  rowFilters: {
    BKPF: [
      { field: "BUKRS", values: ["1000", "O'K"] },
      { field: "BUDAT", from: "20260101", to: "99991231" },
    ],
    LFA1: [{ field: "KTOKK", values: ["KRED"] }],
  },
};

function guarded() {
  const { client, calls: sent } = recordingClient();
  return { client: guardByPolicy(client, policy), sent };
}

const read = (table: string, options: readonly string[], more: Record<string, string> = {}): RfcCall => ({
  function: "RFC_READ_TABLE",
  parameters: {
    QUERY_TABLE: table,
    FIELDS: [{ FIELDNAME: "BELNR" }],
    OPTIONS: options.map((TEXT) => ({ TEXT })),
    ...more,
  },
  tables: ["DATA"],
  timeoutMs: 1,
});
const clauseOf = (call: RfcCall | undefined) =>
  ((call?.parameters.OPTIONS ?? []) as { TEXT: string }[]).map(({ TEXT }) => TEXT).join("");

describe("row filters of the policy", () => {
  it("are ANDed to what was asked for, which stands in brackets", async () => {
    const { client, sent } = guarded();
    await client.call(read("BKPF", ["BELNR = '1'", " OR BELNR = '2'"]));
    expect(clauseOf(sent[0])).toBe(
      "( BELNR = '1' OR BELNR = '2' ) AND ( BUKRS IN ( '1000' , 'O''K' ) ) AND ( BUDAT BETWEEN '20260101' AND '99991231' )",
    );
  });

  it("stand alone where nothing was asked for, also with all fields and for a count", async () => {
    const { client, sent } = guarded();
    await client.call(read("BKPF", []));
    await client.call(read("LFA1", [""]));
    await client.call(read("LFA1", [], { NO_DATA: "X" }));
    expect(clauseOf(sent[0])).toMatch(/^ \( BUKRS IN/);
    expect(sent.slice(1).map(clauseOf)).toEqual([" ( KTOKK IN ( 'KRED' ) )", " ( KTOKK IN ( 'KRED' ) )"]);
  });

  it("refuse a reader that takes no filter, and leave descriptions alone", async () => {
    const { client, sent } = guarded();
    const entries = { ...read("LFA1", []), function: "RFC_GET_TABLE_ENTRIES", parameters: { TABLE_NAME: "LFA1" } };
    expect(await client.call(entries)).toMatchObject({ class: "authorization", key: "POLICY_ROWS" });
    await client.call({ ...entries, function: "DDIF_FIELDINFO_GET", parameters: { TABNAME: "LFA1" } });
    expect(sent.map((call) => call.function)).toEqual(["DDIF_FIELDINFO_GET"]);
  });

  it.each([
    ["BELNR = '1' ) OR ( BELNR = '2'"],
    ["BELNR = '1"],
    ["BELNR = '1' )"],
    ["( BELNR = '1'"],
    ["BELNR = '1' \" x"],
    [`${" ".repeat(62)}BELNR = '1'`],
  ])("refuse a clause that could reach out of its brackets: %s", async (clause) => {
    const { client, sent } = guarded();
    expect(await client.call(read("LFA1", [clause]))).toMatchObject({ key: "POLICY_ROWS" });
    expect(sent).toEqual([]);
  });

  it("take brackets inside literals for what they are", async () => {
    const { client, sent } = guarded();
    await client.call(read("LFA1", ["NAME1 = ') OR (' AND ( LIFNR = '1' )"]));
    expect(clauseOf(sent[0])).toBe("( NAME1 = ') OR (' AND ( LIFNR = '1' ) ) AND ( KTOKK IN ( 'KRED' ) )");
  });

  it("never run over a line's end or lose a token, whatever the values", () => {
    const value = fc.string({ maxLength: 40, unit: fc.constantFrom("A", "'", " ", "(", ")", ",") });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (values) => {
        const lines = addRowFilter([], [{ field: "BUKRS", values }]) ?? [];
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72 + 40);
        const clause = lines.join("");
        const literals = [...clause.matchAll(/'((?:[^']|'')*)'/g)].map(([, text]) => text?.replaceAll("''", "'"));
        expect(literals).toEqual(values);
        expect(clause.replace(/'(?:[^']|'')*'/g, "?")).toMatch(/^ \( BUKRS IN \( \?(?: , \?)* \) \)$/);
      }),
      { numRuns: 300 },
    );
  });
});
