/**
 * What changed in an entity set, by the service's own account: the last page of a whole read names a link (`__delta`, sap-data 5.4), and by that link
 * come the rows that changed or went since, and the next link. Only keys are taken: a change says where to look, never what is true. Guarantees: to the last
 * page or failed; a row without its key, which may be a deletion that only the service understands, is a failure and no row less.
 */
import type { Clock, RfcClient } from "../../ports/index.ts";
import { answerDiffers, type ChangesOutcome, type ChangesRequest, type DictionaryField, type ReadFailure } from "../rfc/index.ts";
import { type Row, readToDelta } from "./read-pages.ts";
import { columnOf, Misfit } from "./row-cells.ts";
import type { MappedField, MappedTable, ServiceMap } from "./service-map.ts";

type Source = {
  client: RfcClient;
  clock: Clock;
  service: ServiceMap["service"];
  mapped: MappedTable;
  described: DictionaryField;
};

/** What is kept until the next run is kept by the hub, too. */
const linkLengthMax = 2_000;

/** Told each page. Without `since` it is the set as it stands, of which nothing is kept. */
function collector({ mapped, described }: Source, { field, since }: ChangesRequest, values: Set<string>) {
  const column = columnOf(mapped.fields[field] as MappedField, described, undefined);
  return (rows: readonly Row[]): void => {
    for (const row of since === undefined ? [] : rows) {
      const value = column(row);
      if (value === "") throw new Misfit(`a changed row comes without ${field}`);
      values.add(value);
    }
  };
}

/** All that is mapped is asked for: a change of what was not selected might be none to the service. */
async function readAccount(source: Source, request: ChangesRequest): Promise<ChangesOutcome> {
  const { client, clock, service, mapped } = source;
  const { table, since, valuesMax, withinMs } = request;
  const values = new Set<string>();
  const take = collector(source, request, values);
  const overAt = clock.monotonic() + withinMs;
  const onRows = (rows: readonly Row[]) => {
    take(rows);
    return values.size > valuesMax || clock.monotonic() > overAt;
  };
  const fields = Object.keys(mapped.fields);
  const read = await readToDelta(
    client,
    { table, mapped, service, fields, filter: undefined, timeoutMs: withinMs, onRows },
    since,
  );
  if (read.kind === "failure") return read;
  const failed = (detail: string): ReadFailure => answerDiffers(`${mapped.set} (${table}): ${detail}`);
  if (read.kind === "stopped")
    return failed(values.size > valuesMax ? `more than ${valuesMax} changed` : `no last page within ${withinMs / 1_000} seconds`);
  if (read.link === "") return failed("its last page names no link for changes (delta: false?)");
  if (read.link.length > linkLengthMax) return failed("its link for changes is too long to be kept");
  return { kind: "changes", values: [...values], link: read.link };
}

export async function readSetChanges(source: Source, request: ChangesRequest): Promise<ChangesOutcome> {
  try {
    return await readAccount(source, request);
  } catch (error) {
    if (error instanceof Misfit) return answerDiffers(`${source.mapped.set} (${request.table}): ${error.message}`);
    throw error;
  }
}
