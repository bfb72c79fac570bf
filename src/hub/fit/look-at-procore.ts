/**
 * Procore's half of the fit check: reads only (`onlyReads`), without a store. It takes at most half of the hour's calls, so that whoever else lives on this
 * app's quota goes on; projects beyond that are named as skipped.
 */
import {
  type CompanyLink,
  type CompanyParty,
  companyParty,
  Fault,
  findProjects,
  isErrorCode,
  isOwnOriginId,
  type Mapping,
  type ProcoreFacts,
  type ProjectFact,
  type Result,
  type Skipped,
  type Trouble,
} from "../../core/index.ts";
import type { Clock, HttpClient, Random, Timebox } from "../../ports/index.ts";
import {
  createPacer,
  documentedQuota,
  type Listing,
  openProcore,
  type Procore,
  type ProcoreFault,
  type Project,
  type Vendor,
} from "../../procore/index.ts";
import type { ConnectionSettings } from "../settings.ts";
import { callsPerProject, lookAtProject } from "./look-at-project.ts";
import { onlyReads } from "./only-reads.ts";

export type LookAtProcoreOptions = {
  settings: ConnectionSettings;
  mapping: Mapping;
  readClientSecret: () => Promise<string | undefined>;
  http: HttpClient;
  clock: Clock;
  random: Random;
  timebox: Timebox & { trouble(): readonly Trouble[]; skipped(): readonly Skipped[] };
};

/** Of the hour's calls. */
const shareOfHour = 0.5;

type Draft = { -readonly [Key in keyof ProcoreFacts]: ProcoreFacts[Key] };

function answered<T>(result: Result<T, ProcoreFault>): T {
  if (result.ok) return result.value;
  const { code, endpoint, status, detail } = result.error;
  const place = `${endpoint}${status === undefined ? "" : `, ${status}`}`;
  throw new Fault(isErrorCode(code) ? code : "procore.server", { place, detail: detail.replace(/\.$/, "") });
}

async function findCompany(procore: Procore): Promise<{ company: { id: number; name: string }; account: string }> {
  const companies = answered(await procore.companies.list().all());
  const company = companies.find(({ id }) => id === procore.companyId);
  if (!company)
    throw new Fault("procore.app-not-connected", {
      place: "GET /rest/v1.0/companies",
      detail: `company ${procore.companyId} is not among those that the app sees (${companies.map(({ id }) => id).join(", ") || "none"})`,
    });
  const me = answered(await procore.companies.me());
  return { company: { id: company.id, name: company.name ?? "" }, account: me.login ?? me.name ?? String(me.id) };
}

async function listDirectory(procore: Procore, { settings, timebox }: LookAtProcoreOptions, mayCall: () => boolean) {
  const linkOf = ({ originId }: Vendor): CompanyLink => {
    if (!originId) return { kind: "free" };
    return { kind: isOwnOriginId(settings.sap, originId) ? "own" : "foreign", originId };
  };
  const parties = new Map<number, CompanyParty>();
  /** Whether to the end. */
  const take = async (listing: Listing<Vendor>, isActive: boolean): Promise<boolean> => {
    for await (const page of listing.pages()) {
      if (!page.ok && timebox.isOver()) return false;
      for (const vendor of answered(page)) parties.set(vendor.id, companyParty(vendor, { isActive, link: linkOf(vendor) }));
      if (timebox.isOver() || !mayCall()) return false;
    }
    return true;
  };
  const takeAll = async () =>
    (await take(procore.vendors.listActive(), true)) && (await take(procore.vendors.listInactive(), false));
  const isWhole = await timebox.until(takeAll, false);
  if (!isWhole) timebox.skip("the rest of Procore's directory", "time or half of the hour's calls were used");
  return { isWhole, companies: [...parties.values()] };
}

function draftProjects({ mapping, settings }: LookAtProcoreOptions, listed: readonly Project[]) {
  const found = findProjects(mapping.projects, listed, { client: settings.sap, rows: settings.projects });
  return [...mapping.projects].sort().map((name) => ({ name, found: found.get(name) }));
}

async function lookAtProjects(
  procore: Procore,
  options: LookAtProcoreOptions,
  { listed, mayCall }: { listed: readonly Project[]; mayCall: (calls: number) => boolean },
): Promise<ProjectFact[]> {
  const { settings, timebox } = options;
  const facts: ProjectFact[] = [];
  for (const { name, found } of draftProjects(options, listed)) {
    if (!found) facts.push({ name, state: "absent" });
    else if (found.kind === "ambiguous") facts.push({ name, state: "ambiguous", ids: found.ids });
    else {
      const { id, name: title } = found.project;
      const isLookedAt = !timebox.isOver() && mayCall(callsPerProject);
      if (!isLookedAt) timebox.skip(`project ${name}`, timebox.isOver() ? undefined : "half of the hour's calls were used");
      const tools = { timebox, client: settings.sap, currency: settings.procore.currency ?? "" };
      const look = () => lookAtProject(procore, found.project, tools);
      const seen = isLookedAt ? await timebox.until(look, { tools: [] }) : { tools: [] };
      if (isLookedAt && seen.tools.length === 0) timebox.skip(`project ${name}`);
      const open = seen.tools.filter(({ state }) => state === "skipped").map(({ tool }) => tool);
      if (open.length > 0) timebox.skip(`${open.join(", ")} of project ${name}`);
      facts.push({ name, state: "found", id, title: title ?? "", ...seen });
    }
  }
  return facts;
}

export async function lookAtProcore(options: LookAtProcoreOptions): Promise<ProcoreFacts> {
  const { settings, readClientSecret, clock, random, timebox } = options;
  const { apiUrl, authUrl, companyId, clientId, quota } = settings.procore;
  let calls = 0;
  const pacer = createPacer({ clock, random, quota });
  const procore = openProcore({
    apiUrl,
    authUrl,
    companyId,
    clientId,
    readClientSecret,
    clock,
    random,
    pacer,
    http: onlyReads(options.http, authUrl),
    observe: () => {
      calls += 1;
    },
  });
  // Until a header shows the hour, the documented one counts: a fast spike window says nothing of it.
  const hourly = () => pacer.windows().find(({ name }) => name === "hourly")?.limit;
  const mayCall = (wanted = 1) => calls + wanted <= Math.floor((hourly() ?? documentedQuota.hourly) * shareOfHour);
  const facts: Partial<Draft> = {};
  let listed: readonly Project[] = [];
  await timebox.run([
    {
      what: "the Procore company",
      weight: 1,
      isVital: true,
      async work() {
        Object.assign(facts, await findCompany(procore));
        listed = answered(await procore.projects.list().all());
        facts.permittedProjects = listed.length;
      },
    },
    {
      what: "Procore's directory",
      weight: 3,
      async work() {
        facts.directory = await listDirectory(procore, options, mayCall);
      },
    },
    {
      what: "the projects of the mapping",
      weight: 6,
      async work() {
        facts.projects = await lookAtProjects(procore, options, { listed, mayCall });
      },
    },
  ]);
  return {
    takenAt: new Date(clock.now()).toISOString(),
    ...facts,
    quota: { hourly: hourly() ?? documentedQuota.hourly, spike: pacer.pace().spike, isKnown: hourly() !== undefined },
    calls,
    trouble: timebox.trouble(),
    skipped: timebox.skipped(),
  };
}
