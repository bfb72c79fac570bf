// A real agent at a bench's hub whose extracts are the test's own: vendors by what the test says, and the same for every other flow.
import { type Agent, type AgentIdentity, type AgentOptions, enrolAgent, startAgent } from "../../src/agent/index.ts";
import { systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import type { HttpClient } from "../../src/ports/index.ts";
import type { FlowExtract } from "../../src/sap/index.ts";
import type { Bench } from "./hub-bench.ts";

export async function enrolAt({ hub }: Bench, http: HttpClient): Promise<AgentIdentity> {
  return enrolAgent({ hubUrl: hub.url, code: await hub.createEnrolmentCode("main"), name: "test", http });
}

type Place = { bench: Bench; http: HttpClient; identity: AgentIdentity };

export function startVendorAgent(
  { bench, http, identity }: Place,
  vendors: FlowExtract,
  options: Partial<AgentOptions> = {},
): { agent: Agent; log: string[] } {
  const log: string[] = [];
  const agent = startAgent({
    hubUrl: bench.hub.url,
    identity,
    http,
    clock: systemClock,
    random: systemRandom,
    extracts: { vendors, "purchase-orders": vendors, invoices: vendors, costs: vendors },
    receipt: () => ({ calls: 0, rows: 0, milliseconds: 0 }),
    parallel: 2,
    log: (line) => log.push(line),
    ...options,
  });
  return { agent, log };
}
