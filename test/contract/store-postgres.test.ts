// The private server as a newcomer, a second process, a killed process and a root user meet it.
import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Client } from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock as clock } from "../../src/cli/platform/index.ts";
import { canServerReach, openStore, type PrivatePostgres, type StoreConnection, startPostgres } from "../../src/store/index.ts";
import { makeDataFolder, removeDataFolder } from "./postgres.ts";

const isRoot = process.getuid?.() === 0;
const servers: PrivatePostgres[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
  for (const folder of folders.splice(0)) await removeDataFolder(folder);
});

async function newFolder(): Promise<string> {
  const folder = await makeDataFolder();
  folders.push(folder);
  return folder;
}

async function start(dataFolder: string): Promise<PrivatePostgres> {
  const server = await startPostgres({ dataFolder, clock });
  servers.push(server);
  return server;
}

async function query<T>(connection: StoreConnection, text: string): Promise<T[]> {
  if (connection.kind !== "socket") throw new Error("not a socket");
  const { host, port, user, database } = connection;
  const client = new Client({ host, port, user, database });
  await client.connect();
  try {
    return (await client.query(text)).rows as T[];
  } finally {
    await client.end();
  }
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("a private PostgreSQL", () => {
  it("makes its data once, listens on a socket only, and starts again over it", async () => {
    const dataFolder = await newFolder();
    const first = await start(dataFolder);
    expect(first.origin).toBe("started");
    const [settings] = await query<Record<string, string>>(
      first.connection,
      "select current_setting('listen_addresses') as tcp, current_setting('ssl') as ssl, current_setting('jit') as jit, current_setting('synchronous_commit') as sync, current_setting('data_checksums') as checksums, current_setting('fsync') as fsync",
    );
    expect(settings).toEqual({ tcp: "", ssl: "off", jit: "off", sync: "on", checksums: "on", fsync: "on" });
    await query(first.ownerConnection, "create table kept as select 42 as value");
    await first.stop();
    await first.exited;
    const second = await start(dataFolder);
    expect(second.origin).toBe("started");
    expect(await query(second.ownerConnection, "select value from kept")).toEqual([{ value: 42 }]);
    expect((await readdir(dataFolder)).filter((name) => name.startsWith("cluster."))).toEqual([]);
  });

  it("is entered by nobody else: socket and data are in folders of mode 0700, and its roles are no superusers", async () => {
    const server = await start(await newFolder());
    if (server.connection.kind !== "socket") throw new Error("not a socket");
    const socket = await stat(server.connection.host);
    expect(socket.mode & 0o777).toBe(0o700);
    const folder = folders[0] ?? "";
    expect((await stat(join(folder, "cluster"))).mode & 0o777).toBe(0o700);
    const roles = await query<{ super: boolean }>(
      server.connection,
      "select rolsuper or rolbypassrls as super from pg_roles where rolname like 'ml\\_%' and rolname <> 'ml_superuser'",
    );
    expect(roles).toEqual([{ super: false }, { super: false }]);
    await expect(query(server.connection, "create table mine (a int)")).rejects.toThrow(/permission denied/);
  });

  it("drops root's rights", async () => {
    const server = await start(await newFolder());
    const status = await readFile(`/proc/${server.pid}/status`, "utf8").catch(() => "");
    if (status === "") return;
    const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
    if (isRoot) expect(uid).toBeGreaterThan(0);
    else expect(uid).toBe(process.getuid?.());
  });

  it("is shared by those who use it and stopped by the last of them", async () => {
    const dataFolder = await newFolder();
    const owner = await start(dataFolder);
    const guest = await start(dataFolder);
    expect(guest).toMatchObject({ origin: "attached", pid: owner.pid });
    await owner.stop();
    await owner.stop();
    expect(await query(guest.connection, "select 1 as one")).toEqual([{ one: 1 }]);
    await guest.stop();
    expect(isAlive(owner.pid)).toBe(false);
  });

  it("is made once when several start at the same moment", async () => {
    const dataFolder = await newFolder();
    const started = await Promise.all([start(dataFolder), start(dataFolder), start(dataFolder)]);
    expect(new Set(started.map(({ pid }) => pid)).size).toBe(1);
    expect(await query(started[2].connection, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  it("finds a short place for its socket when the data folder's path is long", async () => {
    const dataFolder = join(await newFolder(), "a".repeat(60), "b".repeat(60));
    const server = await start(dataFolder);
    if (server.connection.kind !== "socket") throw new Error("not a socket");
    expect(server.connection.host).not.toContain("aaa");
    expect(Buffer.byteLength(`${server.connection.host}/.s.PGSQL.5432`)).toBeLessThan(100);
    expect(await query(server.connection, "select 1 as one")).toEqual([{ one: 1 }]);
    await server.stop();
    await rm(server.connection.host, { recursive: true });
  });
});

describe("what stands in the way is named", () => {
  it.skipIf(!isRoot)("a folder that the server's user may not enter", async () => {
    const closed = await mkdtemp(join(tmpdir(), "mlc-closed-"));
    try {
      const dataFolder = join(closed, "data");
      expect(canServerReach(dataFolder)).toBe(false);
      await expect(startPostgres({ dataFolder, clock })).rejects.toMatchObject({
        kind: "data-unreachable",
        sentence: expect.stringContaining(`may not enter ${closed} on the way`),
      });
    } finally {
      await rm(closed, { recursive: true });
    }
  });

  it("data of another version", async () => {
    const dataFolder = await newFolder();
    await mkdir(join(dataFolder, "cluster"), { recursive: true });
    await chmod(dataFolder, 0o711);
    await writeFile(join(dataFolder, "cluster", "PG_VERSION"), "9\n");
    await expect(startPostgres({ dataFolder, clock })).rejects.toMatchObject({
      kind: "version-mismatch",
      sentence: expect.stringContaining("PostgreSQL 9"),
    });
  });

  it("data that is damaged, with the server's own words", async () => {
    const dataFolder = await newFolder();
    const server = await start(dataFolder);
    await server.stop();
    await rm(join(dataFolder, "cluster", "global", "pg_control"));
    await expect(startPostgres({ dataFolder, clock })).rejects.toMatchObject({
      kind: "start-failed",
      sentence: expect.stringContaining("pg_control"),
      remedy: expect.stringContaining("postgres.log"),
    });
  });

  it("a file where the data folder should be", async () => {
    const parent = await newFolder();
    await writeFile(parent, "");
    await expect(startPostgres({ dataFolder: parent, clock })).rejects.toMatchObject({ kind: "data-unreachable" });
  });

  it("a store that does not answer, without its password", async () => {
    const databaseUrl = "postgres://jane:s3cret@127.0.0.1:1/books";
    const failure: unknown = await openStore({ connection: { kind: "url", databaseUrl }, clock }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ kind: "unreachable", sentence: expect.stringContaining("books on 127.0.0.1:1") });
    expect(String(failure)).not.toContain("s3cret");
  });
});

/** Runs the writer until it has told of `count` commits, then calls `kill`, and answers every commit it was told of. */
async function writeThenKill(options: {
  dataFolder: string;
  first: number;
  count: number;
  kill: (pids: { node: number; server: number }) => void;
}) {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, "store-writer.ts"), options.dataFolder, String(options.first)],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const committed: number[] = [];
  let server = 0;
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, number] = line.split(" ");
    if (word === "server") server = Number(number);
    if (word === "committed") committed.push(Number(number));
    if (committed.length === options.count) options.kill({ node: child.pid ?? 0, server });
  }
  await exited;
  if (committed.length < options.count) throw new Error(`the writer ended early: ${errors}`);
  return { committed, server };
}

describe("killed with -9 in the middle of commits", () => {
  const kinds = {
    "the process": ({ node }: { node: number }) => process.kill(node, "SIGKILL"),
    "the server": ({ server }: { server: number }) => process.kill(server, "SIGKILL"),
    both: ({ node, server }: { node: number; server: number }) => {
      process.kill(server, "SIGKILL");
      process.kill(node, "SIGKILL");
    },
  };
  for (const [who, kill] of Object.entries(kinds)) {
    it(`${who}: nothing that was committed is lost, and the next start works`, async () => {
      const dataFolder = await newFolder();
      const told: number[] = [];
      for (const count of [1, 17, 60]) {
        const before = told.length === 0 ? 0 : Math.max(...told);
        // The gap leaves room for what was committed but not told of before the kill.
        const { committed, server } = await writeThenKill({ dataFolder, first: before + 1_000, count, kill });
        told.push(...committed);
        const next = await startPostgres({ dataFolder, clock });
        try {
          if (who === "the process") expect(next).toMatchObject({ origin: "attached", pid: server });
          else expect(next.origin).toBe("started");
          const rows = await query<{ no: string }>(next.ownerConnection, "select no from written order by no");
          const kept = new Set(rows.map(({ no }) => Number(no)));
          expect(told.filter((no) => !kept.has(no))).toEqual([]);
        } finally {
          await next.stop();
        }
      }
    });
  }
});
