/**
 * Time that really ends: requests are cut at the end of their step, and a wait beyond it ends as `TimeIsOver`. A step's share is its weight in what is left,
 * so that what one does not use is the others'.
 */
import { Fault, type Skipped, type Trouble } from "../../core/index.ts";
import type { Clock, HttpClient, HttpFailure, Timebox, TimeboxStep } from "../../ports/index.ts";

export class TimeIsOver extends Error {
  override readonly name = "TimeIsOver";
}

const over: HttpFailure = { kind: "failure", reason: "timeout", requestSent: "no", detail: "the time of this look is over" };

export type FitTimebox = Timebox & {
  trouble(): readonly Trouble[];
  skipped(): readonly Skipped[];
  /** The clock whose waits end with the step's time. */
  clock: Clock;
  within(http: HttpClient): HttpClient;
};

export function createTimebox({
  clock,
  totalMs,
  onStep,
}: {
  clock: Clock;
  totalMs: number;
  onStep: (what: string) => void;
}): FitTimebox {
  const end = clock.monotonic() + totalMs;
  const trouble: Trouble[] = [];
  const skipped: Skipped[] = [];
  let stepEnd = end;
  const leftMs = () => stepEnd - clock.monotonic();
  const isOver = () => leftMs() <= 0;
  const outOfTime = "its time was over";

  const boxed: Clock = {
    ...clock,
    async sleep(durationMs, signal) {
      if (isOver()) throw new TimeIsOver(outOfTime);
      await clock.sleep(Math.min(durationMs, leftMs()), signal);
    },
  };

  const isByTime = (error: unknown) => error instanceof TimeIsOver || (error instanceof Fault && isOver());

  async function until<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isByTime(error)) return otherwise;
      throw error;
    }
  }

  /** Answers whether it came to its end. */
  async function attempt({ what, work }: TimeboxStep): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (isByTime(error)) skipped.push({ what, why: outOfTime });
      else if (error instanceof Fault) trouble.push({ what, code: error.code, place: error.place, detail: error.detail });
      else throw error;
      return false;
    }
  }

  async function run(steps: readonly TimeboxStep[]): Promise<void> {
    let missing: string | undefined;
    for (const [at, step] of steps.entries()) {
      const rest = steps.slice(at).reduce((sum, { weight }) => sum + weight, 0);
      const left = end - clock.monotonic();
      // Without a vital one there is nothing for the others: it may take half.
      stepEnd = clock.monotonic() + (step.isVital ? left / 2 : (left * step.weight) / rest);
      if (missing !== undefined || left <= 0) {
        skipped.push({ what: step.what, why: missing === undefined ? outOfTime : `${missing} was not reached` });
        continue;
      }
      onStep(step.what);
      if (!(await attempt(step)) && step.isVital) missing = step.what;
    }
  }

  return {
    run,
    isOver,
    until,
    skip: (what, why = outOfTime) => void skipped.push({ what, why }),
    trouble: () => trouble,
    skipped: () => skipped,
    clock: boxed,
    within: (http) => ({
      request: async (request) =>
        isOver() ? over : http.request({ ...request, timeoutMs: Math.max(1, Math.min(request.timeoutMs, leftMs())) }),
      close: () => http.close(),
    }),
  };
}
