// The store as an actor sees it: the real PostgreSQL, a transaction being one event. A process may die on either side of a commit, and its
// connection may be lost there: then the transaction is rolled back, or it stands and nobody was told.
import { type Store, StoreFault } from "../../src/store/index.ts";
import { type Actor, Died, never } from "./actor.ts";
import type { Dice } from "./dice.ts";
import type { Faults } from "./faults.ts";

class RolledBack extends Error {
  override readonly name = "RolledBack";
}

/** As the driver says it to the store. */
const lost = () => new Error("Connection terminated unexpectedly");
/** As the store says it, when the commit had taken place. */
const unheard = () => new StoreFault("unreachable", "The connection to the store was lost.", "");

const places = ["die commit.before", "die commit.after", "store lost-before-commit", "store lost-after-commit"];

export function storeOf(actor: Actor, real: Store, faults: Faults, dice: Dice): Store {
  const transact: Store["transact"] = async (scope, work) => {
    const fate = faults.passAny(places);
    const undo = real.transact(scope, async (tx) => {
      const value = await work(tx);
      if (fate === "store lost-before-commit") throw lost();
      if (fate === "die commit.before") throw new RolledBack();
      return value;
    });
    const value = await undo.catch((error: unknown) => {
      if (!(error instanceof RolledBack)) throw error;
      return undefined;
    });
    if (fate?.startsWith("die ")) {
      actor.die(fate);
      // Nobody hears it any more; the event is over.
      throw new Died(fate);
    }
    if (fate === "store lost-after-commit") throw unheard();
    return value as Awaited<ReturnType<typeof work>>;
  };
  return {
    ...real,
    transact: (scope, work) =>
      actor.isAlive ? actor.after(1 + dice.fraction() * 4, `${actor.name} transacts`, () => transact(scope, work)) : never(),
    close: () => Promise.resolve(),
  };
}
