/**
 * SAP for a person at a terminal: the agent's own transport, policy, limits, governor, dictionary and readers, without slices and records. What
 * a person can ask here is what the agent could ask, when the agent could, and of the day's rows both take.
 */
import type { RfcClient } from "../ports/index.ts";
import {
  createDictionary,
  createReaders,
  type Dictionary,
  type FoundReaders,
  findReaders,
  type Receipt,
  type SystemProbe,
  type TableReader,
} from "../sap/index.ts";
import { openGuardedSap, probeOrFault, type SapPorts } from "./sap-side.ts";
import type { AgentSettings } from "./settings.ts";

export type SapDesk = {
  client: RfcClient;
  gateway: RfcClient;
  dictionary: Dictionary;
  reader: TableReader;
  probe(): Promise<SystemProbe>;
  readers(): Promise<FoundReaders>;
  receipt(): Receipt;
  close(): Promise<void>;
};

export function openSapDesk(settings: AgentSettings, ports: SapPorts): SapDesk {
  const { readers } = settings.sap;
  const { client, gateway, governor, close } = openGuardedSap(settings, ports, "terminal");
  const dictionary = createDictionary(client);
  return {
    client,
    gateway,
    dictionary,
    reader: createReaders({ client, dictionary, settings: readers }),
    probe: () => probeOrFault(client, settings),
    readers: () => findReaders(client, readers),
    receipt: () => governor.receipt(),
    close,
  };
}
