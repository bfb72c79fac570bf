/** Effects that create budget codes, and what became of them. They are planned before what needs them, by the flow that does. */
import { sql, type Transaction } from "kysely";
import { budgetCodeText, type Flow, type MissingBudgetCode, type SegmentChoice } from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { now, type RunContext } from "../context.ts";
import { unsentStates } from "../effect-states.ts";
import { budgetCodeOriginId, type WantedCode } from "../map/budget-codes.ts";
import { type EffectDraft, hashOf } from "./effects.ts";
import { stages } from "./stages.ts";

type Tx = Transaction<Database>;

/** The hash is over the code and not over the ids of its parts, which Procore may change: a person's word is for the code. */
export function budgetCodeEffect(wanted: WantedCode, choices: readonly SegmentChoice[]): EffectDraft {
  const originId = budgetCodeOriginId(wanted);
  const { subJob } = wanted.key;
  const name = { flat_code: budgetCodeText(wanted.key), ...(subJob === undefined ? {} : { sub_job: subJob }) };
  return {
    stage: stages.budgetCode,
    projectId: wanted.project.id,
    container: "",
    recordOriginId: originId,
    originId,
    aspect: "budget-code",
    action: "create",
    refs: {},
    body: { ...name, segment_items: choices.map((choice) => ({ ...choice })) },
    hash: hashOf(name, {}),
  };
}

/** What an earlier plan meant to create and never did is wanted anew or not at all. A replay plans a part only, and leaves the rest. */
export async function dropUnsentBudgetCodes(tx: Tx, context: RunContext, flow: Flow): Promise<void> {
  if (context.mode === "replay") return;
  await sql`update effect set state = 'stale', settled_at = ${now(context)} where tenant = ${context.tenant}
    and connection = ${context.connection.name} and flow = ${flow} and stage = ${stages.budgetCode} and state in ${unsentStates}`.execute(
    tx,
  );
}

export type CreatedCode = { kind: "there"; procoreId: number } | { kind: "missing"; missing: MissingBudgetCode };

type Row = { origin_id: string; state: string; detail: string | null; procore_id: bigint | null };

const openText: Readonly<Record<string, string>> = {
  planned: ", whose creation awaits approval",
  approved: ", which is created before",
};

export function becameOf(wanted: WantedCode, { state, detail, procore_id: id }: Omit<Row, "origin_id">): CreatedCode {
  if (state === "confirmed" && id !== null) return { kind: "there", procoreId: Number(id) };
  const code = `budget code ${budgetCodeText(wanted.key)} in project ${wanted.project.number}`;
  if (state === "held") {
    // Procore's words; its endpoint stands with the effect.
    const said = (detail ?? "").replace(/^[A-Z]+ \S+: /, "");
    return { kind: "missing", missing: { hold: "budget-code-refused", waitsFor: `${code}, not created: ${said}` } };
  }
  const waitsFor = `${code}${openText[state] ?? ", whose creation is in doubt"}`;
  return { kind: "missing", missing: { hold: "budget-code-missing", waitsFor } };
}

/** Of each, what became of its last effect. */
export async function readCreated(
  tx: Tx,
  context: RunContext,
  wanted: readonly WantedCode[],
): Promise<[WantedCode, CreatedCode][]> {
  const { rows } = await sql<Row>`
    select distinct on (origin_id) origin_id, state, detail, procore_id from effect where tenant = ${context.tenant}
      and connection = ${context.connection.name} and aspect = 'budget-code' and origin_id = any (${wanted.map(budgetCodeOriginId)}::text[])
    order by origin_id, effect desc`.execute(tx);
  const byId = new Map(rows.map((row) => [row.origin_id, row]));
  return wanted.flatMap((each) => {
    const row = byId.get(budgetCodeOriginId(each));
    return row ? [[each, becameOf(each, row)] as [WantedCode, CreatedCode]] : [];
  });
}
