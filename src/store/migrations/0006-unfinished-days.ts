/** On how many days a slice came back because the day's row budget ended it, and on which last: what never ends is told. */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table task add column unfinished_days integer not null default 0, add column unfinished_day text`.execute(db);
}
