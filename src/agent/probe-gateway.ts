/** Whether the Gateway door is open: a logon, and each service still as its mapping file says. Reads no row. */

import { Fault } from "../core/index.ts";
import { type Drift, driftOf, errorCodeOf, fetchMetadata, type ReadFailure, type ServiceMetadata } from "../sap/index.ts";
import { openGuardedSap, type SapPorts } from "./sap-side.ts";
import type { AgentSettings } from "./settings.ts";

export type GatewayProbe = {
  readonly services: readonly string[];
  readonly tables: number;
  /** Tables that cannot be read, and why. */
  readonly broken: Readonly<Record<string, readonly string[]>>;
  /** Properties that nobody knows, by table. */
  readonly added: Readonly<Record<string, readonly string[]>>;
};

const timeoutMs = 60_000;

function faultOf(place: string, failure: ReadFailure): Fault {
  if (failure.cause !== "rfc") return new Fault("sap.protocol", { place, detail: failure.detail });
  const { failure: rfc } = failure;
  return new Fault(errorCodeOf(rfc), { place, detail: `${rfc.key}: ${rfc.detail}` });
}

const named = (drifts: ReadonlyMap<string, Drift>, which: keyof Drift): Record<string, readonly string[]> =>
  Object.fromEntries([...drifts].flatMap(([table, drift]) => (drift[which].length > 0 ? [[table, drift[which]]] : [])));

export async function probeGateway(settings: AgentSettings, ports: SapPorts): Promise<GatewayProbe | undefined> {
  const map = settings.sap.odata?.map;
  if (map === undefined) return undefined;
  const { gateway, close } = openGuardedSap(settings, ports, "terminal");
  try {
    const services = new Map<string, ServiceMetadata>();
    const drifts = new Map<string, Drift>();
    for (const [table, mapped] of Object.entries(map.tables)) {
      const service = mapped.service ?? map.service;
      const read = services.get(service) ?? (await fetchMetadata(gateway, { service, table, timeoutMs }));
      if ("kind" in read && read.kind === "failure") throw faultOf(service, read);
      const metadata = "kind" in read ? read.metadata : read;
      services.set(service, metadata);
      drifts.set(table, driftOf(mapped, metadata));
    }
    return {
      services: [...services.keys()],
      tables: drifts.size,
      broken: named(drifts, "broken"),
      added: named(drifts, "added"),
    };
  } finally {
    await close();
  }
}
