import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byItem, type Column, item, items, po, reader, type Served, serve, wide } from "../../../test/support/served-table.ts";
import type { RfcCall, RfcFailure, RfcOutcome } from "../../ports/index.ts";
import { equal } from "./where.ts";

describe("reading a table", () => {
  it.each([true, false])("slices by offset and length, the blanks gone or not (%s)", async (trims) => {
    const { client, calls } = serve({
      columns: po,
      rows: [item(1), item(2, { TXZ01: "", AEDAT: "00000000", NETWR: "" })],
      trims,
    });
    const outcome = await reader(client).read({ table: "EKPO", fields: ["NETWR", "TXZ01", "AEDAT"] });
    expect(byItem(outcome)).toEqual([
      { EBELN: "4500000001", EBELP: "00001", NETWR: "1.50", TXZ01: "  item 1", AEDAT: "20240131" },
      { EBELN: "4500000001", EBELP: "00002", NETWR: null, TXZ01: "", AEDAT: "00000000" },
    ]);
    const [call] = calls;
    expect(calls).toHaveLength(1);
    expect(call?.tables).toEqual(["DATA", "FIELDS", "OPTIONS"]);
    expect(call?.parameters).toMatchObject({ DELIMITER: "", ROWSKIPS: "0", ROWCOUNT: "0", OPTIONS: [] });
  });

  it("asks for one row more than allowed, and calls that one `over` with the keys that came", async () => {
    const { client, calls } = serve({ columns: po, rows: items(11) });
    const outcome = await reader(client).read({ table: "EKPO", fields: ["TXZ01"], rowsMax: 10 });
    expect(calls[0]?.parameters.ROWCOUNT).toBe("11");
    if (outcome.kind !== "over") throw new Error(outcome.kind);
    expect(outcome.keysSeen).toHaveLength(11);
    expect(outcome.keysSeen[0]).toEqual({ EBELN: "4500000001", EBELP: "00011" });
    expect(await reader(client).read({ table: "EKPO", fields: ["TXZ01"], rowsMax: 11 })).toMatchObject({ kind: "complete" });
  });

  it("joins column chunks on the key, whatever order each comes in", async () => {
    const { client, calls } = serve({ columns: po, rows: items(30) });
    const outcome = await reader(client).read({ table: "EKPO", fields: wide, rowsMax: 100 });
    // Three chunks, and the first two of them once more: had a row changed meanwhile, it would show.
    expect(calls).toHaveLength(5);
    for (const { parameters } of calls)
      expect((parameters.FIELDS as { FIELDNAME: string }[]).slice(0, 2).map(({ FIELDNAME }) => FIELDNAME)).toEqual([
        "EBELN",
        "EBELP",
      ]);
    expect(byItem(outcome)).toEqual(
      items(30).map(({ EBELN, EBELP, TXZ01, LONG1, LONG2, LONG3, NETWR }) => ({
        EBELN,
        EBELP,
        TXZ01,
        LONG1,
        LONG2,
        LONG3,
        NETWR: NETWR.trim(),
      })),
    );
  });

  it("joins a short key whose columns in one chunk are blank, so that the row came without its end", async () => {
    const columns: Column[] = [
      ["LIFNR", "CHAR", "C", 10, 0, true],
      ["LONG1", "CHAR", "C", 400, 0, false],
      ["LONG2", "CHAR", "C", 400, 0, false],
    ];
    const { client, calls } = serve({ columns, rows: [{ LIFNR: "V-7", LONG1: "", LONG2: "two" }] });
    const outcome = await reader(client).read({ table: "LFA1", fields: ["LONG1", "LONG2"] });
    expect(outcome).toMatchObject({ kind: "complete", rows: [{ LIFNR: "V-7", LONG1: "", LONG2: "two" }] });
    expect(calls).toHaveLength(3);
  });

  it("stays within 512 characters a call for any projection, and reads every field once", async () => {
    const column = fc.tuple(fc.integer({ min: 1, max: 200 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.array(column, { minLength: 1, maxLength: 25 }), async (shapes) => {
        const columns: Column[] = [
          ["K", "CHAR", "C", 8, 0, true],
          ...shapes.map(([length], at): Column => [`F${at}`, "CHAR", "C", length, 0, false]),
        ];
        const wanted = shapes.flatMap(([, isWanted], at) => (isWanted ? [`F${at}`] : []));
        const row = Object.fromEntries(columns.map(([name, , , length]) => [name, name.slice(0, length)]));
        const { client } = serve({ columns, rows: [row] });
        const outcome = await reader(client).read({ table: "ZT", fields: wanted });
        expect(outcome).toMatchObject({
          kind: "complete",
          rows: [Object.fromEntries(["K", ...wanted].map((name) => [name, row[name]]))],
        });
      }),
    );
  });

  it("rejects the row that lost digits in a wanted field, and no other", async () => {
    const rows = [item(1), item(2, { NETWR: "*291847608.00" }), item(3, { NETWR: "12x" })];
    const { client } = serve({ columns: po, rows });
    const outcome = await reader(client).read({ table: "EKPO", fields: ["TXZ01", "NETWR"] });
    expect(outcome).toMatchObject({ rows: [{ EBELP: "00001" }] });
    if (outcome.kind === "complete")
      expect(outcome.rejected).toEqual([
        { rejected: { EBELN: "4500000001", EBELP: "00003" }, code: "number-unreadable", field: "NETWR" },
        { rejected: { EBELN: "4500000001", EBELP: "00002" }, code: "amount-overflow", field: "NETWR" },
      ]);
    expect(byItem(await reader(client).read({ table: "EKPO", fields: ["TXZ01"] }))).toHaveLength(3);
  });

  it("keeps a date that is none, and says so", async () => {
    const { client } = serve({ columns: po, rows: [item(1, { AEDAT: "20201364" })] });
    expect(await reader(client).read({ table: "EKPO", fields: ["AEDAT"] })).toMatchObject({
      rows: [{ AEDAT: "20201364" }],
      doubtful: [{ key: { EBELN: "4500000001", EBELP: "00001" }, field: "AEDAT", value: "20201364", code: "date-invalid" }],
    });
  });

  it("keeps the client where it is the whole key", async () => {
    const columns: Column[] = [
      ["MANDT", "CLNT", "C", 3, 0, true],
      ["MTEXT", "CHAR", "C", 25, 0, false],
    ];
    const { client } = serve({ columns, rows: [{ MANDT: "100", MTEXT: "Construction" }] });
    expect(await reader(client).read({ table: "T000", fields: ["MTEXT"] })).toMatchObject({
      rows: [{ MANDT: "100", MTEXT: "Construction" }],
    });
  });

  it("passes the filter on, split into lines", async () => {
    const { client, calls } = serve({ columns: po, rows: items(2) });
    await reader(client).read({ table: "EKPO", fields: ["TXZ01"], where: equal("EBELP", "00002") });
    expect(calls[0]?.parameters.OPTIONS).toEqual([{ TEXT: "EBELP = '00002'" }]);
  });
});

describe("a read is refused", () => {
  const floating: readonly Column[] = [...po, ["FL", "FLTP", "F", 16, 0, false]];
  it.each<[string, readonly Column[], Parameters<ReturnType<typeof reader>["read"]>[0], string]>([
    ["for a field the table has not", po, { table: "EKPO", fields: ["XBLNR"] }, "field-unknown"],
    ["for raw bytes", po, { table: "EKPO", fields: ["GUID"] }, "field-not-readable"],
    ["for a table whose rows make SAP dump", floating, { table: "EKPO", fields: ["TXZ01"] }, "table-not-readable"],
    [
      "for a filter that cannot be said",
      po,
      { table: "EKPO", fields: ["TXZ01"], where: equal("AEDAT", "20240231") },
      "filter-refused",
    ],
    ["for no rows", po, { table: "EKPO", fields: ["TXZ01"], rowsMax: 0 }, "rows-max"],
    ["for too many rows", po, { table: "EKPO", fields: ["TXZ01"], rowsMax: 1_000_000 }, "rows-max"],
    [
      "for a column wider than a row",
      [...po, ["BIG", "CHAR", "C", 500, 0, false]],
      { table: "EKPO", fields: ["BIG"] },
      "too-wide",
    ],
    [
      "for parts that cannot be joined",
      po.map(([a, b, c, d, e]): Column => [a, b, c, d, e, false]),
      { table: "EKPO", fields: wide },
      "no-key",
    ],
  ])("%s, before a row is asked for", async (_, columns, request, code) => {
    const { client, calls } = serve({ columns, rows: items(1) });
    expect(await reader(client).read(request)).toMatchObject({ kind: "failure", cause: "request", code });
    expect(calls).toEqual([]);
  });

  it("unless the setting says that the system was probed", async () => {
    const { client } = serve({ columns: floating, rows: items(1) });
    const outcome = await reader(client, { uncastableColumns: "try" }).read({ table: "EKPO", fields: ["TXZ01"] });
    expect(outcome).toMatchObject({ kind: "complete" });
    expect(await reader(client, { uncastableColumns: "try" }).read({ table: "EKPO", fields: ["FL"] })).toMatchObject({
      code: "field-not-readable",
    });
  });
});

describe("an answer that is not what was asked for", () => {
  const asked = { table: "EKPO", fields: ["TXZ01"] };
  const layout = (FIELDS: Record<string, string>[], wa = "") => ({
    columns: po,
    rows: [],
    answer: (call: RfcCall): RfcOutcome | undefined => {
      if (call.function !== "RFC_READ_TABLE") return undefined;
      call.stream?.begin();
      call.stream?.row({ WA: wa });
      return { kind: "answer", values: { FIELDS, DATA: [], OPTIONS: [] } };
    },
  });
  const good = [
    { FIELDNAME: "EBELN", OFFSET: "000000", LENGTH: "000010" },
    { FIELDNAME: "EBELP", OFFSET: "000010", LENGTH: "000005" },
    { FIELDNAME: "TXZ01", OFFSET: "000015", LENGTH: "000040" },
  ];
  it.each<[string, Served]>([
    ["another order of columns", layout([good[0] ?? {}, good[2] ?? {}, good[1] ?? {}])],
    [
      "a column of another name",
      layout(good.map((each) => (each.FIELDNAME === "TXZ01" ? { ...each, FIELDNAME: "TXZ02" } : each))),
    ],
    ["too few columns", layout(good.slice(1))],
    ["no layout", layout([])],
    ["overlapping columns", layout(good.map((each) => ({ ...each, OFFSET: "000000" })))],
    ["an offset that is no number", layout(good.map((each) => ({ ...each, OFFSET: "1e1" })))],
    ["a row wider than rows can be", layout(good, "x".repeat(513))],
  ])("fails: %s", async (_, served) => {
    expect(await reader(serve(served).client).read(asked)).toMatchObject({
      kind: "failure",
      cause: "answer",
      code: "layout-differs",
    });
  });

  it("is read when the layout is right", async () => {
    const served = layout(good, "4500000001000010item");
    expect(await reader(serve(served).client).read(asked)).toMatchObject({
      kind: "complete",
      rows: [{ EBELP: "00001", TXZ01: "0item" }],
    });
  });
});

describe("a failed call", () => {
  const refused: RfcFailure = { kind: "failure", class: "authorization", key: "NOT_AUTHORIZED", detail: "no" };
  it("is the outcome of the read, the dictionary's too", async () => {
    for (const name of ["RFC_READ_TABLE", "DDIF_FIELDINFO_GET"]) {
      const { client } = serve({ columns: po, rows: [], answer: (call) => (call.function === name ? refused : undefined) });
      expect(await reader(client).read({ table: "EKPO", fields: ["TXZ01"] })).toEqual({
        kind: "failure",
        cause: "rfc",
        failure: refused,
      });
    }
  });

  it("of the dictionary is not remembered, an answer is", async () => {
    let asked = 0;
    const { client } = serve({
      columns: po,
      rows: items(1),
      answer: (call) => {
        if (call.function !== "DDIF_FIELDINFO_GET") return undefined;
        asked += 1;
        return asked === 1 ? refused : undefined;
      },
    });
    const readTable = reader(client);
    expect(await readTable.read({ table: "EKPO", fields: ["TXZ01"] })).toMatchObject({ kind: "failure" });
    expect(await readTable.read({ table: "EKPO", fields: ["TXZ01"] })).toMatchObject({ kind: "complete" });
    expect(await readTable.read({ table: "EKPO", fields: ["TXZ01"] })).toMatchObject({ kind: "complete" });
    expect(asked).toBe(2);
  });
});
