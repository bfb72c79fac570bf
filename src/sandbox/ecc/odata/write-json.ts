/** Verbose JSON of OData v2 (sap-data 5.2). Entities are put together from fragments that were written once a value. */
import type { EntitySet, Property, Service } from "./bind.ts";
import { entityPath } from "./links.ts";

export type Feed = {
  root: string;
  service: Service;
  set: EntitySet;
  select: readonly Property[];
  rows: readonly number[];
  /** Padded keys of deleted rows. */
  deleted: readonly string[];
  count: number | undefined;
  nextPath: string | undefined;
  deltaPath: string | undefined;
  /** When the answer is made, for Atom. */
  nowMs: number;
};

export const typeName = ({ service, set }: Pick<Feed, "service" | "set">): string => `${service.definition.name}.${set.type}`;

function entityText(feed: Feed, row: number, heads: readonly string[]): string {
  const uri = JSON.stringify(`${feed.root}/${entityPath(feed.set, row)}`);
  let text = `{"__metadata":{"id":${uri},"uri":${uri},"type":"${typeName(feed)}"}`;
  for (let index = 0; index < feed.select.length; index += 1)
    text += heads[index] + (feed.select[index]?.written(row).json ?? "");
  return `${text}}`;
}

const headsOf = (select: readonly Property[]): string[] => select.map(({ name }) => `,"${name}":`);

/** The parts of a padded key, trailing blanks gone. */
export function keyParts(set: EntitySet, key: string): string[] {
  let at = 0;
  return set.table.keyFields.map(({ length }) => {
    at += length;
    return key.slice(at - length, at).trimEnd();
  });
}

/** sap-data 5.4 [K]: how JSON says that a row is gone is the service's own; this one names the kept key and a mark. */
function deletedText(feed: Feed, key: string): string {
  const values = Object.fromEntries(
    keyParts(feed.set, key).flatMap((value, index) => {
      const field = feed.set.table.keyFields[index];
      const property = feed.set.keys.find((each) => each.field === field);
      return property === undefined ? [] : [[property.name, value]];
    }),
  );
  return JSON.stringify({ __metadata: { type: typeName(feed) }, ...values, __deleted: true });
}

export function feedJson(feed: Feed): string {
  const heads = headsOf(feed.select);
  const entities = feed.rows.map((row) => entityText(feed, row, heads));
  const results = [...entities, ...feed.deleted.map((key) => deletedText(feed, key))].join(",");
  const link = (path: string) => JSON.stringify(`${feed.root}/${path}`);
  const count = feed.count === undefined ? "" : `"__count":"${feed.count}",`;
  const next = feed.nextPath === undefined ? "" : `,"__next":${link(feed.nextPath)}`;
  const delta = feed.deltaPath === undefined ? "" : `,"__delta":${link(feed.deltaPath)}`;
  return `{"d":{${count}"results":[${results}]${next}${delta}}}`;
}

export function entityJson(feed: Feed): string {
  return `{"d":${entityText(feed, feed.rows[0] ?? 0, headsOf(feed.select))}}`;
}

export function serviceDocumentJson(service: Service): string {
  return JSON.stringify({ d: { EntitySets: [...service.entitySets.keys()] } });
}
