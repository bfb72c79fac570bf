// A simulated Procore in a process of its own, for tests that kill it: prints its URL and serves until it dies.
import { randomBytes } from "node:crypto";
import { startProcore } from "../../src/sandbox/procore/index.ts";

const worldFolder = process.argv[2] ?? "";
const clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (durationMs: number) => new Promise<void>((resolve) => setTimeout(resolve, durationMs)),
};
const random = { bytes: (count: number) => new Uint8Array(randomBytes(count)), fraction: () => Math.random() };
const limits = { hourly: 1_000_000, spike: 1_000_000 };
const { url } = await startProcore({ worldFolder, port: 0, clock, random, limits });
process.stdout.write(`${url}\n`);
