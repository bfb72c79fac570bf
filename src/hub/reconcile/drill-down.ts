/**
 * From a row of the statement to the SAP lines behind it (BUKRS, GJAHR, BELNR, BUZEI) and to the line that each became in Procore. Read page by
 * page, so that a period of any size can be exported.
 */
import { sql } from "kysely";
import type { SapClient, VarianceClass } from "../../core/index.ts";
import type { Store } from "../../store/index.ts";
import { partLineOf } from "./part-line.ts";
import type { PeriodScope } from "./period-control.ts";
import { readEarlierFacts } from "./read-earlier.ts";
import { fatesOf, isConfirmed, isCost, type LineRow, lateness, linesOfPeriod } from "./read-lines.ts";
import type { Reconciliation } from "./reconcile.ts";

const pageRows = 20_000;

export type DrillLine = {
  companyCode: string;
  fiscalYear: number;
  document: string;
  line: string;
  account: string;
  object: string;
  amountMinor: bigint;
  currency: string;
  disposition: string;
  reason: string;
  project: string;
  costCode: string;
  isLate: boolean;
  /** Of the line in Procore that it is part of; empty where it is part of none. */
  originId: string;
  procoreLineId: string;
  /** What that line differs by, if it does. */
  finding: VarianceClass | "";
};

type After = [string, string, number];
const positionOf = ({ company_code, document_number, line }: LineRow): After => [company_code, document_number, line];

const cellOf = (row: Pick<LineRow, "company_code" | "currency" | "object_kind" | "object" | "account">, late: string) =>
  [row.company_code, row.currency, `${row.object_kind} ${row.object}`, row.account, late].join("\n");

/** Cells whose late lines explain what SAP's total lacks. */
function lateCells({ cells }: Pick<Reconciliation, "cells">): Set<string> {
  return new Set(
    cells.flatMap(({ key, late }) =>
      late.map(({ isLate }) => [key.companyCode, key.currency, key.object, key.account, isLate].join("\n")),
    ),
  );
}

type DrillScope = PeriodScope & { client: SapClient };

async function readPage(store: Store, scope: DrillScope, { control }: Reconciliation, after: After): Promise<LineRow[]> {
  const [companyCode, document, line] = after;
  const { rows } = await store.transact({ tenant: scope.tenant }, (tx) =>
    sql<LineRow>`select d.company_code, c.fiscal_year, d.document_number, c.line, d.currency, c.object_kind, c.object, c.account,
        c.disposition::text as disposition, c.reason, c.project, c.budget_code, c.group_id, c.part, p.project_id, p.origin_id as cost_origin_id,
        ${isConfirmed} as is_confirmed, ${lateness(control)} as late, d.reversal_of <> '' as is_reversal, d.posting_date, c.amount_minor,
        coalesce(c.posted_minor, 0) as posted_minor, 1::bigint as count
      from ${linesOfPeriod(scope)} and ${isCost}
        and (d.company_code, d.document_number) >= (${companyCode}, ${document})
        and (d.company_code, d.document_number, c.line) > (${companyCode}, ${document}, ${line}::smallint)
      order by d.company_code, d.document_number, c.line limit ${pageRows}`.execute(tx),
  );
  return rows;
}

/** The page with the earlier postings of its lines (ruling 23), each before its line. */
async function withEarlier(
  store: Store,
  scope: DrillScope,
  { control }: Reconciliation,
  { page, after }: { page: readonly LineRow[]; after: After },
): Promise<LineRow[]> {
  const last = page.at(-1);
  if (!last) return [];
  const range = { after, last: positionOf(last) };
  const earlier = await store.transact({ tenant: scope.tenant }, (tx) => readEarlierFacts(tx, scope, control, range));
  const byLine = Map.groupBy(earlier, (row) => positionOf(row).join("."));
  return page.flatMap((row) => [...(byLine.get(positionOf(row).join(".")) ?? []), row]);
}

async function readLineIds(store: Store, { tenant, connection }: DrillScope): Promise<Map<string, string>> {
  const { rows } = await store.transact({ tenant }, (tx) =>
    sql<{
      line_origin_id: string;
      line_id: bigint;
    }>`select line_origin_id, line_id from procore_cost_line where tenant = ${tenant}
      and connection = ${connection} and line_origin_id <> ''`.execute(tx),
  );
  return new Map(rows.map((row) => [row.line_origin_id, String(row.line_id)]));
}

/** `project` and `costCode` narrow it; lines that nothing leads to a project have none. */
export async function* drillDown(
  store: Store,
  scope: DrillScope,
  reconciliation: Reconciliation,
  narrow: { project?: string | undefined; costCode?: string | undefined } = {},
): AsyncGenerator<DrillLine> {
  const late = lateCells(reconciliation);
  const names = new Map(
    reconciliation.findings.flatMap(({ originId, name }) => (name === undefined ? [] : [[originId, name] as const])),
  );
  const lineIds = await readLineIds(store, scope);
  for (let after: After = ["", "", 0]; ; ) {
    const page = await readPage(store, scope, reconciliation, after);
    const last = page.at(-1);
    if (!last) return;
    for (const row of await withEarlier(store, scope, reconciliation, { page, after })) {
      const { project, budget_code: costCode } = row;
      if (narrow.project !== undefined && project !== narrow.project) continue;
      if (narrow.costCode !== undefined && costCode !== narrow.costCode) continue;
      const originId = partLineOf(row, scope.client) ?? "";
      const [first] = fatesOf(row);
      yield {
        companyCode: row.company_code,
        fiscalYear: row.fiscal_year,
        document: row.document_number,
        line: String(row.line).padStart(3, "0"),
        account: row.account,
        object: `${row.object_kind} ${row.object}`,
        amountMinor: row.amount_minor,
        currency: row.currency,
        // Of what is older than cut-over the reason says so.
        disposition: first === undefined || first.fate.kind === "opening" ? row.disposition : first.fate.kind,
        reason: row.reason ?? "",
        project: project ?? "",
        costCode: costCode ?? "",
        isLate: late.has(cellOf(row, row.late)),
        originId,
        procoreLineId: lineIds.get(originId) ?? "",
        finding: names.get(originId) ?? "",
      };
    }
    after = positionOf(last);
  }
}
