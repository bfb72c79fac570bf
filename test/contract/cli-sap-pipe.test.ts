// `ml-connector sap read` into a pipe whose other end is slow, goes away, or is full: SAP is asked no more than somebody takes.
import { spawn } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { policyOfFlows } from "../../src/agent/settings.ts";
import { type CliBench, openCliBench, sapPassword } from "../support/cli-bench.ts";

const rowsMade = 30_000;

let bench: CliBench;
beforeAll(async () => {
  bench = await openCliBench();
  for (let from = 0; from < rowsMade; from += 5_000) {
    const upsert = Array.from({ length: 5_000 }, (_, index) => ({
      SPRAS: "E",
      KTOPL: "PIPE",
      SAKNR: String(from + index).padStart(10, "0"),
      TXT20: "made for the pipe",
      TXT50: "x".repeat(50),
    }));
    const body = JSON.stringify({ upsert });
    const headers = { "content-type": "application/json" };
    const answer = await request(`${bench.eccUrl}/sandbox/tables/SKAT`, { method: "POST", headers, body });
    if (answer.statusCode !== 200) throw new Error(await answer.body.text());
    await answer.body.dump();
  }
});
afterAll(async () => {
  await bench.close();
});

const asked = "sap read SKAT --where KTOPL=PIPE --fields SAKNR,TXT50 --csv --client 100 --user MLCONNECT";
const args = () => [...asked.split(" "), "--url", `${bench.eccUrl}/sap/bc/soap/rfc`];
const env = { ML_CONNECTOR_SAP_PASSWORD: sapPassword };
const rowsSent = async () => (await bench.eccStats()).tables.SKAT?.rowsSent ?? 0;

/** Until SAP has sent something since, and then nothing for a while. */
async function settled(since: number): Promise<number> {
  let last = since;
  for (let still = 0; still < 8; ) {
    await sleep(150);
    const now = await rowsSent();
    still = now === last && now > since ? still + 1 : 0;
    last = now;
  }
  return last - since;
}

describe("the rows of a large table", () => {
  it("wait in SAP for a slow reader, and all come once it reads on", async () => {
    const before = await rowsSent();
    const { child, ended } = bench.start(args(), env);
    child.stdout?.pause();
    expect(await settled(before)).toBeLessThan(rowsMade / 2);
    child.stdout?.resume();
    const { code, out } = await ended;
    expect(code).toBe(0);
    const numbers = out.split("\n").flatMap((line) => /^\d{10}/.exec(line)?.[0] ?? []);
    expect([numbers.length, new Set(numbers).size]).toEqual([rowsMade, rowsMade]);
  });

  it("are read no further when the reader is gone, which is no failure", async () => {
    const before = await rowsSent();
    const { child, ended } = bench.start(args(), env);
    child.stdout?.once("data", () => child.stdout?.destroy());
    const { code, err } = await ended;
    expect([code, err.replace(/^.*SKAT has \d+ rows.*\n/, "")]).toEqual([0, ""]);
    expect(await settled(before)).toBeLessThan(rowsMade / 2);
  });

  it("that find no room end with what is wrong and what to do", async () => {
    const before = await rowsSent();
    const main = new URL("../../src/cli/main.ts", import.meta.url).pathname;
    const command = `exec "${process.execPath}" "${main}" "$@" > /dev/full`;
    const child = spawn("sh", ["-c", command, "sh", ...args()], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let err = "";
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk.toString();
    });
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(3);
    expect(err).toContain("The output cannot be written (ENOSPC). Make room for it");
    expect(err).not.toContain("    at ");
    expect(await rowsSent()).toBeLessThan(before + rowsMade / 2);
  });
});

describe("the row budget of the policy", () => {
  it("holds over one process of a person at the terminal and the next, and says who read", async () => {
    expect((await bench.init()).code).toBe(0);
    const policy = { ...policyOfFlows, tables: { ...policyOfFlows.tables, SKAT: "*" }, rowsPerDay: 10_000 };
    writeFileSync(join(bench.folder, "policy.yaml"), JSON.stringify(policy));
    appendFileSync(join(bench.folder, "agent.yaml"), "policyFile: policy.yaml\n");
    const read = () => bench.run(asked.split(" ").slice(0, 8), { ML_CONNECTOR_SECRET_MAIN_SAP_PASSWORD: sapPassword });
    const first = await read();
    expect(first.code).toBe(3);
    expect(first.err).toMatch(
      /\[sap\.row-budget\].*\b1\d{4} rows of rowsPerDay 10000 are read, 0 by the agent and 1\d{4} at the terminal/,
    );
    const calls = (await bench.eccStats()).tables.SKAT;
    const second = await read();
    expect([second.code, second.out]).toEqual([3, ""]);
    expect(second.err).toContain("[sap.row-budget]");
    expect((await bench.eccStats()).tables.SKAT).toEqual(calls);
  });
});
