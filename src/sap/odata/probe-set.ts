/**
 * What an entity set does with what it is asked (sap-data 5.4): declared capabilities mean little, for in SEGW each is coded by hand and what is not is
 * ignored in silence. A handful of requests of a few rows each; nothing is concluded from an answer that proves nothing.
 */
import type { RfcClient, RfcFailure } from "../../ports/index.ts";
import type { EntitySet } from "./metadata.ts";
import { odataFunction, pageOf } from "./odata-client.ts";
import type { Row } from "./read-pages.ts";

export type SetProbe = {
  readonly rows: readonly Row[];
  /** Undefined: it could not be told, for the set has too few rows. */
  readonly top: boolean | undefined;
  readonly skip: boolean | undefined;
  readonly count: boolean;
  readonly filter: boolean | undefined;
};

type Answer = { kind: "rows"; rows: readonly Row[]; count: number | undefined } | RfcFailure;

const timeoutMs = 60_000;
const sampleRows = 5;
/** No key of SAP's begins with it. */
const impossible = "~~~~";

export async function probeSet(
  client: RfcClient,
  service: string,
  set: EntitySet,
  table: { name: string; fields: Readonly<Record<string, { property: string }>> },
): Promise<SetProbe | RfcFailure> {
  const ask = async (query: Readonly<Record<string, string>>): Promise<Answer> => {
    const $select = Object.values(table.fields).map(({ property }) => property);
    const text = Object.entries({ $format: "json", $select: $select.join(","), ...query }).map(
      ([name, value]) => `${name}=${encodeURIComponent(value)}`,
    );
    const parameters = {
      TABLE: table.name,
      FIELDS: Object.keys(table.fields).map((FIELDNAME) => ({ FIELDNAME })),
      SERVICE: service,
      LINK: `${set.name}?${text.join("&")}`,
    };
    const outcome = await client.call({ function: odataFunction, parameters, tables: ["ROWS"], timeoutMs });
    if (outcome.kind === "failure") return outcome;
    return { kind: "rows", ...pageOf(outcome.values) };
  };
  const $orderby = set.keys.join(",");
  const first = await ask({ $top: String(sampleRows) });
  if (first.kind === "failure") return first;
  const { rows } = first;
  const keyOf = (row: Row | undefined) => JSON.stringify(set.keys.map((key) => row?.[key] ?? ""));
  const ordered = await ask({ $top: "2", $orderby });
  const skipped = await ask({ $top: "2", $skip: "1", $orderby });
  const counted = await ask({ $top: "1", $inlinecount: "allpages" });
  const key = set.keys.map((name) => set.properties.get(name)).find((property) => property?.type === "Edm.String");
  const none = key && (await ask({ $top: "2", $filter: `${key.name} eq '${impossible.slice(0, key.maxLength ?? 4)}'` }));
  const isEmpty = rows.length === 0;
  return {
    rows,
    top: isEmpty ? undefined : rows.length <= sampleRows,
    skip:
      ordered.kind === "failure" || skipped.kind === "failure"
        ? false
        : ordered.rows.length < 2
          ? undefined
          : keyOf(skipped.rows[0]) === keyOf(ordered.rows[1]),
    count: counted.kind === "rows" && counted.count !== undefined && counted.count >= rows.length,
    filter: isEmpty || !none ? undefined : none.kind === "rows" && none.rows.length === 0,
  };
}
