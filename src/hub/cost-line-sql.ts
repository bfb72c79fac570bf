/**
 * How a cost line finds its document in SQL. A line bears the store's own number of its document (decision 0029): SAP's key (BUKRS, BELNR, GJAHR) and the
 * period stand in the document alone. The year is in both, because lines are kept by it.
 */
import { sql } from "kysely";

/** After `cost_line c`: its document `d`. Tenant, connection and year follow from the number; said, they lead from SAP's key to its lines by an index. */
export const withDocument = sql`join cost_document d on d.document = c.document and d.tenant = c.tenant and d.connection = c.connection
  and d.fiscal_year = c.fiscal_year`;

/** After `cost_document d`: its lines `c`. */
export const withLines = sql`join cost_line c on c.document = d.document and c.fiscal_year = d.fiscal_year`;

/** `CostDocumentRecord.key` of document `d`. */
export const documentKey = sql`d.company_code || '.' || d.document_number || '.' || d.fiscal_year`;

/** The key of line `c` of document `d`, as atoms, holds and replays name it. */
export const lineKey = sql`${documentKey} || '.' || lpad(c.line::text, 3, '0')`;

/** Whether a row of `other` is of cost line `c`; of a table of the store rather `isOfLineIn`. */
export const isOfLine = (other: string) =>
  sql`${sql.ref(`${other}.document`)} = c.document and ${sql.ref(`${other}.line`)} = c.line and ${sql.ref(`${other}.fiscal_year`)} = c.fiscal_year`;

/** The same of a table whose key begins with the tenant, as those of re-codings do: said so, its rows are found by their key. */
export const isOfLineIn = (table: string) =>
  sql`${sql.ref(`${table}.tenant`)} = c.tenant and ${sql.ref(`${table}.connection`)} = c.connection and ${isOfLine(table)}`;
