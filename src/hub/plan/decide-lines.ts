/**
 * Decides open cost lines page by page and writes each page's dispositions in bulk. What is planned is gathered by group for the parts that
 * follow in the same transaction.
 */
import { sql, type Transaction } from "kysely";
import {
  addToGroup,
  budgetCodeText,
  type CostContext,
  type CostDecision,
  type CostGroups,
  type CostLine,
  type CostObjectKind,
  costSourceOf,
  decideCostLine,
  firstPostingVersion,
  type OpeningPlace,
  type PartMember,
  type ReversibleMember,
  type Target,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { isOfLine, withDocument } from "../cost-line-sql.ts";
import type { IgnoredAtoms } from "../holds/ignored.ts";
import { isReplayed } from "../holds/replayed.ts";

type Tx = Transaction<Database>;

const linePageRows = 20_000;

/** What a line is decided by, of its document `d` and itself as `c`. */
export const openLineColumns = sql`c.fiscal_year, c.document, d.company_code, d.document_number, c.line, c.amount_minor, c.account, c.object_kind, c.object,
  c.cost_element_category, c.transaction_key, c.special_gl, c.purchase_order, c.purchase_order_item, c.assignment, c.vendor,
  d.period, d.posting_date, d.status, d.currency, d.only_vendor, d.reversal_of`;

export type OpenLine = {
  fiscal_year: number;
  document: bigint;
  company_code: string;
  document_number: string;
  line: number;
  amount_minor: bigint;
  account: string;
  object_kind: CostObjectKind | null;
  object: string | null;
  cost_element_category: string;
  transaction_key: string;
  special_gl: string;
  purchase_order: string;
  purchase_order_item: string;
  assignment: string;
  vendor: string;
  period: number;
  posting_date: string;
  status: string;
  currency: string;
  only_vendor: string;
  reversal_of: string;
};

export type Member = ReversibleMember & { row: LineKey; rule: string; project: string; postingVersion: number };
/** As the store finds it; the document's number as text, for it travels as JSON. */
export type LineKey = { fiscal_year: number; document: string; line: number };
/** And what a person left out. */
export type LineContext = CostContext & { readonly ignored: IgnoredAtoms };
type Position = [year: number, document: bigint, line: number];

async function readPage(tx: Tx, context: RunContext, after: Position): Promise<OpenLine[]> {
  const [year, document, line] = after;
  const { rows } = await sql<OpenLine>`
    select ${openLineColumns} from cost_line c ${withDocument}
    where c.tenant = ${context.tenant} and c.connection = ${context.connection.name}
      and (c.disposition is null or c.disposition = 'held') and c.part is null and d.rejection is null
      and ${isReplayed(context)}
      and (c.fiscal_year, c.document, c.line) > (${year}::smallint, ${document}::bigint, ${line}::smallint)
    order by c.fiscal_year, c.document, c.line limit ${linePageRows}`.execute(tx);
  return rows;
}

function lineOf(row: OpenLine): CostLine {
  return {
    line: String(row.line).padStart(3, "0"),
    account: row.account,
    amount: "",
    ...(row.object_kind && row.object ? { object: { kind: row.object_kind, key: row.object } } : {}),
    costElementCategory: row.cost_element_category,
    transactionKey: row.transaction_key,
    specialGl: row.special_gl,
    purchaseOrder: row.purchase_order,
    purchaseOrderItem: row.purchase_order_item,
    assignment: row.assignment,
    vendor: row.vendor,
    text: "",
  };
}

type Place = { waits_for: string | null; project: string | null; rule: string | null; budget_code: string | null };
type Decided = LineKey & { disposition: string; reason: string | null } & Place;

const nowhere: Place = { waits_for: null, project: null, rule: null, budget_code: null };

/** What is older than cut-over keeps the budget code that it had then: new rules act forward. */
function openingPlace(opening: OpeningPlace | undefined): Place {
  if (!opening) return nowhere;
  return { waits_for: null, project: opening.project, rule: opening.rule, budget_code: opening.budgetCode };
}

export const lineKeyOf = ({ fiscal_year, document, line }: Pick<OpenLine, "fiscal_year" | "document" | "line">): LineKey => ({
  fiscal_year,
  document: String(document),
  line,
});

export const atomKeyOf = (row: OpenLine) =>
  `${row.company_code}.${row.document_number}.${row.fiscal_year}.${String(row.line).padStart(3, "0")}`;

export function decideLine(row: OpenLine, decide: CostContext): CostDecision {
  const facts = {
    source: costSourceOf(row.document_number),
    companyCode: row.company_code,
    documentNumber: row.document_number,
    fiscalYear: row.fiscal_year,
    period: row.period,
    postingDate: row.posting_date,
    status: row.status,
    currency: row.currency,
    onlyVendor: row.only_vendor,
  };
  return decideCostLine(lineOf(row), facts, decide);
}

/** Controlling's and a ledger's documents have their number behind a prefix. */
export const reversalFacts = (row: OpenLine): Omit<ReversibleMember, keyof PartMember> => ({
  document: `${row.document_number.split(":").at(-1)}.${row.fiscal_year}`,
  reversalOf: row.reversal_of,
  account: row.account,
  object: `${row.object_kind} ${row.object}`,
});

/** Of a line that is planned. */
export function memberOf(row: OpenLine, target: Target): Member {
  const { budgetCodeId, rule, project } = target;
  return {
    key: atomKeyOf(row),
    amount: { minor: row.amount_minor, currency: row.currency },
    postingDate: row.posting_date,
    budgetCodeId,
    budgetCode: budgetCodeText(target),
    row: lineKeyOf(row),
    rule,
    project: project.number,
    postingVersion: firstPostingVersion,
    ...reversalFacts(row),
  };
}

function decideRow(row: OpenLine, { ignored, ...decide }: LineContext, groups: CostGroups<Member>): Decided {
  const key = lineKeyOf(row);
  const { decision, target, group, opening } = decideLine(row, decide);
  const left = decision.disposition === "excluded" ? undefined : ignored(atomKeyOf(row));
  if (left) return { ...key, ...nowhere, disposition: "excluded", reason: left };
  if (decision.disposition === "excluded")
    return { ...key, ...openingPlace(opening), disposition: "excluded", reason: decision.rule };
  if (decision.disposition === "held") {
    const { hold: reason, waitsFor = null, project = null, rule = null } = decision;
    return { ...key, disposition: "held", reason, waits_for: waitsFor, project, rule, budget_code: null };
  }
  if (!target || !group) throw new Error("Assertion failed: a planned cost line has no target");
  addToGroup(groups, group, memberOf(row, target));
  return { ...key, ...nowhere, disposition: "planned", reason: null };
}

async function writeDecisions(tx: Tx, context: RunContext, decided: readonly Decided[]): Promise<void> {
  const rows = decided.filter(({ disposition }) => disposition !== "planned");
  await sql`
    update cost_line c set disposition = x.disposition::disposition, reason = x.reason, waits_for = x.waits_for, project = x.project, rule = x.rule,
      budget_code = x.budget_code
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(fiscal_year smallint, document bigint,
      line smallint, disposition text, reason text, waits_for text, project text, rule text, budget_code text)
    where c.tenant = ${context.tenant} and c.connection = ${context.connection.name} and ${isOfLine("x")}
      and (c.disposition, c.reason, c.waits_for, c.project, c.rule, c.budget_code)
        is distinct from (x.disposition::disposition, x.reason, x.waits_for, x.project, x.rule, x.budget_code)`.execute(tx);
}

/** Answers the groups of what is planned; their lines are written with their part's number, in one go. */
export async function decideOpenLines(
  tx: Tx,
  context: RunContext,
  decide: LineContext,
  onPage: (lines: number) => void,
): Promise<CostGroups<Member>> {
  const groups: CostGroups<Member> = new Map();
  let after: Position = [0, 0n, 0];
  for (let done = 0; ; ) {
    const page = await readPage(tx, context, after);
    const last = page.at(-1);
    if (!last) return groups;
    await writeDecisions(
      tx,
      context,
      page.map((row) => decideRow(row, decide, groups)),
    );
    after = [last.fiscal_year, last.document, last.line];
    done += page.length;
    onPage(done);
  }
}
