/** What a demo is asked, and what it needs from outside. */
import type { RunProgress, RunReport } from "../../hub/index.ts";
import type { Clock, HttpClient, Random } from "../../ports/index.ts";
import type { DemoSize } from "./demo-report.ts";
import type { Progress } from "./progress.ts";

export type DemoOptions = { size: DemoSize; keep: boolean; alterProcore: boolean };

export type DemoInstallation = {
  sync(ask: { connection?: string }): Promise<RunReport>;
  stop(): Promise<void>;
};

type OpenDemoInstallation = (options: {
  configFile: string;
  log: (line: string) => void;
  onProgress: (progress: RunProgress) => void;
}) => Promise<DemoInstallation>;

export type DemoPorts = {
  clock: Clock;
  random: Random;
  http: HttpClient;
  progress: Progress;
  /** Aborts when a person interrupts. */
  signal: AbortSignal;
  peakMegabytes: () => number;
  openInstallation: OpenDemoInstallation;
  log: (line: string) => void;
  /** The command line's entry file, for the children; this process's own unless given. */
  entry?: string;
};

class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** Settles as the work does, or throws at once when a person interrupts; the work itself is then ended by the teardown. */
export async function unlessInterrupted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let interrupt: () => void = () => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => reject(new Interrupted("interrupted"));
    signal.addEventListener("abort", interrupt, { once: true });
    if (signal.aborted) interrupt();
  });
  // Whoever loses the race may still fail: that is no unhandled rejection.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
}
