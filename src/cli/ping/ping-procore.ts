/**
 * Asks Procore for a token, who we are, whether the company is ours to use, and which projects are permitted; then whether every project
 * that the mapping leads to is among them. A project that is not permitted is simply absent, without an error (procore 0.11 [A]).
 */
import { Fault, isErrorCode, type Result } from "../../core/index.ts";
import { openProcore, type Procore, type ProcoreFault } from "../../procore/index.ts";
import { requireSecret, secretNames } from "../wiring/places.ts";
import type { PingTarget } from "./ping-sap.ts";

const projectsShownMax = 5;

function answered<T>(result: Result<T, ProcoreFault>, apiUrl: string): T {
  if (result.ok) return result.value;
  const { code, endpoint, status, detail } = result.error;
  const place = `${apiUrl} ${endpoint}${status === undefined ? "" : `, ${status}`}`;
  throw new Fault(isErrorCode(code) ? code : "procore.server", { place, detail: detail.replace(/\.$/, "") });
}

async function requireCompany(procore: Procore, apiUrl: string): Promise<string> {
  const companies = answered(await procore.companies.list().all(), apiUrl);
  const company = companies.find(({ id }) => id === procore.companyId);
  if (company) return company.name ?? String(company.id);
  const seen = companies.map(({ id, name }) => `${id} ${name ?? ""}`.trim()).slice(0, projectsShownMax);
  const detail = `company ${procore.companyId} is not among those that the app sees (${seen.join(", ") || "none"})`;
  throw new Fault("procore.app-not-connected", { place: apiUrl, detail });
}

export async function pingProcore({ name, connection, secrets, http, clock, random }: PingTarget): Promise<string> {
  const { settings, mapping, mappingFile } = connection;
  const { apiUrl, authUrl, companyId, clientId } = settings.procore;
  const secretName = secretNames.procoreClientSecret(name);
  await requireSecret(secrets, secretName, `connections.${name}`);
  const readClientSecret = () => secrets.read(secretName);
  const procore = openProcore({ apiUrl, authUrl, companyId, clientId, readClientSecret, http, clock, random });
  const company = await requireCompany(procore, apiUrl);
  const me = answered(await procore.companies.me(), apiUrl);
  const projects = answered(await procore.projects.list().all(), apiUrl);
  const permitted = new Set(projects.map(({ projectNumber }) => projectNumber));
  const missing = mapping.projects.filter((number) => !permitted.has(number));
  if (missing.length > 0) {
    const shown = missing.slice(0, projectsShownMax).join(", ");
    const more = missing.length > projectsShownMax ? ` and ${missing.length - projectsShownMax} more` : "";
    throw new Fault("procore.project-not-permitted", {
      place: mappingFile,
      detail: `the mapping leads to ${shown}${more}, which the service account ${me.login ?? me.name ?? me.id} does not see`,
    });
  }
  return `${company}, as ${me.login ?? me.name ?? me.id}, ${projects.length} projects permitted, ${mapping.projects.length} mapped`;
}
