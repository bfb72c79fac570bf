/**
 * All cost lines of projects that SAP delivered, by budget code and by what became of them: the ledger's half of the cumulative view (ruling 4). Lines that
 * were given a budget code stand there; the others where the mapping leads to today. Reads only.
 */
import { sql, type Transaction } from "kysely";
import { budgetCodeText, type LedgerFigure, type Mapping, sumCells } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { withDocument } from "../cost-line-sql.ts";
import { firstDay, queryOf, type RuleRow, ruleColumns, stretch } from "../map/lines-by-rule.ts";
import { isConfirmed, isCost } from "../reconcile/read-lines.ts";

type Tx = Transaction<Database>;

type LedgersScope = { tenant: string; connection: string; mapping: Mapping; projects: readonly string[] };
export type LedgerScope = Omit<LedgersScope, "projects"> & { project: string };

type Row = RuleRow & {
  budget_code: string | null;
  project: string | null;
  disposition: string | null;
  reason: string | null;
  is_posted: boolean;
  is_of_order: boolean;
  amount_minor: string;
  posted_minor: string;
};

/** Of the projects, and those without a budget code: the mapping has to place them, perhaps in another project than they wait in. */
async function readRows(tx: Tx, { tenant, connection, mapping, projects }: LedgersScope): Promise<Row[]> {
  const { rows } = await sql<Row>`
    with parts as materialized (select p.group_id, p.part, ${isConfirmed} as is_posted from cost_part p
      where p.tenant = ${tenant} and p.connection = ${connection})
    select ${ruleColumns}, ${firstDay}, c.budget_code, c.project,
      c.disposition::text as disposition, c.reason, coalesce(parts.is_posted, false) as is_posted, c.purchase_order <> '' as is_of_order,
      sum(c.amount_minor)::text as amount_minor, sum(coalesce(c.posted_minor, 0))::text as posted_minor
    from cost_line c ${withDocument}
      left join parts on parts.group_id = c.group_id and parts.part = c.part
    where c.tenant = ${tenant} and c.connection = ${connection} and d.rejection is null and d.status in ('', 'A', 'B') and ${isCost}
      and (c.project = any (${[...projects]}::text[]) or c.project is null or c.budget_code is null)
    group by ${ruleColumns}, c.budget_code, c.project, c.disposition, c.reason,
      coalesce(parts.is_posted, false), c.purchase_order <> '',
      ${stretch(mapping.rules)}`.execute(tx);
  return rows;
}

type Placed = { project: string; budgetCode: string };

function placeOf(row: Row, mapping: Mapping): Placed | undefined {
  const { project, budget_code: budgetCode } = row;
  if (project !== null && budgetCode !== null) return { project, budgetCode };
  const answer = mapping.resolve(queryOf(row));
  // What waits for a rule's project stays in that project's view, under no budget code, when the rule is gone.
  if (answer.kind === "no-rule") return project === null ? undefined : { project, budgetCode: "" };
  const { target } = answer.rule;
  return { project: target.project, budgetCode: budgetCodeText(target) };
}

type Became = keyof Omit<LedgerFigure, "currency" | "budgetCode">;

const commitmentRules: ReadonlySet<string> = new Set(["cost-commitment", "commitment-by-hand"]);

function becameOf({ disposition, reason, is_of_order }: Row): Became {
  if (disposition === "held") return "held";
  if (disposition !== "excluded") return "waiting";
  if (reason === "before-cut-over") return is_of_order ? "orderCosts" : "costs";
  return commitmentRules.has(reason ?? "") ? "commitments" : "excluded";
}

function figureOf(row: Row, budgetCode: string): LedgerFigure {
  const none = { costs: 0n, orderCosts: 0n, posted: 0n, waiting: 0n, held: 0n, commitments: 0n, excluded: 0n };
  const cell = { currency: row.currency, budgetCode };
  const amount = BigInt(row.amount_minor);
  if (!row.is_posted) return { ...cell, ...none, [becameOf(row)]: amount };
  // What SAP changed of a line after it was posted waits for a person.
  const posted = BigInt(row.posted_minor);
  return { ...cell, ...none, posted, held: amount - posted };
}

/** By project; one of which SAP delivered nothing is not there. */
export async function readLedgers(tx: Tx, scope: LedgersScope): Promise<Map<string, LedgerFigure[]>> {
  const asked = new Set(scope.projects);
  const figures = new Map<string, LedgerFigure[]>();
  for (const row of await readRows(tx, scope)) {
    const place = placeOf(row, scope.mapping);
    if (place === undefined || !asked.has(place.project)) continue;
    const known = figures.get(place.project);
    const figure = figureOf(row, place.budgetCode);
    if (known) known.push(figure);
    else figures.set(place.project, [figure]);
  }
  return new Map([...figures].map(([project, rows]) => [project, sumCells(rows)]));
}

export async function readLedger(tx: Tx, { project, ...scope }: LedgerScope): Promise<LedgerFigure[]> {
  return (await readLedgers(tx, { ...scope, projects: [project] })).get(project) ?? [];
}

/** Older invoices that were left out, by currency: beside the cost that reached the books, for who compares contracts. */
export async function readInvoicedBefore(
  tx: Tx,
  { tenant, connection, project }: Pick<LedgerScope, "tenant" | "connection" | "project">,
): Promise<{ currency: string; minor: bigint }[]> {
  const { rows } = await sql<{ currency: string; amount: string }>`select currency, sum(amount_minor)::text as amount from atom
    where tenant = ${tenant} and connection = ${connection} and flow = 'invoices' and disposition = 'excluded'
      and reason = 'before-cut-over' and project = ${project} and gone_run is null group by currency order by currency`.execute(
    tx,
  );
  return rows.map(({ currency, amount }) => ({ currency, minor: BigInt(amount) }));
}
