/**
 * Every migration, in order, listed by hand: forward only, never edited once released. A new one is a file `NNNN-name.ts` with `up`,
 * and a line here. Each table's key begins with `tenant`, and each table gets `guardByTenant`.
 */
import type { Migration } from "kysely/migration";
import * as tenantAudit from "./0001-tenant-audit.ts";

export const migrations: Readonly<Record<string, Migration>> = {
  "0001-tenant-audit": tenantAudit,
};
