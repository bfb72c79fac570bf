/**
 * The data dictionary of the simulated system: tables and structures by name. `fieldsOf` and `isKnownField` serve the builder and
 * the loader; a name that is not here does not exist in the system.
 */
import { accountingTables } from "./accounting.ts";
import { bapiStructures } from "./bapi-structures.ts";
import { calendarTables } from "./calendar.ts";
import { changeDocumentTables } from "./change-documents.ts";
import { controllingTables } from "./controlling.ts";
import type { Field, TableDefinition } from "./define.ts";
import { invoiceTables } from "./invoices.ts";
import { ledgerTables } from "./ledgers.ts";
import { organisationTables } from "./organisation.ts";
import { purchasingTables } from "./purchasing.ts";
import { structures } from "./structures.ts";
import { vendorTables } from "./vendor.ts";

export type { Field, TableDefinition } from "./define.ts";

const definitions: ReadonlyMap<string, TableDefinition> = new Map(
  [
    ...organisationTables,
    ...calendarTables,
    ...vendorTables,
    ...purchasingTables,
    ...invoiceTables,
    ...accountingTables,
    ...ledgerTables,
    ...controllingTables,
    ...changeDocumentTables,
    ...structures,
    ...bapiStructures,
  ].map((table) => [table.name, table]),
);

/** Tables and structures alike; structures have kind INTTAB. */
export function definitionOf(name: string): TableDefinition | undefined {
  return definitions.get(name);
}

/** Names of what can hold rows. */
export function tableNames(): readonly string[] {
  return [...definitions.values()].filter((table) => table.kind !== "INTTAB").map((table) => table.name);
}

/** Fields in dictionary order, the client column included. Undefined for an unknown name. */
export function fieldsOf(table: string): readonly Field[] | undefined {
  return definitions.get(table)?.fields;
}

/** Whether a row on disk may carry the field: the client column of a client-dependent table is the server's to add. */
export function isKnownField(table: string, field: string): boolean {
  const definition = definitions.get(table);
  if (definition === undefined || definition.clientField === field) return false;
  return definition.fields.some((known) => known.name === field);
}
