/**
 * Plans the vendors flow (rulings 5 to 8): decide the scope, look what has become of those without a record in Procore (adopted, created, or waiting
 * for a person), and write the effects of each new or changed vendor.
 */
import { sql, type Transaction } from "kysely";
import {
  type Candidate,
  decideVendor,
  desiredVendor,
  type HoldCode,
  isBlockedEverywhere,
  originId,
  readSapTaxId,
  type SourceRecord,
  type VendorRecord,
  vendorName,
  zero,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { now, type RunContext } from "../context.ts";
import { unsentStates } from "../effect-states.ts";
import { type IgnoredAtoms, readIgnored } from "../holds/ignored.ts";
import { type AtomRow, replaceAtoms } from "./atoms.ts";
import { type EffectDraft, insertEffects } from "./effects.ts";
import { type KnownHashes, markDecided, readKnown, readUndecided, rejectedAtom } from "./records.ts";
import { type Activities, isInactive, readActivities } from "./vendor-activity.ts";
import {
  adoptionEffect,
  type ContentOf,
  contentEffect,
  inactivationEffect,
  reactivationEffect,
  registerEffect,
} from "./vendor-effects.ts";
import { isInProcore, isRelinking, type VendorFates } from "./vendor-fates.ts";
import { replaceFindings, type VendorFinding } from "./vendor-findings.ts";

type Tx = Transaction<Database>;

type Planned = { atom: AtomRow; effects: readonly EffectDraft[]; finding?: VendorFinding };

type Tools = { context: RunContext; known: KnownHashes; fates: VendorFates; activities: Activities; ignored: IgnoredAtoms };

/** `before`: what must have happened before the content is written. */
type Writing = { of?: ContentOf; before?: readonly EffectDraft[] };

type Company = { companyId: number; isActive: boolean };

type Waiting = { code: HoldCode; why?: string; candidates?: readonly Candidate[] };

const atomOf = ({ key }: VendorRecord) => ({ key, recordKey: key, amount: zero("") });

function excluded(vendor: VendorRecord, reason: string): Planned {
  return { atom: { ...atomOf(vendor), disposition: "excluded", reason }, effects: [] };
}

function held(vendor: VendorRecord, { code, why = "", candidates = [] }: Waiting): Planned {
  const finding = { vendor: vendor.key, name: vendorName(vendor), code, why, candidates, leftOut: [] };
  return { atom: { ...atomOf(vendor), disposition: "held", reason: code }, effects: [], finding };
}

function written(vendor: VendorRecord, id: string, effects: readonly EffectDraft[], leftOut: readonly string[]): Planned {
  const disposition = effects.length === 0 ? "unchanged" : "planned";
  const planned = { atom: { ...atomOf(vendor), recordOriginId: id, originId: id, disposition }, effects } as const;
  if (leftOut.length === 0) return planned;
  return { ...planned, finding: { vendor: vendor.key, name: vendorName(vendor), why: "", candidates: [], leftOut } };
}

/** Content, and what goes with it, behind the effects that it needs first. */
function write({ context, known }: Tools, vendor: VendorRecord, id: string, { of, before = [] }: Writing): Planned {
  const { settings } = context.connection;
  const { body, leftOut } = desiredVendor(vendor, settings.vendors);
  // An adoption whose content was refused is known by its link only.
  const content = contentEffect(id, body, of ?? (known.get(id, "content") === undefined ? "by-origin" : "known"));
  const taxId = settings.vendors.businessRegister === "write" ? readSapTaxId(vendor) : undefined;
  const register = taxId && registerEffect(id, taxId);
  const effects = [
    ...before,
    ...(content.hash === known.get(id, "content") && before.length === 0 ? [] : [content]),
    ...(register && register.hash !== known.get(id, "register") ? [register] : []),
  ];
  return written(vendor, id, effects, leftOut);
}

function adopted(tools: Tools, vendor: VendorRecord, id: string, { companyId, isActive }: Company): Planned {
  const before = [...(isActive ? [] : [reactivationEffect(id, companyId)]), adoptionEffect(id, companyId)];
  return write(tools, vendor, id, { of: { companyId }, before });
}

/** It bears our origin id already. */
function relinked(tools: Tools, vendor: VendorRecord, id: string, { companyId, isActive }: Company): Planned {
  return write(tools, vendor, id, { of: { companyId }, before: isActive ? [] : [reactivationEffect(id, companyId)] });
}

/** No record in Procore that we know of. */
function planUnknown(tools: Tools, vendor: VendorRecord, id: string): Planned {
  const { fates } = tools;
  const decision = fates.decisions.get(vendor.key);
  if (decision?.kind === "ignore") return excluded(vendor, "vendor-ignored");
  const created = () => write(tools, vendor, id, { of: "new" });
  if (decision?.kind === "create") return created();
  const fate = fates.of(vendor.key);
  switch (fate?.kind) {
    case undefined:
      throw new Error(`Assertion failed: vendor ${vendor.key} was not matched`);
    case "create":
      return created();
    case "adopt":
      return adopted(tools, vendor, id, fate.candidate);
    case "adopt-decided":
      return adopted(tools, vendor, id, fate);
    case "linked":
      return relinked(tools, vendor, id, fate);
    case "ask":
    case "wait":
      return held(vendor, fate);
    case "void":
      return held(vendor, { code: "vendor-decision-void", why: fate.why });
  }
}

/** Ruling 8. While it is inactive nothing of it is written: Procore hides it from every write but the one that takes it back. */
function planKnown(tools: Tools, vendor: VendorRecord, id: string): Planned {
  const { known, activities, context } = tools;
  if (isInactive(known, id)) {
    const isBack = !isBlockedEverywhere(vendor, context.connection.settings.vendors);
    return isBack ? write(tools, vendor, id, { before: [reactivationEffect(id)] }) : written(vendor, id, [], []);
  }
  const activity = activities.of(vendor.key);
  switch (activity.kind) {
    case "stay":
      return write(tools, vendor, id, {});
    case "inactivate":
      return written(vendor, id, [inactivationEffect(id)], []);
    case "hold":
      return held(vendor, activity);
  }
}

function planVendor(tools: Tools, vendor: VendorRecord): Planned {
  const { settings } = tools.context.connection;
  const id = originId(settings.sap, "VN", [vendor.key]);
  const isKnown = id.ok && isInProcore(tools.known, id.value);
  const decision = decideVendor(vendor, settings.vendors, isKnown);
  if (decision.disposition === "excluded") return excluded(vendor, decision.rule);
  const left = tools.ignored(vendor.key);
  if (left && !isKnown) return excluded(vendor, left);
  if (decision.disposition === "held") return held(vendor, { code: decision.hold });
  if (!id.ok || vendorName(vendor) === "") return held(vendor, { code: "vendor-unmappable" });
  const isSettled = isKnown && !isRelinking(tools.known, id.value, tools.fates.decisions.get(vendor.key));
  return isSettled ? planKnown(tools, vendor, id.value) : planUnknown(tools, vendor, id.value);
}

function planRecord(tools: Tools, record: SourceRecord): Planned {
  if (record.kind === "vendor") return planVendor(tools, record);
  if (record.kind === "rejected") return { atom: rejectedAtom(record), effects: [] };
  throw new Error(`Assertion failed: a ${record.kind} among the vendors`);
}

/** What was planned before and never left, or was held, is planned anew or not at all: a decision may have turned an adoption into a create. */
async function dropUnsent(tx: Tx, context: RunContext, originIds: readonly string[]): Promise<void> {
  await sql`update effect set state = 'stale', settled_at = ${now(context)} where tenant = ${context.tenant}
    and connection = ${context.connection.name} and flow = 'vendors' and record_origin_id = any (${originIds}::text[])
    and state in ${unsentStates}`.execute(tx);
}

function originIdsOf(context: RunContext, records: readonly SourceRecord[]): readonly string[] {
  return records.flatMap(({ key }) => {
    const id = originId(context.connection.settings.sap, "VN", [key]);
    return id.ok ? [id.value] : [];
  });
}

export async function planVendors(tx: Tx, context: RunContext, fates: VendorFates): Promise<void> {
  const known = await readKnown(tx, context, ["VN"]);
  const activities = await readActivities(tx, context, known, fates.decisions);
  const tools: Tools = { context, known, fates, activities, ignored: await readIgnored(tx, context, "vendors") };
  for (let after = ""; ; ) {
    const records = await readUndecided(tx, context, "vendors", after);
    if (records.length === 0) break;
    const planned = records.map((record) => planRecord(tools, record));
    const atoms = planned.map(({ atom }) => atom);
    const findings = planned.flatMap(({ finding }) => finding ?? []);
    await replaceAtoms(tx, context, "vendors", atoms);
    await replaceFindings(
      tx,
      context,
      records.map(({ key }) => key),
      findings,
    );
    await dropUnsent(tx, context, originIdsOf(context, records));
    await insertEffects(
      tx,
      context,
      "vendors",
      planned.flatMap(({ effects }) => effects),
    );
    after = records.at(-1)?.key ?? "";
  }
  await markDecided(tx, context, "vendors");
}
