/** Which rules placed a part: the hash of the mapping it was planned under. A rule's name alone is a line of a file that has changed since. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  // Parts of before stay without: what they were planned under was not kept.
  await sql`alter table cost_part add column mapping_version text`.execute(db);
}
