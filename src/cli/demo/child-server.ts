/**
 * Starts a sandbox server as a process of its own, the same command line with another command, and ends it again. It is ready when it has
 * printed `listening on <url>`; what it prints otherwise is kept for the error that its early end becomes. No child outlives `stop`.
 */
import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Clock } from "../../ports/index.ts";

export type Child = { url: string; pid: number; stop(): Promise<void> };

export type ChildOptions = {
  /** For people, as in "the simulated SAP ECC". */
  name: string;
  /** Command and options, after the entry file. */
  args: readonly string[];
  clock: Clock;
  signal?: AbortSignal;
  /** Standing in for the command line in tests. */
  entry?: string;
};

const cliEntry = fileURLToPath(new URL("../main.ts", import.meta.url));

/** A command that did not end well, with what it said. */
export class ChildFailed extends Error {
  override readonly name = "ChildFailed";
  readonly exitCode: number | null;
  readonly text: string;

  constructor(what: string, { exitCode, text }: { exitCode: number | null; text: string }) {
    super(`${what} failed: ${text || "it said nothing"}`);
    this.exitCode = exitCode;
    this.text = text;
  }
}

const readyTimeoutMs = 60_000;
const endTimeoutMs = 5_000;
const keptCharacters = 4_000;
const listening = /^listening on (https?:\/\/\S+)$/m;

/** SIGTERM, and SIGKILL when that does not end it in time. */
async function end(child: ChildProcess, ended: Promise<void>, clock: Clock): Promise<void> {
  child.kill("SIGTERM");
  const waiting = new AbortController();
  const late = clock.sleep(endTimeoutMs, waiting.signal).then(() => {
    if (!waiting.signal.aborted) child.kill("SIGKILL");
  });
  await ended;
  waiting.abort();
  await late;
}

const endWithParent = new URL("./end-with-parent.ts", import.meta.url).href;

function spawnChild({ args, entry = cliEntry }: ChildOptions): ChildProcessByStdio<Writable, Readable, Readable> {
  const nodeArguments = ["--disable-warning=ExperimentalWarning", `--import=${endWithParent}`, entry, ...args];
  return spawn(process.execPath, nodeArguments, { stdio: ["pipe", "pipe", "pipe"] });
}

export async function startChild(options: ChildOptions): Promise<Child> {
  const { name, clock, signal } = options;
  const child = spawnChild(options);
  let text = "";
  const waiting = new AbortController();
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      text += error.message;
      waiting.abort();
      resolve();
    });
    child.once("close", () => {
      waiting.abort();
      resolve();
    });
  });
  const stop = () => end(child, ended, clock);
  const url = await new Promise<string | undefined>((resolve) => {
    const listen = (chunk: Buffer) => {
      text = (text + chunk.toString("utf8")).slice(-keptCharacters);
      const found = listening.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    const giveUp = () => resolve(undefined);
    void ended.then(giveUp);
    void clock.sleep(readyTimeoutMs, waiting.signal).then(giveUp);
    signal?.addEventListener("abort", giveUp, { once: true });
    if (signal?.aborted === true) giveUp();
  });
  waiting.abort();
  if (url !== undefined && child.pid !== undefined) return { url, pid: child.pid, stop };
  await stop();
  throw new Error(`${name} did not start: ${text.trim() || "it said nothing"}`);
}

/** Runs a command to its end, and throws what it said when it fails. */
export async function runChild(options: ChildOptions): Promise<void> {
  const { name, clock, signal } = options;
  const child = spawnChild(options);
  let text = "";
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString("utf8")).slice(-keptCharacters);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  let code: number | null = null;
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      text += error.message;
      resolve();
    });
    child.once("close", (exitCode) => {
      code = exitCode;
      resolve();
    });
  });
  const abort = () => void end(child, ended, clock);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted === true) abort();
  await ended;
  signal?.removeEventListener("abort", abort);
  if (code !== 0) throw new ChildFailed(name, { exitCode: code, text: text.trim() });
}
