// The real half: processes that are really killed, over sockets (test/chaos). They wait more than they work, so they are played beside the schedules.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "../..");
const vitest = join(root, "node_modules/vitest/vitest.mjs");
const args = ["--disable-warning=ExperimentalWarning", vitest, "run", "--project", "chaos"];

export type Kills = { isGood: boolean; kills: number; said: string };

/** What it says is told at its end, in one piece. */
export async function playKills(tell: (text: string) => void): Promise<Kills> {
  const folder = mkdtempSync(join(tmpdir(), "mlc-kills-"));
  const report = join(folder, "report.json");
  try {
    const env = { ...process.env, KILL_REPORT: report };
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    const stop = () => child.kill("SIGTERM");
    process.once("exit", stop);
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => said.push(chunk));
    const [code] = (await once(child, "close")) as [number | null];
    process.off("exit", stop);
    tell(Buffer.concat(said).toString("utf8"));
    const { kills, said: summary } = JSON.parse(readFileSync(report, "utf8")) as { kills: number; said: string };
    return { isGood: code === 0, kills, said: summary };
  } catch (error) {
    return { isGood: false, kills: 0, said: `kill test: FAILED: ${String(error)}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
