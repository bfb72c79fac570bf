/** SAP's side of an explanation: the atoms behind what is asked about, found by their own key or by the Procore record that they are part of. */
import { type RawBuilder, sql, type Transaction } from "kysely";
import { type Flow, formatMoney } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { lineKey, withDocument } from "../cost-line-sql.ts";
import { type Fact, factsOf } from "../holds/sap-facts.ts";
import { partLineOf } from "../reconcile/part-line.ts";
import { type EarlierPosting, joinEarlier, withEarlier } from "./earlier.ts";
import type { AtomPattern } from "./subject.ts";

type Tx = Transaction<Database>;

export type ExplainedAtom = {
  connection: string;
  flow: Flow;
  key: string;
  /** `2026.010`, empty where the flow has none. */
  period: string;
  amount: string;
  currency: string;
  /** Now; `undecided` until its first plan. */
  disposition: string;
  reason: string;
  waitsFor: string;
  /** The mapping rule, and where it led. */
  rule: string;
  project: string;
  budgetCode: string;
  /** Of the effect that created it, where we did; empty while the atom has no budget code. */
  budgetCodeOriginId: string;
  /** SAP no longer has it. */
  isGone: boolean;
  facts: readonly Fact[];
  /** The Procore record and line that it is part of, where it is. */
  recordOriginId: string;
  originId: string;
  part?: ExplainedPart;
  /** Of a line that was re-coded: how it was posted before, and what took that back, in their order. */
  earlier?: readonly EarlierPosting[];
};

export type ExplainedPart = {
  group: string;
  number: number;
  members: number;
  total: string;
  currency: string;
  reference: string;
  mappingVersion: string;
  /** Its lines came after their period was closed (ruling 28). */
  isLate?: true;
};

export const atomsMax = 200;

type AtomRow = {
  connection: string;
  flow: Flow;
  key: string;
  period: string;
  amount_minor: bigint;
  currency: string;
  disposition: string;
  reason: string | null;
  waits_for: string | null;
  rule: string | null;
  project: string | null;
  record_origin_id: string | null;
  origin_id: string | null;
  budget_code: string | null;
  project_id: string | null;
  gone_run: bigint | null;
};

const shared = (row: Omit<AtomRow, "gone_run" | "origin_id" | "record_origin_id">) => ({
  connection: row.connection,
  flow: row.flow,
  key: row.key,
  period: row.period,
  amount: row.currency === "" ? "" : formatMoney({ minor: BigInt(row.amount_minor), currency: row.currency }),
  currency: row.currency,
  disposition: row.disposition,
  reason: row.reason ?? "",
  waitsFor: row.waits_for ?? "",
  rule: row.rule ?? "",
  project: row.project ?? "",
  budgetCode: row.budget_code ?? "",
  budgetCodeOriginId: row.budget_code === null || row.project_id === null ? "" : `BC.${row.project_id}.${row.budget_code}`,
  facts: factsOf(row.key, row.flow, undefined),
});

const ofTarget = sql`case when a.target ? 'costCode' then coalesce((a.target ->> 'subJob') || '.', '') || (a.target ->> 'costCode') || '.' || (a.target ->> 'costType') end`;

async function readRecordAtoms(tx: Tx, tenant: string, where: RawBuilder<unknown>): Promise<ExplainedAtom[]> {
  const { rows } = await sql<AtomRow>`
    select a.connection, a.flow, a.key, a.period, a.amount_minor, a.currency, a.disposition::text as disposition, a.reason, a.waits_for,
      coalesce(a.rule, a.target ->> 'rule') as rule, coalesce(a.project, a.target #>> '{project,number}') as project, a.record_origin_id, a.origin_id, a.gone_run,
      ${ofTarget} as budget_code, a.target #>> '{project,id}' as project_id
    from atom a where a.tenant = ${tenant} and ${where} order by a.connection, a.flow, a.key limit ${atomsMax + 1}`.execute(tx);
  return rows.map((row) => ({
    ...shared(row),
    isGone: row.gone_run !== null,
    recordOriginId: row.record_origin_id ?? "",
    originId: row.origin_id ?? row.record_origin_id ?? "",
  }));
}

type CostRow = Omit<AtomRow, "gone_run" | "origin_id" | "record_origin_id"> & {
  account: string;
  object: string | null;
  posting_date: string;
  part_origin_id: string | null;
  group_id: string | null;
  part: number | null;
  members: number;
  part_minor: bigint;
  part_currency: string;
  reference: string;
  mapping_version: string | null;
  is_late: boolean | null;
};

function partOf(row: CostRow): Pick<ExplainedAtom, "part"> {
  if (row.part_origin_id === null || row.group_id === null || row.part === null) return {};
  const total = formatMoney({ minor: BigInt(row.part_minor), currency: row.part_currency });
  return {
    part: {
      group: row.group_id,
      number: row.part,
      members: row.members,
      total,
      currency: row.part_currency,
      reference: row.reference,
      mappingVersion: row.mapping_version ?? "",
      ...(row.is_late ? { isLate: true } : {}),
    },
  };
}

function costAtom(row: CostRow): ExplainedAtom {
  const base = shared(row);
  const facts: Fact[] = [
    ...base.facts,
    ["posting date (BUDAT)", row.posting_date],
    ["account (HKONT)", row.account],
    ...(row.object === null ? [] : [["cost object", row.object] as const]),
  ];
  const part = row.part_origin_id ?? "";
  const [systemId = "", client = ""] = part.split(".");
  return {
    ...base,
    facts,
    isGone: false,
    recordOriginId: part,
    originId: partLineOf(row, { systemId, client }) ?? part,
    ...partOf(row),
  };
}

/** As they stand, or as they stood before they were re-coded. */
async function readCostLines(
  tx: Tx,
  tenant: string,
  where: RawBuilder<unknown>,
  posting: "standing" | "earlier" = "standing",
): Promise<ExplainedAtom[]> {
  const of = posting === "standing" ? sql.raw("c") : sql.raw("m");
  const { rows } = await sql<CostRow>`
    select c.connection, 'costs' as flow, ${lineKey} as key, d.fiscal_year || '.' || lpad(d.period::text, 3, '0') as period, ${of}.amount_minor,
      d.currency, coalesce(c.disposition::text, 'undecided') as disposition, c.reason, c.waits_for, ${of}.rule, ${of}.project, ${of}.budget_code, p.project_id::text as project_id,
      c.account, c.object_kind || ' ' || c.object as object, d.posting_date, p.origin_id as part_origin_id, ${of}.group_id, ${of}.part, p.members,
      p.amount_minor as part_minor, p.currency as part_currency, p.reference, p.mapping_version, p.is_late
    from cost_line c ${withDocument}
    ${posting === "standing" ? sql`` : joinEarlier}
    left join cost_part p on p.tenant = c.tenant and p.connection = c.connection and p.group_id = ${of}.group_id and p.part = ${of}.part
    where c.tenant = ${tenant} and ${where}
    order by c.connection, d.fiscal_year, d.company_code, d.document_number, c.line limit ${atomsMax + 1}`.execute(tx);
  return rows.map(costAtom);
}

async function findPattern(tx: Tx, tenant: string, { flow, key, isOpen }: AtomPattern): Promise<ExplainedAtom[]> {
  if (flow === "costs") {
    const [companyCode = "", number = "", year = "0", line = ""] = key.split(".");
    const ofLine = isOpen ? sql`true` : sql`c.line = ${Number(line)}::smallint`;
    const lines = await readCostLines(
      tx,
      tenant,
      sql`d.fiscal_year = ${Number(year)}::smallint and d.company_code = ${companyCode} and d.document_number = ${number} and ${ofLine}`,
    );
    return withEarlier(tx, tenant, lines);
  }
  const matches = isOpen ? sql`starts_with(a.key, ${key})` : sql`a.key = ${key}`;
  return readRecordAtoms(tx, tenant, sql`a.flow = ${flow} and ${matches}`);
}

export async function findAtoms(tx: Tx, tenant: string, patterns: readonly AtomPattern[]): Promise<ExplainedAtom[]> {
  const found: ExplainedAtom[] = [];
  for (const pattern of patterns) found.push(...(await findPattern(tx, tenant, pattern)));
  return found;
}

/** A change order is of a contract, and its line of the contract's line where that has one. */
function ofContract(originId: string): string {
  const [system, client, kind, ...key] = originId.split(".");
  if (kind !== "CO" && kind !== "CL") return originId;
  return [system, client, kind === "CO" ? "PO" : "PL", ...key.slice(0, -1)].join(".");
}

/** What stands on a budget code. */
async function findOnBudgetCode(tx: Tx, tenant: string, originId: string): Promise<ExplainedAtom[]> {
  const [, project = "", ...rest] = originId.split(".");
  const code = rest.join(".");
  const record = sql`a.target #>> '{project,id}' = ${project} and ${ofTarget} = ${code}`;
  return [
    ...(await readRecordAtoms(tx, tenant, record)),
    ...(await readCostLines(tx, tenant, sql`c.budget_code = ${code} and p.project_id = ${project}::bigint`)),
  ];
}

/** Of a Procore record, or of one of its lines. */
export async function findMembers(tx: Tx, tenant: string, originId: string): Promise<ExplainedAtom[]> {
  if (originId.startsWith("BC.")) return findOnBudgetCode(tx, tenant, originId);
  const ids = [originId, ofContract(originId)];
  const record = await readRecordAtoms(
    tx,
    tenant,
    sql`(a.record_origin_id = any (${ids}::text[]) or a.origin_id = any (${ids}::text[]))`,
  );
  if (record.length > 0) return record;
  const isOf = sql`(p.origin_id = ${originId} or starts_with(${originId}, replace(p.origin_id, '.DC.', '.DL.') || '.'))`;
  const standing = await readCostLines(tx, tenant, isOf);
  const lines = [...standing, ...(await readCostLines(tx, tenant, isOf, "earlier"))];
  return lines.filter((line) => line.recordOriginId === originId || line.originId === originId);
}
