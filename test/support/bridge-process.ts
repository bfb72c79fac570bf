// Drives a native RFC child by its line protocol alone, and keeps all that it writes.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { delimiter } from "node:path";
import { createInterface } from "node:readline";
import { bridgeFile } from "./jco-stand-in.ts";

export type BridgeLine = Record<string, unknown> & { type: string };
export type BridgeCall = {
  function: string;
  parameters?: Record<string, unknown>;
  tables?: readonly string[];
  session?: number;
  rowsOf?: string;
  timeoutMs?: number;
};
export type BridgeReply = { lines: BridgeLine[]; last: BridgeLine };

export type BridgeProcess = {
  child: ChildProcessWithoutNullStreams;
  send(line: unknown): void;
  raw(bytes: string | Uint8Array): void;
  /** The first line that came or comes of this kind. */
  line(type: string): Promise<BridgeLine>;
  /** All lines of one call up to its answer or failure. */
  call(call: BridgeCall): Promise<BridgeReply>;
  exit: Promise<number | null>;
  written(): string;
  said(): string;
};

/** From source, as the product starts it, or from classes that were compiled before. */
export function startBridge(
  { jar, classes }: { jar: string; classes?: string },
  environment: Record<string, string> = {},
): BridgeProcess {
  const what = classes === undefined ? ["-cp", jar, bridgeFile] : ["-cp", [jar, classes].join(delimiter), "JcoBridge"];
  const child = spawn("java", ["-XX:TieredStopAtLevel=1", ...what], { env: { ...process.env, ...environment } });
  const lines: BridgeLine[] = [];
  const waiting = new Set<() => void>();
  let out = "";
  let err = "";
  let hasEnded = false;
  let ids = 0;
  const wake = () => {
    for (const look of waiting) look();
  };
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  child.stdin.on("error", () => undefined);
  const exit = new Promise<number | null>((resolve) => {
    child.on("close", (code) => {
      hasEnded = true;
      resolve(code);
      wake();
    });
  });
  createInterface({ input: child.stdout }).on("line", (text) => {
    out += `${text}\n`;
    lines.push(JSON.parse(text) as BridgeLine);
    wake();
  });
  const first = (find: () => BridgeLine | undefined) =>
    new Promise<BridgeLine>((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found === undefined && !hasEnded) return;
        waiting.delete(look);
        if (found === undefined) reject(new Error(`the child ended: ${out.slice(-500)} ${err.slice(-2000)}`));
        else resolve(found);
      };
      waiting.add(look);
      look();
    });
  const send = (line: unknown) => {
    child.stdin.write(`${JSON.stringify(line)}\n`);
  };
  return {
    child,
    send,
    raw: (bytes) => {
      child.stdin.write(bytes);
    },
    line: (type) => first(() => lines.find((line) => line.type === type)),
    async call({ function: name, parameters = {}, tables = [], session = 1, timeoutMs = 20_000, ...rest }) {
      ids += 1;
      const id = ids;
      send({ type: "call", id, session, function: name, parameters, tables, timeoutMs, ...rest });
      const last = await first(() => lines.find((line) => line.id === id && line.type !== "rows"));
      return { lines: lines.filter((line) => line.id === id), last };
    },
    exit,
    written: () => out,
    said: () => err,
  };
}
