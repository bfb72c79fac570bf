// A process to be killed: starts (or finds) the private server, commits one row after another, and prints each number after its
// commit was answered. Arguments: data folder, first number.
import { Kysely, PostgresDialect, sql } from "kysely";
import { Pool } from "pg";
import { systemClock } from "../../src/cli/platform/index.ts";
import { startPostgres } from "../../src/store/index.ts";

const [dataFolder = "", first = "1"] = process.argv.slice(2);
const { ownerConnection: at, pid } = await startPostgres({ dataFolder, clock: systemClock });
if (at.kind !== "socket") throw new Error("a private server is reached by its socket");
const pool = new Pool({ host: at.host, port: at.port, user: at.user, database: at.database, max: 4 });
const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
await sql`create table if not exists written (no bigint primary key)`.execute(db);
process.stdout.write(`server ${pid}\n`);

let next = Number(first);
async function writeForever(): Promise<void> {
  for (;;) {
    const no = next;
    next += 1;
    await db.transaction().execute((tx) => sql`insert into written values (${no})`.execute(tx));
    process.stdout.write(`committed ${no}\n`);
  }
}
await Promise.all([writeForever(), writeForever(), writeForever()]);
