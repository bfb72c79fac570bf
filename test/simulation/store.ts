// The store as an actor sees it: the real PostgreSQL, a transaction being one event. A process may die on either side of a commit, and its
// connection may be lost there: then the transaction is rolled back, or it stands and nobody was told.
import type { Store } from "../../src/store/index.ts";
import { type Actor, Died, never } from "./actor.ts";
import type { Dice } from "./dice.ts";
import type { Faults } from "./faults.ts";

class RolledBack extends Error {
  override readonly name = "RolledBack";
}

/** As the driver says it. */
const lost = () => Object.assign(new Error("Connection terminated unexpectedly"), { code: "ECONNRESET" });

const places = ["die commit.before", "die commit.after", "store lost-before-commit", "store lost-after-commit"];

export function storeOf(actor: Actor, real: Store, faults: Faults, dice: Dice): Store {
  const transact: Store["transact"] = async (scope, work) => {
    const fate = faults.passAny(places);
    const isUndone = fate === "die commit.before" || fate === "store lost-before-commit";
    const undo = real.transact(scope, async (tx) => {
      const value = await work(tx);
      if (isUndone) throw new RolledBack();
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
    if (fate !== undefined) throw lost();
    return value as Awaited<ReturnType<typeof work>>;
  };
  return {
    ...real,
    transact: (scope, work) =>
      actor.isAlive ? actor.after(1 + dice.fraction() * 4, `${actor.name} transacts`, () => transact(scope, work)) : never,
    close: () => Promise.resolve(),
  };
}
