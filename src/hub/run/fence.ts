/**
 * The fence between a worker and its successor (design section 8). Who works for a quota key does so under an epoch; each transaction of its run
 * first locks the key's lease and looks whether that epoch still holds it, in the same transaction as what it writes. A worker that was taken over
 * (frozen, cut off, slow) learns it with its next step at the latest: it gives its job back and has touched nothing since. Its successor's taking
 * waits for a transaction that is already under way, so of two workers one is always wholly before the other.
 */
import { sql } from "kysely";
import type { Store } from "../../store/index.ts";

/** Ends the worker, not the run: whoever took over carries that on. */
export class Superseded extends Error {
  override readonly name = "Superseded";

  constructor(quotaKey: string, epoch: bigint) {
    super(`another worker took over Procore client ${quotaKey}; this one worked under epoch ${epoch}`);
  }
}

export type Holding = { tenant: string; quotaKey: string; epoch: bigint };

export function fenceStore(store: Store, { tenant, quotaKey, epoch }: Holding): Store {
  return {
    ...store,
    transact: (scope, work) =>
      store.transact(scope, async (tx) => {
        const { rows } =
          await sql`select 1 from quota_lease where tenant = ${tenant} and quota_key = ${quotaKey} and epoch = ${epoch}
          for share`.execute(tx);
        if (rows.length === 0) throw new Superseded(quotaKey, epoch);
        return work(tx);
      }),
  };
}
