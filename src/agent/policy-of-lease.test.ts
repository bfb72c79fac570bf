// The hub asks, the policy on the agent's machine decides: a lease that needs more than it allows fails by name and SAP hears nothing of it.
import { expect, it } from "vitest";
import { scriptedHttp } from "../../test/support/scripted-http.ts";
import type { Lease, Work } from "../wire/index.ts";
import { createEmbeddedSap } from "./sap-side.ts";
import { agentSettings, policyOfFlows } from "./settings.ts";
import { doWork } from "./work.ts";

const lease = (work: Work): Lease => ({ task: "1", epoch: 1, expiresInMs: 1_000, rowsToday: 0, work });

it("a lease asking for a table outside is refused by name", async () => {
  const { LFA1: _, ...tables } = policyOfFlows.tables;
  const settings = agentSettings.parse({
    sap: { url: "https://sap.example/sap/bc/soap/rfc", client: "100", user: "MLC", companyCodes: ["1000"] },
    policy: { ...policyOfFlows, tables },
  });
  const { http, requests } = scriptedHttp(() => ({ status: 500, headers: { "content-type": "text/html" }, body: "<html/>" }));
  const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
  const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0 };
  const sap = createEmbeddedSap(settings, { http, clock, random, readPassword: async () => "secret" });
  const work = { kind: "objects", flow: "vendors", label: "asked", slice: { keys: [{ LIFNR: "0000100001" }] } } as const;
  const done = await doWork(sap.extracts, lease(work));
  expect(done).toMatchObject({
    kind: "failed",
    result: { outcome: { kind: "failed", code: "sap.policy", retry: false, detail: expect.stringContaining('Table "LFA1"') } },
  });
  expect(requests.filter(({ body }) => String(body).includes("LFA1"))).toEqual([]);
});
