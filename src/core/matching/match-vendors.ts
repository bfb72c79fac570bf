/**
 * Vendors of SAP against companies of Procore (rulings 5 to 7): adopt what is sure, ask where it is not, create the rest. Adoption is one-to-one.
 * The answer does not depend on the order of either list; a foreign or an already linked company is never adopted; an exact tax id that several
 * vendors or several companies bear is always asked.
 */
import type { HoldCode } from "../disposition.ts";
import { findCommon, indexCompanies } from "./blocks.ts";
import type { CompanyParty, SapParty } from "./party.ts";
import { type Reason, score } from "./score.ts";
import { describeTaxId, taxKey } from "./tax-id.ts";

export type MatchSettings = {
  /** Points from which a company is the vendor without asking. */
  readonly adoptFrom: number;
  /** Points from which a person is asked. */
  readonly askFrom: number;
  /** By how many points the sure one must lead the next. */
  readonly lead: number;
  /** What a sure match with an inactive company means: somebody took it out of use, so `ask` unless the setting says otherwise. */
  readonly inactive: "ask" | "adopt";
};

export type Candidate = {
  readonly companyId: number;
  readonly name: string;
  readonly isActive: boolean;
  /** Empty where no system has linked it. */
  readonly originId: string;
  readonly points: number;
  readonly reasons: readonly Reason[];
};

export type MatchOutcome =
  | { readonly kind: "create" }
  | { readonly kind: "adopt"; readonly candidate: Candidate }
  | { readonly kind: "ask"; readonly code: HoldCode; readonly why: string; readonly candidates: readonly Candidate[] };

export type MatchAsk = {
  readonly vendors: readonly SapParty[];
  readonly companies: readonly CompanyParty[];
  /** Vendors in scope by tax id, linked ones too: more than one is a hold. */
  readonly vendorsByTaxId: ReadonlyMap<string, readonly string[]>;
  readonly settings: MatchSettings;
};

/** A person looks at no more. */
const candidatesMax = 5;

type Pair = { company: CompanyParty; candidate: Candidate; hasSameTaxId: boolean };

function candidateOf(company: CompanyParty, points: number, reasons: readonly Reason[]): Candidate {
  const { id: companyId, shownName: name, isActive, link } = company;
  return { companyId, name, isActive, originId: link.kind === "free" ? "" : link.originId, points, reasons };
}

/** Strongest first; ids decide between equals, so that the order of the lists does not. */
const byStrength = (left: Pair, right: Pair) =>
  right.candidate.points - left.candidate.points || left.company.id - right.company.id;

function pairsOf({ vendors, companies, settings }: MatchAsk): ReadonlyMap<string, readonly Pair[]> {
  const isCommon = findCommon(vendors, companies);
  const lookUp = indexCompanies(companies);
  return new Map(
    vendors.map((vendor): [string, readonly Pair[]] => {
      const pairs = lookUp(vendor).map((company): Pair => {
        const { points, reasons, hasSameTaxId } = score(vendor, company, isCommon);
        return { company, candidate: candidateOf(company, points, reasons), hasSameTaxId };
      });
      return [
        vendor.key,
        pairs.filter(({ candidate, hasSameTaxId }) => hasSameTaxId || candidate.points >= settings.askFrom).sort(byStrength),
      ];
    }),
  );
}

/** The one company that is surely this vendor, looking at its own candidates only. */
function surePair(pairs: readonly Pair[], settings: MatchSettings): Pair | undefined {
  const [best, next] = pairs;
  if (best?.company.link.kind !== "free" || best.candidate.points < settings.adoptFrom) return undefined;
  if (next && best.candidate.points - next.candidate.points < settings.lead) return undefined;
  if (pairs.filter(({ hasSameTaxId }) => hasSameTaxId).length > 1) return undefined;
  return best.company.isActive || settings.inactive === "adopt" ? best : undefined;
}

function ask(code: HoldCode, why: string, pairs: readonly Pair[]): MatchOutcome {
  return { kind: "ask", code, why, candidates: pairs.slice(0, candidatesMax).map(({ candidate }) => candidate) };
}

function sharedTaxId(vendor: SapParty, pairs: readonly Pair[], { vendorsByTaxId }: MatchAsk): string | undefined {
  if (!vendor.taxId) return undefined;
  const others = (vendorsByTaxId.get(taxKey(vendor.taxId)) ?? []).filter((key) => key !== vendor.key).sort();
  if (others.length > 0)
    return `vendors ${others.slice(0, candidatesMax).join(", ")} have the same tax id (${describeTaxId(vendor.taxId)})`;
  const linked = pairs.find(({ hasSameTaxId, company }) => hasSameTaxId && company.link.kind === "own");
  return linked && `the company linked as ${linked.candidate.originId} has the same tax id (${describeTaxId(vendor.taxId)})`;
}

function doubtful(pairs: readonly Pair[], { settings }: MatchAsk, rivals: readonly string[]): MatchOutcome {
  const [best] = pairs;
  if (!best) return { kind: "create" };
  if (best.company.link.kind === "foreign")
    return ask(
      "vendor-foreign-origin",
      `another system has linked company ${best.company.id} as ${best.candidate.originId}`,
      pairs,
    );
  if (rivals.length > 0) return ask("vendor-twin", `vendors ${rivals.join(", ")} fit company ${best.company.id} as well`, pairs);
  if (pairs.filter(({ hasSameTaxId }) => hasSameTaxId).length > 1)
    return ask("vendor-twin", "several companies have the vendor's tax id", pairs);
  if (best.candidate.points < settings.adoptFrom) return ask("vendor-twin", "alike, but not surely the same", pairs);
  if (!best.company.isActive && settings.inactive === "ask")
    return ask("vendor-twin", "somebody set the company inactive in Procore", pairs);
  return ask("vendor-twin", "several companies fit about as well", pairs);
}

/** By company: the vendors that surely are it, and those that have its tax id; in order of their numbers. */
function claimsOf(
  vendors: readonly SapParty[],
  open: ReadonlyMap<string, readonly Pair[]>,
  sure: ReadonlyMap<string, Pair | undefined>,
): ReadonlyMap<number, readonly string[]> {
  const claims = new Map<number, string[]>();
  for (const key of vendors.map((vendor) => vendor.key).sort()) {
    const claimed = (open.get(key) ?? []).filter((pair) => pair.hasSameTaxId || pair === sure.get(key));
    for (const { company } of claimed) claims.set(company.id, [...(claims.get(company.id) ?? []), key]);
  }
  return claims;
}

export function matchVendors(given: MatchAsk): ReadonlyMap<string, MatchOutcome> {
  const { vendors, settings } = given;
  const pairs = pairsOf(given);
  const shared = new Map(vendors.map((vendor) => [vendor.key, sharedTaxId(vendor, pairs.get(vendor.key) ?? [], given)]));
  // A company linked to another vendor of ours is that vendor: it speaks only where the tax ids are equal, which `shared` has told.
  const open = new Map(
    vendors.map(({ key }) => [key, (pairs.get(key) ?? []).filter(({ company }) => company.link.kind !== "own")]),
  );
  const sure = new Map(
    vendors.map(({ key }) => [key, shared.get(key) === undefined ? surePair(open.get(key) ?? [], settings) : undefined]),
  );
  const claims = claimsOf(vendors, open, sure);
  const rivalsOf = (key: string, pair: Pair) => (claims.get(pair.company.id) ?? []).filter((other) => other !== key);
  const isTaken = ({ company, hasSameTaxId }: Pair) => {
    const [claimant = "", ...more] = claims.get(company.id) ?? [];
    return !hasSameTaxId && more.length === 0 && sure.get(claimant)?.company.id === company.id;
  };
  return new Map(
    vendors.map(({ key }): [string, MatchOutcome] => {
      const own = open.get(key) ?? [];
      const why = shared.get(key);
      if (why !== undefined) return [key, ask("vendor-tax-id-shared", why, own)];
      const pair = sure.get(key);
      const rivals = pair ? rivalsOf(key, pair) : [];
      if (pair && rivals.length === 0) return [key, { kind: "adopt", candidate: pair.candidate }];
      const left = pair ? own : own.filter((each) => !isTaken(each));
      return [key, doubtful(left, given, rivals.slice(0, candidatesMax))];
    }),
  );
}
