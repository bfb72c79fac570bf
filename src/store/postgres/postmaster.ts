/**
 * The running server as its `postmaster.pid` and the process table show it. A pid alone proves nothing (it may have been reused), so
 * who wants to use a server found here connects and asks it for its data folder.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../ports/index.ts";
import { errorCode } from "../fault.ts";

export type Postmaster = { pid: number; port: number; socketFolder: string };

/** Lines of postmaster.pid: pid, data folder, start time, port, socket folder, listen address, shared memory key, status. */
export async function readPostmaster(clusterFolder: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(clusterFolder, "postmaster.pid"), "utf8").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return "";
    throw error;
  });
  const [pid, , , port, socketFolder] = text.split("\n");
  if (pid === undefined || port === undefined || socketFolder === undefined || socketFolder === "") return undefined;
  return { pid: Number(pid), port: Number(port), socketFolder };
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

const POLL_MS = 20;

/**
 * Gone means that its pid file is: the file is removed last, and a dead process that nobody has waited for yet (a container without
 * an init) still counts as alive to the system.
 */
export async function waitUntilGone(clusterFolder: string, pid: number, clock: Clock, timeoutMs: number): Promise<boolean> {
  const deadline = clock.monotonic() + timeoutMs;
  while (clock.monotonic() < deadline) {
    if (!isAlive(pid) || (await readPostmaster(clusterFolder))?.pid !== pid) return true;
    await clock.sleep(POLL_MS);
  }
  return false;
}
