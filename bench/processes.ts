// Starts the two kinds of processes of the measurement and reads what they print.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Contender } from "./contenders.ts";

export type AnswerServer = { port: number; bytes: number; gzipBytes: number; close(): void };
export type Measured = { contender: Contender; rows: number; seconds: number; cpuSeconds: number; rssPeakMb: number };

function start(file: string, args: readonly string[]): ChildProcess {
  // With the arguments of this process, which bin/bootstrap.mjs gives to every part of the product.
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, { stdio: ["ignore", "pipe", "inherit", "ipc"] });
}

/** A server that prints one line of JSON when it listens, and ends with its parent. */
export async function startServer<Said>(file: string, args: readonly string[]): Promise<Said & { close(): void }> {
  const child = start(file, args);
  const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
  return { ...(JSON.parse(line.toString("utf8")) as Said), close: () => child.disconnect() };
}

export function startAnswers(rowsPerLeaf: number): Promise<AnswerServer> {
  return startServer<Omit<AnswerServer, "close">>("./answer-server.ts", [String(rowsPerLeaf)]);
}

/** What it printed. */
export async function runToEnd(file: string, args: readonly string[]): Promise<string> {
  const child = start(file, args);
  let said = "";
  child.stdout?.on("data", (part: Buffer) => {
    said += part.toString("utf8");
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${file} ${args[0]} ended with ${code}`);
  return said;
}

export type Order = { contender: Contender; url: string; rows: number; rowsPerLeaf: number };

export async function runReading({ contender, url, rows, rowsPerLeaf }: Order): Promise<Measured> {
  const leaves = Math.max(1, Math.round(rows / rowsPerLeaf));
  return JSON.parse(await runToEnd("./reading-process.ts", [contender, url, String(leaves), String(rowsPerLeaf)])) as Measured;
}
