// `ml-connector reconcile` as a person runs it: the statement, its exports, the close, and the certificate, which is verified without store and network.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CliBench, openCliBench } from "../support/cli-bench.ts";

let bench: CliBench;
beforeAll(async () => {
  bench = await openCliBench();
  expect((await bench.init()).code).toBe(0);
  edit("ml-connector.yaml", /^ {4}agent: .*$/m, (line) => `${line}\n    reconciliation:\n      controlTotals: after-costs`);
  edit("agent.yaml", /^sap:$/m, (line) => `${line}\n  controlTotals: [COSP, GLT0, FAGLFLEXT, EKBE]`);
  expect((await bench.run(["sync"])).code).toBe(0);
}, 600_000);
afterAll(async () => {
  await bench.close();
});

function edit(file: string, at: RegExp, change: (found: string) => string): void {
  const path = join(bench.folder, file);
  const text = readFileSync(path, "utf8");
  const changed = text.replace(at, change);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
}

it("prints a period, exports it, and goes down to the lines; what is not a period is said with what to write", async () => {
  const shown = await bench.run(["reconcile", "--period", "2026-08", "--all", "--csv", "rows.csv"]);
  expect(shown).toMatchObject({ code: 0 });
  expect(shown.out).toMatch(
    /Reconciliation of 2026\.008[\s\S]*SAP's totals: COSP, EKBE, FAGLFLEXT, GLT0[\s\S]*Every difference is explained\./,
  );
  const [head = "", ...rows] = readFileSync(join(bench.folder, "rows.csv"), "utf8").trimEnd().split("\n");
  expect(head.startsWith("company code,project,cost code,period,currency,SAP total")).toBe(true);
  for (const row of rows) expect(shown.out).toContain(row.split(",")[2] || "(none)");
  const project = rows.map((row) => row.split(",")[1] ?? "").find((name) => name !== "") ?? "";
  const ask = ["reconcile", "--period", "2026-08", "--listed", "--project", project, "--lines"];
  expect(await bench.run([...ask, "--xlsx", "rows.xlsx", "--json"])).toMatchObject({
    code: 0,
    out: expect.stringContaining('"period": "2026.008"'),
  });
  expect(readFileSync(join(bench.folder, "rows.xlsx")).subarray(0, 4).toString("latin1")).toBe("PK\u0003\u0004");
  expect(await bench.run(["reconcile", "--period", "September"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("2026-09"),
  });
});

it("states commitments to date, exports them, and goes down to the invoices' lines", async () => {
  const shown = await bench.run(["reconcile", "commitments", "--all", "--csv", "orders.csv"]);
  expect(shown).toMatchObject({ code: 0 });
  expect(shown.out).toMatch(
    /Commitments to date[\s\S]*SAP's totals: EKBE, read[\s\S]*Requisitions[\s\S]*Contracts[\s\S]*Received and invoiced/,
  );
  expect(shown.out).toContain("Every difference is explained.");
  const [head = "", ...rows] = readFileSync(join(bench.folder, "orders.csv"), "utf8").trimEnd().split("\n");
  expect(head.startsWith("company code,project,purchase order,cost code,currency,SAP total")).toBe(true);
  const order = rows[0]?.split(",")[2] ?? "";
  const narrow = ["reconcile", "commitments", "--listed", "--order", order, "--lines"];
  const printed = await bench.run([...narrow, "--xlsx", "orders.xlsx", "--json"]);
  expect(printed.code).toBe(0);
  const json = JSON.parse(printed.out) as { requisitions: { purchaseOrder: string }[]; contractTotals: unknown[] };
  expect(new Set(json.requisitions.map(({ purchaseOrder }) => purchaseOrder))).toEqual(new Set([order]));
  expect((await bench.run(narrow)).out).toMatch(/BELNR\/GJAHR\/BUZEI[\s\S]*\/2026\//);
});

it("closes a period, certifies it, and verifies the certificate with nothing but the key", async () => {
  expect((await bench.run(["reconcile", "close", "--period", "2026-08"])).out).toContain(
    "2026.008 is closed on SAP's totals of run 1",
  );
  expect((await bench.run(["periods"])).out).toMatch(/1000 +2026\.008 +not read +\S+ \S+ +user:/);
  expect(await bench.run(["reconcile", "certify", "--period", "2026-08", "--listed", "--out", "certificate.json"])).toMatchObject(
    { code: 0 },
  );
  const key = (await bench.run(["reconcile", "key"])).out.trim();
  const elsewhere = mkdtempSync(join(tmpdir(), "mlc-verify-"));
  const file = join(elsewhere, "certificate.json");
  copyFileSync(join(bench.folder, "certificate.json"), file);
  const genuine = await bench.run(["reconcile", "verify", file, "--key", key]);
  expect(genuine).toMatchObject({ code: 0, out: expect.stringContaining("is genuine: S01.100, period 2026.008") });
  expect(genuine.out).toMatch(
    /Period 2026\.008[\s\S]*Commitments to date; SAP's order history read 20[\s\S]*Requisitions\n +currency +lines +SAP total[\s\S]*Contracts\n/,
  );
  type Verified = { isTied: boolean; commitments: { isTied: boolean; requisitionTotals: unknown[] } };
  // The very figures that `reconcile commitments` prints.
  const stated = await bench.runJson<{ requisitionTotals: unknown[] }>("reconcile", "commitments", "--listed");
  const verified = await bench.runJson<Verified>("reconcile", "verify", file, "--key", key);
  expect(verified).toMatchObject({ isTied: true, commitments: { isTied: true, requisitionTotals: stated.requisitionTotals } });
  expect(stated.requisitionTotals.length).toBeGreaterThan(0);
  const text = readFileSync(file, "utf8");
  const amount = /"requisitionTotals":\[\{[^\]]*"procore":"[^"]*/.exec(text)?.[0] ?? "";
  for (const [from, to] of [
    ['"period":"2026.008"', '"period":"2026.009"'],
    [amount, `${amount}0`],
  ] as const) {
    expect(text.includes(from) && from !== "").toBe(true);
    writeFileSync(file, text.replace(from, to));
    expect(await bench.run(["reconcile", "verify", file, "--key", key])).toMatchObject({
      code: 4,
      out: expect.stringContaining("REFUSED"),
    });
  }
  rmSync(elsewhere, { recursive: true });
  // The private half is sealed like every secret.
  const secrets = readFileSync(join(bench.folder, ".ml-connector", "secrets.json"), "utf8");
  expect([secrets.includes("hub.certificate-key"), secrets.includes("PRIVATE KEY")]).toEqual([true, false]);
});

it("states a project's opening balance, takes a word on the figures that were shown, and refuses others", async () => {
  const projects = /^\S+$/;
  const rows = (await bench.runJson<{ rows: { project: string }[] }>("reconcile", "--period", "2026-08", "--all")).rows;
  const project = rows.map((row) => row.project).find((name) => projects.test(name)) ?? "";
  const ask = ["--project", project];
  // Without a date all of history flows.
  expect(await bench.run(["cut-over", ...ask])).toMatchObject({ code: 0, out: expect.stringContaining("No cut-over date") });
  const date = (line: string) => `${line}\n    cutOver: { projects: { ${JSON.stringify(project)}: { date: 2026-01-01 } } }`;
  edit("ml-connector.yaml", /^ {4}agent: .*$/m, date);
  const shown = await bench.run(["cut-over", "show", ...ask]);
  expect(shown).toMatchObject({ code: 4, out: expect.stringContaining("Nobody confirmed them") });
  const figures = /--figures ([0-9a-f]{12})/.exec(shown.out)?.[1] ?? "";
  const confirm = ["cut-over", "confirm", ...ask, "--figures"];
  expect(await bench.run([...confirm, "others"])).toMatchObject({ code: 2, err: expect.stringContaining("[cut-over.refused]") });
  const confirmed = await bench.run([...confirm, figures, "--note", "nothing older", "--json"]);
  expect(confirmed.code).toBe(0);
  expect(JSON.parse(confirmed.out)).toMatchObject({ isTied: true, word: { note: "nothing older", hash: figures } });
  // The statement names the word and its figures, and exports them.
  const stated = await bench.run(["reconcile", "--period", "2026-08", "--listed", "--opening", "--csv", "openings.csv"]);
  expect(stated.code).toBe(0);
  expect(stated.out).toMatch(
    new RegExp(`Opening balances: [^]*${project} +\\(all\\) .* ties +older than 2026-01-01, confirmed by `),
  );
  const [head = "", ...cells] = readFileSync(join(bench.folder, "openings.csv"), "utf8").trimEnd().split("\n");
  expect(head.startsWith("project,cost code,currency,SAP to date,opening balance,posted")).toBe(true);
  for (const line of cells) expect(line.startsWith(`${project},`) && line.endsWith(`,${figures}`)).toBe(true);
  expect(cells.length).toBeGreaterThan(0);
  expect(await bench.run(["cut-over", "leave-out", "4599999999"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("purchase order 4599999999: it is not older than a project's cut-over date"),
  });
});
