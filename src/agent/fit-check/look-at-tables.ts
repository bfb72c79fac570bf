/** Table by table: one row of the fields that are read, which shows a missing right at the least cost; and how many rows there are. */
import type { RowCount, TableBarrier, TableFact } from "../../core/index.ts";
import type { Timebox } from "../../ports/index.ts";
import { errorCodeOf, type ReadFailure, rowsOf } from "../../sap/index.ts";
import type { SapDesk } from "../sap-desk.ts";
import { countFunction } from "./settings.ts";

const countTimeoutMs = 30_000;
/** A read for a count ends here: beyond it nobody needs the number by reading rows. */
const countedByReadingMax = 2_000;

/** What is large, or tells how large the rest is. */
const countedTables: readonly string[] =
  "LFA1 LFB1 EKKO EKPO EKKN EKBE RBKP RSEG BKPF BSEG COBK COEP FAGLFLEXA COSP COSS FAGLFLEXT GLT0".split(" ");

function barrierOf(failure: ReadFailure): TableBarrier {
  if (failure.cause !== "rfc") {
    if (failure.code === "field-unknown") return "field";
    return ["no-reader", "table-not-readable", "too-wide", "field-not-readable"].includes(failure.code) ? "no-reader" : "other";
  }
  const { key } = failure.failure;
  const code = errorCodeOf(failure.failure);
  if (code === "sap.policy") return "policy";
  if (code !== "sap.not-authorised") return "other";
  return key === "RFC_NO_AUTHORITY" ? "function-right" : "table-right";
}

function refused(table: string, failure: ReadFailure): TableFact {
  const isRfc = failure.cause === "rfc";
  return {
    table,
    state: "refused",
    barrier: barrierOf(failure),
    code: isRfc ? errorCodeOf(failure.failure) : "sap.exception",
    key: isRfc ? failure.failure.key : failure.code,
    detail: isRfc ? failure.failure.detail : failure.detail,
  };
}

async function lookAt(desk: SapDesk, table: string, fields: readonly string[]): Promise<TableFact> {
  const described = await desk.dictionary.describe(table);
  if (described.kind === "failure") return refused(table, { kind: "failure", cause: "rfc", failure: described });
  const outcome = await desk.reader.read({ table, fields, rowsMax: 1 });
  if (outcome.kind === "failure") return refused(table, outcome);
  const reader = desk.reader.choices?.().find((each) => each.table === table)?.reader ?? "";
  return { table, state: "readable", reader };
}

export async function lookAtTables(
  desk: SapDesk,
  needed: Readonly<Record<string, readonly string[]>>,
  timebox: Timebox,
): Promise<TableFact[]> {
  const facts: TableFact[] = [];
  for (const [table, fields] of Object.entries(needed).sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (timebox.isOver()) {
      timebox.skip(`table ${table}`);
      continue;
    }
    const fact = await timebox.until(() => lookAt(desk, table, fields), undefined);
    // What our own deadline cut off says nothing of the table.
    if (fact === undefined || (timebox.isOver() && fact.state === "refused")) timebox.skip(`table ${table}`);
    else facts.push(fact);
  }
  return facts;
}

async function countByFunction(desk: SapDesk, table: string): Promise<number | undefined> {
  const outcome = await desk.client.call({
    function: countFunction,
    parameters: { IT_TABLES: [{ TABNAME: table }] },
    tables: ["IT_TABLES"],
    timeoutMs: countTimeoutMs,
  });
  if (outcome.kind === "failure") return undefined;
  const count = rowsOf(outcome.values.IT_TABLES)[0]?.TABROWS?.trim() ?? "";
  return /^\d{1,15}$/.test(count) ? Number(count) : undefined;
}

/** The customer's reader, SAP's own count, and where neither may be used, reading up to a number. */
async function count(desk: SapDesk, table: string, fields: readonly string[]): Promise<RowCount | undefined> {
  const counted = await desk.reader.count?.({ table, timeoutMs: countTimeoutMs });
  if (counted?.kind === "count") return { rows: counted.count, how: "counted" };
  const byFunction = await countByFunction(desk, table);
  if (byFunction !== undefined) return { rows: byFunction, how: "counted" };
  const outcome = await desk.reader.read({ table, fields: fields.slice(0, 1), rowsMax: countedByReadingMax });
  if (outcome.kind === "complete") return { rows: outcome.rows.length, how: "counted" };
  return outcome.kind === "over" ? { rows: countedByReadingMax + 1, how: "at-least" } : undefined;
}

export async function countRows(
  desk: SapDesk,
  needed: Readonly<Record<string, readonly string[]>>,
  facts: TableFact[],
  timebox: Timebox,
): Promise<void> {
  for (const [at, fact] of facts.entries()) {
    if (fact.state !== "readable" || !countedTables.includes(fact.table)) continue;
    const counted = () => count(desk, fact.table, needed[fact.table] ?? []);
    const rows = timebox.isOver() ? undefined : await timebox.until(counted, undefined);
    if (rows) facts[at] = { ...fact, rows };
    else timebox.skip(`rows of ${fact.table}`, timebox.isOver() ? undefined : "nothing here counts them");
  }
}
