/** A read request that has come as far as Gateway: its resource, its options, its form. The order of checks is Gateway's: service, set, key, options. */

import type { EccUser } from "../../world.ts";
import type { EccAnswer, EccRequest } from "../answers.ts";
import { countRead } from "../stats.ts";
import type { EccWorld } from "../world-state.ts";
import type { EntitySet, Service } from "./bind.ts";
import { abapText } from "./compare.ts";
import { ValueUnsayable } from "./edm.ts";
import { type ErrorContext, noAuthority, noService, refusalAnswer, unsayable } from "./errors.ts";
import { pagingPath, serviceRoot } from "./links.ts";
import { metadataText } from "./metadata.ts";
import { type Key, type Segment, type ServicePath, segmentOf } from "./path.ts";
import { queryOf, selectOf } from "./query.ts";
import { countRows, readPage } from "./read-set.ts";
import { badUri, frameworkCode, notImplemented, ODataRefused, unknownProperty } from "./refused.ts";
import { entityAtom, feedAtom, serviceDocumentAtom } from "./write-atom.ts";
import { entityJson, type Feed, feedJson, serviceDocumentJson } from "./write-json.ts";

export type ODataExchange = {
  request: EccRequest;
  params: URLSearchParams;
  path: ServicePath;
  world: EccWorld;
  user: EccUser;
  nowMs: number;
};

/** `$format` wins over Accept; without either it is Atom. */
export function wantsJson(request: EccRequest, params: URLSearchParams): boolean {
  const format = params.get("$format");
  if (format !== null) return format.toLowerCase().startsWith("json");
  return /application\/json/i.test(request.headers["accept"] ?? "");
}

export function errorContext(exchange: ODataExchange): ErrorContext {
  const { request, params, path, world, nowMs } = exchange;
  return { wantsJson: wantsJson(request, params), service: path, system: world.system, nowMs };
}

type Made = { answer: EccAnswer; rowsScanned: number };

function made(contentType: string, text: string, rowsScanned = 0, headers: Record<string, string> = {}): Made {
  return {
    answer: {
      kind: "answer",
      status: 200,
      headers: { "content-type": contentType, dataserviceversion: "2.0", ...headers },
      body: Buffer.from(text, "utf8"),
    },
    rowsScanned,
  };
}

const jsonType = "application/json;charset=utf-8";
const atomType = (kind: "feed" | "entry") => `application/atom+xml;type=${kind};charset=utf-8`;

function checkAuthority(set: EntitySet, { user, world }: ODataExchange, service: Service): void {
  const table = set.table.definition.name;
  if (world.odata.isCatalogue(service) || user.tables.includes("*") || user.tables.includes(table)) return;
  throw noAuthority(table);
}

function setNamed(service: Service, name: string): EntitySet {
  const set = service.entitySets.get(name);
  if (set === undefined)
    throw new ODataRefused(404, frameworkCode.unknownSegment, `Resource not found for the segment '${name}'`);
  return set;
}

/** sap-data 5.3: the key is looked up as it stands in the URL, whatever form the feed gave it. */
function rowAt(set: EntitySet, key: Key): number {
  const [only] = key;
  const parts = key.length === 1 && only?.name === undefined ? [{ name: set.keys[0]?.name, literal: only?.literal }] : key;
  if (parts.length !== set.keys.length)
    throw badUri("The number of keys specified in the URI does not match number of key properties");
  const row: Record<string, string> = {};
  for (const { name, literal } of parts) {
    const property = set.keys.find((each) => each.name === name);
    if (property === undefined || literal === undefined) throw unknownProperty(name ?? "?", set.type);
    row[property.field.name] = abapText(property, literal, set.isUrlConverted);
  }
  const found = set.table.rowOf(row);
  if (found === undefined) throw new ODataRefused(404, "/IWBEP/CM_MGW_RT/020", `Resource not found for segment '${set.type}'`);
  return found;
}

function feedOf(exchange: ODataExchange, service: Service, set: EntitySet): Feed {
  return {
    root: serviceRoot(service.definition, exchange.request.headers["host"]),
    service,
    set,
    select: set.properties,
    rows: [],
    deleted: [],
    count: undefined,
    nextPath: undefined,
    deltaPath: undefined,
    nowMs: exchange.nowMs,
  };
}

function answerFeed(exchange: ODataExchange, service: Service, set: EntitySet): Made {
  const { params, world, nowMs, request } = exchange;
  const query = queryOf(params, set, request.headers["prefer"]);
  const page = readPage(set, query, { world, deltas: world.odata.deltas, nowMs });
  const pathTo = (token: Parameters<typeof pagingPath>[3]) => pagingPath(service.definition, set, params, token);
  const feed: Feed = {
    ...feedOf(exchange, service, set),
    select: query.select,
    rows: page.rows,
    deleted: page.deleted,
    count: page.count,
    nextPath: page.skiptoken === undefined ? undefined : pathTo({ skiptoken: page.skiptoken }),
    deltaPath: page.deltatoken === undefined ? undefined : pathTo({ deltatoken: page.deltatoken }),
  };
  const { rowsScanned } = page;
  countRead(world.stats, set.table.definition.name, { rowsScanned, rowsSent: page.rows.length, rowsSkipped: query.skip });
  const headers: Record<string, string> = query.isPageSizePreferred
    ? { "preference-applied": `odata.maxpagesize=${query.pageSize}` }
    : {};
  if (wantsJson(request, params)) return made(jsonType, feedJson(feed), rowsScanned, headers);
  return made(atomType("feed"), feedAtom(feed), rowsScanned, headers);
}

function answerEntity(exchange: ODataExchange, service: Service, set: EntitySet, key: Key): Made {
  const { params, request, world } = exchange;
  if (set.supports.single === "refused") throw notImplemented(`${set.name}_GET_ENTITY`);
  const feed = { ...feedOf(exchange, service, set), select: selectOf(params, set), rows: [rowAt(set, key)] };
  countRead(world.stats, set.table.definition.name, { rowsScanned: 1, rowsSent: 1, rowsSkipped: 0 });
  return wantsJson(request, params) ? made(jsonType, entityJson(feed), 1) : made(atomType("entry"), entityAtom(feed), 1);
}

function answerCount(exchange: ODataExchange, set: EntitySet): Made {
  const { params, world, nowMs } = exchange;
  if (set.supports.count === "refused") throw notImplemented(`${set.name}_GET_ENTITYSET`);
  const { count, rowsScanned } = countRows(set, queryOf(params, set, undefined), { world, deltas: world.odata.deltas, nowMs });
  return made("text/plain;charset=utf-8", String(count), rowsScanned);
}

function answerSet(exchange: ODataExchange, service: Service, segment: Segment): Made {
  const set = setNamed(service, segment.name);
  checkAuthority(set, exchange, service);
  const [, second, ...more] = exchange.path.segments;
  if (second === "$count" && more.length === 0 && segment.key === undefined) return answerCount(exchange, set);
  if (second !== undefined)
    throw new ODataRefused(404, frameworkCode.unknownSegment, `Resource not found for the segment '${second}'`);
  return segment.key === undefined ? answerFeed(exchange, service, set) : answerEntity(exchange, service, set, segment.key);
}

function answerResource(exchange: ODataExchange): Made {
  const { path, request, params, world } = exchange;
  const service = world.odata.find(path.namespace, path.name);
  if (service === undefined || service.definition.version !== path.version) throw noService(path);
  const root = serviceRoot(service.definition, request.headers["host"]);
  const [first] = path.segments;
  if (first === "$metadata") return made("application/xml;charset=utf-8", metadataText(service, root));
  if (first === undefined)
    return wantsJson(request, params)
      ? made(jsonType, serviceDocumentJson(service))
      : made("application/atomsvc+xml;charset=utf-8", serviceDocumentAtom(service, root));
  return answerSet(exchange, service, segmentOf(first));
}

export function answerRead(exchange: ODataExchange): Made {
  try {
    return answerResource(exchange);
  } catch (error) {
    const refused = error instanceof ValueUnsayable ? unsayable() : error;
    if (!(refused instanceof ODataRefused)) throw error;
    return { answer: refusalAnswer(refused, errorContext(exchange)), rowsScanned: 0 };
  }
}
