/** Lets processes take turns over a file: a lock file with the holder's process id. One whose process is gone is removed and taken. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { type ErrorCode, Fault } from "../../core/index.ts";
import type { Clock } from "../../ports/index.ts";
import { absent } from "./key-file.ts";

const PATIENCE_MS = 10_000;
const POLL_MS = 10;

/** `code` is what a wait in vain is called. */
export async function withFileLock<T>(
  path: string,
  clock: Clock,
  work: () => Promise<T>,
  code: ErrorCode = "config.secret-broken",
): Promise<T> {
  const deadline = clock.monotonic() + PATIENCE_MS;
  while (!(await take(path))) {
    if ((await isAbandoned(path)) && (await breakLock(path))) continue;
    if (clock.monotonic() > deadline)
      throw new Fault(code, {
        place: path,
        detail: "another process holds this lock; if none runs, remove the file",
      });
    await clock.sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const text = await readFile(path, "utf8").catch(absent);
  // Empty: its holder is between making and writing it.
  const pid = Number.parseInt(text ?? "", 10);
  if (!Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** One breaker at a time, and it looks again: else a second one would remove the lock that the first has just taken for itself. */
async function breakLock(path: string): Promise<boolean> {
  const breaking = `${path}.breaking`;
  if (!(await take(breaking))) return false;
  try {
    if (await isAbandoned(path)) await rm(path, { force: true });
    return true;
  } finally {
    await rm(breaking, { force: true });
  }
}
