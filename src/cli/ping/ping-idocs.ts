/** The door that SAP opens itself: where its IDocs are received. */
import { lookAtIDocs } from "./look-at-idocs.ts";
import type { PingTarget } from "./ping-sap.ts";

export async function pingIDocs({ connection, http }: PingTarget): Promise<string> {
  const { idocs } = connection.agent;
  return idocs === undefined ? "not received" : lookAtIDocs(idocs, http);
}
