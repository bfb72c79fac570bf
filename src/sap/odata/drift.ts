/**
 * Whether a service is still the one that its mapping file was written for (sap-data 5.4): a mapped property that is gone or has another type stops its
 * table, and its table alone; a property that nobody knows is told. Asked once in a while, for a transport may change a service at any time.
 */
import type { Clock, RfcClient } from "../../ports/index.ts";
import { answerDiffers, type ReadFailure, rfcFailed } from "../rfc/index.ts";
import { readMetadata, type ServiceMetadata } from "./metadata.ts";
import { odataFunction } from "./odata-client.ts";
import type { MappedTable, ServiceMap } from "./service-map.ts";

export type Drift = { readonly broken: readonly string[]; readonly added: readonly string[] };

export function driftOf({ set: name, fields, ignored }: MappedTable, metadata: ServiceMetadata): Drift {
  const set = metadata.sets.get(name);
  if (!set) return { broken: [`entity set ${name} is gone`], added: [] };
  const broken = Object.values(fields).flatMap(({ property, type }) => {
    const now = set.properties.get(property);
    if (!now) return [`${property} is gone`];
    return now.type === type ? [] : [`${property} is ${now.type} now, and was ${type}`];
  });
  const known = new Set([...Object.values(fields).map(({ property }) => property), ...ignored]);
  return { broken, added: [...set.properties.keys()].filter((property) => !known.has(property)) };
}

export async function fetchMetadata(
  client: RfcClient,
  { service, table, timeoutMs }: { service: string; table: string; timeoutMs: number },
): Promise<{ kind: "metadata"; metadata: ServiceMetadata } | ReadFailure> {
  const parameters = { TABLE: table, FIELDS: [], SERVICE: service, LINK: "$metadata", RAW: "X" };
  const outcome = await client.call({ function: odataFunction, parameters, tables: [], timeoutMs });
  if (outcome.kind === "failure") return rfcFailed(outcome);
  const { BODY: body } = outcome.values;
  const read = await readMetadata(typeof body === "string" ? body : "");
  return read.kind === "metadata" ? read : answerDiffers(`${service}/$metadata: ${read.detail}`);
}

const ageMaxMs = 600_000;
const timeoutMs = 60_000;

export type DriftWatch = {
  /** Undefined where the table can be read. */
  check(table: string): Promise<ReadFailure | undefined>;
  /** Properties that are new, by table, as far as was looked. */
  added(table: string): readonly string[];
};

export function createDriftWatch({ client, clock, map }: { client: RfcClient; clock: Clock; map: ServiceMap }): DriftWatch {
  const seen = new Map<string, { at: number; reading: ReturnType<typeof fetchMetadata> }>();
  const news = new Map<string, readonly string[]>();
  const metadataOf = async (service: string, table: string) => {
    const known = seen.get(service);
    if (known && clock.monotonic() - known.at <= ageMaxMs) return known.reading;
    const reading = fetchMetadata(client, { service, table, timeoutMs });
    seen.set(service, { at: clock.monotonic(), reading });
    if ((await reading).kind === "failure") seen.delete(service);
    return reading;
  };
  return {
    async check(table) {
      const mapped = map.tables[table];
      if (!mapped) return undefined;
      const read = await metadataOf(mapped.service ?? map.service, table);
      if (read.kind === "failure") return read;
      const { broken, added } = driftOf(mapped, read.metadata);
      news.set(table, added);
      if (broken.length === 0) return undefined;
      const detail = `${mapped.set} (${table}): ${broken.slice(0, 5).join("; ")}`;
      return { kind: "failure", cause: "answer", code: "service-changed", detail };
    },
    added: (table) => news.get(table) ?? [],
  };
}
