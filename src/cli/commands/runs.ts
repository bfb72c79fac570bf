/** `ml-connector runs`: what was run, or one run in full; reads only, needs no running hub. `runs resume` takes a paused one up. */
import { Command } from "commander";
import { listRuns, type RunReport } from "../../hub/index.ts";
import { exitCodes, UsageError } from "../exit-codes.ts";
import { wholeNumber, withConfig, withJson } from "../flags.ts";
import { runLines } from "../report/run-text.ts";
import { runsLines } from "../report/runs-text.ts";
import { terminal } from "../terminal.ts";
import { pickConnection } from "../wiring/connections.ts";
import { lookAtStore } from "../wiring/store-only.ts";
import { resumeRun } from "./resume-run.ts";

type Flags = { config: string; connection?: string; limit: number; json: boolean };

const runsMax = 10_000;

function show(runs: readonly RunReport[], run: string | undefined, isJson: boolean): void {
  const [first] = runs;
  if (run !== undefined && !first) throw new UsageError(`There is no run ${run}; \`ml-connector runs\` lists them.`);
  if (isJson) terminal.json(run === undefined ? runs : first);
  else if (!first) terminal.print("There is no run yet; `ml-connector sync` makes the first.");
  else terminal.printAll(run === undefined ? runsLines(runs, terminal.paint) : runLines(first, terminal.paint));
}

async function runs(run: string | undefined, { config: configFile, connection, limit, json }: Flags): Promise<void> {
  if (run !== undefined && !/^\d{1,18}$/.test(run)) throw new UsageError(`"${run}" is no run; runs are numbers such as 12.`);
  const found = await lookAtStore({ configFile, log: terminal.debug }, ({ config, store }) => {
    const scope = connection === undefined ? {} : { connection: pickConnection(config, connection) };
    return listRuns(store, { tenant: config.tenant, limit, ...scope, ...(run === undefined ? {} : { run }) });
  });
  show(found ?? [], run, json);
}

async function resume(run: string, { config, json }: Flags): Promise<void> {
  if (!/^\d{1,18}$/.test(run)) throw new UsageError(`"${run}" is no run; runs are numbers such as 12.`);
  const report = await resumeRun(run, config);
  if (!report) return;
  if (report.state !== "finished") process.exitCode = exitCodes.unfinished;
  show([report], report.run, json);
}

/** A bare number is the short form of `show`. */
function dispatch(first: string | undefined, second: string | undefined, flags: Flags): Promise<void> {
  if (first === "resume") return resume(second ?? "", flags);
  return runs(first === "show" ? (second ?? "") : first, flags);
}

export function runsCommand(): Command {
  const command = new Command("runs")
    .description("list runs, show one in full, or resume a paused one")
    .argument("[run]", "number of a run; `show` or `resume` may stand before it")
    .argument("[number]", "after `show` or `resume`");
  return withJson(withConfig(command))
    .option("--connection <name>", "only this connection")
    .option("--limit <n>", "how many, latest first", wholeNumber(1, runsMax), 20)
    .action(dispatch);
}
