/**
 * Our ledger's column, read as sums: what became of the period's cost lines. A line of a confirmed part counts with what was posted of it; whatever
 * SAP changed since is a difference of its own. Nothing here looks at SAP's totals or at Procore.
 */
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { CostObjectKind, ExclusionRule, Fate } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { withLines } from "../cost-line-sql.ts";
import type { PeriodControl, PeriodScope } from "./period-control.ts";

type Tx = Transaction<Database>;
type Judged = Pick<PeriodControl, "run" | "day" | "closes">;

/** Where no totals were read nothing came after them. */
const runMax = 2n ** 63n - 1n;

export type LineFacts = {
  company_code: string;
  currency: string;
  object_kind: CostObjectKind;
  object: string;
  account: string;
  disposition: string;
  reason: string | null;
  project: string | null;
  budget_code: string | null;
  group_id: string | null;
  part: number | null;
  project_id: bigint | null;
  cost_origin_id: string | null;
  is_confirmed: boolean;
  late: "no" | "perhaps" | "surely";
  is_reversal: boolean;
  posting_date: string;
  amount_minor: bigint;
  posted_minor: bigint;
  count: bigint;
};

/** Of one line. */
export type LineRow = LineFacts & { fiscal_year: number; document_number: string; line: number };

/** Of document `d` and its line `c`: posted in the period, so in SAP's totals. */
export function isOfPeriod(scope: PeriodScope): RawBuilder<unknown> {
  return sql`d.tenant = ${scope.tenant} and d.connection = ${scope.connection} and d.fiscal_year = ${scope.year} and d.period = ${scope.period}
    and c.fiscal_year = ${scope.year} and d.rejection is null and d.status in ('', 'A', 'B')`;
}

/** Documents of the period that are in SAP's totals, with their lines as `c`, their header as `d`, their part as `p`. */
export function linesOfPeriod(scope: PeriodScope): RawBuilder<unknown> {
  return sql`cost_document d ${withLines}
    left join cost_part p on p.tenant = c.tenant and p.connection = c.connection and p.group_id = c.group_id and p.part = c.part
    where ${isOfPeriod(scope)}`;
}

/** Cost as controlling sees it: an object, and an account that is a cost element. */
export const isCost = sql`c.object is not null and c.cost_element_category <> ''`;

/** Confirmed once: whatever is under way since is a change of it. */
export const isConfirmed = sql`(p.origin_id is not null and exists (select from known k where k.tenant = p.tenant
  and k.connection = p.connection and k.origin_id = p.origin_id and k.aspect = 'status'))`;

/** The totals that a document `d` is judged by are those of its company code's close, else what all are compared with. */
function byCompanyCode({ run, day, closes }: Judged): { run: RawBuilder<unknown>; day: RawBuilder<unknown> } {
  const pick = (value: (close: Judged["closes"][number]) => RawBuilder<unknown>, other: RawBuilder<unknown>) =>
    closes.length === 0
      ? other
      : sql`case d.company_code ${sql.join(
          closes.map((close) => sql`when ${close.companyCode} then ${value(close)}`),
          sql` `,
        )} else ${other} end`;
  return {
    run: pick((close) => sql`${close.run}::bigint`, sql`${run === 0n ? runMax : run}::bigint`),
    day: pick((close) => sql`${close.day}::text`, sql`${day}::text`),
  };
}

/** Whether a document came after SAP's total: by its day of entry, or, on that very day and where it was read later, perhaps. */
export function lateness(control: Judged): RawBuilder<unknown> {
  if (control.run === 0n && control.closes.length === 0) return sql`'no'`;
  const { run, day } = byCompanyCode(control);
  return sql`case when ${day} <> '' and d.entry_date > ${day} then 'surely' when d.entry_date = ${day} or d.changed_run > ${run} then 'perhaps'
    else 'no' end`;
}

export async function readLineFacts(tx: Tx, scope: PeriodScope, control: PeriodControl): Promise<LineFacts[]> {
  const { rows } = await sql<LineFacts>`
    with parts as materialized (select p.group_id, p.part, p.project_id, p.origin_id, ${isConfirmed} as is_confirmed from cost_part p
      where p.tenant = ${scope.tenant} and p.connection = ${scope.connection})
    select d.company_code, d.currency, c.object_kind, c.object, c.account, c.disposition::text as disposition, c.reason, c.project, c.budget_code,
      c.group_id, c.part, parts.project_id, parts.origin_id as cost_origin_id, coalesce(parts.is_confirmed, false) as is_confirmed,
      ${lateness(control)} as late, d.reversal_of <> '' as is_reversal, max(d.posting_date) as posting_date,
      sum(c.amount_minor)::bigint as amount_minor, sum(coalesce(c.posted_minor, 0))::bigint as posted_minor, count(*) as count
    from cost_document d ${withLines}
      left join parts on parts.group_id = c.group_id and parts.part = c.part
    where ${isOfPeriod(scope)} and ${isCost}
    group by d.company_code, d.currency, c.object_kind, c.object, c.account, c.disposition, c.reason, c.project, c.budget_code, c.group_id,
      c.part, parts.project_id, parts.origin_id, parts.is_confirmed, late, is_reversal,
      case when c.budget_code is null then d.posting_date end`.execute(tx);
  return rows;
}

const opening: ExclusionRule = "before-cut-over";

/** What became of the lines, and of how much. A confirmed part's lines are posted, whatever they wait for since. */
export function fatesOf(facts: Pick<LineFacts, "disposition" | "reason" | "is_confirmed" | "amount_minor" | "posted_minor">): {
  fate: Fate;
  amount: bigint;
}[] {
  const { disposition, reason, is_confirmed: isConfirmed_, amount_minor: amount, posted_minor: posted } = facts;
  if (isConfirmed_) {
    const changed = amount - posted;
    return [
      { fate: { kind: "posted" }, amount: posted },
      ...(changed === 0n ? [] : [{ fate: { kind: "changed" } as const, amount: changed }]),
    ];
  }
  switch (disposition) {
    case "excluded":
      return [{ fate: reason === opening ? { kind: "opening" } : { kind: "excluded", rule: reason ?? "" }, amount }];
    case "held":
      return [{ fate: { kind: "held", code: reason ?? "" }, amount }];
    case "unknown":
      return [{ fate: { kind: "in-doubt" }, amount }];
    default:
      return [{ fate: { kind: "waiting" }, amount }];
  }
}
