/**
 * Links of an answer (sap-data 5.1, 5.4): they name the host that the system knows, often not the one that was asked, and have lost
 * sap-client where the service says so. Only paging links carry query options.
 */
import type { EntitySet, Property } from "./bind.ts";
import type { ServiceDefinition } from "./definition.ts";
import type { Written } from "./edm.ts";

export function serviceRoot(service: ServiceDefinition, host: string | undefined): string {
  const base = service.links.base ?? `http://${host ?? "localhost"}`;
  return `${base}/sap/opu/odata/${service.namespace}/${service.name}`;
}

/** By what was written, which is an object of its own for each distinct value of a property. */
const literalOf = new WeakMap<Written, string>();

/** A key as it stands in a link, by the property's own output: stripped where the property is (5.3). */
function keyLiteral(property: Property, row: number): string {
  const written = property.written(row);
  const known = literalOf.get(written) ?? writeLiteral(property, written.atom ?? "");
  literalOf.set(written, known);
  return known;
}

function writeLiteral(property: Property, text: string): string {
  switch (property.edm) {
    case "DateTime":
      return `datetime'${encodeURIComponent(text === "" ? "0000-00-00T00:00:00" : text)}'`;
    case "DateTimeOffset":
      return `datetimeoffset'${encodeURIComponent(text)}'`;
    case "Time":
      return `time'${text}'`;
    case "Guid":
      return `guid'${text}'`;
    case "Binary":
      return `binary'${Buffer.from(text, "base64").toString("hex").toUpperCase()}'`;
    case "Decimal":
      return `${text}M`;
    case "Int64":
      return `${text}L`;
    case "Byte":
    case "Int16":
    case "Int32":
    case "Double":
    case "Boolean":
      return text;
    case "String":
      return `'${encodeURIComponent(text.replaceAll("'", "''"))}'`;
  }
}

export function entityPath(set: EntitySet, row: number): string {
  const [only, ...others] = set.keys;
  if (only === undefined) return set.name;
  if (others.length === 0) return `${set.name}(${keyLiteral(only, row)})`;
  const parts = set.keys.map((property) => `${property.name}=${keyLiteral(property, row)}`);
  return `${set.name}(${parts.join(",")})`;
}

/** The request's own options, as far as links keep them, with the token. */
export function pagingPath(
  service: ServiceDefinition,
  set: EntitySet,
  params: URLSearchParams,
  token: { skiptoken: string } | { deltatoken: string },
): string {
  const { keepClient, keepFormat } = service.links;
  const isKept = (name: string) => {
    if (name === "$skiptoken" || name === "!deltatoken") return false;
    if (name === "$format") return keepFormat;
    return name === "sap-client" || name === "sap-language" ? keepClient : true;
  };
  const kept = [...params].filter(([name]) => isKept(name)).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const own = "skiptoken" in token ? `$skiptoken=${token.skiptoken}` : `!deltatoken='${token.deltatoken}'`;
  return `${set.name}?${[...kept, own].join("&")}`;
}
