/** What is open in a container, in the order of its effects: of a contract's chain the first is asked for at each step. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index effect_chain on effect (tenant, connection, container, effect)
    where state in ('approved', 'sending', 'unknown', 'held')`.execute(db);
}
