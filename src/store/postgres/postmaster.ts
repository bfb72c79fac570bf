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
  // The server writes while we read: a line counts once its end is there, or half a folder is taken for the whole.
  const [pid, , , port, socketFolder, next] = text.split("\n");
  if (pid === undefined || port === undefined || socketFolder === undefined || socketFolder === "" || next === undefined)
    return undefined;
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
/** Between the removal of its pid file, its last act, and the end of the process. */
const LAST_BREATH_MS = 2_000;

/**
 * Until the pid file is gone, then until the process is: shortly, for a dead process that nobody waits for (a container without an init)
 * stays in the table and counts as alive.
 */
export async function waitUntilGone(clusterFolder: string, pid: number, clock: Clock, timeoutMs: number): Promise<boolean> {
  let deadline = clock.monotonic() + timeoutMs;
  let isServing = true;
  while (isAlive(pid)) {
    if (isServing && (await readPostmaster(clusterFolder))?.pid !== pid) {
      isServing = false;
      deadline = clock.monotonic() + LAST_BREATH_MS;
    }
    if (clock.monotonic() > deadline) return !isServing;
    await clock.sleep(POLL_MS);
  }
  return true;
}
