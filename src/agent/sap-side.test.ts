// Whoever asks SAP through the agent's side, a slice, a person at a terminal or `ping`, asks within its owner's hours and rows.
import { describe, expect, it } from "vitest";
import { response, scriptedHttp } from "../../test/support/scripted-http.ts";
import { openSapDesk } from "./sap-desk.ts";
import { createEmbeddedSap, probeSap } from "./sap-side.ts";
import { agentSettings, policyOfFlows } from "./settings.ts";

const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0 };
const always = [{ from: "00:00", to: "00:00" }];

function sapOf(policy: Record<string, unknown>) {
  const settings = agentSettings.parse({
    sap: { url: "https://sap.example/sap/bc/soap/rfc", client: "100", user: "MLC" },
    policy: { ...policyOfFlows, ...policy },
  });
  const { http, requests } = scriptedHttp(() => ({ body: response("RFC_PING", "") }));
  const clock = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };
  return { settings, requests, ports: { http, clock, random, readPassword: async () => "secret" } };
}

describe("quiet hours", () => {
  it("hold for a slice", async () => {
    const { settings, ports, requests } = sapOf({ quietHours: always });
    const { vendors } = createEmbeddedSap(settings, ports).extracts;
    await expect(vendors.read({ keys: [{ LIFNR: "1" }] })).rejects.toMatchObject({ code: "sap.quiet-hours" });
    expect(requests).toEqual([]);
  });

  it("hold for a person at a terminal", async () => {
    const { settings, ports, requests } = sapOf({ quietHours: always });
    const desk = openSapDesk(settings, ports);
    await expect(desk.probe()).rejects.toMatchObject({ code: "sap.quiet-hours" });
    expect(await desk.reader.read({ table: "LFA1", fields: ["LIFNR"] })).toMatchObject({ failure: { class: "resting" } });
    expect(await desk.readers()).toMatchObject({ kind: "failure", class: "resting" });
    expect(requests).toEqual([]);
  });

  it("hold for ping", async () => {
    const { settings, ports, requests } = sapOf({ quietHours: always });
    await expect(probeSap(settings, ports)).rejects.toMatchObject({ code: "sap.quiet-hours" });
    expect(requests).toEqual([]);
  });

  it("are over when they are over", async () => {
    const { settings, ports, requests } = sapOf({ quietHours: [{ from: "01:00", to: "02:00" }] });
    expect(
      await openSapDesk(settings, ports).client.call({ function: "RFC_PING", parameters: {}, tables: [], timeoutMs: 1 }),
    ).toMatchObject({
      kind: "answer",
    });
    expect(requests).toHaveLength(1);
  });
});
