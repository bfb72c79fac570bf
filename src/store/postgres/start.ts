/**
 * Starts and stops a private PostgreSQL server over one data folder: unix socket only, no TCP. A server that a killed process left
 * running is used again; several processes may use one server, and the last to stop it really does. What was committed survives the
 * death of this process and of the server. It does not restart a server that dies meanwhile: `exited` tells, and a new start recovers.
 */
import { spawn } from "node:child_process";
import { chmod, mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../ports/index.ts";
import type { StoreConnection } from "../connection.ts";
import { errorCode, messageOf, StoreFault } from "../fault.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { clusterFolderOf, createCluster, readClusterMajor, refuseForeignData, writeSettings } from "./cluster.ts";
import { type Postmaster, readPostmaster, waitUntilGone } from "./postmaster.ts";
import { APP_ROLE, DATABASE, ensureRolesAndDatabase, OWNER_ROLE } from "./roles.ts";
import { programEnvironment } from "./run.ts";
import { openServerLog, type ServerLog } from "./server-log.ts";
import { chooseServerUser, findBarrier, type ServerUser } from "./server-user.ts";
import { openSession, type Session } from "./session.ts";
import { prepareSocketFolder, SOCKET_PORT } from "./socket-folder.ts";

export type StartPostgresOptions = {
  dataFolder: string;
  clock: Clock;
  log?: (line: string) => void;
  /** Server settings that differ from ours, e.g. `synchronous_commit: "off"` in a simulation. */
  settings?: Readonly<Record<string, string>>;
};

export type PrivatePostgres = {
  /** As `ml_app`: rows only, bound by row-level security. */
  connection: StoreConnection;
  /** As `ml_owner`: for migrations and the job engine's own schema. */
  ownerConnection: StoreConnection;
  pid: number;
  /** Whether this call started the server or found it running. */
  origin: "started" | "attached";
  /** Settles when the server is gone or this process has let go of it. */
  exited: Promise<void>;
  /** Stops the server if no other process uses it. May be called twice. */
  stop(): Promise<void>;
};

/** A postmaster that was killed leaves children holding its memory for a moment, and its successor must wait them out. */
const LOCK_PATIENCE_MS = 15_000;
/** Crash recovery replays at most `max_wal_size`; a slow disk needs its time. */
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 60_000;
const POLL_MS = 20;
const LOCK_POLL_MS = 100;

type Place = { dataFolder: string; clusterFolder: string; user: ServerUser | undefined; options: StartPostgresOptions };
type Found = { session: Session; postmaster: Postmaster; origin: "started" | "attached" };

export async function startPostgres(options: StartPostgresOptions): Promise<PrivatePostgres> {
  if (process.platform === "win32")
    throw new StoreFault(
      "platform-unsupported",
      "A private PostgreSQL server needs unix sockets, which Node cannot use on Windows.",
      "Install PostgreSQL 15 or newer as a service and set DATABASE_URL.",
    );
  const place = await preparePlace(options);
  const { session, postmaster, origin } = (await attach(place)) ?? (await launchWithPatience(place));
  await ensureRolesAndDatabase(session.client);
  session.holdProcess(false);
  options.log?.(`PostgreSQL ${origin} in ${place.clusterFolder}, process ${postmaster.pid}`);
  const addressOf = (user: string): StoreConnection => ({
    kind: "socket",
    host: postmaster.socketFolder,
    port: postmaster.port,
    user,
    database: DATABASE,
  });
  let stopping: Promise<void> | undefined;
  return {
    connection: addressOf(APP_ROLE),
    ownerConnection: addressOf(OWNER_ROLE),
    pid: postmaster.pid,
    origin,
    exited: session.ended,
    stop: () => {
      stopping ??= stop(place, session, postmaster);
      return stopping;
    },
  };
}

async function preparePlace(options: StartPostgresOptions): Promise<Place> {
  await makeDataFolder(options.dataFolder);
  const dataFolder = await realpath(options.dataFolder);
  const clusterFolder = clusterFolderOf(dataFolder);
  const user = chooseServerUser(clusterFolder);
  const barrier = findBarrier(dataFolder, user);
  if (barrier !== undefined)
    throw new StoreFault(
      "data-unreachable",
      `PostgreSQL must not run as root, and ${user?.name ?? "its user"} may not enter ${barrier} on the way to ${dataFolder}.`,
      `Choose a data folder outside ${barrier}, for example /var/lib/ml-connector, or start as a normal user.`,
    );
  await refuseForeignData(clusterFolder);
  return { dataFolder, clusterFolder, user, options };
}

/** Passable, not readable, for the server's user when we are root; the folders inside are private. An existing folder stays as it is. */
async function makeDataFolder(dataFolder: string): Promise<void> {
  try {
    const created = await mkdir(dataFolder, { recursive: true });
    if (created !== undefined) await chmod(dataFolder, process.getuid?.() === 0 ? 0o711 : 0o700);
  } catch (error) {
    throw new StoreFault(
      "data-unreachable",
      `The data folder ${dataFolder} cannot be made: ${messageOf(error)}.`,
      "Choose a folder that this user may write to.",
    );
  }
}

async function attach({ clusterFolder }: Place): Promise<Found | undefined> {
  const postmaster = await readPostmaster(clusterFolder);
  if (postmaster === undefined) return undefined;
  const session = await openSession(postmaster, clusterFolder);
  return session === undefined ? undefined : { session, postmaster, origin: "attached" };
}

async function launchWithPatience(place: Place): Promise<Found> {
  const { clock } = place.options;
  const majorWanted = await readClusterMajor(place.clusterFolder);
  const binaries = await findBinaries({ dataFolder: place.dataFolder, user: place.user, majorWanted });
  if (majorWanted === undefined) await createCluster(place.dataFolder, binaries, place.user);
  const socketFolder = await prepareSocketFolder(place.dataFolder, place.user);
  const log = await openServerLog(join(place.dataFolder, "postgres.log"));
  try {
    const deadline = clock.monotonic() + LOCK_PATIENCE_MS;
    for (;;) {
      const found = (await attach(place)) ?? (await launch(place, binaries, socketFolder, log));
      if (found.origin !== "ended") return found;
      const reason = await log.readReason(found.process);
      if (!isLockHeld(reason) || clock.monotonic() > deadline) throw startFailed(place, log, reason);
      await clock.sleep(LOCK_POLL_MS);
    }
  } finally {
    await log.close();
  }
}

const isLockHeld = (reason: string) => /lock file|pre-existing shared memory|another postmaster|another server/i.test(reason);

function startFailed({ clusterFolder }: Place, log: ServerLog, reason: string): StoreFault {
  return new StoreFault(
    "start-failed",
    `PostgreSQL did not start over ${clusterFolder}: ${reason === "" ? "it gave no reason" : reason}.`,
    `Read ${log.path}; if the disk is full, free some of it and start again.`,
  );
}

/** A server that ended before it could be used; the log has the reason. */
type Ended = { origin: "ended"; process: number | undefined };

async function launch(place: Place, binaries: Binaries, socketFolder: string, log: ServerLog): Promise<Found | Ended> {
  const { clock, settings } = place.options;
  await writeSettings({ clusterFolder: place.clusterFolder, socketFolder, user: place.user, extra: settings ?? {} });
  await log.mark();
  const identity = place.user === undefined ? {} : { uid: place.user.uid, gid: place.user.gid };
  const child = spawn(join(binaries.bin, "postgres"), ["-D", place.clusterFolder], {
    cwd: place.clusterFolder,
    env: programEnvironment(),
    stdio: ["ignore", log.descriptor, log.descriptor],
    // A session of its own: Ctrl-C in our terminal is ours to answer, not the server's.
    detached: true,
    ...identity,
  });
  let failure: string | undefined;
  child.on("error", (error) => {
    failure = `${binaries.bin}/postgres cannot be run: ${messageOf(error)} ${errorCode(error)}`;
  });
  child.unref();
  const deadline = clock.monotonic() + START_TIMEOUT_MS;
  while (child.exitCode === null && child.signalCode === null && failure === undefined) {
    const postmaster = await readPostmaster(place.clusterFolder);
    if (postmaster !== undefined && postmaster.pid === child.pid) {
      const session = await openSession({ socketFolder, port: SOCKET_PORT }, place.clusterFolder);
      if (session !== undefined) return { session, postmaster, origin: "started" };
    }
    if (clock.monotonic() > deadline) throw startFailed(place, log, `no connection within ${START_TIMEOUT_MS} ms`);
    await clock.sleep(POLL_MS);
  }
  if (failure !== undefined) throw startFailed(place, log, failure);
  return { origin: "ended", process: child.pid };
}

async function stop(place: Place, session: Session, postmaster: Postmaster): Promise<void> {
  session.holdProcess(true);
  const isLast = await session.isLastUser().catch(() => false);
  // SIGINT is PostgreSQL's fast shutdown: it cuts connections, rolls back what is open and writes a checkpoint.
  if (isLast) process.kill(postmaster.pid, "SIGINT");
  await session.end().catch(() => undefined);
  if (!isLast) return;
  if (await waitUntilGone(place.clusterFolder, postmaster.pid, place.options.clock, STOP_TIMEOUT_MS)) return;
  throw new StoreFault(
    "stop-failed",
    `PostgreSQL (process ${postmaster.pid}) did not stop within ${STOP_TIMEOUT_MS / 1000} s.`,
    `It keeps the data safe meanwhile. Send it SIGQUIT (kill -QUIT ${postmaster.pid}); the next start recovers.`,
  );
}
