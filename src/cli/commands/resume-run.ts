/** `ml-connector runs resume`: takes up a paused run where it stands. Exit code 3 where it does not finish. */
import { flows, isErrorCode } from "../../core/index.ts";
import { listRuns, type RunReport } from "../../hub/index.ts";
import { unlessInterrupted } from "../demo/demo-ports.ts";
import { exitCodes, UsageError } from "../exit-codes.ts";
import { listenForInterrupt } from "../interrupt.ts";
import { terminal } from "../terminal.ts";
import { type Installation, openInstallation } from "../wiring/installation.ts";
import { actor } from "./actor.ts";

async function findRun({ config, store }: Installation, run: string): Promise<RunReport> {
  const [found] = await listRuns(store, { tenant: config.tenant, run, limit: 1 });
  if (!found) throw new UsageError(`There is no run ${run}; \`ml-connector runs\` lists them.`);
  if (found.state === "paused" || found.state === "open") return found;
  const why = found.code !== undefined && isErrorCode(found.code) ? ` [${found.code}]` : "";
  throw new UsageError(`Run ${run} is ${found.state}${why}: there is nothing to resume. \`ml-connector sync\` begins the next.`);
}

/** Undefined: interrupted. */
export async function resumeRun(run: string, configFile: string): Promise<RunReport | undefined> {
  const interrupt = listenForInterrupt();
  try {
    const installation = await openInstallation({ configFile, log: terminal.debug, onFreePort: true });
    try {
      const { connection } = await findRun(installation, run);
      const { hub } = installation;
      const taken = await hub.requestRun({ connection, flows, mode: "delta", actor: actor() });
      return await unlessInterrupted(interrupt.signal, hub.awaitRun(taken));
    } finally {
      await installation.stop();
    }
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = exitCodes.interrupted;
    terminal.note("Interrupted. The run stays where it stands; the next `ml-connector sync` takes it up.");
    return undefined;
  } finally {
    interrupt.release();
  }
}
