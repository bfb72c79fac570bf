/** Probable twins: SAP's vendors in scope against Procore's directory, by the same points as a run would go by (ruling 7). Nothing is adopted. */
import { type MatchSettings, matchVendors, sapParty, taxKey } from "../matching/index.ts";
import { decideVendor, type VendorScope } from "../rulings/vendor.ts";
import type { DirectoryFacts, SapFacts } from "./facts.ts";
import { type FitFinding, plural, shorten } from "./finding.ts";

export type TwinExpectation = { readonly scope: VendorScope; readonly matching: MatchSettings };

export type Twins = {
  readonly inScope: number;
  readonly create: number;
  readonly adopt: number;
  readonly ask: number;
  readonly asked: readonly string[];
};

export function findTwins(
  vendors: NonNullable<SapFacts["vendors"]>,
  directory: DirectoryFacts,
  { scope, matching }: TwinExpectation,
): Twins {
  const parties = vendors.records.filter((each) => decideVendor(each, scope, false).disposition === "planned").map(sapParty);
  const byTaxId = new Map<string, string[]>();
  for (const { key, taxId } of parties) {
    if (!taxId) continue;
    const same = byTaxId.get(taxKey(taxId));
    if (same) same.push(key);
    else byTaxId.set(taxKey(taxId), [key]);
  }
  const outcomes = matchVendors({
    vendors: parties,
    companies: directory.companies,
    vendorsByTaxId: byTaxId,
    settings: matching,
  });
  const names = new Map(parties.map(({ key, shownName }) => [key, shownName]));
  const asked = [...outcomes].flatMap(([key, outcome]) =>
    outcome.kind === "ask"
      ? [`${key} ${names.get(key) ?? ""}: ${outcome.why} (${outcome.candidates[0]?.name ?? "no company"})`]
      : [],
  );
  const count = (kind: string) => [...outcomes.values()].filter((each) => each.kind === kind).length;
  return { inScope: parties.length, create: count("create"), adopt: count("adopt"), ask: asked.length, asked };
}

export function judgeTwins({ ask, adopt, inScope, asked }: Twins): FitFinding[] {
  const adopting: FitFinding = {
    code: "vendors-to-adopt",
    severity: "go",
    owner: "integration-owner",
    what: `${plural(adopt, "vendor")} of ${inScope} stand in Procore already and would be linked, not created.`,
    evidence: [],
    fix: "",
  };
  const asking: FitFinding = {
    code: "vendors-probable-twins",
    severity: "warn",
    owner: "procore-admin",
    what: `${plural(ask, "vendor")} of ${inScope} may stand in Procore already, and a person has to say.`,
    evidence: shorten(asked, 8),
    fix: "After the first run answer them with `ml-connector vendors` (docs/vendors.md), or merge the doubles in Procore before; until then they are held.",
  };
  return [...(ask > 0 ? [asking] : []), ...(adopt > 0 ? [adopting] : [])];
}
