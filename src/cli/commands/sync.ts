/**
 * `ml-connector sync`: starts what is needed, runs once, prints what became of it. Exit code 0 when the run finished, with holds or without;
 * 3 when it was paused or stopped. Interrupted, the run stays where it stands, and the next `sync` takes it up. `ml-connector plan` is the same without
 * the writes: what it plans waits for approval.
 */
import { Command } from "commander";
import type { Flow } from "../../core/index.ts";
import type { RunReport } from "../../hub/index.ts";
import { loadConfiguration } from "../config/index.ts";
import { unlessInterrupted } from "../demo/demo-ports.ts";
import { showRun, startProgress } from "../demo/progress.ts";
import { exitCodes } from "../exit-codes.ts";
import { flowOption, withConfig, withJson } from "../flags.ts";
import { type Interrupt, listenForInterrupt } from "../interrupt.ts";
import { systemClock } from "../platform/index.ts";
import { runLines } from "../report/run-text.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { openInstallation, type SyncAsk } from "../wiring/installation.ts";

type Flags = { config: string; connection?: string; full: boolean; flow?: readonly Flow[]; json: boolean };

function askOf({ connection, full, flow }: Flags, isPlanOnly: boolean): SyncAsk {
  return {
    isPlanOnly,
    ...(connection === undefined ? {} : { connection }),
    ...(flow === undefined ? {} : { flows: flow }),
    ...(full ? { mode: "full" } : {}),
    onTakenUp: ({ run, mode, flows }) =>
      terminal.note(
        `  run ${run} (${mode}: ${Object.keys(flows).join(", ")}) had been left unfinished; it is finished, and yours follows`,
      ),
  };
}

async function runOnce(flags: Flags, ask: SyncAsk, interrupt: Interrupt): Promise<RunReport> {
  // Before anything is started or made.
  pickConnection(await loadConfiguration(flags.config), flags.connection);
  // Progress is about the work, not the result: it never gets into what a script reads.
  const stream = process.stderr;
  const isTerminal = stream.isTTY === true && terminal.env.TERM !== "dumb";
  const progress = startProgress({ stream, clock: systemClock, isTerminal });
  try {
    progress.begin("start", "PostgreSQL, hub and agent");
    const opening = openInstallation({
      configFile: flags.config,
      log: terminal.debug,
      onProgress: showRun(progress),
      onFreePort: true,
    });
    const installation = await opening;
    progress.end();
    try {
      return await unlessInterrupted(interrupt.signal, installation.sync(ask));
    } finally {
      progress.end();
      await installation.stop();
    }
  } finally {
    await progress.stop();
  }
}

async function run(flags: Flags, { isPlanOnly }: { isPlanOnly: boolean }): Promise<void> {
  const interrupt = listenForInterrupt();
  try {
    const report = await runOnce(flags, askOf(flags, isPlanOnly), interrupt);
    if (report.state !== "finished") process.exitCode = exitCodes.unfinished;
    if (flags.json) terminal.json(report);
    else terminal.printAll(runLines(report, terminal.paint));
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = exitCodes.interrupted;
    terminal.note("Interrupted. The run stays where it stands; the next `ml-connector sync` takes it up.");
  } finally {
    interrupt.release();
  }
}

function runCommand(name: string, description: string, ask: { isPlanOnly: boolean }): Command {
  return withJson(withConfig(new Command(name).description(description)))
    .option("--connection <name>", "which connection, where there are several")
    .option("--full", "read everything, not only what changed", false)
    .addOption(flowOption())
    .action((flags: Flags) => run(flags, ask));
}

export const syncCommand = () => runCommand("sync", "bring Procore up to SAP once", { isPlanOnly: false });

export const planCommand = () =>
  runCommand("plan", "read SAP and say what a sync would change in Procore; writes nothing there", { isPlanOnly: true });
