// Starts a victim and speaks with it. A victim that dies by the kill it was ordered is an answer; one that dies otherwise is an error with
// what it said last.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** At the n-th event of a fault point. */
export type Kill = { point: string; n: number; withPostgres: boolean };
export type VictimOrder = { configFile: string; dataFolder: string; kill?: Kill };

export type VictimAnswer = {
  state: string;
  code: string | undefined;
  detail: string | undefined;
  /** Fault points passed since this process began, in order. */
  passed: readonly string[];
  books: {
    openEffects: string[];
    unsettledAtoms: string[];
    unfinishedRuns: string[];
    openTasks: number;
    dispositions: Record<string, number>;
  };
};

export type Victim = {
  sync(): Promise<VictimAnswer | "killed">;
  /** Lets it stop in order, and waits. */
  end(): Promise<void>;
  /** For a test that failed; no more than an `end` for one that did not. */
  destroy(): Promise<void>;
};

const entry = fileURLToPath(new URL("./victim.ts", import.meta.url));
const keptCharacters = 6_000;

/** `secrets` by the name of the variable that stands for each. */
export function startVictim(order: VictimOrder, secrets: Readonly<Record<string, string>>): Victim {
  // A server that somebody's environment names must not be touched.
  const env = { ...process.env, ...secrets, DATABASE_URL: "" };
  const args = ["--disable-warning=ExperimentalWarning", entry, JSON.stringify(order)];
  const child = spawn(process.execPath, args, { env, stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    if (process.env.ML_TEST_LOG) process.stderr.write(chunk);
    said = (said + chunk.toString("utf8")).slice(-keptCharacters);
  });
  // Writing to one that has just died is no error of its own: its end tells.
  child.stdin.on("error", () => undefined);
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const closed = once(child, "close");
  const check = async (): Promise<"killed"> => {
    await closed;
    if (child.signalCode === "SIGKILL" && order.kill !== undefined) return "killed";
    throw new Error(`the victim ended with ${child.exitCode ?? child.signalCode} unasked; it said last:\n${said}`);
  };
  return {
    async sync() {
      child.stdin.write("sync\n");
      const answer = await answers.next();
      return answer.done === true ? check() : (JSON.parse(answer.value) as VictimAnswer);
    },
    async end() {
      child.stdin.write("end\n");
      await closed;
      if (child.exitCode !== 0) await check();
    },
    async destroy() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await closed;
    },
  };
}
