/**
 * Plans the invoices flow (rulings 16 to 19): every atom gets a disposition, and what is to be billed becomes one effect a requisition, in the order of
 * the chain over all pages. A requisition that is in Procore, or may be, is never planned again; what SAP changed of it since is held.
 */
import { sql, type Transaction } from "kysely";
import {
  type DesiredRequisition,
  decideInvoice,
  decideReleases,
  desiredRequisitions,
  type InvoiceAtom,
  type InvoiceRecord,
  requisitionHash,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { now, type RunContext } from "../context.ts";
import { unsentStates } from "../effect-states.ts";
import { type AtomRow, replaceAtoms } from "./atoms.ts";
import { type EffectDraft, insertEffects } from "./effects.ts";
import { holdExcessReleases } from "./excess-releases.ts";
import { dropUnpostedAtoms, type InvoiceFacts, type PostedAtom, readInvoiceFacts } from "./invoice-facts.ts";
import { markDecided, readUndecided, rejectedAtom } from "./records.ts";
import { stages } from "./stages.ts";

type Tx = Transaction<Database>;

type Planned = { atoms: AtomRow[]; requisitions: DesiredRequisition[] };

function effectOf(requisition: DesiredRequisition): EffectDraft {
  const lines = requisition.lines.map(({ originId }, index) => [`items.${index}`, originId] as const);
  return {
    stage: stages.requisition,
    projectId: requisition.projectId,
    container: requisition.contract,
    recordOriginId: requisition.originId,
    originId: requisition.originId,
    aspect: "content",
    action: "create",
    refs: Object.fromEntries(lines),
    body: requisition.body,
    hash: requisition.hash,
    amount: requisition.total,
  };
}

const rowOf = (invoice: InvoiceRecord, atom: InvoiceAtom) => ({ key: atom.key, recordKey: invoice.key, amount: atom.amount });

function undecidedRow(invoice: InvoiceRecord, { decision, ...atom }: InvoiceAtom): AtomRow {
  const row = rowOf(invoice, { decision, ...atom });
  if (decision.disposition === "excluded") {
    const { rule: reason, project } = decision;
    return { ...row, disposition: "excluded", reason, ...(project === undefined ? {} : { waiting: { project } }) };
  }
  if (decision.disposition === "held") return { ...row, disposition: "held", reason: decision.hold, waiting: decision };
  return { ...row, disposition: "held", reason: "requisition-refused" };
}

function plannedRow(invoice: InvoiceRecord, atom: InvoiceAtom, requisition: DesiredRequisition): AtomRow {
  const { billing } = atom;
  if (!billing) throw new Error(`Assertion failed: ${atom.key} is on a requisition without a billing`);
  const { work, retainage, released, place } = billing;
  const linked = { recordOriginId: requisition.originId, originId: requisition.originId };
  // What the second law compares with Procore: the share as it is billed.
  const billed = {
    contract: place.contract,
    line: place.line,
    work: work.minor.toString(),
    retainage: retainage.minor.toString(),
    ...(released ? { released: released.amount.minor.toString() } : {}),
  };
  return { ...rowOf(invoice, atom), ...linked, disposition: "planned", billed };
}

/** Those of its atoms that a requisition has taken: in Procore for good, or on their way there. */
function postedRows(invoice: InvoiceRecord, atoms: readonly InvoiceAtom[], posted: ReadonlyMap<string, PostedAtom>): AtomRow[] {
  const byRequisition = Map.groupBy(
    atoms.filter((atom) => posted.has(atom.key)),
    (atom) => posted.get(atom.key)?.requisition ?? "",
  );
  return [...byRequisition].flatMap(([originId, members]) => {
    const first = posted.get(members[0]?.key ?? "");
    const isSame = first?.hash === requisitionHash(members);
    return members.map((atom): AtomRow => {
      const row = { ...rowOf(invoice, atom), recordOriginId: originId, originId };
      if (!isSame) return { ...row, disposition: "held", reason: "invoice-changed-after-posting" };
      return { ...row, disposition: first?.isKnown ? "unchanged" : "planned" };
    });
  });
}

/** What is left of an invoice whose requisition is written can join it no more. */
function lateRows(invoice: InvoiceRecord, atoms: readonly InvoiceAtom[], taken: ReadonlySet<string>): AtomRow[] {
  return atoms
    .filter((atom) => !taken.has(atom.key))
    .map((atom) =>
      atom.decision.disposition === "planned"
        ? { ...rowOf(invoice, atom), disposition: "held" as const, reason: "invoice-changed-after-posting" }
        : undecidedRow(invoice, atom),
    );
}

/** An invoice that SAP changed after it was posted releases nothing until somebody looked. */
function billedBefore(atoms: readonly InvoiceAtom[], posted: ReadonlyMap<string, PostedAtom>) {
  const members = Map.groupBy(
    atoms.filter(({ key }) => posted.has(key)),
    ({ key }) => posted.get(key)?.requisition,
  );
  return (key: string) => {
    const taken = posted.get(key);
    if (!taken || taken.hash !== requisitionHash(members.get(taken.requisition) ?? [])) return undefined;
    return taken.billing;
  };
}

/** The invoice itself, and the release of what it retained: each is a requisition of its own. */
function planInvoice(context: RunContext, invoice: InvoiceRecord, facts: InvoiceFacts): Planned {
  const atoms = decideInvoice(invoice, facts.decide);
  const posted = facts.posted(invoice.key);
  // What is written counts as it was billed, not as it would be billed now.
  const unwritten = atoms.map((atom): InvoiceAtom => {
    const { billing, ...rest } = atom;
    return billing && !posted.has(atom.key) ? atom : rest;
  });
  const releases = decideReleases(invoice, unwritten, { ...facts.release, billed: billedBefore(atoms, posted) });
  const parts = [atoms, releases].map((each) => planAtoms(context, invoice, each, posted));
  return { atoms: parts.flatMap((part) => part.atoms), requisitions: parts.flatMap((part) => part.requisitions) };
}

function planAtoms(
  context: RunContext,
  invoice: InvoiceRecord,
  atoms: readonly InvoiceAtom[],
  posted: ReadonlyMap<string, PostedAtom>,
): Planned {
  const taken = new Set(posted.keys());
  const open = atoms.filter((atom) => !taken.has(atom.key));
  const requisitions = desiredRequisitions(context.connection.settings.sap, invoice, open);
  // A key that fits no origin id could never be found again in Procore.
  if (!requisitions.ok) return { atoms: atoms.map((atom) => undecidedRow(invoice, atom)), requisitions: [] };
  const rows = postedRows(invoice, atoms, posted);
  const written = new Set([...posted.values()].map(({ requisition }) => requisition));
  const isLate = (requisition: DesiredRequisition) => written.has(requisition.originId);
  const fresh = requisitions.value.filter((requisition) => !isLate(requisition));
  const byAtom = new Map(fresh.flatMap((requisition) => requisition.atomKeys.map((key) => [key, requisition] as const)));
  for (const atom of open) {
    const requisition = byAtom.get(atom.key);
    rows.push(...(requisition ? [plannedRow(invoice, atom, requisition)] : lateRows(invoice, [atom], taken)));
  }
  return { atoms: rows, requisitions: fresh };
}

/** What never left is planned anew or not at all: an effect that no plan stands behind must neither go out nor keep others waiting. */
async function dropUnsent(tx: Tx, context: RunContext): Promise<void> {
  await sql`update effect set state = 'stale', settled_at = ${now(context)} where tenant = ${context.tenant}
    and connection = ${context.connection.name} and flow = 'invoices' and state in ${unsentStates}`.execute(tx);
}

/** All that is not sent yet is planned anew each time, so that a late invoice finds its place before the earliest that has not left. */
export async function planInvoices(tx: Tx, context: RunContext): Promise<void> {
  const requisitions: DesiredRequisition[] = [];
  for (let after = ""; ; ) {
    const records = await readUndecided(tx, context, "invoices", after);
    if (records.length === 0) break;
    const invoices = records.filter((record): record is InvoiceRecord => record.kind === "invoice");
    const facts = await readInvoiceFacts(tx, context, invoices);
    const planned = invoices.map((invoice) => planInvoice(context, invoice, facts));
    const atoms = [
      ...records.flatMap((record) => (record.kind === "rejected" ? rejectedAtom(record) : [])),
      ...planned.flatMap((each) => each.atoms),
    ];
    await dropUnpostedAtoms(tx, context, atoms);
    await replaceAtoms(tx, context, "invoices", atoms);
    requisitions.push(...planned.flatMap((each) => each.requisitions));
    after = records.at(-1)?.key ?? "";
  }
  await dropUnsent(tx, context);
  requisitions.sort((left, right) => (left.order < right.order ? -1 : left.order > right.order ? 1 : 0));
  const fitting = await holdExcessReleases(tx, context, requisitions);
  await insertEffects(tx, context, "invoices", fitting.map(effectOf));
  await markDecided(tx, context, "invoices");
}
