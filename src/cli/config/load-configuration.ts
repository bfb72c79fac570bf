/**
 * Loads `ml-connector.yaml` and all it names: an agent's file and a mapping for each connection. Nothing is opened or written; either all
 * of it can be used, or the first thing that cannot is an error with its place. Paths are relative to the file that names them.
 */
import { dirname, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { type AgentSettings, policyOfFlows, policySettings } from "../../agent/index.ts";
import { Fault, type Mapping } from "../../core/index.ts";
import { type ConnectionSettings, compileCalendar, compileSchedules } from "../../hub/index.ts";
import { checkServiceMap, serviceMapSchema } from "../../sap/index.ts";
import type { Configuration, ConnectionConfiguration } from "./configuration.ts";
import { nearestOf } from "./nearest.ts";
import { readCalendarRows } from "./read-calendar.ts";
import { readMapping } from "./read-mapping.ts";
import { readText } from "./read-text.ts";
import { readYaml } from "./read-yaml.ts";
import { agentFileSchema, configurationSchema } from "./schema.ts";

const soapPath = "/sap/bc/soap/rfc";

/** A bare address means the one service that we call. */
function completeUrl(text: string): string {
  const url = URL.parse(text);
  return url && url.pathname === "/" && url.search === "" && url.hash === "" ? `${url.origin}${soapPath}` : text;
}

/** `agent.yaml` with its policy, as on a machine that has nothing else. */
export async function loadAgent(file: string): Promise<AgentSettings> {
  const text = await readText(file, "config.invalid");
  const settings = readYaml({ file, text, schema: agentFileSchema });
  const { caFile, url, native, ...sap } = settings.sap;
  const certificates = caFile === undefined ? {} : { caFile: resolve(dirname(file), caFile) };
  const policy =
    settings.policyFile === undefined ? {} : { policy: await loadPolicy(file, settings.policyFile, settings.policy) };
  const odata = await loadServices(file, sap.odata);
  return {
    ...settings,
    ...policy,
    ...idocsOf(file, settings),
    sap: {
      ...sap,
      ...(url === undefined ? {} : { url: completeUrl(url) }),
      ...(native === undefined ? {} : { native: withWholePaths(file, native) }),
      ...certificates,
      ...odata,
    },
  };
}

/** The library by its whole path; a package's name stays a name. */
function withWholePaths(agentFile: string, native: NonNullable<AgentSettings["sap"]["native"]>): typeof native {
  const at = (path: string) => resolve(dirname(agentFile), path);
  const { jar, module } = native;
  return {
    ...native,
    ...(jar === undefined ? {} : { jar: at(jar) }),
    ...(module === undefined || !/^\.{1,2}[\\/]/.test(module) ? {} : { module: at(module) }),
  };
}

/** Its files by their whole paths. */
function idocsOf(agentFile: string, { idocs }: AgentSettings): Pick<AgentSettings, "idocs"> {
  if (idocs === undefined) return {};
  const at = (path: string) => resolve(dirname(agentFile), path);
  const { listen, folder } = idocs;
  const { certFile, keyFile } = listen ?? {};
  return {
    idocs: {
      ...(listen
        ? { listen: { ...listen, ...(certFile && keyFile ? { certFile: at(certFile), keyFile: at(keyFile) } : {}) } }
        : {}),
      ...(folder ? { folder: { ...folder, path: at(folder.path) } } : {}),
    },
  };
}

type OData = AgentSettings["sap"]["odata"];

async function loadServices(agentFile: string, odata: OData): Promise<{ odata?: NonNullable<OData> }> {
  if (odata === undefined) return {};
  const { services, map: inline, ...others } = odata;
  const file = services === undefined ? agentFile : resolve(dirname(agentFile), services);
  const map = inline ?? readYaml({ file, text: await readText(file, "config.invalid"), schema: serviceMapSchema });
  return { odata: { ...others, map: checkServiceMap(map, file) } };
}

/** A policy of its own file; one beside it would leave open which of them holds. */
async function loadPolicy(
  agentFile: string,
  policyFile: string,
  inline: AgentSettings["policy"],
): Promise<AgentSettings["policy"]> {
  if (!isDeepStrictEqual(inline, policyOfFlows)) {
    const detail = `policyFile names ${policyFile}, and there is a policy here too; keep one of them`;
    throw new Fault("config.invalid", { place: agentFile, detail });
  }
  const file = resolve(dirname(agentFile), policyFile);
  return readYaml({ file, text: await readText(file, "config.invalid"), schema: policySettings });
}

/** A date for a project that no rule leads to would silently be none. */
function checkCutOver(file: string, place: string, { cutOver }: ConnectionSettings, { projects }: Mapping): void {
  const unknown = Object.keys(cutOver.projects).find((name) => !projects.includes(name));
  if (unknown === undefined) return;
  const nearest = nearestOf(unknown, projects);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  const detail = `${place}: cutOver.projects: no mapping rule leads to a project "${unknown}"${hint}`;
  throw new Fault("config.invalid", { place: file, detail });
}

const kindsOfPeriods = ["company-code", "fiscal-year-variant", "fiscal-period", "posting-period"] as const;

/** Periods that close with SAP never would, where the agent does not read what says so. */
function refuseBlindClose(agentFile: string, { reconciliation }: ConnectionSettings, agent: AgentSettings): void {
  const missing = kindsOfPeriods.filter((kind) => !agent.sap.reference.includes(kind));
  if (reconciliation.close !== "with-sap" || missing.length === 0) return;
  const detail = `sap.reference lacks ${missing.join(", ")}, which reconciliation.close: with-sap looks at`;
  throw new Fault("config.invalid", { place: agentFile, detail });
}

type Given = z.infer<typeof configurationSchema>["connections"][string];

type HubHalf = Omit<ConnectionConfiguration, "agent">;

async function loadHubHalf(file: string, place: string, { agent, ...settings }: Given): Promise<HubHalf> {
  const agentFile = resolve(dirname(file), agent);
  const mappingFile = resolve(dirname(file), settings.mapping);
  const mapping = readMapping(mappingFile, await readText(mappingFile, "mapping.invalid"));
  checkCutOver(file, place, settings, mapping);
  const rows = await readCalendarRows(file, settings.calendar);
  const schedules = compileSchedules(settings, rows, place);
  return { settings, agentFile, mappingFile, mapping, schedules, calendar: compileCalendar(settings, rows, place) };
}

async function loadConnection(file: string, place: string, given: Given): Promise<ConnectionConfiguration> {
  const agentFile = resolve(dirname(file), given.agent);
  const agent = await loadAgent(agentFile);
  if (agent.sap.client !== given.sap.client) {
    const detail = `sap.client is "${agent.sap.client}", and ${place} says "${given.sap.client}"; they must be one client`;
    throw new Fault("config.invalid", { place: agentFile, detail });
  }
  refuseBlindClose(agentFile, given, agent);
  return { ...(await loadHubHalf(file, place, given)), agent };
}

async function load<T>(
  configFile: string,
  loadOne: (file: string, place: string, given: Given) => Promise<T>,
): Promise<Omit<Configuration, "connections"> & { connections: Readonly<Record<string, T>> }> {
  const file = resolve(configFile);
  const text = await readText(file, "config.invalid");
  const { connections, dataFolder, hub, tenant } = readYaml({ file, text, schema: configurationSchema });
  const loaded: Record<string, T> = {};
  for (const [name, given] of Object.entries(connections))
    loaded[name] = await loadOne(file, `connections.${name} of ${file}`, given);
  return { file, dataFolder: resolve(dirname(file), dataFolder), hub, tenant, connections: loaded };
}

export const loadConfiguration = (configFile: string): Promise<Configuration> => load(configFile, loadConnection);

/** Where SAP's agent stands on another machine: what the hub knows, no agent's file read. */
export const loadHubConfiguration = (configFile: string) => load(configFile, loadHubHalf);
