/**
 * The companies that stand in Procore, active and inactive ones, read once before a plan that needs them. A listing that is not whole could hide a
 * twin, so it is read again and then pauses the run: a vendor is never created on half a look.
 */
import { type CompanyLink, type CompanyParty, companyParty, isOwnOriginId } from "../../core/index.ts";
import type { Listing, Vendor } from "../../procore/index.ts";
import { type RunContext, RunHalt } from "../context.ts";
import { haltFor } from "../map/view.ts";

const triesMax = 2;

async function readWhole(list: () => Listing<Vendor>): Promise<readonly Vendor[]> {
  let told = "";
  for (let tries = 0; tries < triesMax; tries++) {
    const content = await list().read();
    if (!content.ok) throw haltFor(content.error);
    if (content.value.isComplete) return content.value.items;
    told = `Procore counted ${content.value.total} companies and listed ${content.value.items.length}`;
  }
  throw new RunHalt("pause", "procore.server", told);
}

export async function listCompanies(context: RunContext): Promise<readonly CompanyParty[]> {
  const { procore, settings } = context.connection;
  const linkOf = ({ originId }: Vendor): CompanyLink => {
    if (!originId) return { kind: "free" };
    return { kind: isOwnOriginId(settings.sap, originId) ? "own" : "foreign", originId };
  };
  const parties = new Map<number, CompanyParty>();
  // Whoever changes sides between the two listings is in both: the later one counts.
  for (const [isActive, list] of [
    [true, () => procore.vendors.listActive()],
    [false, () => procore.vendors.listInactive()],
  ] as const) {
    for (const vendor of await readWhole(list)) parties.set(vendor.id, companyParty(vendor, { isActive, link: linkOf(vendor) }));
  }
  return [...parties.values()];
}
