/**
 * The companies that stand in Procore, active and inactive ones, read once before a plan that needs them. A look that is not whole could hide a twin, and
 * a scope that Procore does not accept is answered with an empty list (procore 3 [A]), so nothing is created on a look that is not credible (ruling 32): each
 * listing must be complete, and where vendors are known to stand there one of them must show. It is read again once, and then the run pauses.
 */
import { sql } from "kysely";
import { type CompanyLink, type CompanyParty, companyParty, isOwnOriginId } from "../../core/index.ts";
import type { Listing, Vendor } from "../../procore/index.ts";
import { inTenant, type RunContext, RunHalt } from "../context.ts";
import { haltFor } from "../map/view.ts";
import { originPrefix } from "./records.ts";
import { activityHash } from "./vendor-effects.ts";

const triesMax = 2;
const siblingsMax = 1_000;

type Look = { companies: readonly CompanyParty[]; doubt?: string };

/** Vendors that are in use, the last confirmed first. */
async function readSiblings(context: RunContext): Promise<ReadonlySet<string>> {
  const { tenant, connection } = context;
  const { rows } = await context.store.transact(inTenant(context), (tx) =>
    sql<{ origin_id: string }>`select k.origin_id from known k where k.tenant = ${tenant} and k.connection = ${connection.name}
      and k.aspect = 'content' and k.origin_id like ${`${originPrefix(context, "VN")}%`}
      and not exists (select from known a where a.tenant = k.tenant and a.connection = k.connection and a.origin_id = k.origin_id
        and a.aspect = 'activity' and a.desired_hash = ${activityHash(false)})
      order by k.confirmed_at desc, k.origin_id limit ${siblingsMax}`.execute(tx),
  );
  return new Set(rows.map((row) => row.origin_id));
}

async function look(context: RunContext): Promise<Look> {
  const { procore, settings } = context.connection;
  const linkOf = ({ originId }: Vendor): CompanyLink => {
    if (!originId) return { kind: "free" };
    return { kind: isOwnOriginId(settings.sap, originId) ? "own" : "foreign", originId };
  };
  const parties = new Map<number, CompanyParty>();
  let doubt: string | undefined;
  const take = async (list: Listing<Vendor>, isActive: boolean) => {
    const content = await list.read();
    if (!content.ok) throw haltFor(content.error);
    const { items, total, isComplete } = content.value;
    if (!isComplete) doubt = `Procore counted ${total} companies and listed ${items.length}`;
    // Whoever changes sides between the two listings is in both: the later one counts.
    for (const vendor of items) parties.set(vendor.id, companyParty(vendor, { isActive, link: linkOf(vendor) }));
  };
  await take(procore.vendors.listActive(), true);
  await take(procore.vendors.listInactive(), false);
  return { companies: [...parties.values()], ...(doubt === undefined ? {} : { doubt }) };
}

function doubtOf({ companies, doubt }: Look, siblings: ReadonlySet<string>): string | undefined {
  if (doubt !== undefined || siblings.size === 0) return doubt;
  const isSeen = companies.some(({ link, isActive }) => isActive && link.kind === "own" && siblings.has(link.originId));
  return isSeen ? undefined : "none of the vendors that are known to stand in Procore was listed";
}

export async function listCompanies(context: RunContext): Promise<readonly CompanyParty[]> {
  const siblings = await readSiblings(context);
  let doubt: string | undefined;
  for (let tries = 0; tries < triesMax; tries++) {
    const seen = await look(context);
    doubt = doubtOf(seen, siblings);
    // The first run knows nobody: an empty directory is believed when it is empty twice.
    const isEmpty = siblings.size === 0 && seen.companies.length === 0 && tries === 0;
    if (doubt === undefined && !isEmpty) return seen.companies;
  }
  if (doubt === undefined) return [];
  throw new RunHalt("pause", "procore.not-found", `GET /rest/v1.0/vendors: ${doubt}; no vendor is created on that`);
}
