/**
 * What other rules would move of the cost lines that the store holds (ruling 23). Reads only; the line in the audit trail is written where somebody asks
 * for it, so that a change of rules has beside it what it was seen to move.
 */
import { sql } from "kysely";
import { formatMoney, type Mapping, type WhatIf, type WhatIfLine, whatIf } from "../../core/index.ts";
import { appendAudit, type Store } from "../../store/index.ts";
import { withDocument } from "../cost-line-sql.ts";
import { firstDay, queryOf, type RuleRow, ruleColumns, stretch } from "./lines-by-rule.ts";

export type WhatIfAsk = { tenant: string; connection: string; before: Mapping; after: Mapping };

type Row = RuleRow & {
  period: string;
  project: string | null;
  budget_code: string | null;
  lines: bigint;
  minor: bigint;
};

function lineOf(row: Row): WhatIfLine {
  const { project, budget_code: budgetCode } = row;
  return {
    query: queryOf(row),
    period: row.period,
    currency: row.currency,
    lines: Number(row.lines),
    minor: row.minor,
    ...(project !== null && budgetCode !== null ? { posted: { project, budgetCode } } : {}),
  };
}

/** A part's lines are where they were put, also while it waits to be sent. */
export async function readWhatIf(store: Store, { tenant, connection, before, after }: WhatIfAsk): Promise<WhatIf> {
  const rules = [...before.rules, ...after.rules];
  const rows = await store.transact({ tenant }, async (tx) => {
    const found = await sql<Row>`
      select ${ruleColumns}, ${firstDay}, d.fiscal_year || '.' || lpad(d.period::text, 3, '0') as period, case when c.part is not null then c.project end as project,
        case when c.part is not null then c.budget_code end as budget_code, count(*) as lines,
        sum(case when c.part is not null then c.posted_minor else c.amount_minor end)::bigint as minor
      from cost_line c ${withDocument}
      where c.tenant = ${tenant} and c.connection = ${connection} and d.rejection is null and c.object_kind is not null and c.object is not null
        and c.disposition is distinct from 'excluded'
      group by ${ruleColumns}, d.fiscal_year, d.period, 8, 9, ${stretch(rules)}
      order by 1, 2, 3, 4, 5, 7, 6`.execute(tx);
    return found.rows;
  });
  return whatIf(before, after, rows.map(lineOf));
}

const movesKeptMax = 500;

/** Keeps in the audit trail what was seen, with both versions of the rules. */
export async function keepWhatIf(
  store: Store,
  { tenant, connection, before, after }: WhatIfAsk,
  { moves, staying }: WhatIf,
  by: { actor: string; note: string; atMs: number },
): Promise<void> {
  const shown = moves.slice(0, movesKeptMax).map(({ from, to, period, currency, isPosted, lines, minor }) => ({
    from: `${from.project} ${from.budgetCode}`.trim(),
    to: `${to.project} ${to.budgetCode}`.trim(),
    period,
    amount: formatMoney({ minor, currency }),
    currency,
    isPosted,
    lines,
  }));
  const versions = { before: before.version, after: after.version };
  await store.transact({ tenant }, (tx) =>
    appendAudit(tx, {
      tenant,
      atMs: by.atMs,
      actor: by.actor,
      action: "mapping.compared",
      subject: connection,
      detail: { ...versions, note: by.note, moves: moves.length, staying, shown },
    }),
  );
}
