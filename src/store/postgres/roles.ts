/**
 * The roles and the database on a private server, made where they are missing: `ml_owner` owns the tables and migrates them, `ml_app`
 * reads and writes rows. Neither is a superuser, so that row-level security binds them.
 */
import type { Client } from "pg";
import { withSetupLock } from "./session.ts";

export const OWNER_ROLE = "ml_owner";
export const APP_ROLE = "ml_app";
export const DATABASE = "ml_connector";

export async function ensureRolesAndDatabase(client: Client): Promise<void> {
  await withSetupLock(client, async () => {
    for (const role of [OWNER_ROLE, APP_ROLE]) {
      const { rowCount } = await client.query("select 1 from pg_roles where rolname = $1", [role]);
      // Names are constants of this module; DDL takes no parameters.
      if (rowCount === 0) await client.query(`create role ${role} login nosuperuser nocreatedb nocreaterole nobypassrls`);
    }
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE} owner ${OWNER_ROLE}`);
  });
}
