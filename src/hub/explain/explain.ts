/**
 * Why a number is where it is, in both directions: from a line of SAP's to what became of it in Procore, and from a Procore record or line to the SAP
 * lines that it is made of. Reads only, from what the store keeps; what it does not keep of an earlier day it does not tell.
 */
import { sql, type Transaction } from "kysely";
import { type Flow, formatMoney, parseMoney } from "../../core/index.ts";
import type { Database, Store } from "../../store/index.ts";
import { atomsMax, type ExplainedAtom, findAtoms, findMembers } from "./atoms.ts";
import {
  type ExplainedEdit,
  type ExplainedEffect,
  type ExplainedProof,
  type ExplainedRun,
  findByProcoreId,
  type KnownRecord,
  readEdits,
  readEffects,
  readKnownRecords,
  readProofs,
  readRuns,
} from "./procore.ts";
import type { Subject } from "./subject.ts";

type Tx = Transaction<Database>;

export type ExplainAsk = { tenant: string; subject: Subject; asOf: Date };

export type ExplainedHold = { flow: Flow; key: string; code: string; since: string; until: string };

export type Explanation = {
  asOf: string;
  /** As they are now; at most `atomsMax`. */
  atoms: readonly ExplainedAtom[];
  hasMoreAtoms: boolean;
  /** Of the atoms shown, by currency; what a Procore amount is compared with. */
  sums: Readonly<Record<string, string>>;
  /** What waited on the day. */
  holds: readonly ExplainedHold[];
  /** What Procore held on the day, as it was confirmed. */
  known: readonly KnownRecord[];
  effects: readonly ExplainedEffect[];
  runs: readonly ExplainedRun[];
  /** As of now. */
  proofs: readonly ExplainedProof[];
  edits: readonly ExplainedEdit[];
};

async function atomsOf(tx: Tx, { tenant, subject }: ExplainAsk): Promise<{ atoms: ExplainedAtom[]; named: string[] }> {
  if (subject.kind === "sap") return { atoms: await findAtoms(tx, tenant, subject.patterns), named: [] };
  const named = subject.kind === "origin-id" ? [subject.originId] : await findByProcoreId(tx, tenant, subject.procoreId);
  const atoms: ExplainedAtom[] = [];
  for (const originId of named) atoms.push(...(await findMembers(tx, tenant, originId)));
  return { atoms, named };
}

async function readHolds(tx: Tx, tenant: string, atoms: readonly ExplainedAtom[], asOf: Date): Promise<ExplainedHold[]> {
  const asked = JSON.stringify(atoms.map(({ connection, flow, key }) => ({ connection, flow, key })));
  const { rows } = await sql<{ flow: Flow; key: string; code: string; first_seen: Date; released_at: Date | null }>`
    select h.flow, h.key, h.code, h.first_seen, h.released_at
    from hold h join jsonb_to_recordset(${asked}::jsonb) as x(connection text, flow text, key text) using (connection, flow, key)
    where h.tenant = ${tenant} and h.first_seen <= ${asOf} and (h.released_at is null or h.released_at > ${asOf})
    order by h.hold`.execute(tx);
  return rows.map(({ flow, key, code, first_seen: since, released_at: until }) => ({
    flow,
    key,
    code,
    since: since.toISOString(),
    until: until?.toISOString() ?? "",
  }));
}

function sumsOf(atoms: readonly ExplainedAtom[]): Record<string, string> {
  const minors = new Map<string, bigint>();
  for (const { amount, currency, isGone } of atoms) {
    const money = parseMoney(amount, currency);
    if (money.ok && !isGone) minors.set(currency, (minors.get(currency) ?? 0n) + money.value.minor);
  }
  return Object.fromEntries([...minors].map(([currency, minor]) => [currency, formatMoney({ minor, currency })]));
}

/** Undefined where nothing of it is known. */
export async function explain(store: Store, ask: ExplainAsk): Promise<Explanation | undefined> {
  const { tenant, asOf } = ask;
  return store.transact({ tenant, isolation: "repeatable read" }, async (tx) => {
    const { atoms: found, named } = await atomsOf(tx, ask);
    const atoms = found.slice(0, atomsMax);
    const postings = atoms.flatMap((atom) => [atom, ...(atom.earlier ?? [])]);
    const ofAtoms = named.length > 0 ? [] : postings.flatMap(({ recordOriginId, originId }) => [recordOriginId, originId]);
    const codes = named.length > 0 ? [] : atoms.map(({ budgetCodeOriginId }) => budgetCodeOriginId);
    // Much stands on a budget code; the one who asks for it asks who made it.
    const parents = named.some((id) => !id.startsWith("BC.")) ? atoms.map(({ recordOriginId }) => recordOriginId) : [];
    const originIds = [...new Set([...named, ...ofAtoms, ...codes, ...parents])].filter((id) => id !== "");
    const question = { tenant, originIds, asOf };
    const known = await readKnownRecords(tx, question);
    const effects = await readEffects(tx, question);
    if (atoms.length === 0 && effects.length === 0) return undefined;
    const runs = [...new Set([...effects.map(({ run }) => run), ...known.map(({ confirmedRun }) => confirmedRun)])];
    return {
      asOf: asOf.toISOString(),
      atoms,
      hasMoreAtoms: found.length > atomsMax,
      sums: sumsOf(atoms),
      holds: await readHolds(tx, tenant, atoms, asOf),
      known,
      effects,
      runs: await readRuns(tx, tenant, runs),
      proofs: await readProofs(tx, tenant, known),
      edits: await readEdits(tx, question),
    };
  });
}
