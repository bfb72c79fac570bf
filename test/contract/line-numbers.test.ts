// An older store whose cost lines and re-codings bear SAP's key in text: each finds its document by number afterwards, nothing else about it has changed,
// and lines of a new year can be landed by the role that owns no table.
import { sql } from "kysely";
import { expect, it } from "vitest";
import { systemClock as clock } from "../../src/cli/platform/index.ts";
import { migrate, openStore, startPostgres } from "../../src/store/index.ts";
import { makeDataFolder, removeDataFolder } from "./postgres.ts";

const documents = [
  ["one", "main", 2026, "1000", "0100000002"],
  ["one", "main", 2026, "1000", "0100000001"],
  ["one", "main", 2025, "1000", "0100000001"],
  ["one", "next", 2026, "1000", "0100000001"],
  ["other", "main", 2026, "1000", "0100000001"],
] as const;

async function withOlder(
  fill: readonly string[],
  work: (all: <T>(text: string) => Promise<T[]>, connection: Parameters<typeof migrate>[0]["connection"]) => Promise<void>,
) {
  const dataFolder = await makeDataFolder();
  const server = await startPostgres({ dataFolder, clock });
  const connection = server.ownerConnection;
  const { migrations } = await import("../../src/store/migrations/index.ts");
  await migrate({ connection, migrations: Object.fromEntries(Object.entries(migrations).filter(([name]) => name < "0029")) });
  const store = await openStore({ connection, clock });
  const all = async <T>(text: string): Promise<T[]> =>
    (await store.transactAcrossTenants((tx) => sql<T>`${sql.raw(text)}`.execute(tx))).rows;
  try {
    for (const text of fill) await all(text);
    await work(all, connection);
  } finally {
    await store.close();
    await server.stop();
    await removeDataFolder(dataFolder);
  }
}

const quoted = (values: readonly (string | number)[]) =>
  values.map((value) => (typeof value === "number" ? value : `'${value}'`)).join(", ");
const key = "tenant, connection, fiscal_year, company_code, document_number";
const years = "select ensure_cost_year(2025::smallint), ensure_cost_year(2026::smallint)";
const insertDocuments = `insert into cost_document (${key}, period, posting_date, entry_date, document_type, status, currency, reference, header_text,
    reversal_of, only_vendor, source_hash, hash_version, changed_run, balance_minor, detail)
  select x.*, 9, '', '', '', '', 'USD', '', '', '', '', ''::bytea, 3, 1, 0, '' from (values ${documents.map((each) => `(${quoted(each)})`).join(", ")})
    as x(${key})`;
const lineOf = (document: readonly (string | number)[], line: number, amount: number, more = "null, null, null") =>
  `(${quoted(document)}, ${line}, ${amount}, '400000', 'cost-center', '1000/0000004711', '1', '', '', '', '', '', '', ${more})`;
const insertLines = (
  rows: readonly string[],
) => `insert into cost_line (${key}, line, amount_minor, account, object_kind, object, cost_element_category,
    transaction_key, special_gl, purchase_order, purchase_order_item, assignment, vendor, disposition, group_id, part)
  values ${rows.join(", ")}`;

it("finds each line's document by number, and nothing else has changed", () => {
  const rows = documents.flatMap((each, index) => [
    lineOf(each, 1, 100 + index, `'posted', 'G${index}', ${index + 1}`),
    lineOf(each, 2, -7 - index),
  ]);
  const moved = `('one', 'main', 2026, '1000', '0100000002', 1`;
  const fill = [
    years,
    insertDocuments,
    insertLines(rows),
    `insert into recoding_line (${key}, line, recoding, from_project, from_budget_code, to_project, to_budget_code, amount_minor, state, why)
      values ${moved}, 5, 'P1', 'A', 'P2', 'B', 100, 'marked', '')`,
    `insert into recoded_member (${key}, line, posting_version, recoding, is_negating, group_id, part, amount_minor, budget_code_id, budget_code, project, rule)
      values ${moved}, 1, 4, false, 'G0', 1, 100, 33, 'A', 'P1', 'r')`,
  ];
  return withOlder(fill, async (all, connection) => {
    const shown =
      "tenant, connection, fiscal_year, company_code, document_number, line, amount_minor, account, object, disposition, group_id, part";
    const ordered = "order by tenant, connection, fiscal_year, company_code, document_number, line";
    const before = await all(`select ${shown} from cost_line ${ordered}`);
    expect(before).toHaveLength(10);
    expect(await migrate({ connection })).toContain("0029-line-numbers");
    const joined = "cost_line join cost_document using (tenant, connection, fiscal_year, document)";
    expect(await all(`select ${shown} from ${joined} ${ordered}`)).toEqual(before);
    for (const table of ["recoding_line", "recoded_member"])
      expect(
        await all(
          `select tenant, company_code, document_number, m.line from ${table} m join cost_document using (tenant, connection, fiscal_year, document)`,
        ),
      ).toEqual([{ tenant: "one", company_code: "1000", document_number: "0100000002", line: 1 }]);
    // Marked once: by number as it was by key.
    const mark =
      "insert into recoding_line select tenant, connection, fiscal_year, line, 6, from_project, from_budget_code, to_project, to_budget_code, amount_minor, state, why, document from recoding_line";
    await expect(all(mark)).rejects.toThrow(/recoding_line_marked/);
    expect(await all("select count(*)::int as n from pg_class where relname like 'former%'")).toEqual([{ n: 0 }]);
  });
});

it("refuses a store that has a line of no document, and leaves it as it was", () =>
  withOlder(
    [years, insertDocuments, insertLines([lineOf(["one", "main", 2026, "1000", "0999999999"], 1, 5)])],
    async (all, connection) => {
      await expect(migrate({ connection })).rejects.toMatchObject({
        kind: "migration-failed",
        sentence: expect.stringContaining("a cost line has no document"),
      });
      expect(await all("select document_number, amount_minor from cost_line")).toEqual([
        { document_number: "0999999999", amount_minor: 5n },
      ]);
    },
  ));
