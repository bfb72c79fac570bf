/**
 * `ml-connector start`: hub and agents until SIGINT or SIGTERM. Runs that an earlier process left open are taken up; runs that `sync` asks
 * for meanwhile may be worked on here. It asks for the runs of `schedules` when their windows open (docs/schedules.md).
 */
import { Command } from "commander";
import { flows } from "../../core/index.ts";
import { listRuns, type RunProgress } from "../../hub/index.ts";
import { withConfig, withJson } from "../flags.ts";
import { listenForInterrupt, untilInterrupted } from "../interrupt.ts";
import { endLine } from "../report/run-text.ts";
import { terminal } from "../terminal.ts";
import { type Installation, openInstallation } from "../wiring/installation.ts";

type Flags = { config: string; json: boolean };

/** A line when a run enters a stage; not one for every page. */
function logStages(): (progress: RunProgress) => void {
  const last = new Map<string, string>();
  return ({ run, connection, flow, stage }) => {
    const now = `${run} ${flow} ${stage}`;
    if (last.get(connection) === now) return;
    last.set(connection, now);
    terminal.note(`run ${run} of ${connection}: ${flow}, ${stage}`);
  };
}

/** An open run, not a paused one: that waits for somebody. */
async function takeUpOpenRuns({ config, store, hub }: Installation): Promise<void> {
  for (const connection of Object.keys(config.connections)) {
    const [latest] = await listRuns(store, { tenant: config.tenant, connection, limit: 1 });
    if (latest?.state !== "open") continue;
    const run = await hub.requestRun({ connection, flows, mode: latest.mode === "full" ? "full" : "delta" });
    terminal.note(`run ${latest.run} of ${connection} was left open and is taken up`);
    void hub.awaitRun(run).then(
      (report) => terminal.note(endLine(report, terminal.paint)),
      // The store is closed: we were told to stop, and the run stays open.
      () => undefined,
    );
  }
}

async function start({ config: configFile, json }: Flags): Promise<void> {
  const interrupt = listenForInterrupt();
  const installation = await openInstallation({ configFile, log: terminal.note, onProgress: logStages(), isLongLived: true });
  try {
    const connections = Object.keys(installation.config.connections);
    if (json) terminal.json({ url: installation.hub.url, connections });
    else terminal.print(`Hub at ${installation.hub.url}, agents for ${connections.join(", ")}. Ctrl-C stops all of it.`);
    await takeUpOpenRuns(installation);
    await untilInterrupted(interrupt);
    terminal.note("Stopping; an unfinished run is taken up at the next start.");
  } finally {
    await installation.stop();
    interrupt.release();
  }
}

export function startCommand(): Command {
  return withJson(withConfig(new Command("start").description("run hub and agents until interrupted"))).action(start);
}
