/** SAP's own calendar day: the upper bound of every window is the server's clock, never ours (sap-data 3). */
import { Fault, type SapDate, sapDateOf, type TimeZone } from "../../core/index.ts";
import type { RfcClient } from "../../ports/index.ts";
import { readFault } from "./faults.ts";

const pingTimeoutMs = 30_000;

/** Always asked anew: the last answer may be hours old, and a bound of yesterday would leave out what was entered today. */
export async function readServerDate(client: RfcClient, zone: TimeZone): Promise<SapDate> {
  const ping = await client.call({ function: "RFC_PING", parameters: {}, tables: [], timeoutMs: pingTimeoutMs });
  if (ping.kind === "failure") throw readFault("RFC_PING", { kind: "failure", cause: "rfc", failure: ping });
  const serverMs = client.serverTime();
  if (serverMs === undefined)
    throw new Fault("sap.protocol", { place: "RFC_PING", detail: "SAP's answers carry no Date header" });
  return sapDateOf(serverMs, zone);
}
