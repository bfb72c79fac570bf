/**
 * Wires the agent's SAP side: transport, policy, limits, governor, dictionary, reader, extracts. The order matters: the policy stands closest
 * to the wire, so that nothing above it can ask for more.
 */
import { Fault, type Flow, flows, parseIsoDate, type RunFlow, type TimeZone } from "../core/index.ts";
import type { Clock, HttpClient, Random, RfcClient, RfcFailure, RowReader, RowsOfDay } from "../ports/index.ts";
import {
  createControlTotalExtract,
  createDictionary,
  createExtracts,
  createGovernor,
  createODataReader,
  createReaders,
  createReferenceExtract,
  type ExtractSource,
  errorCodeOf,
  type Governor,
  guardByPolicy,
  languageLetter,
  openOData,
  type PostingSession,
  probe,
  type ReaderChoice,
  type Receipt,
  type SystemProbe,
} from "../sap/index.ts";
import { policyWithSources } from "./cost-sources.ts";
import { createLoadLimits, type LoadLimits } from "./load-limits.ts";
import { asFault, noDoor, openRfc, placeOf, type RfcChildren } from "./open-rfc.ts";
import type { AgentSettings } from "./settings.ts";
import type { Extracts } from "./work.ts";

export type SapPorts = {
  http: HttpClient;
  clock: Clock;
  random: Random;
  readPassword: () => Promise<string | undefined>;
  /** For native RFC. */
  children?: RfcChildren | undefined;
  /** Where the policy has a row budget. */
  rowsOfDay?: RowsOfDay | undefined;
};

export type EmbeddedSap = {
  extracts: Extracts;
  receipt(): Receipt;
  takePeak(): number;
  /** Which reader serves which table, as far as it was chosen. */
  choices(): readonly ReaderChoice[];
  limits: LoadLimits;
  close(): Promise<void>;
};

export function zoneOf({ sap }: Pick<AgentSettings, "sap">): TimeZone {
  return sap.timeZone ?? sap.timeZoneMinutes ?? 0;
}

function openGateway({ sap }: AgentSettings, ports: SapPorts): RfcClient {
  const url = sap.odata?.url ?? (sap.url === undefined ? undefined : new URL(sap.url).origin);
  if (url === undefined) return noDoor("There is no address of SAP Gateway; give it as sap.odata.url.");
  try {
    return openOData({
      url,
      service: sap.odata?.map?.service ?? "/sap/opu/odata/IWFND/CATALOGSERVICE;v=2",
      client: sap.client,
      language: sap.language,
      user: sap.user,
      readPassword: ports.readPassword,
      http: ports.http,
      pool: sap.concurrencyMax,
      allowPlainHttp: sap.allowPlainHttp,
      bytesMax: sap.answerBytesMax.whole,
    });
  } catch (error) {
    throw asFault(error);
  }
}

export type GuardedSap = {
  client: RfcClient;
  /** SAP Gateway, under the same policy, limits and governor. */
  gateway: RfcClient;
  /** Without the governor's retries, for a look that ends at the first failure. */
  plain: RfcClient;
  /** One session for several calls that belong together, past the governor; undefined where the transport has none. */
  openSession: (() => Promise<PostingSession | RfcFailure>) | undefined;
  governor: Governor;
  limits: LoadLimits;
  close(): Promise<void>;
};

/** SAP as far as its owner lets it be asked, whoever asks: slices, a person at a terminal, `ping`. */
export function openGuardedSap(settings: AgentSettings, ports: SapPorts, by: RowReader): GuardedSap {
  const { sap } = settings;
  const policy = policyWithSources(settings);
  const { clock, random } = ports;
  const transport = openRfc(settings, ports);
  const limits = createLoadLimits({
    clock,
    zone: zoneOf(settings),
    quietHours: policy.quietHours ?? [],
    rowsPerDay: policy.rowsPerDay,
    by,
    rowsOfDay: ports.rowsOfDay,
  });
  const governor = createGovernor({ clock, random, cap: sap.concurrencyMax, onRows: limits.noteRead });
  // Within the governor, so that a retry asks too.
  const guard = (client: RfcClient) => limits.guard(guardByPolicy(client, policy, { zReader: sap.readers.zReader }));
  const plain = guard(transport);
  const gateway = openGateway(settings, ports);
  const { pin } = transport;
  const openSession = async (open: NonNullable<typeof pin>): Promise<PostingSession | RfcFailure> => {
    const pinned = await open();
    if ("kind" in pinned) return pinned;
    const guarded = guard({ ...pinned, close: async () => undefined });
    return { call: guarded.call, end: pinned.end };
  };
  return {
    openSession: pin && (() => openSession(pin)),
    client: governor.govern(plain),
    gateway: governor.govern(guard(gateway)),
    plain,
    governor,
    limits,
    async close() {
      await Promise.all([transport.close(), gateway.close()]);
    },
  };
}

type Door = Pick<ExtractSource, "reader" | "client" | "clock">;

/** Each flow's extract over the door that is chosen for it. */
function extractsBy(through: (flow: Flow) => ReturnType<typeof createExtracts>): ReturnType<typeof createExtracts> {
  return Object.fromEntries(flows.map((flow) => [flow, through(flow)[flow]])) as ReturnType<typeof createExtracts>;
}

export function createEmbeddedSap(settings: AgentSettings, ports: SapPorts): EmbeddedSap {
  const { sap } = settings;
  const { client, gateway, governor, limits, close } = openGuardedSap(settings, ports, "agent");
  const reader = createReaders({ client, dictionary: createDictionary(client), settings: sap.readers });
  const map = sap.odata?.map;
  const odata = map && createODataReader({ client: gateway, clock: ports.clock, map });
  const rfcDoor: Door = { reader, client, clock: ports.clock };
  const doorOf = (flow: RunFlow): Door =>
    sap.doors[flow] === "odata" && odata ? { reader: odata, client: gateway, clock: ports.clock } : rfcDoor;
  const costsFrom = sap.costsFrom === undefined ? undefined : parseIsoDate(sap.costsFrom);
  if (sap.costsFrom !== undefined && !costsFrom)
    throw new Fault("config.invalid", { place: "sap.costsFrom", detail: `${sap.costsFrom} is no day` });
  const extractSettings = {
    companyCodes: sap.companyCodes,
    zone: zoneOf(settings),
    delta: sap.delta,
    ...(costsFrom ? { costsFrom } : {}),
    costSources: sap.costSources,
    costValuations: sap.costValuations,
    leadingLedger: sap.leadingLedger,
  };
  const totalSettings = {
    zone: extractSettings.zone,
    sources: sap.controlTotals,
    leadingLedger: sap.leadingLedger,
    years: [],
    companyCodes: sap.companyCodes,
    // A fiscal year may begin up to a year before the calendar year of its number, or bear the number before.
    ...(costsFrom ? { fromYear: String(Number(costsFrom.slice(0, 4)) - 1), from: costsFrom } : {}),
  };
  const referenceSettings = { zone: extractSettings.zone, language: languageLetter(sap.language), kinds: sap.reference };
  return {
    extracts: {
      ...extractsBy((flow) => createExtracts({ ...doorOf(flow), settings: extractSettings })),
      "control-totals": createControlTotalExtract({ ...doorOf("control-totals"), settings: totalSettings }),
      reference: createReferenceExtract({ ...doorOf("reference"), settings: referenceSettings }),
    },
    receipt: () => governor.receipt(),
    takePeak: () => governor.takePeak(),
    choices: () => [...(reader.choices?.() ?? []), ...(odata?.choices?.() ?? [])],
    limits,
    close,
  };
}

/** The system as it describes itself; a failure comes as a `Fault` with its code. */
export async function probeOrFault(client: RfcClient, settings: AgentSettings): Promise<SystemProbe> {
  const found = await probe(client);
  if (found.kind === "system") return found;
  throw new Fault(errorCodeOf(found), {
    place: `${placeOf(settings)} client ${settings.sap.client}`,
    detail: `${found.key}: ${found.detail}`,
  });
}

/** What `ping` asks: one logon, three harmless calls. */
export async function probeSap(settings: AgentSettings, ports: SapPorts): Promise<SystemProbe> {
  const { plain, close } = openGuardedSap(settings, ports, "terminal");
  try {
    return await probeOrFault(plain, settings);
  } finally {
    await close();
  }
}
