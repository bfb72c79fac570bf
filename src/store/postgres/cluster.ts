/**
 * The server's files: makes them once (initdb), and writes our settings before every start. A crash in the middle of initdb leaves
 * a folder under another name, never half a cluster. Only `cluster`, `socket`, `server-*` and `postgres.log` in the data folder are ours.
 */
import { chown, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorCode, StoreFault } from "../fault.ts";
import type { Binaries } from "./binaries.ts";
import { makeWhole } from "./partial-folder.ts";
import { runProgram } from "./run.ts";
import type { ServerUser } from "./server-user.ts";
import { SOCKET_PORT } from "./socket-folder.ts";

export const SUPERUSER = "ml_superuser";

export const clusterFolderOf = (dataFolder: string) => join(dataFolder, "cluster");

/** The major version that wrote the data; undefined when there is none yet. */
export async function readClusterMajor(clusterFolder: string): Promise<number | undefined> {
  try {
    return Number((await readFile(join(clusterFolder, "PG_VERSION"), "utf8")).trim());
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

export async function refuseForeignData(clusterFolder: string): Promise<void> {
  const found = await stat(clusterFolder).catch(() => undefined);
  const uid = process.getuid?.();
  if (found === undefined || uid === 0 || found.uid === uid) return;
  throw new StoreFault(
    "data-foreign",
    `The data in ${clusterFolder} belongs to user ${found.uid}, and this process runs as user ${uid}.`,
    "Start as that user (or as root, if it was first started as root), or choose another data folder.",
  );
}

export async function createCluster(dataFolder: string, binaries: Binaries, user: ServerUser | undefined): Promise<void> {
  await makeWhole(clusterFolderOf(dataFolder), async (partial) => {
    if (user !== undefined) await chown(partial, user.uid, user.gid);
    const args = ["-D", partial, "-U", SUPERUSER, "--auth=trust", "--data-checksums", "--no-instructions", "--encoding=UTF8"];
    const program = join(binaries.bin, "initdb");
    const { status, output } = await runProgram(program, [...args, ...localeArguments(binaries.major)], { user, cwd: partial });
    if (status !== 0) throw initFailed(dataFolder, output);
  });
}

/**
 * From 17 on PostgreSQL carries its own C.UTF-8, whose order no upgrade of the system's libc can change under an index; before, the
 * plain C order has the same virtue.
 */
function localeArguments(major: number): string[] {
  return major >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"] : ["--locale=C"];
}

function initFailed(dataFolder: string, output: string): StoreFault {
  const reason = output.split("\n").find((line) => /error|fatal|could not/i.test(line)) ?? output.split("\n").at(-1) ?? "";
  return new StoreFault(
    "init-failed",
    `PostgreSQL could not create its data in ${dataFolder}: ${reason.trim()}.`,
    "See that the disk has 100 MB free and that the folder may be written to, or choose another data folder.",
  );
}

const settings = (socketFolder: string): Readonly<Record<string, string>> => ({
  listen_addresses: "",
  unix_socket_directories: socketFolder,
  unix_socket_permissions: "0700",
  port: String(SOCKET_PORT),
  // The bundled server's OpenSSL is old; nothing leaves the machine anyway.
  ssl: "off",
  max_connections: "40",
  shared_buffers: "64MB",
  work_mem: "8MB",
  maintenance_work_mem: "64MB",
  // Parallel workers exchange rows through /dev/shm, which is 64 MB in a default container.
  max_parallel_workers_per_gather: "0",
  jit: "off",
  // A commit that was answered is on disk: effects rest on it.
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  // No replica and no archive hang on a private server.
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "512MB",
  timezone: "UTC",
  log_timezone: "UTC",
  lc_messages: "C",
  log_line_prefix: "%m [%p] ",
  log_min_messages: "warning",
  // Statements carry business data: they are never logged, not even when they fail.
  log_min_error_statement: "panic",
  log_parameter_max_length_on_error: "0",
});

export async function writeSettings(options: {
  clusterFolder: string;
  socketFolder: string;
  user: ServerUser | undefined;
  extra: Readonly<Record<string, string>>;
}): Promise<void> {
  const lines = Object.entries({ ...settings(options.socketFolder), ...options.extra }).map(
    ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`,
  );
  const files = {
    "postgresql.conf": `# Written at every start; changes here are lost.\n${lines.join("\n")}\n`,
    // The socket's folder is the lock: only the server's own user and root can enter it.
    "pg_hba.conf": "local all all trust\n",
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(options.clusterFolder, name);
    await replaceFile(path, text, options.user);
  }
}

/** In one step: a server that starts beside us and read an empty file would listen on TCP, PostgreSQL's own default. */
async function replaceFile(path: string, text: string, user: ServerUser | undefined): Promise<void> {
  const folder = await mkdtemp(`${path}.`);
  try {
    const whole = join(folder, "whole");
    await writeFile(whole, text, { mode: 0o600 });
    if (user !== undefined) await chown(whole, user.uid, user.gid);
    await rename(whole, path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
