/**
 * `ml-connector schedule`: which schedules there are, when each asks for a run next and did last; `next` lists the coming ones in order; `run` does a
 * schedule's run now, which counts for none of its windows.
 */
import { Command } from "commander";
import { Fault } from "../../core/index.ts";
import {
  listScheduleDone,
  type NamedSchedule,
  nextRuns,
  type ResolvedSchedule,
  type RunReport,
  resolveSchedules,
  resolveUnread,
  type ScheduleDone,
} from "../../hub/index.ts";
import { type ConnectionConfiguration, loadConfiguration } from "../config/index.ts";
import { exitCodes } from "../exit-codes.ts";
import { wholeNumber, withConfig, withJson } from "../flags.ts";
import { systemClock } from "../platform/index.ts";
import { runLines } from "../report/run-text.ts";
import { left, renderTable } from "../report/text-table.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { openInstallation } from "../wiring/installation.ts";
import { lookAtStore } from "../wiring/store-only.ts";

type Flags = { config: string; connection?: string; json: boolean };
type NextFlags = Flags & { count: number };
type Picked = { connection: string; schedules: readonly NamedSchedule[] };

const countMax = 1_000;

async function pick(flags: Flags): Promise<Picked> {
  const config = await loadConfiguration(flags.config);
  const connection = pickConnection(config, flags.connection);
  const { schedules } = config.connections[connection] as ConnectionConfiguration;
  return { connection, schedules };
}

/** What only the store knows is looked up there; the others need none. */
async function resolve(flags: Flags, { connection, schedules }: Picked): Promise<(name: string) => ResolvedSchedule> {
  const isOfStore = schedules.some(({ schedule }) => typeof schedule === "function");
  const stored = isOfStore
    ? await lookAtStore({ configFile: flags.config, log: terminal.debug }, ({ config, store }) =>
        resolveSchedules(store, { tenant: config.tenant, connection }, schedules),
      )
    : undefined;
  const known = stored ?? resolveUnread(schedules);
  return (name) => known.get(name) ?? { problem: "there is no such schedule" };
}

async function readDone(flags: Flags, connection: string): Promise<ReadonlyMap<string, ScheduleDone>> {
  const done = await lookAtStore({ configFile: flags.config, log: terminal.debug }, ({ config, store }) =>
    listScheduleDone(store, { tenant: config.tenant, connection }),
  );
  return done ?? new Map();
}

async function list(flags: Flags): Promise<void> {
  const picked = await pick(flags);
  const { connection, schedules } = picked;
  const done = await readDone(flags, connection);
  const resolved = await resolve(flags, picked);
  const nowMs = systemClock.now();
  const rows = schedules.map(({ flows, mode, name }) => {
    const found = resolved(name);
    const next = "problem" in found ? { problem: found.problem } : { next: nextRuns(found.schedule, { nowMs, count: 1 })[0] };
    const isOnIdoc = !("problem" in found) && found.schedule.when.kind === "moments";
    return { connection, schedule: name, flows, mode, ...next, ...(isOnIdoc ? { isOnIdoc } : {}), done: done.get(name) };
  });
  if (flags.json) return terminal.json(rows);
  if (rows.length === 0) return terminal.print("No schedules; docs/schedules.md says how they are written.");
  const columns = ["schedule", "flows", "mode", "next (UTC)", "done up to (UTC)", "run"].map(left);
  const cells = rows.map((row) => [
    row.schedule,
    row.flows.join(" "),
    row.mode,
    "problem" in row ? "not known" : (row.next ?? (row.isOnIdoc ? "with an IDoc" : "by hand")),
    row.done?.at ?? "",
    row.done?.run ?? "",
  ]);
  terminal.printAll(renderTable(columns, cells, terminal.paint));
  terminal.printAll(rows.flatMap((row) => ("problem" in row ? [`${row.schedule}: ${row.problem}`] : [])));
}

function notKnown(schedules: readonly NamedSchedule[], resolved: (name: string) => ResolvedSchedule): readonly string[] {
  return schedules.flatMap(({ name }) => {
    const found = resolved(name);
    return "problem" in found ? [`not known  ${name}: ${found.problem}`] : [];
  });
}

async function next(flags: NextFlags): Promise<void> {
  const picked = await pick(flags);
  const { connection, schedules } = picked;
  const resolved = await resolve(flags, picked);
  const ask = { nowMs: systemClock.now(), count: flags.count };
  const coming = schedules
    .flatMap(({ name }) => {
      const found = resolved(name);
      return "problem" in found ? [] : nextRuns(found.schedule, ask).map((at) => ({ at, connection, schedule: name }));
    })
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .slice(0, flags.count);
  if (flags.json) terminal.json(coming);
  else terminal.printAll([...coming.map(({ at, schedule }) => `${at}  ${schedule}`), ...notKnown(schedules, resolved)]);
}

async function runNow(name: string, flags: Flags): Promise<void> {
  const { connection, schedules } = await pick(flags);
  const named = schedules.find((each) => each.name === name);
  if (!named) {
    const detail = `there is no schedule "${name}"; there are ${schedules.map((each) => each.name).join(", ") || "none"}`;
    throw new Fault("schedule.invalid", { place: `connections.${connection}.schedules`, detail });
  }
  const installation = await openInstallation({ configFile: flags.config, log: terminal.debug, onFreePort: true });
  let run: RunReport;
  try {
    const mode = named.mode === "full" ? ({ mode: "full" } as const) : {};
    run = await installation.sync({ connection, flows: named.flows, ...mode });
  } finally {
    await installation.stop();
  }
  if (run.state !== "finished") process.exitCode = exitCodes.unfinished;
  if (flags.json) terminal.json(run);
  else terminal.printAll(runLines(run, terminal.paint));
}

export function scheduleCommand(): Command {
  const common = (each: Command) =>
    withJson(withConfig(each)).option("--connection <name>", "which connection, where there are several");
  return new Command("schedule")
    .description("when runs are asked for by themselves")
    .addCommand(common(new Command("list").description("schedules, when each is next and was last (the default)")).action(list), {
      isDefault: true,
    })
    .addCommand(
      common(new Command("next").description("the coming runs, in order"))
        .option("--count <n>", "how many", wholeNumber(1, countMax), 10)
        .action(next),
    )
    .addCommand(
      common(new Command("run").description("do a schedule's run now")).argument("<schedule>", "its name").action(runNow),
    );
}
