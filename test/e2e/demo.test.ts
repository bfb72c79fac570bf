// The demo as a newcomer starts it, in a small size: all ties and the second sync writes nothing; one altered amount is found; an
// interrupt leaves neither files nor processes behind.
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DemoReport } from "../../src/cli/demo/demo-report.ts";

const entry = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const small = "--projects 4 --vendors 100 --purchase-orders 100 --po-lines 300 --cost-lines 1000".split(" ");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "demo-e2e-"));
  // As root the private PostgreSQL runs as another user, who must pass.
  chmodSync(folder, 0o711);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** `text` is all that it said, `result` what it said on standard output. */
type Running = { child: ChildProcess; text(): string; result(): string; ended: Promise<number | null> };

function startDemo(...flags: string[]): Running {
  const args = ["--disable-warning=ExperimentalWarning", entry, "demo", ...small, ...flags];
  // A server that somebody's environment names must not be touched.
  const env = { ...process.env, TMPDIR: folder, DATABASE_URL: "postgres://nobody@127.0.0.1:1/none", NO_COLOR: "1" };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  let result = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    result += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { child, text: () => text, result: () => result, ended };
}

describe("the demo", () => {
  it("ties to the cent in every flow and currency, and writes nothing the second time", async () => {
    const demo = startDemo("--json");
    const code = await demo.ended;
    // With --json there is nothing else on standard output.
    const report = JSON.parse(demo.result()) as DemoReport;
    expect(report.differences).toEqual([]);
    expect(code).toBe(0);
    expect(report.outcome).toBe("equal");
    expect(report.money.length).toBeGreaterThanOrEqual(4);
    expect(report.money.map(({ difference }) => difference).every((text) => /^0(\.0+)?$/.test(text))).toBe(true);
    expect(report.secondSync).toMatchObject({ state: "finished", writes: 0 });
    expect(report.procore.writes).toBeGreaterThan(100);
    expect(report.procore.writes).toBeGreaterThanOrEqual(report.procore.leastWrites);
    expect(report.procore.tooManyRequests).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("names the project when one amount was altered in Procore, and says so by its exit code", async () => {
    const demo = startDemo("--alter-procore", "--json");
    expect(await demo.ended).toBe(4);
    const { outcome, altered, differences } = JSON.parse(demo.result()) as DemoReport;
    expect(outcome).toBe("different");
    const originId = altered?.originId ?? "none";
    expect(originId).toMatch(/^S01\.100\.PL\./);
    // The project by name, and the very line: nothing else differs.
    expect(differences).toEqual([
      expect.objectContaining({ flow: "purchase-orders", place: expect.stringMatching(/^project \S+$/), what: "commitments" }),
      expect.objectContaining({ flow: "purchase-orders", place: expect.stringContaining(originId), what: "amount" }),
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leaves nothing behind when it is interrupted", async () => {
    const demo = startDemo();
    await expect.poll(() => demo.text(), { timeout: 60_000, interval: 20 }).toContain("hub and agent");
    const urls = [...demo.text().matchAll(/http:\/\/127\.0\.0\.1:\d+/g)].map(([url]) => url);
    expect(urls).toHaveLength(2);
    demo.child.kill("SIGINT");
    expect(await demo.ended).toBe(130);
    expect(demo.text()).toContain("interrupted");
    for (const url of urls) await expect(fetch(url)).rejects.toThrow("fetch failed");
    expect(readdirSync(folder)).toEqual([]);
  });
});
