/** Plans the vendors flow (rulings 6 to 8): decide, meet Procore's own companies by name, and write one effect per new or changed vendor. */
import type { Transaction } from "kysely";
import {
  decideVendor,
  desiredVendor,
  normalizeName,
  originId,
  type SourceRecord,
  type VendorRecord,
  vendorName,
  zero,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import type { RunContext } from "../context.ts";
import { haltFor } from "../map/view.ts";
import { type AtomRow, replaceAtoms } from "./atoms.ts";
import { type EffectDraft, hashOf, insertEffects } from "./effects.ts";
import { type KnownHashes, markDecided, readKnown, readUndecided, rejectedAtom, reopenUndecided } from "./records.ts";
import { stages } from "./stages.ts";

type Tx = Transaction<Database>;

/** Names of Procore's companies that no system has linked; matched before anything is created (ruling 7). */
export async function readUnlinkedNames(context: RunContext): Promise<ReadonlySet<string>> {
  const { vendors } = context.connection.procore;
  const names = new Set<string>();
  for (const listing of [vendors.listActive(), vendors.listInactive()]) {
    const listed = await listing.all();
    if (!listed.ok) throw haltFor(listed.error);
    for (const vendor of listed.value) if (!vendor.originId && vendor.name) names.add(normalizeName(vendor.name));
  }
  return names;
}

type Planned = { atom: AtomRow; effect?: EffectDraft };

function planVendor(context: RunContext, vendor: VendorRecord, known: KnownHashes, unlinked: ReadonlySet<string>): Planned {
  const { settings } = context.connection;
  const atom = { key: vendor.key, recordKey: vendor.key, amount: zero("") };
  const held = (reason: string): Planned => ({ atom: { ...atom, disposition: "held", reason } });
  const id = originId(settings.sap, "VN", [vendor.key]);
  const knownHash = id.ok ? known.get(id.value, "content") : undefined;
  const decision = decideVendor(vendor, settings.vendors, knownHash !== undefined);
  if (decision.disposition === "excluded") return { atom: { ...atom, disposition: "excluded", reason: decision.rule } };
  if (decision.disposition === "held") return held(decision.hold);
  const name = vendorName(vendor);
  if (!id.ok || name === "") return held("vendor-unmappable");
  if (knownHash === undefined && unlinked.has(normalizeName(name))) return held("vendor-twin");
  const body = desiredVendor(vendor);
  const hash = hashOf(body, {});
  const linked = { ...atom, recordOriginId: id.value, originId: id.value };
  if (hash === knownHash) return { atom: { ...linked, disposition: "unchanged" } };
  return {
    atom: { ...linked, disposition: "planned" },
    effect: {
      stage: stages.vendor,
      projectId: 0,
      container: "",
      recordOriginId: id.value,
      originId: id.value,
      aspect: "content",
      action: knownHash === undefined ? "create" : "update",
      refs: {},
      body,
      hash,
    },
  };
}

export async function countUndecidedVendors(tx: Tx, context: RunContext): Promise<number> {
  return reopenUndecided(tx, context, "vendors");
}

function planRecord(context: RunContext, record: SourceRecord, known: KnownHashes, unlinked: ReadonlySet<string>): Planned {
  if (record.kind === "vendor") return planVendor(context, record, known, unlinked);
  if (record.kind === "rejected") return { atom: rejectedAtom(record) };
  throw new Error(`Assertion failed: a ${record.kind} among the vendors`);
}

export async function planVendors(tx: Tx, context: RunContext, unlinked: ReadonlySet<string>): Promise<void> {
  const known = await readKnown(tx, context, ["VN"]);
  for (let after = ""; ; ) {
    const records = await readUndecided(tx, context, "vendors", after);
    if (records.length === 0) break;
    const planned = records.map((record) => planRecord(context, record, known, unlinked));
    await replaceAtoms(
      tx,
      context,
      "vendors",
      planned.map(({ atom }) => atom),
    );
    await insertEffects(
      tx,
      context,
      "vendors",
      planned.flatMap(({ effect }) => effect ?? []),
    );
    after = records.at(-1)?.key ?? "";
  }
  await markDecided(tx, context, "vendors");
}
