// Whoever asks SAP through the agent's side, a slice, a person at a terminal or `ping`, asks within its owner's hours and rows.
import { describe, expect, it } from "vitest";
import { response, scriptedHttp } from "../../test/support/scripted-http.ts";
import { openSapDesk } from "./sap-desk.ts";
import { createEmbeddedSap, probeSap } from "./sap-side.ts";
import { agentSettings, policyOfFlows } from "./settings.ts";

const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0 };
const always = [{ from: "00:00", to: "00:00" }];

function sapOf(policy: Record<string, unknown>, sap: Record<string, unknown> = {}, nowMs = 0) {
  const settings = agentSettings.parse({
    sap: { url: "https://sap.example/sap/bc/soap/rfc", client: "100", user: "MLC", ...sap },
    policy: { ...policyOfFlows, ...policy },
  });
  const { http, requests } = scriptedHttp(() => ({
    headers: { date: new Date(nowMs).toUTCString() },
    body: response("RFC_PING", ""),
  }));
  const clock = { now: () => nowMs, monotonic: () => 0, sleep: async () => undefined };
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

describe("the time zone of the SAP system", () => {
  // 22:30 on the first of July in Berlin's summer, 21:30 by its winter's clock.
  const evening = Date.parse("2026-07-01T20:30:00Z");
  const late = [{ from: "22:00", to: "23:00" }];

  it.each([
    ["by name", { timeZone: "Europe/Berlin" }, false],
    ["in minutes", { timeZoneMinutes: 60 }, true],
    ["as UTC without either", {}, true],
  ])("says when it is quiet, %s", async (_, zone, isAsked) => {
    const { settings, ports, requests } = sapOf({ quietHours: late }, zone, evening);
    await probeSap(settings, ports).catch(() => undefined);
    expect(requests.length > 0).toBe(isAsked);
  });

  it.each([
    [{ timeZone: "Europe/Berlin" }, "2026-07-01T22:30", "20260702"],
    [{ timeZoneMinutes: 60 }, "2026-07-01T22:30", "20260701"],
    [{ timeZone: "Europe/Berlin" }, "2026-12-01T22:30", "20261201"],
  ])("%j says which day SAP stamps at %s UTC", async (zone, moment, wanted) => {
    const { settings, ports } = sapOf({}, zone, Date.parse(`${moment}:00Z`));
    const { watermark } = await createEmbeddedSap(settings, ports).extracts.costs.open({ mode: "full" });
    expect(watermark).toContain(`"day":"${wanted}"`);
  });
});
