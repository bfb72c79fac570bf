// `ml-connector vendors` at work: who waits and why, what a person decides, and that the next sync carries it out.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunReport, WaitingVendor } from "../../src/hub/index.ts";
import { type CliBench, openCliBench } from "../support/cli-bench.ts";

let bench: CliBench;
beforeAll(async () => {
  bench = await openCliBench();
});
afterAll(async () => {
  await bench.close();
});

const json = <T>(...args: string[]) => bench.runJson<T>(...args);

it("lists the vendors that wait, takes decisions down, and the next sync carries them out", async () => {
  await bench.init();
  expect((await bench.run(["vendors"])).out).toContain("No vendor waits");
  expect(await bench.run(["vendors", "create", "190001"])).toMatchObject({ code: 2, err: expect.stringContaining("sync") });
  const first = await json<RunReport>("sync", "--flow", "vendors");
  // Two vendors of the group are known by tax id or by house and telephone: adopted without asking.
  expect(first.flows.vendors).toMatchObject({ updated: 2 });

  const waiting = await json<WaitingVendor[]>("vendors");
  const codes = Object.fromEntries(waiting.map(({ vendor, code }) => [vendor, code]));
  expect(codes).toMatchObject({
    "0000190001": "vendor-twin",
    "0000190002": "vendor-twin",
    "0000190011": "vendor-foreign-origin",
    "0000190014": "vendor-twin",
    "0000190015": "vendor-twin",
    "0000190016": "vendor-tax-id-shared",
    "0000190017": "vendor-tax-id-shared",
  });
  const text = (await bench.run(["vendors"])).out;
  expect(text).toMatch(/190014 +Lehmann Stahlbau GmbH +vendor-twin/);
  expect(text).toMatch(/Lehman Stahlbau GmbH +\d+ +\d+ +almost the same name \+40/);
  expect(text).not.toMatch(/2100016/);

  const company = waiting.find(({ vendor }) => vendor === "0000190015")?.candidates[0]?.companyId ?? 0;
  expect((await bench.run(["vendors", "adopt", "190015", String(company), "--note", "seen on the lien waiver"])).code).toBe(0);
  expect(await json("vendors", "create", "190016", "190011")).toMatchObject({ decision: { kind: "create" } });
  await json("vendors", "ignore", "190017", "190001");
  await json("vendors", "undo", "190001");
  expect((await bench.run(["vendors"])).out).toContain(`decided: adopt ${company}`);
  const refused = await bench.run(["vendors", "adopt", "190014", String(company)]);
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("[vendor.decision-refused]") });
  expect(await bench.run(["vendors", "create", "A B C D E F G"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("LIFNR"),
  });

  const second = await json<RunReport>("sync", "--flow", "vendors");
  expect(second.flows.vendors).toMatchObject({ created: 2, updated: 1, excluded: { "vendor-ignored": { count: 1 } } });
  const left = await json<WaitingVendor[]>("vendors");
  expect(left.map(({ vendor }) => vendor)).toEqual(["0000190001", "0000190002", "0000190014"]);
  expect(await json("audit", "verify")).toMatchObject({ kind: "whole" });
});
