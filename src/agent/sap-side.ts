/**
 * Wires the agent's SAP side: transport, governor, policy, dictionary, reader, extracts. The order matters: the policy stands closest to the
 * wire, so that nothing above it can ask for more.
 */
import { type ErrorCode, Fault, parseIsoDate } from "../core/index.ts";
import type { Clock, HttpClient, Random } from "../ports/index.ts";
import {
  createDictionary,
  createExtracts,
  createGovernor,
  createReaders,
  errorCodeOf,
  guardByPolicy,
  openSoapRfc,
  probe,
  type ReaderChoice,
  type Receipt,
  RfcSettingError,
  type SystemProbe,
} from "../sap/index.ts";
import { createLoadLimits, type LoadLimits } from "./load-limits.ts";
import type { AgentSettings } from "./settings.ts";
import type { Extracts } from "./work.ts";

export type SapPorts = {
  http: HttpClient;
  clock: Clock;
  random: Random;
  readPassword: () => Promise<string | undefined>;
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

export function openTransport({ sap }: AgentSettings, ports: SapPorts) {
  try {
    return openSoapRfc({
      url: sap.url,
      client: sap.client,
      language: sap.language,
      user: sap.user,
      readPassword: ports.readPassword,
      http: ports.http,
      clock: ports.clock,
      pool: sap.concurrencyMax,
      allowPlainHttp: sap.allowPlainHttp,
      controlCharacters: sap.controlCharacters,
      limits: { bytesMax: sap.answerBytesMax.whole, streamBytesMax: sap.answerBytesMax.streamed },
    });
  } catch (error) {
    if (!(error instanceof RfcSettingError)) throw error;
    throw new Fault("config.invalid", { place: `sap.${error.setting}`, detail: error.message, cause: error });
  }
}

export function createEmbeddedSap(settings: AgentSettings, ports: SapPorts): EmbeddedSap {
  const { sap, policy } = settings;
  const { clock, random } = ports;
  const transport = openTransport(settings, ports);
  const governor = createGovernor({ clock, random, cap: sap.concurrencyMax });
  const limits = createLoadLimits({
    clock,
    zoneMinutes: sap.timeZoneMinutes,
    quietHours: policy.quietHours ?? [],
    rowsPerDay: policy.rowsPerDay,
    rows: () => governor.receipt().rows,
  });
  // Within the governor, so that a retry asks too.
  const client = governor.govern(limits.guard(guardByPolicy(transport, policy, { zReader: sap.readers.zReader })));
  const reader = createReaders({ client, dictionary: createDictionary(client), settings: sap.readers });
  const costsFrom = sap.costsFrom === undefined ? undefined : parseIsoDate(sap.costsFrom);
  if (sap.costsFrom !== undefined && !costsFrom)
    throw new Fault("config.invalid", { place: "sap.costsFrom", detail: `${sap.costsFrom} is no day` });
  const extractSettings = {
    companyCodes: sap.companyCodes,
    zoneMinutes: sap.timeZoneMinutes,
    ...(costsFrom ? { costsFrom } : {}),
  };
  return {
    extracts: createExtracts({ reader, client, clock, settings: extractSettings }),
    receipt: () => governor.receipt(),
    takePeak: () => governor.takePeak(),
    choices: () => reader.choices?.() ?? [],
    limits,
    close: () => transport.close(),
  };
}

/** What `ping` asks: one logon, three harmless calls. A failure comes as a `Fault` with its code. */
export async function probeSap(settings: AgentSettings, ports: SapPorts): Promise<SystemProbe> {
  const transport = openTransport(settings, ports);
  try {
    const found = await probe(guardByPolicy(transport, settings.policy));
    if (found.kind === "system") return found;
    const code: ErrorCode = errorCodeOf(found);
    throw new Fault(code, {
      place: `${settings.sap.url} client ${settings.sap.client}`,
      detail: `${found.key}: ${found.detail}`,
    });
  } finally {
    await transport.close();
  }
}
