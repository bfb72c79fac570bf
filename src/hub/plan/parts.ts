/**
 * Gives parts their numbers (ruling 22). A group's planned lines become its next part; from here on the membership is frozen. Each line gets
 * a reference number bound to this one part (ruling 3): the unique key makes a second binding impossible, whatever the code believes.
 */
import { sql, type Transaction } from "kysely";
import { type CostGroups, type CostPart, openNextParts, type PartDraft, referenceNumber } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { isOfLine } from "../cost-line-sql.ts";
import { bindReferences } from "./bind-references.ts";
import { statusHash } from "./contract-effects.ts";
import type { Member } from "./decide-lines.ts";
import { type EffectDraft, hashOf, insertEffects } from "./effects.ts";
import { splitLate } from "./late-adjustments.ts";
import { stages } from "./stages.ts";

type Tx = Transaction<Database>;
export type Part = CostPart<Member>;

const batchRows = 5_000;

export async function readLastParts(tx: Tx, context: RunContext, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ group_id: string; part: number }>`
    select group_id, max(part) as part from cost_part where tenant = ${context.tenant} and connection = ${context.connection.name}
      and group_id = any (${ids}::text[]) group by group_id`.execute(tx);
  return new Map(rows.map((row) => [row.group_id, row.part]));
}

function partEffects(context: RunContext, { group, cost }: Part): EffectDraft[] {
  const vendorId = `${context.connection.settings.sap.systemId}.${context.connection.settings.sap.client}.VN.${cost.vendor}`;
  const refs = cost.vendor === "" ? {} : { vendor_id: vendorId };
  const urgency =
    group.members
      .map(({ postingDate }) => postingDate)
      .sort()
      .at(-1) ?? "";
  const base = { projectId: cost.projectId, recordOriginId: cost.originId, urgency };
  const header: EffectDraft = {
    ...base,
    stage: stages.directCostHeader,
    container: "",
    originId: cost.originId,
    aspect: "content",
    action: "create",
    refs,
    // Draft does not count in budgets (procore 4.11 [B]): half a cost never shows.
    body: { ...cost.header, status: "draft" },
    hash: hashOf(cost.header, refs),
  };
  const lines = cost.lines.map(
    (line): EffectDraft => ({
      ...base,
      stage: stages.directCostLine,
      container: "",
      originId: line.originId,
      aspect: "content",
      action: "create",
      refs: { direct_cost_id: cost.originId },
      body: line.body,
      hash: hashOf(line.body, {}),
      amount: line.amount,
    }),
  );
  const approve: EffectDraft = {
    ...base,
    stage: stages.directCostStatus,
    container: "",
    originId: cost.originId,
    aspect: "status",
    action: "approve",
    refs: {},
    body: { status: "approved" },
    hash: statusHash("approved"),
    amount: { minor: cost.total.minor, currency: group.key.currency },
  };
  return [header, ...lines, approve];
}

async function insertParts(tx: Tx, context: RunContext, parts: readonly Part[], recoding: bigint | null): Promise<void> {
  const rows = parts.map(({ group, cost, marks }) => ({
    group_id: cost.groupId,
    part: cost.part,
    group_key: group.key,
    origin_id: cost.originId,
    reference: cost.reference,
    project_id: cost.projectId,
    currency: cost.total.currency,
    amount_minor: cost.total.minor.toString(),
    members: group.members.length,
    correction: marks.correction ?? null,
    is_late: marks.isLate ?? false,
  }));
  await sql`
    insert into cost_part (tenant, connection, group_id, part, group_key, origin_id, reference, project_id, currency, amount_minor, members,
      correction, is_late, run, mapping_version, recoding)
    select ${context.tenant}, ${context.connection.name}, x.*, ${context.run}, ${context.connection.mapping.version}, ${recoding}::bigint from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as x(group_id text, part integer, group_key jsonb, origin_id text, reference text, project_id bigint, currency text,
        amount_minor bigint, members integer, correction text, is_late boolean)`.execute(tx);
}

/** Each line's own reference number for this posting of it. */
function referencesOf(context: RunContext, { group, cost }: Part) {
  return group.members.map(({ key, postingVersion }) => ({
    reference: referenceNumber(context.connection.settings.sap, key, postingVersion),
    source_key: key,
    posting_version: postingVersion,
    group_id: cost.groupId,
    part: cost.part,
  }));
}

/** The parts' lines stand in them from here on. */
export async function freezeMembers(tx: Tx, context: RunContext, parts: readonly Part[]): Promise<void> {
  const members = parts.flatMap(({ group, cost }) =>
    group.members.map((member) => ({
      ...member.row,
      group_id: cost.groupId,
      part: cost.part,
      budget_code_id: member.budgetCodeId,
      budget_code: member.budgetCode,
      rule: member.rule,
      project: member.project,
    })),
  );
  for (let start = 0; start < members.length; start += batchRows) {
    const rows = JSON.stringify(members.slice(start, start + batchRows));
    await sql`
      update cost_line c set disposition = 'planned', reason = null, group_id = x.group_id, part = x.part, posted_minor = c.amount_minor, budget_code_id = x.budget_code_id,
        budget_code = x.budget_code, rule = x.rule, project = x.project, waits_for = null
      from jsonb_to_recordset(${rows}::jsonb) as x(fiscal_year smallint, document bigint, line smallint,
        group_id text, part integer, budget_code_id bigint, budget_code text, rule text, project text)
      where c.tenant = ${context.tenant} and c.connection = ${context.connection.name} and ${isOfLine("x")}`.execute(tx);
  }
}

/** Parts, their lines' reference numbers and what is to be sent. */
export async function writeParts(tx: Tx, context: RunContext, parts: readonly Part[], recoding: bigint | null): Promise<void> {
  await insertParts(tx, context, parts, recoding);
  const references = parts.flatMap((part) => referencesOf(context, part));
  for (let start = 0; start < references.length; start += batchRows)
    await bindReferences(tx, context, references.slice(start, start + batchRows));
  await insertEffects(
    tx,
    context,
    "costs",
    parts.flatMap((part) => partEffects(context, part)),
  );
}

/** `last`: the number of each group's last part, which goes on counting. */
export function numberParts(
  context: RunContext,
  drafts: readonly PartDraft<Member>[],
  last: Map<string, number>,
): readonly Part[] {
  const opened = openNextParts(context.connection.settings.sap, drafts, last);
  if (!opened.ok) throw new Error(`Assertion failed: a group has a key that fits no origin id: ${opened.error.value}`);
  return opened.value;
}

export async function openParts(tx: Tx, context: RunContext, groups: CostGroups<Member>): Promise<void> {
  const last = await readLastParts(tx, context, [...groups.keys()]);
  const parts = numberParts(context, await splitLate(tx, context, groups), last);
  await freezeMembers(tx, context, parts);
  await writeParts(tx, context, parts, null);
}
