// Plays some hundred seeds, one after another, in a process of its own. A process takes the work of some ten seeds to become fast, so they are many; what
// a library keeps of each seed would not pile up over thousands even so. Told what to do by its one argument; tells each result to its parent.
import { systemClock } from "../../src/cli/platform/index.ts";
import { openStore } from "../../src/store/index.ts";
import type { SocketConnection } from "./database.ts";
import { forgetSignals } from "./forget.ts";
import { play } from "./play.ts";
import { prepareStatements } from "./prepared.ts";

export type Chunk = {
  connection: SocketConnection;
  seeds: readonly number[];
  /** These are played twice, and must leave the same trace. */
  twiceEvery: number;
  /** The first schedule that ends wrong is enough. */
  isUntilWrong: boolean;
  /** Tell the whole history. */
  isTold: boolean;
};

const chunk = JSON.parse(process.argv[2] ?? "{}") as Chunk;
const tell = chunk.isTold ? (line: string) => process.stdout.write(`${line}\n`) : undefined;

// A defect that nobody awaits must not pass for a quiet end of the process.
process.on("unhandledRejection", (error) => {
  throw error;
});
prepareStatements();
forgetSignals();
const store = await openStore({ connection: chunk.connection, clock: systemClock, poolMax: 2 });
for (const seed of chunk.seeds) {
  const played = await play(seed, { store, tenant: `seed-${seed}`, tell });
  const wrong = [...played.wrong];
  if (seed % chunk.twiceEvery === 0) {
    const again = await play(seed, { store, tenant: `seed-${seed}-again` });
    if (again.trace !== played.trace)
      wrong.push(`played twice, seed ${seed} had two histories: ${played.trace} and ${again.trace}`);
  }
  process.send?.({ ...played, wrong });
  if (chunk.isUntilWrong && wrong.length > 0) break;
}
await store.close();
process.disconnect?.();
