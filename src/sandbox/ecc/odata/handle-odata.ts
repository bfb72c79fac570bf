/**
 * A request under `/sap/opu/odata/` of somebody who has logged on: planned weather, the CSRF rules (sap-data 5.1), a work process, and
 * the headers that go with every answer. Nothing here can be written to.
 */
import type { Clock } from "../../../ports/index.ts";
import type { EccUser } from "../../world.ts";
import { type EccAnswer, type EccOutcome, type EccRequest, htmlAnswer } from "../answers.ts";
import { holdProcess } from "../hold-process.ts";
import * as pages from "../pages.ts";
import { countIn } from "../stats.ts";
import type { EccWorld } from "../world-state.ts";
import { answerRead, errorContext, type ODataExchange } from "./answer.ts";
import { answerBatch } from "./batch.ts";
import { faultAnswer, refusalAnswer, shortDump } from "./errors.ts";
import { servicePathOf } from "./path.ts";
import { notImplemented, ODataRefused } from "./refused.ts";
import { takeODataFault } from "./switches.ts";

type Asked = { request: EccRequest; url: URL; world: EccWorld; user: EccUser; nowMs: number; clock: Clock };

function resourceOf(exchange: ODataExchange): string {
  return exchange.path.segments[0]?.replace(/\(.*$/s, "") ?? "";
}

function csrfToken(world: EccWorld, user: EccUser): string {
  return Buffer.from(`${world.odata.csrfSeed}.${user.user}`).toString("base64url");
}

/** sap-data 5.1: reads may fetch a token; everything else needs it, and then finds that nothing was coded. */
function refuseWithoutToken({ request, world, user }: ODataExchange): EccAnswer | undefined {
  if (request.headers["x-csrf-token"] === csrfToken(world, user)) return undefined;
  return {
    kind: "answer",
    status: 403,
    headers: { "content-type": "text/plain;charset=utf-8", "x-csrf-token": "Required" },
    body: Buffer.from("CSRF token validation failed"),
  };
}

function refuseWriting(exchange: ODataExchange): EccAnswer {
  const { request } = exchange;
  return refusalAnswer(notImplemented(`${resourceOf(exchange)}_${request.method}_ENTITY`), errorContext(exchange));
}

async function execute(exchange: ODataExchange, clock: Clock, answerTo: typeof answerRead): Promise<EccAnswer> {
  const { world } = exchange;
  const events = world.switches.businessEventsPerCall;
  const ran = await holdProcess(world, clock, async () => {
    countIn(world.stats.calls, `odata ${exchange.path.name}/${resourceOf(exchange)}`);
    if (events > 0) await world.liveBusiness?.(events);
    const { answer, rowsScanned } = answerTo(exchange);
    if (events > 0) await world.liveBusiness?.(events);
    return { answer, work: { rowsScanned, waitMs: 0 } };
  });
  if (ran === "none-free") return overload(world);
  if (ran === "too-long") return shortDump(world.system, "TIME_OUT");
  return ran.answer;
}

function overload(world: EccWorld): EccAnswer {
  countIn(world.stats.failures, "OVERLOAD");
  return htmlAnswer(503, pages.overloadPage());
}

async function withFaults(exchange: ODataExchange, clock: Clock): Promise<EccOutcome> {
  const { world, user, request } = exchange;
  const how = takeODataFault(world.switches, resourceOf(exchange));
  if (how !== undefined) {
    countIn(world.stats.failures, `injected ${how}`);
    if (how === "silence") return { kind: "silence" };
    if (how === "cut-before") return { kind: "cut" };
    if (how === "overload") return overload(world);
    const answer = faultAnswer(how, errorContext(exchange), user.user);
    if (answer !== undefined) return answer;
  }
  const isReading = request.method === "GET" || request.method === "HEAD";
  const isBatch = request.method === "POST" && resourceOf(exchange) === "$batch";
  const refused = isReading ? undefined : refuseWithoutToken(exchange);
  if (refused !== undefined) return refused;
  if (!isReading && !isBatch) return refuseWriting(exchange);
  const answer = await execute(exchange, clock, isBatch ? answerBatch : answerRead);
  if (answer.status >= 400) countIn(world.stats.failures, `odata ${answer.status}`);
  return how === "cut-half" ? { kind: "cut", partial: answer } : answer;
}

function withHeaders(answer: EccAnswer, exchange: ODataExchange): EccAnswer {
  const { request, world, user } = exchange;
  const { odataMessage } = world.switches;
  const isFetch = request.headers["x-csrf-token"]?.toLowerCase() === "fetch";
  return {
    ...answer,
    headers: {
      "cache-control": "no-store, no-cache",
      ...answer.headers,
      ...(isFetch ? { "x-csrf-token": csrfToken(world, user) } : {}),
      ...(odataMessage === "" ? {} : { "sap-message": odataMessage }),
    },
  };
}

function exchangeOf({ request, url, world, user, nowMs }: Asked): ODataExchange | EccAnswer {
  try {
    return { request, params: url.searchParams, path: servicePathOf(url.pathname), world, user, nowMs };
  } catch (error) {
    if (!(error instanceof ODataRefused)) throw error;
    const service = { name: "", version: 1 };
    return refusalAnswer(error, { wantsJson: false, service, system: world.system, nowMs });
  }
}

export async function handleOData(asked: Asked): Promise<EccOutcome> {
  const exchange = exchangeOf(asked);
  if ("kind" in exchange) return exchange;
  const outcome = await withFaults(exchange, asked.clock);
  if (outcome.kind === "answer") return withHeaders(outcome, exchange);
  return outcome;
}

/** What is answered before anybody logs on. */
export function beforeLogon(request: EccRequest, world: EccWorld): EccAnswer | undefined {
  if (!world.switches.odataActive) {
    countIn(world.stats.failures, "NODE_INACTIVE");
    return htmlAnswer(404, pages.serviceUnreachablePage());
  }
  if (request.target.length > world.switches.odataUrlMax) return htmlAnswer(414, pages.longUrlPage());
  return undefined;
}
