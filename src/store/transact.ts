/**
 * The one way to the store's rows: a transaction in the scope of one tenant, which row-level security enforces whatever the query says.
 * PostgreSQL's serialisation failures and deadlocks are retried a fixed number of times, so `work` may run more than once: it must
 * have no effect outside the transaction. A connection lost during COMMIT is not retried: its outcome is unknown, and the
 * caller's to find out; it is told as a fault that passes.
 */
import { type Kysely, sql, type Transaction } from "kysely";
import type { Clock } from "../ports/index.ts";
import { errorCode, isConnectionLost, StoreFault } from "./fault.ts";
import type { Database } from "./schema.ts";

export type Isolation = "read committed" | "repeatable read" | "serializable";

export type TransactScope = {
  tenant: string;
  /** Default `read committed`. */
  isolation?: Isolation;
};

export type TransactWork<T> = (tx: Transaction<Database>) => Promise<T>;

export const ATTEMPTS_MAX = 6;
/** Doubled with each attempt. Deadlocks need no jitter: PostgreSQL lets one side win each time. */
const RETRY_FIRST_MS = 5;

/** Never a tenant's name: the table refuses it. What queries across tenants (schedules, migrations) set. */
export const ALL_TENANTS = "*";

const SERIALIZATION_FAILURE = "40001";
const DEADLOCK_DETECTED = "40P01";

export async function runTransaction<T>(
  db: Kysely<Database>,
  clock: Clock,
  scope: TransactScope,
  work: TransactWork<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db
        .transaction()
        .setIsolationLevel(scope.isolation ?? "read committed")
        .execute(async (tx) => {
          // `true`: for this transaction only, so that a pooled connection never carries a tenant to its next user.
          await sql`select set_config('ml.tenant', ${scope.tenant}, true)`.execute(tx);
          return await work(tx);
        });
    } catch (error) {
      if (isConnectionLost(error)) throw lost(error);
      if (![SERIALIZATION_FAILURE, DEADLOCK_DETECTED].includes(errorCode(error))) throw error;
      if (attempt >= ATTEMPTS_MAX) throw contended(error);
      await clock.sleep(RETRY_FIRST_MS * 2 ** (attempt - 1));
    }
  }
}

/** Not tried again: whether a COMMIT that was under way took place is not known. */
function lost(cause: unknown): StoreFault {
  return new StoreFault(
    "unreachable",
    "The connection to the store was lost.",
    "What was committed counts; the work goes on from there once the store answers again.",
    { cause },
  );
}

function contended(cause: unknown): StoreFault {
  return new StoreFault(
    "contended",
    `A transaction met others on the same rows ${ATTEMPTS_MAX} times and gave up.`,
    "Nothing was written; run it again. If it comes back, fewer workers should share the quota key.",
    { cause },
  );
}
