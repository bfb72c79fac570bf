import type { Generated } from "kysely";

/** The table of migration 0015 as the queries see it. */
export type ScheduleDoneTable = {
  tenant: string;
  connection: string;
  schedule: string;
  /** The last window that was done; of a schedule that had none yet, when it was first seen. */
  done_at: Date;
  /** The run that was opened for it. */
  run: bigint | null;
  /** How many windows before it were missed and are done by it. */
  missed: Generated<number>;
};
