/** The path of a request into service, resource and key (sap-data 5.1): `;v=2`, `;o=ALIAS` and `;mo` are parts of the service's name. */
import { type Literal, tokensOf } from "./literal.ts";
import { badUri } from "./refused.ts";

export const odataRoot = "/sap/opu/odata/";

export type ServicePath = { namespace: string; name: string; version: number; segments: readonly string[] };
/** Without names where the key has one part. */
export type Key = readonly { name: string | undefined; literal: Literal }[];
export type Segment = { name: string; key: Key | undefined };

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badUri("Invalid URI: it is not percent-encoded as it should be");
  }
}

/** Slashes inside quotes are no borders. */
function splitPath(path: string): string[] {
  return [...path.matchAll(/(?:'(?:[^']|'')*'|[^/'])+/g)].map(([part]) => part);
}

export function servicePathOf(pathname: string): ServicePath {
  const [namespace = "", service = "", ...segments] = splitPath(decoded(pathname.slice(odataRoot.length)));
  const [name = "", ...parameters] = service.split(";");
  const version = parameters.find((each) => /^v=\d{1,4}$/i.test(each))?.slice(2);
  return { namespace, name, version: Number(version ?? "1"), segments };
}

function keyOf(text: string): Key {
  const tokens = tokensOf(text);
  const parts: { name: string | undefined; literal: Literal }[] = [];
  for (let at = 0; at < tokens.length; ) {
    const [first, second, third] = tokens.slice(at, at + 3);
    if (first?.kind === "literal") {
      parts.push({ name: undefined, literal: first.literal });
      at += 1;
    } else if (first?.kind === "name" && second?.kind === "mark" && second.text === "=" && third?.kind === "literal") {
      parts.push({ name: first.text, literal: third.literal });
      at += 3;
    } else throw badUri("Invalid key predicate");
    const comma = tokens[at];
    if (comma === undefined) break;
    if (comma.kind !== "mark" || comma.text !== ",") throw badUri("Invalid key predicate");
    at += 1;
  }
  return parts;
}

export function segmentOf(text: string): Segment {
  const match = /^([A-Za-z_$][A-Za-z0-9_]*)(?:\((.*)\))?$/s.exec(text);
  if (match === null) throw badUri(`Invalid URI: segment ${text.slice(0, 40)}`);
  const [, name = "", key] = match;
  return { name, key: key === undefined || key === "" ? undefined : keyOf(key) };
}
