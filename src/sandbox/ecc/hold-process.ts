/** Work in a dialog process, which it holds for as long as the duration model says (sap-rfc 2.3). */
import type { Clock } from "../../ports/index.ts";
import { durationMs, type Work } from "./work-process-model.ts";
import type { EccWorld } from "./world-state.ts";

/** `none-free`: the queue is full. `too-long`: rdisp/max_wprun_time was over before the work was. */
export async function holdProcess<T extends { work: Work }>(
  world: EccWorld,
  clock: Clock,
  run: () => Promise<T>,
): Promise<T | "none-free" | "too-long"> {
  const { switches, workProcesses } = world;
  if (!(await workProcesses.enter())) return "none-free";
  try {
    const ran = await run();
    const wantedMs = durationMs(switches, ran.work);
    const heldMs = Math.min(wantedMs, switches.maxRunMs);
    world.stats.workProcessMs += heldMs;
    if (heldMs > 0) await clock.sleep(heldMs);
    return wantedMs <= switches.maxRunMs ? ran : "too-long";
  } finally {
    workProcesses.leave();
  }
}
