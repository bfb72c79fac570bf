/** How a line that was re-coded was posted before (ruling 23): each posting with its part, its place, its amount and its reference number. */
import { sql, type Transaction } from "kysely";
import { formatMoney, referenceNumber } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { isOfLineIn } from "../cost-line-sql.ts";
import { partLineOf } from "../reconcile/part-line.ts";
import type { ExplainedAtom } from "./atoms.ts";

export type EarlierPosting = {
  postingVersion: number;
  /** It took the posting before it back. */
  isNegating: boolean;
  recoding: string;
  /** Who asked for the re-coding, and why. */
  askedBy: string;
  note: string;
  amount: string;
  currency: string;
  project: string;
  budgetCode: string;
  /** Of the line itself, for this posting of it. */
  reference: string;
  recordOriginId: string;
  originId: string;
};

/** Of cost line `c`, as `m`. */
export const joinEarlier = sql`join recoded_member m on ${isOfLineIn("m")}`;

type Row = {
  connection: string;
  key: string;
  posting_version: number;
  is_negating: boolean;
  recoding: bigint;
  asked_by: string;
  note: string;
  amount_minor: bigint;
  currency: string;
  project: string;
  budget_code: string;
  group_id: string;
  part: number;
  origin_id: string;
};

function postingOf(row: Row): EarlierPosting {
  const [systemId = "", client = ""] = row.origin_id.split(".");
  return {
    postingVersion: row.posting_version,
    isNegating: row.is_negating,
    recoding: String(row.recoding),
    askedBy: row.asked_by,
    note: row.note,
    amount: formatMoney({ minor: row.amount_minor, currency: row.currency }),
    currency: row.currency,
    project: row.project,
    budgetCode: row.budget_code,
    reference: referenceNumber({ systemId, client }, row.key, row.posting_version),
    recordOriginId: row.origin_id,
    originId: partLineOf(row, { systemId, client }) ?? row.origin_id,
  };
}

export async function withEarlier(
  tx: Transaction<Database>,
  tenant: string,
  lines: readonly ExplainedAtom[],
): Promise<ExplainedAtom[]> {
  const asked = JSON.stringify(lines.map(({ connection, key }) => ({ connection, key })));
  const { rows } = await sql<Row>`
    select m.connection, x.key, m.posting_version, m.is_negating, m.recoding, r.asked_by, r.note, m.amount_minor, p.currency, m.project,
      m.budget_code, m.group_id, m.part, p.origin_id
    from jsonb_to_recordset(${asked}::jsonb) as x(connection text, key text)
    join recoded_member m on m.tenant = ${tenant} and m.connection = x.connection and m.fiscal_year = split_part(x.key, '.', 3)::smallint
      and m.line = split_part(x.key, '.', 4)::smallint
    join cost_document d on d.document = m.document and d.company_code = split_part(x.key, '.', 1) and d.document_number = split_part(x.key, '.', 2)
    join recoding r on r.tenant = m.tenant and r.recoding = m.recoding
    join cost_part p on p.tenant = m.tenant and p.connection = m.connection and p.group_id = m.group_id and p.part = m.part
    order by m.connection, x.key, m.posting_version`.execute(tx);
  const byLine = Map.groupBy(rows, ({ connection, key }) => `${connection} ${key}`);
  return lines.map((line) => {
    const earlier = byLine.get(`${line.connection} ${line.key}`);
    return earlier ? { ...line, earlier: earlier.map(postingOf) } : line;
  });
}
