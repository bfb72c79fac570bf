// What landing documents writes, and what it leaves alone: told by where the rows stand (ctid), which any write moves.
import { sql } from "kysely";
import { expect, it } from "vitest";
import { type CostDocumentRecord, documentHashVersion } from "../../src/core/index.ts";
import { land } from "../../src/hub/change/land.ts";
import { documentRecord, lineRecord, offsetLine } from "../support/records.ts";
import { withPostgres } from "./postgres.ts";

const document = (change: { amount?: string; text?: string } = {}): CostDocumentRecord =>
  documentRecord("0100000001", [
    lineRecord("001", change.amount ?? "10.00", { text: change.text ?? "" }),
    offsetLine("002", "-10.00"),
  ]);

it("writes nothing of what is unchanged, only the lines that say something else, and re-bases without calling it changed", () =>
  withPostgres(async ({ store }) => {
    const inStore = <T>(query: ReturnType<typeof sql<T>>) =>
      store.transact({ tenant: "main" }, async (tx) => (await query.execute(tx)).rows);
    const landed = (run: bigint, record: CostDocumentRecord) =>
      store.transact({ tenant: "main" }, (tx) => land(tx, { tenant: "main", connection: "main", run }, "costs", [record]));
    const state = async () => {
      const [head] = await inStore(sql<{ at: string; changed_run: bigint; hash_version: number }>`
        select ctid::text as at, changed_run, hash_version from cost_document`);
      const lines = await inStore(sql<{ at: string; amount_minor: bigint; reason: string | null }>`
        select ctid::text as at, amount_minor, reason from cost_line order by line`);
      return { head, lines };
    };
    expect(await landed(1n, document())).toBe(1);
    const first = await state();
    expect(first.head).toMatchObject({ changed_run: 1n, hash_version: documentHashVersion });

    expect(await landed(2n, document({ text: "only a text" }))).toBe(0);
    expect(await state()).toEqual(first);

    await inStore(sql`update cost_document set hash_version = 2`);
    expect(await landed(3n, document())).toBe(1);
    const rebased = await state();
    expect(rebased.head).toMatchObject({ changed_run: 1n, hash_version: documentHashVersion });
    expect(rebased.lines).toEqual(first.lines);

    expect(await landed(4n, document({ amount: "11.00" }))).toBe(1);
    const changed = await state();
    expect(changed.head).toMatchObject({ changed_run: 4n });
    expect(changed.lines.map(({ amount_minor: amount }) => amount)).toEqual([1100n, -1000n]);
    expect(changed.lines[0]?.at).not.toBe(first.lines[0]?.at);
    expect(changed.lines[1]).toEqual(first.lines[1]);

    await inStore(sql`update cost_line set part = 1, group_id = 'G', disposition = 'posted' where line = 1`);
    await landed(5n, document({ amount: "12.00" }));
    expect((await state()).lines.map(({ reason }) => reason)).toEqual(["cost-changed-after-posting", null]);
  }));
