/**
 * SAP for a person at a terminal: the agent's own transport, policy, governor, dictionary and readers, without slices and records. What a
 * person can ask here is what the agent could ask.
 */
import { Fault } from "../core/index.ts";
import type { RfcClient } from "../ports/index.ts";
import {
  createDictionary,
  createGovernor,
  createReaders,
  type Dictionary,
  errorCodeOf,
  type FoundReaders,
  findReaders,
  guardByPolicy,
  probe,
  type Receipt,
  type SystemProbe,
  type TableReader,
} from "../sap/index.ts";
import { openTransport, type SapPorts } from "./sap-side.ts";
import type { AgentSettings } from "./settings.ts";

export type SapDesk = {
  client: RfcClient;
  dictionary: Dictionary;
  reader: TableReader;
  probe(): Promise<SystemProbe>;
  readers(): Promise<FoundReaders>;
  receipt(): Receipt;
  close(): Promise<void>;
};

export function openSapDesk(settings: AgentSettings, ports: SapPorts): SapDesk {
  const { sap, policy } = settings;
  const transport = openTransport(settings, ports);
  const governor = createGovernor({ clock: ports.clock, random: ports.random, cap: sap.concurrencyMax });
  const client = governor.govern(guardByPolicy(transport, policy, { zReader: sap.readers.zReader }));
  const dictionary = createDictionary(client);
  return {
    client,
    dictionary,
    reader: createReaders({ client, dictionary, settings: sap.readers }),
    async probe() {
      const found = await probe(client);
      if (found.kind === "system") return found;
      throw new Fault(errorCodeOf(found), { place: `${sap.url} client ${sap.client}`, detail: `${found.key}: ${found.detail}` });
    },
    readers: () => findReaders(client, sap.readers),
    receipt: () => governor.receipt(),
    close: () => transport.close(),
  };
}
