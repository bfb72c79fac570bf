/**
 * Carries out re-codings (ruling 23): what a person marked goes from where it stands to where it was shown to go, by a negating part at the stored
 * place and a positive one at the new. Nothing is taken from the day of the word on trust: a line that stands elsewhere by now, or whose rules lead
 * elsewhere, is dropped; one that is held, in doubt, or has no place to go to yet waits, and both say why.
 */
import { sql, type Transaction } from "kysely";
import {
  budgetCodeText,
  draftsOf,
  type GroupKey,
  groupId,
  nextPostingVersions,
  type RecodedLine,
  recode,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { isOfLineIn, withDocument } from "../cost-line-sql.ts";
import {
  atomKeyOf,
  decideLine,
  type LineContext,
  lineKeyOf,
  type Member,
  memberOf,
  type OpenLine,
  openLineColumns,
  reversalFacts,
} from "./decide-lines.ts";
import { freezeMembers, numberParts, type Part, readLastParts, writeParts } from "./parts.ts";

type Tx = Transaction<Database>;

type Mark = OpenLine & {
  recoding: bigint;
  from_project: string;
  from_budget_code: string;
  to_project: string;
  to_budget_code: string;
  marked_minor: bigint;
  disposition: string;
  reason: string | null;
  rejection: string | null;
  project: string | null;
  rule: string | null;
  budget_code: string | null;
  budget_code_id: bigint | null;
  posted_minor: bigint | null;
  group_id: string | null;
  part: number | null;
  group_key: GroupKey | null;
  posting_version: number;
};

export type Moving = RecodedLine<Member> & { readonly standing: { part: number; postingVersion: number } };
type Judged = { mark: Mark; state: "marked" | "planned" | "dropped"; why: string; moving?: Moving };

async function readMarks(tx: Tx, context: RunContext): Promise<Mark[]> {
  const { rows } = await sql<Mark>`
    select ${openLineColumns}, r.recoding, r.from_project, r.from_budget_code, r.to_project, r.to_budget_code, r.amount_minor as marked_minor,
      c.disposition::text as disposition, c.reason, d.rejection, c.project, c.rule, c.budget_code, c.budget_code_id, c.posted_minor, c.group_id,
      c.part, p.group_key, coalesce((select max(m.posting_version) + 1 from recoded_member m where ${isOfLineIn("m")}), 1) as posting_version
    from recoding_line r join cost_line c on ${isOfLineIn("r")} ${withDocument}
    left join cost_part p on p.tenant = c.tenant and p.connection = c.connection and p.group_id = c.group_id and p.part = c.part
    where r.tenant = ${context.tenant} and r.connection = ${context.connection.name} and r.state = 'marked'
    order by r.recoding, d.fiscal_year, d.company_code, d.document_number, c.line`.execute(tx);
  return rows;
}

/** The line as a member of the part that it stands in, at the budget code where it was posted. */
function standingMember(mark: Mark, negatingVersion: number): Member | undefined {
  const { budget_code: budgetCode, budget_code_id: id, posted_minor: minor, currency, posting_date: postingDate } = mark;
  if (budgetCode === null || id === null || minor === null) return undefined;
  return {
    key: atomKeyOf(mark),
    amount: { minor, currency },
    postingDate,
    budgetCodeId: Number(id),
    budgetCode,
    row: lineKeyOf(mark),
    rule: mark.rule ?? "",
    project: mark.project ?? "",
    postingVersion: negatingVersion,
    ...reversalFacts(mark),
  };
}

/** Whether the line may move at all now. */
function obstacle(mark: Mark): Pick<Judged, "state" | "why"> | undefined {
  const { disposition, reason, rejection, project, budget_code: code } = mark;
  if (rejection !== null) return { state: "marked", why: rejection };
  if (disposition !== "posted") return { state: "marked", why: reason ?? disposition };
  if (project !== mark.from_project || code !== mark.from_budget_code)
    return { state: "dropped", why: "stands elsewhere by now" };
  if (mark.posted_minor !== mark.marked_minor) return { state: "dropped", why: "was posted with another amount since" };
  return undefined;
}

function judge(mark: Mark, decide: LineContext): Judged {
  const stopped = obstacle(mark);
  if (stopped) return { mark, ...stopped };
  const { decision, target, group } = decideLine(mark, decide);
  if (decision.disposition === "excluded") return { mark, state: "dropped", why: decision.rule };
  if (decision.disposition === "held") {
    const { hold, waitsFor } = decision;
    return { mark, state: "marked", why: waitsFor === undefined ? hold : `${hold}: ${waitsFor}` };
  }
  const versions = nextPostingVersions(mark.posting_version);
  const member = standingMember(mark, versions.negating);
  if (!target || !group || !member || mark.group_key === null || mark.part === null)
    throw new Error(`Assertion failed: ${mark.document_number} is posted and has no part`);
  const isAsShown = target.project.number === mark.to_project && budgetCodeText(target) === mark.to_budget_code;
  if (!isAsShown) return { mark, state: "dropped", why: "the rules lead elsewhere by now" };
  // Two names of one project in Procore.
  if (target.project.id === mark.group_key.projectId && mark.budget_code === mark.to_budget_code)
    return { mark, state: "dropped", why: "stands there under another name of the project" };
  const moving: Moving = {
    from: { key: mark.group_key, member },
    to: { key: group, member: { ...memberOf(mark, target), postingVersion: versions.positive } },
    standing: { part: mark.part, postingVersion: mark.posting_version },
  };
  return { mark, state: "planned", why: "", moving };
}

async function noteMarks(tx: Tx, context: RunContext, judged: readonly Judged[]): Promise<void> {
  const rows = judged.map(({ mark, state, why }) => ({ ...lineKeyOf(mark), recoding: String(mark.recoding), state, why }));
  await sql`
    update recoding_line r set state = x.state, why = x.why
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(fiscal_year smallint, document bigint, line smallint, recoding bigint, state text,
      why text)
    where r.tenant = ${context.tenant} and r.connection = ${context.connection.name} and r.fiscal_year = x.fiscal_year
      and r.document = x.document and r.line = x.line and r.recoding = x.recoding
      and (r.state, r.why) is distinct from (x.state, x.why)`.execute(tx);
}

/** The line's standing posting, as it is kept once it has moved. */
function standingRow({ from: { key, member }, standing }: Moving) {
  return {
    ...member.row,
    posting_version: standing.postingVersion,
    is_negating: false,
    group_id: groupId({ ...key }),
    part: standing.part,
    amount_minor: member.amount.minor.toString(),
    budget_code_id: member.budgetCodeId,
    budget_code: member.budgetCode,
    project: member.project,
    rule: member.rule,
  };
}

function negatingRows({ group, cost }: Part) {
  return group.members.map((member) => ({
    ...member.row,
    posting_version: member.postingVersion,
    is_negating: true,
    group_id: cost.groupId,
    part: cost.part,
    amount_minor: member.amount.minor.toString(),
    budget_code_id: member.budgetCodeId,
    budget_code: member.budgetCode,
    project: member.project,
    rule: member.rule,
  }));
}

const batchRows = 5_000;

async function keepEarlier(
  tx: Tx,
  context: RunContext,
  recoding: bigint,
  earlier: readonly ReturnType<typeof standingRow>[],
): Promise<void> {
  for (let start = 0; start < earlier.length; start += batchRows)
    await sql`
      insert into recoded_member (tenant, connection, recoding, fiscal_year, document, line, posting_version, is_negating,
        group_id, part, amount_minor, budget_code_id, budget_code, project, rule)
      select ${context.tenant}, ${context.connection.name}, ${recoding}::bigint, x.*
      from jsonb_to_recordset(${JSON.stringify(earlier.slice(start, start + batchRows))}::jsonb) as x(fiscal_year smallint, document bigint,
        line smallint, posting_version integer, is_negating boolean, group_id text, part integer, amount_minor bigint,
        budget_code_id bigint, budget_code text, project text, rule text)`.execute(tx);
}

async function openRecoding(tx: Tx, context: RunContext, recoding: bigint, moving: readonly Moving[]): Promise<void> {
  const groups = recode(moving);
  const last = await readLastParts(tx, context, [...groups.negating.keys(), ...groups.positive.keys()]);
  const negating = numberParts(context, draftsOf(groups.negating, { correction: "negating" }), last);
  const positive = numberParts(context, draftsOf(groups.positive, { correction: "positive" }), last);
  await keepEarlier(tx, context, recoding, [...moving.map(standingRow), ...negating.flatMap(negatingRows)]);
  await freezeMembers(tx, context, positive);
  await writeParts(tx, context, [...negating, ...positive], recoding);
}

function sayWaiting(context: RunContext, judged: readonly Judged[]): void {
  const left = judged.filter(({ state }) => state !== "planned");
  const reasons = Map.groupBy(
    left,
    ({ mark, state, why }) => `re-coding ${mark.recoding}: ${state === "marked" ? "wait" : "dropped"}: ${why}`,
  );
  for (const [reason, each] of reasons) context.log(`run ${context.run}: costs: ${each.length} lines of ${reason}`);
}

/** A replay is about the records that were named, and re-codes nothing. */
export async function planRecodings(tx: Tx, context: RunContext, decide: LineContext): Promise<void> {
  if (context.mode === "replay") return;
  const marks = await readMarks(tx, context);
  if (marks.length === 0) return;
  const judged = marks.map((mark) => judge(mark, decide));
  await noteMarks(tx, context, judged);
  sayWaiting(context, judged);
  const movingBy = Map.groupBy(
    judged.flatMap(({ mark, moving }) => (moving ? [{ recoding: mark.recoding, moving }] : [])),
    ({ recoding }) => recoding,
  );
  for (const [recoding, lines] of movingBy)
    await openRecoding(
      tx,
      context,
      recoding,
      lines.map(({ moving }) => moving),
    );
}
