/**
 * Everything the simulated system knows while it runs: its tables, users' logons and sessions, switches and counters. Tables come
 * from disk; the rest starts afresh with the process, as an application server's memory does.
 */
import type { Random } from "../../ports/index.ts";
import type { EccSystem } from "../world.ts";
import type { Logons } from "./logon.ts";
import { LogonRegister } from "./logon.ts";
import type { ServiceDefinition } from "./odata/definition.ts";
import { ODataServices } from "./odata/services.ts";
import { RfcSessions } from "./posting/rfc-sessions.ts";
import { profileOfRelease } from "./profile.ts";
import { newStats, type Stats } from "./stats.ts";
import type { NamedChange } from "./store/changes.ts";
import type { Table } from "./store/table.ts";
import { defaultSwitches, type Switches } from "./switches.ts";
import { WorkProcesses } from "./work-processes.ts";

export type EccWorld = {
  readonly system: EccSystem;
  readonly tables: ReadonlyMap<string, Table>;
  readonly random: Random;
  readonly logons: Logons;
  readonly workProcesses: WorkProcesses;
  readonly stats: Stats;
  readonly switches: Switches;
  readonly odata: ODataServices;
  readonly sessions: RfcSessions;
  /** Lets so many business events happen, durably; a world in memory alone has none unless it is given. */
  liveBusiness?: (events: number) => Promise<void>;
  /** Writes what `build` says, durably, with nothing in between; a world in memory alone writes to its tables. */
  transact?: (build: () => readonly NamedChange[]) => Promise<void>;
};

/** DD02L and DD02T list what the dictionary defines; a world that brings rows of its own keeps them. */
function fillDictionaryTables(tables: ReadonlyMap<string, Table>): void {
  const [list, texts] = [tables.get("DD02L"), tables.get("DD02T")];
  if (list === undefined || texts === undefined || list.rowCount > 0) return;
  for (const name of [...tables.keys()].sort()) {
    const definition = tables.get(name)?.definition;
    if (definition === undefined) continue;
    const key = { TABNAME: name, AS4LOCAL: "A" };
    list.insert({ ...key, TABCLASS: definition.kind, CLIDEP: definition.clientField === undefined ? "" : "X" });
    texts.insert({ ...key, DDLANGUAGE: "E", DDTEXT: definition.text.slice(0, 60) });
  }
}

export function newWorld(options: {
  system: EccSystem;
  tables: ReadonlyMap<string, Table>;
  random: Random;
  services?: readonly ServiceDefinition[];
}): EccWorld {
  const { system, tables, random, services } = options;
  fillDictionaryTables(tables);
  const stats = newStats();
  const switches = defaultSwitches(profileOfRelease(system.release));
  // A world without services draws nothing, so that a seeded one replays as before it could have any.
  const processId = services === undefined || services.length === 0 ? "" : Buffer.from(random.bytes(6)).toString("hex");
  return {
    system,
    tables,
    random,
    logons: new LogonRegister(system, random, switches, stats),
    workProcesses: new WorkProcesses(system.workProcesses, switches, stats),
    stats,
    switches,
    sessions: new RfcSessions(),
    odata: new ODataServices({ definitions: services ?? [], tables, system, switches, processId }),
  };
}
