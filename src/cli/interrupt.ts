/** Ctrl-C and SIGTERM, once as a request to end in order, twice as an order to end at once. */
import { exitCodes } from "./exit-codes.ts";

export type Interrupt = { signal: AbortSignal; release(): void };

export function listenForInterrupt(): Interrupt {
  const asked = new AbortController();
  const listen = () => {
    if (asked.signal.aborted) process.exit(exitCodes.interrupted);
    asked.abort();
  };
  process.on("SIGINT", listen);
  process.on("SIGTERM", listen);
  return {
    signal: asked.signal,
    release() {
      process.off("SIGINT", listen);
      process.off("SIGTERM", listen);
    },
  };
}

export function untilInterrupted({ signal }: Interrupt): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
