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

export async function startAnswers(rowsPerLeaf: number): Promise<AnswerServer> {
  const child = start("./answer-server.ts", [String(rowsPerLeaf)]);
  const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
  const said = JSON.parse(line.toString("utf8")) as Omit<AnswerServer, "close">;
  return { ...said, close: () => child.disconnect() };
}

export type Order = { contender: Contender; url: string; rows: number; rowsPerLeaf: number };

export async function runReading({ contender, url, rows, rowsPerLeaf }: Order): Promise<Measured> {
  const leaves = Math.max(1, Math.round(rows / rowsPerLeaf));
  const child = start("./reading-process.ts", [contender, url, String(leaves), String(rowsPerLeaf)]);
  let said = "";
  child.stdout?.on("data", (part: Buffer) => {
    said += part.toString("utf8");
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${contender} ended with ${code}`);
  return JSON.parse(said) as Measured;
}
