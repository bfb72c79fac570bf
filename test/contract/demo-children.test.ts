// Servers of the demo as processes of their own: started, found ready, ended on every way out.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runChild, startChild } from "../../src/cli/demo/child-server.ts";
import { systemClock } from "../../src/cli/platform/index.ts";

const folder = mkdtempSync(join(tmpdir(), "demo-children-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, text: string): string {
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, text);
  return file;
}

const server = script(
  "server",
  `import { createServer } from "node:http";
   const server = createServer((_, response) => response.end(JSON.stringify(process.argv.slice(2))));
   server.listen(0, "127.0.0.1", () => {
     const address: unknown = server.address();
     console.log("warming up");
     console.log("listening on http://127.0.0.1:" + (address as { port: number }).port);
   });`,
);
const stubborn = script(
  "stubborn",
  `process.on("SIGTERM", () => undefined);
   setInterval(() => undefined, 1000);
   console.log("listening on http://127.0.0.1:1");`,
);
const broken = script("broken", `console.error("no world at /nowhere"); process.exitCode = 2;`);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const base = { name: "The simulated SAP ECC", clock: systemClock };

describe("a server", () => {
  it("is ready when it has said where it listens, and is gone after stop", async () => {
    const child = await startChild({ ...base, args: ["sandbox", "ecc"], entry: server });
    expect(await (await fetch(child.url)).json()).toEqual(["sandbox", "ecc"]);
    await child.stop();
    expect(isAlive(child.pid)).toBe(false);
    await child.stop();
  });

  it("that ignores SIGTERM is killed", async () => {
    // Its patience is over at once, so that the test need not wait for it.
    const impatient = {
      ...systemClock,
      sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms > 5_000 ? ms : 50, signal),
    };
    const child = await startChild({ ...base, clock: impatient, args: [], entry: stubborn });
    expect(isAlive(child.pid)).toBe(true);
    await child.stop();
    expect(isAlive(child.pid)).toBe(false);
  });

  it("ends with the process that started it, also when that one is killed", async () => {
    const starter = script(
      "starter",
      `import { startChild } from ${JSON.stringify(new URL("../../src/cli/demo/child-server.ts", import.meta.url).href)};
       import { systemClock } from ${JSON.stringify(new URL("../../src/cli/platform/index.ts", import.meta.url).href)};
       const child = await startChild({ name: "server", args: [], clock: systemClock, entry: process.argv[2] ?? "" });
       console.log("pid " + child.pid);
       setInterval(() => undefined, 1000);`,
    );
    const parent = spawn(process.execPath, [starter, server], { stdio: ["ignore", "pipe", "inherit"] });
    const [chunk] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(/pid (\d+)/.exec(chunk.toString())?.[1]);
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });

  it("that ends before it listens says why", async () => {
    const starting = startChild({ ...base, args: [], entry: broken });
    await expect(starting).rejects.toThrow("The simulated SAP ECC did not start: no world at /nowhere");
  });

  it("is ended when the start is interrupted", async () => {
    const silent = script("silent", `setInterval(() => undefined, 1000);`);
    const interrupting = new AbortController();
    const starting = startChild({ ...base, args: [], entry: silent, signal: interrupting.signal });
    interrupting.abort();
    await expect(starting).rejects.toThrow("did not start");
  });
});

describe("a command", () => {
  it("runs to its end", async () => {
    const file = join(folder, "made");
    const writer = script(
      "writer",
      `import { writeFileSync } from "node:fs"; writeFileSync(process.argv[2] ?? "", "done"); console.log("written");`,
    );
    await runChild({ ...base, args: [file], entry: writer });
    expect(readFileSync(file, "utf8")).toBe("done");
  });

  it("that fails says what it said", async () => {
    const running = runChild({ ...base, name: "Building the world", args: [], entry: broken });
    await expect(running).rejects.toThrow("Building the world failed: no world at /nowhere");
  });

  it("is ended when it is interrupted", async () => {
    const silent = script("silent-command", `setInterval(() => undefined, 1000);`);
    const interrupting = new AbortController();
    const running = runChild({ ...base, args: [], entry: silent, signal: interrupting.signal });
    interrupting.abort();
    await expect(running).rejects.toThrow("failed");
  });
});
