/**
 * What is to become of vendors that have no record in Procore yet: who needs an answer is found first, and only then are Procore's companies
 * listed. Runs without such a vendor list nothing. All of them are matched together, since a company can be only one vendor.
 */
import { sql, type Transaction } from "kysely";
import {
  type CompanyParty,
  decideVendor,
  type MatchOutcome,
  matchVendors,
  originId,
  readSapTaxId,
  type SapParty,
  type SourceRecord,
  sapParty,
  taxKey,
  type VendorRecord,
  vendorName,
} from "../../core/index.ts";
import type { Database } from "../../store/index.ts";
import { readSweep } from "../change/note-sweep.ts";
import { inTenant, type RunContext } from "../context.ts";
import { readDecisions, type VendorDecision } from "../vendors/decisions.ts";
import { listCompanies } from "./companies.ts";
import { type KnownHashes, pageRows, readKnown, readUndecided } from "./records.ts";
import { adoptionHash } from "./vendor-effects.ts";
import { type KeptHold, readKeptHolds } from "./vendor-findings.ts";

type Tx = Transaction<Database>;

export type VendorFate =
  | MatchOutcome
  /** Procore says that it is linked already, and we did not know: a restored store, or a crash between answer and commit. */
  | { kind: "linked"; companyId: number; isActive: boolean }
  /** By a person's decision. */
  | { kind: "adopt-decided"; companyId: number; isActive: boolean }
  | { kind: "void"; why: string }
  /** Nothing has changed, and nobody else makes a look worth its calls. */
  | ({ kind: "wait" } & KeptHold);

export type VendorFates = {
  decisions: ReadonlyMap<string, VendorDecision>;
  of(vendor: string): VendorFate | undefined;
};

type Open = { parties: Map<string, SapParty>; adopting: Map<string, number>; decisions: ReadonlyMap<string, VendorDecision> };

export const isInProcore = (known: KnownHashes, id: string): boolean =>
  known.get(id, "content") !== undefined || known.get(id, "adoption") !== undefined;

/** A person gave a vendor that is in Procore to another company: its own was merged away, or lost its link. */
export function isRelinking(known: KnownHashes, id: string, decision: VendorDecision | undefined): boolean {
  return decision?.kind === "adopt" && known.get(id, "adoption") !== adoptionHash(decision.companyId);
}

function idOf(context: RunContext, vendor: string): string | undefined {
  const id = originId(context.connection.settings.sap, "VN", [vendor]);
  return id.ok ? id.value : undefined;
}

type Before = { known: KnownHashes; decisions: ReadonlyMap<string, VendorDecision> };

function isOpen(context: RunContext, { known, decisions }: Before, record: SourceRecord): record is VendorRecord {
  if (record.kind !== "vendor" || vendorName(record) === "") return false;
  const id = idOf(context, record.key);
  if (id === undefined) return false;
  const isKnown = isInProcore(known, id);
  if (isKnown && !isRelinking(known, id, decisions.get(record.key))) return false;
  return decideVendor(record, context.connection.settings.vendors, isKnown).disposition === "planned";
}

async function findOpen(tx: Tx, context: RunContext): Promise<Open> {
  const known = await readKnown(tx, context, ["VN"]);
  const decisions = await readDecisions(tx, { tenant: context.tenant, connection: context.connection.name });
  const open: Open = { parties: new Map(), adopting: new Map(), decisions };
  for (let after = ""; ; ) {
    const records = await readUndecided(tx, context, "vendors", after);
    if (records.length === 0) return open;
    for (const record of records.filter((each) => isOpen(context, { known, decisions }, each))) {
      const decision = decisions.get(record.key);
      if (decision?.kind === "adopt") open.adopting.set(record.key, decision.companyId);
      else if (decision?.kind !== "create" && decision?.kind !== "ignore") open.parties.set(record.key, sapParty(record));
    }
    after = records.at(-1)?.key ?? "";
  }
}

async function readVendors(tx: Tx, context: RunContext, after: string): Promise<readonly SourceRecord[]> {
  const { rows } = await sql<{ content: SourceRecord }>`select content from source_record where tenant = ${context.tenant}
    and connection = ${context.connection.name} and flow = 'vendors' and key > ${after} order by key limit ${pageRows}`.execute(
    tx,
  );
  return rows.map(({ content }) => content);
}

/** Every vendor that is or will be in Procore, by tax id. What is out of scope, or ignored, does not compete. */
async function groupByTaxId(tx: Tx, context: RunContext, { parties, decisions }: Open): Promise<Map<string, string[]>> {
  const wanted = new Set([...parties.values()].flatMap(({ taxId }) => (taxId ? taxKey(taxId) : [])));
  const groups = new Map<string, string[]>();
  if (wanted.size === 0) return groups;
  const known = await readKnown(tx, context, ["VN"]);
  for (let after = ""; ; ) {
    const records = await readVendors(tx, context, after);
    const last = records.at(-1);
    if (!last) return groups;
    for (const record of records) {
      if (record.kind !== "vendor" || decisions.get(record.key)?.kind === "ignore") continue;
      const taxId = readSapTaxId(record);
      if (!taxId || !wanted.has(taxKey(taxId))) continue;
      const isLinked = isInProcore(known, idOf(context, record.key) ?? "");
      if (decideVendor(record, context.connection.settings.vendors, isLinked).disposition !== "planned") continue;
      groups.set(taxKey(taxId), [...(groups.get(taxKey(taxId)) ?? []), record.key]);
    }
    after = last.key;
  }
}

function fateOfAdopting(companyId: number, id: string | undefined, company: CompanyParty | undefined): VendorFate {
  if (!company) return { kind: "void", why: `company ${companyId} is not among Procore's companies` };
  const { link, isActive } = company;
  // Linked to the vendor already: the adoption finds that, writes nothing, and the decision counts as carried out.
  if (link.kind === "free" || link.originId === id) return { kind: "adopt-decided", companyId, isActive };
  return { kind: "void", why: `company ${companyId} is linked as ${link.originId}` };
}

function decideFates(
  context: RunContext,
  { parties, adopting }: Open,
  companies: readonly CompanyParty[],
  vendorsByTaxId: ReadonlyMap<string, readonly string[]>,
): Map<string, VendorFate> {
  const fates = new Map<string, VendorFate>();
  const byId = new Map(companies.map((company) => [company.id, company]));
  for (const [key, companyId] of adopting) fates.set(key, fateOfAdopting(companyId, idOf(context, key), byId.get(companyId)));
  const linked = new Map(companies.flatMap((company) => (company.link.kind === "own" ? [[company.link.originId, company]] : [])));
  for (const key of parties.keys()) {
    const company = linked.get(idOf(context, key) ?? "");
    if (company) fates.set(key, { kind: "linked", companyId: company.id, isActive: company.isActive });
  }
  const promised = new Map([...adopting].map(([key, companyId]) => [companyId, idOf(context, key) ?? key]));
  const outcomes = matchVendors({
    vendors: [...parties.values()].filter(({ key }) => !fates.has(key)),
    companies: companies.map((company) => {
      const originIdOfOther = company.link.kind === "free" ? promised.get(company.id) : undefined;
      return originIdOfOther === undefined ? company : { ...company, link: { kind: "own", originId: originIdOfOther } };
    }),
    vendorsByTaxId,
    settings: context.connection.settings.vendors.matching,
  });
  for (const [key, outcome] of outcomes) fates.set(key, outcome);
  return fates;
}

/**
 * A directory of 20,000 costs 200 calls of a quota of 600 an hour: for those that only wait it is read again with each sweep, and where a
 * person asks for it, not with each run.
 */
async function keepWaiting(context: RunContext, { parties, adopting, decisions }: Open): Promise<VendorFates | undefined> {
  return context.store.transact(inTenant(context), async (tx) => {
    if (context.mode === "replay" || (await readSweep(tx, context, "vendors"))) return undefined;
    const kept = await readKeptHolds(tx, context);
    if (![...parties.keys(), ...adopting.keys()].every((vendor) => kept.has(vendor))) return undefined;
    const of = (vendor: string): VendorFate | undefined => {
      const hold = kept.get(vendor);
      return hold && { kind: "wait", ...hold };
    };
    return { decisions, of };
  });
}

export async function prepareFates(context: RunContext): Promise<VendorFates> {
  const open = await context.store.transact(inTenant(context), (tx) => findOpen(tx, context));
  const { decisions } = open;
  if (open.parties.size === 0 && open.adopting.size === 0) return { decisions, of: () => undefined };
  const waiting = await keepWaiting(context, open);
  if (waiting) return waiting;
  const companies = await listCompanies(context);
  const byTaxId = await context.store.transact(inTenant(context), (tx) => groupByTaxId(tx, context, open));
  const fates = decideFates(context, open, companies, byTaxId);
  return { decisions, of: (vendor) => fates.get(vendor) };
}
