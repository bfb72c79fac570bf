// The store of the measurement, with the product's own settings: what commits is on the disk. The owner's connection stands beside, for sizes, for
// VACUUM (which a server does by itself when it finds the time) and for the contenders that are no part of the product.
import { Client } from "pg";
import { systemClock } from "../src/cli/platform/index.ts";
import { clientConfigOf } from "../src/store/connection.ts";
import { migrate, openStore, type Store, startPostgres } from "../src/store/index.ts";
import { makeDataFolder, removeDataFolder } from "../test/contract/postgres.ts";

export const scope = { tenant: "main", connection: "main" } as const;

export type LinesStore = { store: Store; owner: Client; close(): Promise<void> };

export async function openLinesStore(): Promise<LinesStore> {
  const dataFolder = await makeDataFolder();
  const postgres = await startPostgres({ dataFolder, clock: systemClock });
  await migrate({ connection: postgres.ownerConnection });
  const store = await openStore({ connection: postgres.connection, clock: systemClock });
  const owner = new Client(clientConfigOf(postgres.ownerConnection));
  await owner.connect();
  await owner.query("set ml.tenant = '*'");
  return {
    store,
    owner,
    close: async () => {
      await owner.end();
      await store.close();
      await postgres.stop();
      await removeDataFolder(dataFolder);
    },
  };
}

const ofLine = "c.tenant = 'main' and c.connection = 'main' and c.fiscal_year = 2026";

/**
 * What the plan and the confirmation write into a day's new lines (plan/decide-lines.ts, plan/parts.ts, confirm/settle-atoms.ts): of ten lines four are left
 * out by a rule, six become members of parts of twenty, each with its budget code, rule and project. Every line is written as often as there.
 */
export async function decideAndPost({ owner }: LinesStore, day: number): Promise<void> {
  await owner.query(`update cost_line c set disposition = 'excluded', reason = 'no-cost-object'
    where ${ofLine} and disposition is null and (object is null or purchase_order <> '')`);
  await owner.query(
    `update cost_line c set disposition = 'planned', reason = null, posted_minor = amount_minor, part = 1,
      group_id = upper(substr(md5($1::integer || '.' || (x.n / 20)), 1, 16)), budget_code_id = 33000 + x.n % 500,
      budget_code = '03-' || 100 + x.n % 300 || '.M', rule = 'P-' || 1000 + x.n % 150 || ' any', project = 'P-' || 1000 + x.n % 150
    from (select ctid, row_number() over (order by object, account)::integer as n from cost_line c where ${ofLine} and disposition is null) x
    where c.ctid = x.ctid and ${ofLine}`,
    [day],
  );
  await owner.query(`insert into reference_number (tenant, reference, connection, source_key, posting_version, group_id, part)
    select c.tenant, upper(substr(md5(d.document_number || '.' || c.line), 1, 16)), c.connection,
      d.company_code || '.' || d.document_number || '.2026.' || lpad(c.line::text, 3, '0'), 1, c.group_id, c.part
    from cost_line c join cost_document d on d.document = c.document where ${ofLine} and disposition = 'planned' on conflict do nothing`);
  await owner.query(`update cost_line c set disposition = 'posted' where ${ofLine} and disposition = 'planned'`);
  await owner.query("vacuum analyze cost_line, cost_document, reference_number");
}

export type Sizes = {
  lines: number;
  line: number;
  lineIndexes: number;
  document: number;
  reference: number;
  perIndex: Record<string, number>;
};

/** Bytes a line, of the tables with all that belongs to them. */
export async function measureSizes({ owner }: LinesStore): Promise<Sizes> {
  const { rows } = await owner.query<Record<"lines" | "line" | "indexes" | "document" | "reference", string>>(`select
    (select count(*) from cost_line) as lines, pg_table_size('cost_line_2026') as line, pg_indexes_size('cost_line_2026') as indexes,
    pg_total_relation_size('cost_document') as document, pg_total_relation_size('reference_number') as reference`);
  const [sizes] = rows;
  if (!sizes) throw new Error("no sizes");
  const lines = Number(sizes.lines);
  const each = (bytes: string) => Number(bytes) / lines;
  const { rows: indexes } = await owner.query<{ name: string; bytes: string }>(
    "select indexrelid::regclass::text as name, pg_relation_size(indexrelid) as bytes from pg_index where indrelid = 'cost_line_2026'::regclass",
  );
  return {
    lines,
    line: each(sizes.line),
    lineIndexes: each(sizes.indexes),
    document: each(sizes.document),
    reference: each(sizes.reference),
    perIndex: Object.fromEntries(indexes.map(({ name, bytes }) => [name, Math.round(each(bytes))])),
  };
}
