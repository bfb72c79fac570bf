/**
 * FI documents with their lines, typed columns, no jsonb at rest. Only the documents' keys and hashes go to the store first: what is unchanged is
 * told by an anti-join, before anything is written or as much as sent. Of a changed document the lines are written that say something else.
 * One that is already part of a posted direct cost and changed nevertheless is held, never rewritten (ruling 22).
 */
import { sql, type Transaction } from "kysely";
import {
  type CostDocumentRecord,
  documentHash,
  documentHashVersion,
  onlyVendor,
  parseMoney,
  type RejectedRecord,
  sourceHash,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { LandScope } from "./land-records.ts";

type Tx = Transaction<Database>;

function amountMinor(text: string, currency: string): string {
  const money = parseMoney(text, currency);
  if (!money.ok) throw new Error(`Assertion failed: amount ${text} was checked on arrival`);
  return money.value.minor.toString();
}

function lineRow({ record: document, number }: Stored, line: CostDocumentRecord["lines"][number]) {
  return {
    fiscal_year: document.fiscalYear,
    document: number,
    line: Number(line.line),
    amount_minor: amountMinor(line.amount, document.currency),
    account: line.account,
    object_kind: line.object?.kind ?? null,
    object: line.object?.key ?? null,
    cost_element_category: line.costElementCategory,
    transaction_key: line.transactionKey,
    special_gl: line.specialGl,
    purchase_order: line.purchaseOrder,
    purchase_order_item: line.purchaseOrderItem,
    assignment: line.assignment,
    vendor: line.vendor,
  };
}

type LineRow = ReturnType<typeof lineRow>;

/** A document with the number that the store gave it, as text. */
type Stored = { record: CostDocumentRecord; number: string };

type Hashed<T> = { record: T; hash: string };

function documentRow({ record: document, hash }: Hashed<CostDocumentRecord>) {
  return {
    fiscal_year: document.fiscalYear,
    company_code: document.companyCode,
    document_number: document.documentNumber,
    period: document.period,
    posting_date: document.postingDate,
    entry_date: document.entryDate,
    document_type: document.documentType,
    status: document.status,
    currency: document.currency,
    reference: document.reference,
    header_text: document.headerText,
    reversal_of: document.reversalOf,
    only_vendor: onlyVendor(document.lines),
    source_hash: hash,
    rejection: null as string | null,
    balance_minor: "0",
    detail: "",
  };
}

/** Company code, document number and year (`CostDocumentRecord.key`) and a period text, back to columns. */
function rejectedRow({ record, hash }: Hashed<RejectedRecord>): ReturnType<typeof documentRow> {
  const [companyCode = "", documentNumber = "", fiscalYear = ""] = record.key.split(".");
  return {
    fiscal_year: Number(fiscalYear),
    company_code: companyCode,
    document_number: documentNumber,
    period: record.period === "" ? 0 : Number(record.period.split(".")[1]),
    posting_date: "",
    entry_date: "",
    document_type: "",
    status: "",
    currency: record.currency,
    reference: "",
    header_text: "",
    reversal_of: "",
    only_vendor: "",
    source_hash: hash,
    rejection: record.code,
    balance_minor: amountMinor(record.balance, record.currency),
    detail: record.detail,
  };
}

/**
 * Keys of the documents that are new or changed, or hashed by another version. Each is looked up by its key: row-level security makes the planner
 * believe in a few rows, and it would read the whole table for every page.
 */
async function findChanged(
  tx: Tx,
  { tenant, connection }: LandScope,
  hashed: readonly Hashed<CostDocumentRecord | RejectedRecord>[],
): Promise<Set<string>> {
  const parts = hashed.map(({ record }) => record.key.split("."));
  const { rows } = await sql<{ key: string }>`
    select i.company_code || '.' || i.document_number || '.' || i.fiscal_year as key
    from unnest(${parts.map(([companyCode = ""]) => companyCode)}::text[], ${parts.map(([, documentNumber = ""]) => documentNumber)}::text[],
      ${parts.map(([, , year]) => Number(year))}::smallint[], ${hashed.map(({ hash }) => hash)}::text[])
      as i(company_code, document_number, fiscal_year, hash)
    left join lateral (select d.source_hash, d.hash_version from cost_document d where d.tenant = ${tenant} and d.connection = ${connection}
      and d.fiscal_year = i.fiscal_year and d.company_code = i.company_code and d.document_number = i.document_number limit 1) as d on true
    where d.source_hash is distinct from decode(i.hash, 'hex') or d.hash_version is distinct from ${documentHashVersion}`.execute(
    tx,
  );
  return new Set(rows.map(({ key }) => key));
}

/** Answers the documents' numbers in the store, by `CostDocumentRecord.key`. */
async function landHeaders(
  tx: Tx,
  scope: LandScope,
  rows: readonly ReturnType<typeof documentRow>[],
): Promise<ReadonlyMap<string, string>> {
  const { tenant, connection, run } = scope;
  const { rows: landed } = await sql<{ document: bigint; key: string }>`
    with incoming as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(fiscal_year smallint, company_code text, document_number text,
        period smallint, posting_date text, entry_date text, document_type text, status text, currency text, reference text, header_text text,
        reversal_of text, only_vendor text, source_hash text, rejection text, balance_minor bigint, detail text))
    insert into cost_document (tenant, connection, fiscal_year, company_code, document_number, period, posting_date, entry_date,
      document_type, status, currency, reference, header_text, reversal_of, only_vendor, source_hash, hash_version, changed_run,
      rejection, balance_minor, detail)
    select ${tenant}, ${connection}, fiscal_year, company_code, document_number, period, posting_date, entry_date, document_type, status, currency,
      reference, header_text, reversal_of, only_vendor, decode(source_hash, 'hex'), ${documentHashVersion}, ${run}, rejection, balance_minor, detail
    from incoming order by company_code, document_number
    on conflict (tenant, connection, fiscal_year, company_code, document_number) do update
      set period = excluded.period, posting_date = excluded.posting_date, entry_date = excluded.entry_date,
        document_type = excluded.document_type, status = excluded.status, currency = excluded.currency, reference = excluded.reference,
        header_text = excluded.header_text, reversal_of = excluded.reversal_of, only_vendor = excluded.only_vendor,
        source_hash = excluded.source_hash, hash_version = excluded.hash_version, rejection = excluded.rejection,
        balance_minor = excluded.balance_minor, detail = excluded.detail,
        changed_run = case when cost_document.hash_version = excluded.hash_version then excluded.changed_run else cost_document.changed_run end
    returning document, company_code || '.' || document_number || '.' || fiscal_year as key`.execute(tx);
  return new Map(landed.map(({ document, key }) => [key, String(document)]));
}

async function landLines(tx: Tx, scope: LandScope, rows: readonly LineRow[]): Promise<void> {
  if (rows.length === 0) return;
  const { tenant, connection } = scope;
  for (const year of new Set(rows.map((row) => row.fiscal_year)))
    await sql`select ensure_cost_year(${year}::smallint)`.execute(tx);
  await sql`
    with incoming as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(fiscal_year smallint, document bigint, line smallint,
        amount_minor bigint, account text, object_kind text, object text, cost_element_category text, transaction_key text,
        special_gl text, purchase_order text, purchase_order_item text, assignment text, vendor text))
    insert into cost_line as known (tenant, connection, fiscal_year, document, line, amount_minor, account, object_kind,
      object, cost_element_category, transaction_key, special_gl, purchase_order, purchase_order_item, assignment, vendor)
    select ${tenant}, ${connection}, fiscal_year, document, line, amount_minor, account, object_kind, object,
      cost_element_category, transaction_key, special_gl, purchase_order, purchase_order_item, assignment, vendor
    from incoming order by document, line
    on conflict (document, line, fiscal_year) do update
      set amount_minor = excluded.amount_minor, account = excluded.account, object_kind = excluded.object_kind, object = excluded.object,
        cost_element_category = excluded.cost_element_category, transaction_key = excluded.transaction_key,
        special_gl = excluded.special_gl, purchase_order = excluded.purchase_order, purchase_order_item = excluded.purchase_order_item,
        assignment = excluded.assignment, vendor = excluded.vendor,
        disposition = case when known.part is null then null else 'held'::disposition end,
        reason = case when known.part is null then null else 'cost-changed-after-posting' end
      where (known.amount_minor, known.account, known.object_kind, known.object, known.cost_element_category, known.transaction_key,
          known.special_gl, known.purchase_order, known.purchase_order_item, known.assignment, known.vendor)
        is distinct from (excluded.amount_minor, excluded.account, excluded.object_kind, excluded.object, excluded.cost_element_category,
          excluded.transaction_key, excluded.special_gl, excluded.purchase_order, excluded.purchase_order_item, excluded.assignment,
          excluded.vendor)`.execute(tx);
}

/** A document that was rejected or changed status may come back with other lines; those that are gone and unposted go. */
async function dropGoneLines(
  tx: Tx,
  documents: readonly { number: string; year: number; lines: readonly number[] }[],
): Promise<void> {
  await sql`
    delete from cost_line c using jsonb_to_recordset(${JSON.stringify(documents)}::jsonb) as k(number bigint, year smallint, lines smallint[])
    where c.document = k.number and c.fiscal_year = k.year and c.part is null and not (c.line = any (k.lines))`.execute(tx);
}

/** Answers how many documents were new or changed. */
export async function landDocuments(
  tx: Tx,
  scope: LandScope,
  documents: readonly CostDocumentRecord[],
  rejected: readonly RejectedRecord[],
): Promise<number> {
  const whole = documents.map((record) => ({ record, hash: documentHash(record) }));
  const refused = rejected.map((record) => ({ record, hash: sourceHash({ ...record }).slice(0, 32) }));
  if (whole.length + refused.length === 0) return 0;
  const changed = await findChanged(tx, scope, [...whole, ...refused]);
  if (changed.size === 0) return 0;
  const isChanged = ({ record }: Hashed<CostDocumentRecord | RejectedRecord>) => changed.has(record.key);
  const changedWhole = whole.filter(isChanged);
  const changedRefused = refused.filter(isChanged);
  const numbers = await landHeaders(tx, scope, [...changedWhole.map(documentRow), ...changedRefused.map(rejectedRow)]);
  const numberOf = (key: string): string => {
    const number = numbers.get(key);
    if (number === undefined) throw new Error(`Assertion failed: document ${key} was landed and has no number`);
    return number;
  };
  const stored = changedWhole.map(({ record }): Stored => ({ record, number: numberOf(record.key) }));
  await dropGoneLines(tx, [
    ...stored.map(({ record, number }) => ({
      number,
      year: record.fiscalYear,
      lines: record.lines.map(({ line }) => Number(line)),
    })),
    ...changedRefused.map(({ record: { key } }) => ({ number: numberOf(key), year: Number(key.split(".")[2]), lines: [] })),
  ]);
  await landLines(
    tx,
    scope,
    stored.flatMap((document) => document.record.lines.map((line) => lineRow(document, line))),
  );
  return changed.size;
}
