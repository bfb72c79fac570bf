/**
 * Ends what was started, last first, each step whatever became of the one before; the first failure is told at the end. Runs once, however
 * often it is called.
 */
export type Teardown = { add(step: () => Promise<void>): void; run(): Promise<void> };

export function createTeardown(): Teardown {
  const steps: (() => Promise<void>)[] = [];
  let running: Promise<void> | undefined;
  const run = async () => {
    const failures: unknown[] = [];
    for (let step = steps.pop(); step; step = steps.pop()) await step().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  return {
    add: (step) => {
      steps.push(step);
    },
    run: () => {
      running ??= run();
      return running;
    },
  };
}
