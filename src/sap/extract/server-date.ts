/** SAP's own calendar day: the upper bound of every window is the server's clock, never ours (sap-data 3). */
import { Fault, parseSapDate, type SapDate, sapDateOf, type TimeZone } from "../../core/index.ts";
import type { RfcClient } from "../../ports/index.ts";
import { readFault } from "./faults.ts";

const pingTimeoutMs = 30_000;

/** Always asked anew: the last answer may be hours old, and a bound of yesterday would leave out what was entered today. */
export async function readServerDate(client: RfcClient, zone: TimeZone): Promise<SapDate> {
  const ping = await client.call({ function: "RFC_PING", parameters: {}, tables: [], timeoutMs: pingTimeoutMs });
  if (ping.kind === "failure") throw readFault("RFC_PING", { kind: "failure", cause: "rfc", failure: ping });
  const serverMs = client.serverTime();
  return serverMs === undefined ? readToldDate(client) : sapDateOf(serverMs, zone);
}

/**
 * Over native RFC no header says what time it is there. STFC_CONNECTION tells the day in the system's own time zone, as SY-DATUM has it (sap-rfc 2.2.2 [C]); the
 * zone of the settings plays no part. That a kept session sets it anew for each call is how ABAP's dialog steps are known to work [K].
 */
async function readToldDate(client: RfcClient): Promise<SapDate> {
  const place = "STFC_CONNECTION";
  const said = await client.call({ function: place, parameters: { REQUTEXT: "" }, tables: [], timeoutMs: pingTimeoutMs });
  if (said.kind === "failure") throw readFault(place, { kind: "failure", cause: "rfc", failure: said });
  const text = typeof said.values["RESPTEXT"] === "string" ? said.values["RESPTEXT"] : "";
  const date = parseSapDate(/\bDate:\s*(\d{8})\b/.exec(text)?.[1] ?? "");
  if (date === undefined) throw new Fault("sap.protocol", { place, detail: "SAP does not say which day it is" });
  return date;
}
