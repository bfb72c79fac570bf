/**
 * Loads table extracts in CSV into a world that the sandbox can serve, so that a rehearsal runs on real rows. Whatever the extract
 * lacks is a named stub; whatever it lost is counted. The manifest of the loaded world follows from the same rows.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createTables, manifestOf, type Tables, writeWorld } from "../builder/index.ts";
import { fieldsOf } from "../ecc/index.ts";
import type { EccRow, EccUser, Manifest } from "../world.ts";
import { type ExtractReport, readExtract } from "./extract.ts";
import { procoreWorld } from "./procore-world.ts";
import { type ExtractProfile, type ExtractProfileName, type FileProfile, profiles } from "./profiles.ts";
import { ExtractRefused } from "./refused.ts";
import { addStubs, type Stubs } from "./stubs.ts";

export type LoadOptions = {
  worldFolder: string;
  profile: ExtractProfileName;
  /** The folder with `<TABLE>.csv`. */
  sourceFolder: string;
  user: EccUser;
};

export type LoadReport = {
  profile: ExtractProfileName;
  client: string;
  extracts: readonly ExtractReport[];
  /** Files of the folder that were not loaded. */
  filesNotLoaded: readonly string[];
  stubs: Stubs;
  manifest: Manifest;
};

type Loaded = { tables: Tables; extracts: readonly ExtractReport[]; stubs: Stubs };

function profileOf(name: string): ExtractProfile {
  const found = Object.values(profiles).find((profile) => profile.name === name);
  if (found === undefined) throw new ExtractRefused(`profile "${name}" is unknown; use ${Object.keys(profiles).join(" or ")}`);
  return found;
}

function readText(path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    const isText = error instanceof TypeError;
    throw new ExtractRefused(`${path}: ${isText ? "is not UTF-8; export it as UTF-8" : "cannot be read; check the folder"}`);
  }
}

const fileNameOf = (file: FileProfile): string => file.fileName ?? `${file.table}.csv`;

/** CSV files in the folder that the profile does not read: the dictionary has no such table, and no flow needs it. */
function otherFiles(profile: ExtractProfile, sourceFolder: string): readonly string[] {
  const known = new Set(profile.files.map(fileNameOf));
  return readdirSync(sourceFolder)
    .filter((name) => name.endsWith(".csv") && !known.has(name))
    .sort();
}

function load(profile: ExtractProfile, sourceFolder: string): Loaded {
  const tables = createTables();
  const extracts = profile.files.map((file): ExtractReport => {
    const path = join(sourceFolder, fileNameOf(file));
    const { rows, report } = readExtract(readText(path), path, file, profile.client);
    for (const row of rows) tables.add(file.table, row);
    return report;
  });
  return { tables, extracts, stubs: addStubs(tables, profile) };
}

const lastDay = (tables: Tables): string =>
  [...tables.rows("BKPF").map((row) => row["CPUDT"] ?? ""), ...tables.rows("EKKO").map((row) => row["AEDAT"] ?? "")]
    .sort()
    .at(-1) ?? "";

export function loadExtracts(options: LoadOptions): LoadReport {
  const profile = profileOf(options.profile);
  const { tables, extracts, stubs } = load(profile, options.sourceFolder);
  const { seed, rules } = procoreWorld(tables, profile);
  const system = {
    systemId: "GBI",
    client: profile.client,
    release: "731",
    host: "gbiecc01",
    timeZoneMinutes: 0,
    users: [options.user],
    workProcesses: 10,
  };
  const parts = { system, tables, seed, rules };
  const counts = Object.fromEntries(extracts.map((extract) => [extract.table, extract.rowsKept]));
  const manifest = manifestOf(parts, { seed: 0, asOf: lastDay(tables), options: counts, nasty: [] });
  writeWorld(options.worldFolder, parts, manifest);
  const filesNotLoaded = otherFiles(profile, options.sourceFolder);
  return { profile: profile.name, client: profile.client, extracts, filesNotLoaded, stubs, manifest };
}

export type DeltaReport = {
  /** Rows by table, new and changed, stubs included: what the simulated system's control door takes as `upsert`. */
  upsert: Readonly<Record<string, readonly EccRow[]>>;
  /** Keys by table, key fields parted by a blank. */
  added: Readonly<Record<string, readonly string[]>>;
  changed: Readonly<Record<string, readonly string[]>>;
  /** Keys of the earlier extract that the later one lacks. */
  missing: Readonly<Record<string, readonly string[]>>;
  extracts: readonly ExtractReport[];
};

function rowsByKey(tables: Tables, table: string): Map<string, EccRow> {
  const keys = (fieldsOf(table) ?? []).filter((field) => field.isKey && field.dataType !== "CLNT").map((field) => field.name);
  return new Map(tables.rows(table).map((row) => [keys.map((key) => row[key] ?? "").join(" "), row]));
}

/** What the later of two extracts of one system has that the earlier has not. */
export function deltaExtracts(options: { profile: ExtractProfileName; before: string; after: string }): DeltaReport {
  const profile = profileOf(options.profile);
  const before = load(profile, options.before);
  const after = load(profile, options.after);
  const upsert: Record<string, EccRow[]> = {};
  const added: Record<string, string[]> = {};
  const changed: Record<string, string[]> = {};
  const missing: Record<string, string[]> = {};
  const put = <T>(lists: Record<string, T[]>, table: string, value: T): void => {
    lists[table] = [...(lists[table] ?? []), value];
  };
  for (const table of after.tables.names()) {
    const old = rowsByKey(before.tables, table);
    const next = rowsByKey(after.tables, table);
    for (const [key, row] of next) {
      const known = old.get(key);
      if (known !== undefined && JSON.stringify(known) === JSON.stringify(row)) continue;
      put(known === undefined ? added : changed, table, key);
      put(upsert, table, row);
    }
    for (const key of old.keys()) if (!next.has(key)) put(missing, table, key);
  }
  return { upsert, added, changed, missing, extracts: after.extracts };
}
