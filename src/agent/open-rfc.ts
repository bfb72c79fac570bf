/**
 * RFC by the transport that the settings name. What a transport refuses in its settings is an error of the configuration, with its place.
 */
import { Fault } from "../core/index.ts";
import type { ChildProgram, RfcClient, RfcFailure, StartChild } from "../ports/index.ts";
import {
  failure,
  jcoProgram,
  nodeRfcProgram,
  openNativeRfc,
  openSoapRfc,
  type PinnedSession,
  RfcSettingError,
} from "../sap/index.ts";
import { connectionOf, type NativeSettings } from "./native-settings.ts";
import type { SapPorts } from "./sap-side.ts";
import type { AgentSettings } from "./settings.ts";

/** How this machine starts a child for native RFC. */
export type RfcChildren = {
  start: StartChild;
  /** Node, and the entry of the product's own child for modules like node-rfc. */
  node: string;
  entry: string;
};

export type OpenRfc = RfcClient & {
  /** One session for several calls; undefined where the transport has none. */
  pin?: () => Promise<PinnedSession | RfcFailure>;
};

/** Where SAP is, for people and for the place of an error. */
export function placeOf({ sap }: Pick<AgentSettings, "sap">): string {
  const { url, native, transport } = sap;
  if (native === undefined) return url ?? "sap.url";
  const { ashost, sysnr, mshost, group } = native;
  const server =
    ashost === undefined ? `message server ${mshost ?? ""}, group ${group ?? ""}` : `${ashost}, system ${sysnr ?? ""}`;
  return `${server} by ${transport}`;
}

export function asFault(error: unknown): unknown {
  if (!(error instanceof RfcSettingError)) return error;
  return new Fault("config.invalid", { place: `sap.${error.setting}`, detail: error.message, cause: error });
}

function soap({ sap }: AgentSettings, ports: SapPorts): OpenRfc {
  return openSoapRfc({
    url: sap.url ?? "",
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
}

function programOf({ sap }: AgentSettings, native: NativeSettings, { node, entry }: RfcChildren): ChildProgram {
  const { java = "java", jar = "", module = "" } = native;
  if (sap.transport === "jco") return jcoProgram({ java, jar });
  return nodeRfcProgram({ node, entry, module, sessions: sap.concurrencyMax });
}

function native(settings: AgentSettings, given: NativeSettings, ports: SapPorts): OpenRfc {
  const { sap } = settings;
  const { children } = ports;
  if (children === undefined) throw new Error("native RFC needs children, and nobody gave a way to start one");
  return openNativeRfc({
    start: children.start,
    program: programOf(settings, given, children),
    clock: ports.clock,
    connection: connectionOf(given, sap),
    readPassword: given.logon === "snc" ? async () => "" : ports.readPassword,
    sessions: sap.concurrencyMax,
    controlCharacters: sap.controlCharacters,
    limits: { bytesMax: sap.answerBytesMax.whole, streamBytesMax: sap.answerBytesMax.streamed },
  });
}

export function openRfc(settings: AgentSettings, ports: SapPorts): OpenRfc {
  try {
    return settings.sap.native === undefined ? soap(settings, ports) : native(settings, settings.sap.native, ports);
  } catch (error) {
    throw asFault(error);
  }
}

/** In the place of a door that the settings do not name. */
export function noDoor(detail: string): RfcClient {
  return {
    call: async () => failure("not-active", "NO_DOOR", detail),
    serverTime: () => undefined,
    close: async () => undefined,
  };
}
