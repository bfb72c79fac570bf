// Rows that come, go or change while a wide table is read in column chunks: each is delivered in one version that stood, or failed by name.
import { describe, expect, it } from "vitest";
import { byItem, item, items, po, reader, serve, wide } from "../../../test/support/served-table.ts";

describe("a table that is worked in while it is read", () => {
  it("reads a row again that came between two chunks, and takes it when it is whole", async () => {
    const rows = items(3);
    const { client, calls } = serve({ columns: po, rows, before: (index) => index === 2 && rows.push(item(4)) });
    const outcome = await reader(client).read({ table: "EKPO", fields: wide });
    expect(byItem(outcome)).toHaveLength(4);
    expect(byItem(outcome)[3]).toMatchObject({ EBELP: "00004", LONG1: "one 4", LONG3: "three 4" });
    // Five calls for the table, and five for the one key.
    expect(calls).toHaveLength(10);
    expect(calls[5]?.parameters.OPTIONS).toEqual([{ TEXT: "EBELN = '4500000001' AND EBELP = '00004'" }]);
  });

  it("leaves a row out that went between two chunks", async () => {
    const rows = items(3);
    const { client } = serve({ columns: po, rows, before: (index) => index === 2 && rows.pop() });
    expect(byItem(await reader(client).read({ table: "EKPO", fields: wide }))).toHaveLength(2);
  });

  it("fails by name when the row is not whole the second time either", async () => {
    const rows = items(3);
    const { client } = serve({
      columns: po,
      rows,
      before: (index) => {
        if (index === 2) rows.push(item(4));
        if (index === 7) rows.pop();
      },
    });
    const outcome = await reader(client).read({ table: "EKPO", fields: wide });
    expect(outcome).toMatchObject({ kind: "failure", cause: "unstable", code: "row-unstable" });
    if (outcome.kind === "failure" && outcome.cause !== "rfc")
      expect(outcome.detail).toContain("EKPO EBELN 4500000001, EBELP 00004");
  });

  it("fails rather than re-read hundreds of rows one by one", async () => {
    const rows = items(3);
    const { client, calls } = serve({ columns: po, rows, before: (index) => index === 2 && rows.push(...items(60).slice(3)) });
    expect(await reader(client).read({ table: "EKPO", fields: wide })).toMatchObject({ kind: "failure", code: "row-unstable" });
    expect(calls).toHaveLength(5);
  });

  it("reads a row again that changed between two chunks, so that no row is of two versions", async () => {
    for (const moment of [2, 3, 4, 5]) {
      const rows = items(3);
      const changed = item(2, { TXZ01: "new text", LONG1: "new 1", LONG2: "new 2", LONG3: "new 3", NETWR: "9.00 " });
      const { client } = serve({ columns: po, rows, before: (index) => index === moment && rows.splice(1, 1, changed) });
      const [, second] = byItem(await reader(client).read({ table: "EKPO", fields: wide }));
      const { EBELN, EBELP, TXZ01, LONG1, LONG2, LONG3 } = changed;
      expect(second, `changed before call ${moment}`).toEqual({ EBELN, EBELP, TXZ01, LONG1, LONG2, LONG3, NETWR: "9.00" });
    }
  });

  it("fails by name when the row changed again while it was read again", async () => {
    const rows = items(3);
    const before = (index: number) => {
      if (index === 2 || index === 7) rows.splice(1, 1, item(2, { LONG1: `new 1 ${index}`, LONG3: `new 3 ${index}` }));
    };
    const { client } = serve({ columns: po, rows, before });
    expect(await reader(client).read({ table: "EKPO", fields: wide })).toMatchObject({ cause: "unstable", code: "row-unstable" });
  });

  it("names the columns of the chunk that was over, not those of the first", async () => {
    const rows = items(3);
    const { client } = serve({ columns: po, rows, before: (index) => index === 2 && rows.push(item(4)) });
    const outcome = await reader(client).read({ table: "EKPO", fields: wide, rowsMax: 3 });
    if (outcome.kind !== "over") throw new Error(outcome.kind);
    expect(outcome.rowsSeen[0]).toEqual({ EBELN: "4500000001", EBELP: "00004", LONG2: "two 4" });
  });

  it("is over when a later chunk is over", async () => {
    const rows = items(3);
    const { client } = serve({ columns: po, rows, before: (index) => index === 2 && rows.push(item(4)) });
    expect(await reader(client).read({ table: "EKPO", fields: wide, rowsMax: 3 })).toMatchObject({ kind: "over" });
  });

  it("reads a key again that came twice, and fails when it still does", async () => {
    const { client } = serve({ columns: po, rows: [item(1), item(1)] });
    expect(await reader(client).read({ table: "EKPO", fields: ["TXZ01"] })).toMatchObject({
      kind: "failure",
      code: "row-unstable",
    });
  });
});
