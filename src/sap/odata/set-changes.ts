/**
 * What changed in an entity set, by the service's own account: the last page of a whole read names a link (`__delta`, sap-data 5.4), and by that link
 * come the rows that changed or went since, and the next link. Only keys are taken: a change says where to look, never what is true. Guarantees: to the last
 * page or failed; a row without its key, which may be a deletion that only the service understands, is a failure and no row less.
 */
import type { RfcClient } from "../../ports/index.ts";
import { answerDiffers, type ChangesOutcome, type ChangesRequest, type DictionaryField, type ReadFailure } from "../rfc/index.ts";
import { type Row, readToDelta } from "./read-pages.ts";
import { columnOf, Misfit } from "./row-cells.ts";
import type { MappedField, MappedTable, ServiceMap } from "./service-map.ts";

type Source = { client: RfcClient; service: ServiceMap["service"]; mapped: MappedTable; described: DictionaryField };

const timeoutMsDefault = 300_000;
/** What is kept until the next run is kept by the hub, too. */
const linkLengthMax = 2_000;

/** Told each page; true ends the reading. Without `since` it is the set as it stands, of which nothing is kept. */
function collector({ mapped, described }: Source, { field, since, valuesMax }: ChangesRequest, values: Set<string>) {
  const column = columnOf(mapped.fields[field] as MappedField, described, undefined);
  return (rows: readonly Row[]): boolean => {
    for (const row of since === undefined ? [] : rows) {
      const value = column(row);
      if (value === "") throw new Misfit(`a changed row comes without ${field}`);
      values.add(value);
    }
    return values.size > valuesMax;
  };
}

/** All that is mapped is asked for: a change of what was not selected might be none to the service. */
async function readAccount(source: Source, request: ChangesRequest): Promise<ChangesOutcome> {
  const { client, service, mapped } = source;
  const { table, since, valuesMax, timeoutMs = timeoutMsDefault } = request;
  const values = new Set<string>();
  const onRows = collector(source, request, values);
  const asked = { table, mapped, service, fields: Object.keys(mapped.fields), filter: undefined, timeoutMs, onRows };
  const read = await readToDelta(client, asked, since);
  if (read.kind === "failure") return read;
  const failed = (detail: string): ReadFailure => answerDiffers(`${mapped.set} (${table}): ${detail}`);
  if (read.kind === "stopped") return failed(`more than ${valuesMax} changed`);
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
