// The one thing that must never happen to a customer: a user locked by us. Random histories over virtual time, governor and transport together.
import fc from "fast-check";
import { expect, it } from "vitest";
import { response, scriptedHttp } from "../../../test/support/scripted-http.ts";
import type { Clock } from "../../ports/index.ts";
import { createGovernor } from "./governor.ts";
import { openSoapRfc } from "./soap-client.ts";

/** Sleepers wake in the order of their time, only when nothing else can go on. */
function virtualTime() {
  let now = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    sleep: (ms) => new Promise((wake) => sleepers.push({ at: now + ms, wake })),
  };
  const runUntil = async (done: () => boolean) => {
    for (let turn = 0; !done(); turn += 1) {
      if (turn > 100_000) throw new Error("nothing ends");
      for (let calm = 0; calm < 30; calm += 1) await Promise.resolve();
      sleepers.sort((a, b) => a.at - b.at);
      const next = sleepers.shift();
      if (next === undefined) continue;
      now = Math.max(now, next.at);
      next.wake();
    }
  };
  return { clock, runUntil };
}

const history = fc.record({
  calls: fc.integer({ min: 1, max: 60 }),
  cap: fc.integer({ min: 1, max: 50 }),
  pool: fc.integer({ min: 1, max: 50 }),
  start: fc.integer({ min: 1, max: 50 }),
  /** From this request on the password is wrong. */
  refusedFrom: fc.integer({ min: 0, max: 40 }),
  durations: fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 20 }),
  busy: fc.array(fc.boolean(), { minLength: 1, maxLength: 10 }),
});

it("sends nothing after the first refusal that was not on the wire already, and never passes the cap", async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ calls, cap, pool, start, refusedFrom, durations, busy }) => {
      const { clock, runUntil } = virtualTime();
      let isRefused = false;
      let sentAfterRefusal = 0;
      let inFlight = 0;
      let inFlightMax = 0;
      const { http } = scriptedHttp(async (_, index) => {
        if (isRefused) sentAfterRefusal += 1;
        inFlight += 1;
        inFlightMax = Math.max(inFlightMax, inFlight);
        await clock.sleep(durations[index % durations.length] ?? 1);
        inFlight -= 1;
        if (index >= refusedFrom) {
          isRefused = true;
          return { status: 401, headers: { "content-type": "text/html" }, body: "<html>Logon failed</html>" };
        }
        if (busy[index % busy.length])
          return { status: 503, headers: { "content-type": "text/html" }, body: "<html>busy</html>" };
        return { body: response("RFC_PING", "") };
      });
      const client = openSoapRfc({
        url: "https://sap.example/sap/bc/soap/rfc",
        client: "100",
        language: "EN",
        user: "MLC",
        readPassword: async () => "secret-1",
        http,
        clock,
        pool,
      });
      const random = { bytes: (count: number) => new Uint8Array(count), fraction: () => 0.5 };
      const governor = createGovernor({ clock, random, cap, start });
      const governed = governor.govern(client);
      const limits: number[] = [];
      let left = calls;
      const call = { function: "RFC_PING", parameters: {}, tables: [], timeoutMs: 60_000 };
      const all = Array.from({ length: calls }, async () => {
        const outcome = await governed.call(call);
        limits.push(governor.limit());
        left -= 1;
        return outcome;
      });
      await runUntil(() => left === 0);
      const outcomes = await Promise.all(all);
      expect(sentAfterRefusal).toBe(0);
      expect(inFlightMax).toBeLessThanOrEqual(Math.min(cap, pool));
      expect(Math.max(...limits)).toBeLessThanOrEqual(cap);
      if (isRefused) {
        expect(outcomes.some((outcome) => outcome.kind === "failure" && outcome.class === "logon")).toBe(true);
        expect(await client.call(call)).toMatchObject({ class: "logon", key: "LOGON_BREAKER" });
        expect(sentAfterRefusal).toBe(0);
      }
    }),
    { numRuns: 200 },
  );
}, 30_000);
