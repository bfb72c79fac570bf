/**
 * One request through the simulated Procore: weather, token, quota, company header, route, journal. What a request changed is in the
 * journal before its answer exists; what was refused is rolled back. Never asynchronous: the socket shell does the waiting.
 */

import type { Clock, Random } from "../../ports/index.ts";
import { control } from "./control.ts";
import { type Actor, type Answer, type Outcome, type ProcoreRequest, type Reply, serviceAccount } from "./exchange.ts";
import type { Journal } from "./journal.ts";
import { type Limits, limitText, RateWindows } from "./limits.ts";
import { bearerOf, goodToken, issueToken, revokeToken, showTokenInfo, unauthorized } from "./oauth.ts";
import { actorOf, readBody, readErrand } from "./person.ts";
import type { Postman } from "./postman.ts";
import type { Client } from "./records.ts";
import { Refusal } from "./refusal.ts";
import { randomId } from "./request-id.ts";
import { changeRights, refuseWithoutRight } from "./rights.ts";
import { matchRoute } from "./routes.ts";
import { Stats } from "./stats.ts";
import { integerOf, parseBody } from "./values.ts";
import { type Front, Weather } from "./weather.ts";
import { driftHeaders, failureOf } from "./weather-answers.ts";
import { publish } from "./webhook-events.ts";
import type { World } from "./world.ts";

/** procore 1 [A]: plain text; the documentation does not state the status. */
const missingCompanyText =
  "Missing Procore-Company-Id header! Include the Procore-Company-Id header with the ID of the company in your request.";

export type ProcoreParts = {
  world: World;
  journal: Journal;
  clock: Clock;
  random: Random;
  limits: Limits;
  /** Absent where there is nobody to deliver webhooks. */
  postman?: Postman;
};

export class Procore {
  readonly world: World;
  readonly stats = new Stats();
  readonly #parts: ProcoreParts;
  readonly #weather = new Weather();
  readonly #windows: RateWindows;

  constructor(parts: ProcoreParts) {
    this.world = parts.world;
    this.#parts = parts;
    this.#windows = new RateWindows(parts.limits);
  }

  handle(request: ProcoreRequest): Outcome {
    if (request.path.startsWith("/sandbox/")) return this.#control(request);
    const front = this.#weather.meet(request.method, request.path);
    const due = this.#weather.looked(request.method, request.path);
    const outcome = front === undefined ? this.#process(request) : this.#processIn(front, request);
    for (const commit of due) commit();
    return outcome;
  }

  #control(request: ProcoreRequest): Answer {
    if (request.isLoopback && `${request.method} ${request.path}` === "POST /sandbox/person") return this.#person(request);
    const reply = control({ ...this.#parts, stats: this.stats, weather: this.#weather, windows: this.#windows }, request);
    this.#commit(actorOf(readBody(request.body)));
    return this.#answer(reply, {});
  }

  #person(request: ProcoreRequest): Answer {
    const errand = readErrand(this.world, request);
    if (typeof errand === "string") return this.#answer({ status: 400, body: { error: errand } }, {});
    const answer = this.#route(errand.request, errand.client, errand.actor);
    this.#commit(errand.actor);
    return answer;
  }

  #processIn(front: Front, request: ProcoreRequest): Outcome {
    switch (front.how) {
      case "cut-before":
        this.#count(request, undefined);
        return { kind: "cut" };
      case "timeout-after-commit":
        this.#process(request);
        return { kind: "silence" };
      case "cut-after-commit":
        this.#process(request);
        return { kind: "cut" };
      case "cut-body":
        return { ...this.#process(request), isCut: true };
      case "slow":
        return { ...this.#process(request), delayMs: front.delayMs };
      case "late-commit":
        return this.#commitLate(front, request);
      case "bulk":
        return this.#process({ ...request, bulk: front.bulk });
      case "headers-missing":
      case "headers-wrong":
        return driftHeaders(front.how, this.#process(request));
      case "expire-token":
        this.#expire(request);
        return this.#process(request);
      case "flip":
        changeRights(this.world, front.flip);
        return this.#process(request);
      default:
        return this.#failed(front, request);
    }
  }

  #commitLate(front: Front, request: ProcoreRequest): Outcome {
    const commit = () => void this.#process(request);
    if (front.until === undefined) return { kind: "silence", later: { delayMs: front.delayMs, commit } };
    this.#weather.defer(front.until, commit);
    return { kind: "silence" };
  }

  #failed(front: Front, request: ProcoreRequest): Answer {
    const failure = failureOf(front, request.path, this.#parts.clock.now());
    if (front.committed) this.#process(request);
    else this.#count(request, failure.status);
    return { ...failure, headers: { ...this.#standing(), ...failure.headers } };
  }

  #expire(request: ProcoreRequest): void {
    const token = bearerOf(this.world, request);
    if (token !== undefined) this.world.tokens.put({ ...token, expiresAtMs: this.#parts.clock.now() });
  }

  #process(request: ProcoreRequest): Answer {
    const answer = request.path.startsWith("/oauth/") ? this.#answer(this.#oauth(request), {}) : this.#api(request);
    this.#commit(this.#serviceOf(request));
    this.#count(request, answer.status);
    return answer;
  }

  #serviceOf(request: ProcoreRequest): Actor {
    const token = bearerOf(this.world, request);
    return token === undefined ? serviceAccount : { ...serviceAccount, clientId: token.clientId };
  }

  #oauth(request: ProcoreRequest): Reply {
    switch (`${request.method} ${request.path}`) {
      case "POST /oauth/token":
        return issueToken(this.#parts, request);
      case "GET /oauth/token/info":
        return showTokenInfo(this.#parts, request);
      case "POST /oauth/revoke":
        return revokeToken(this.#parts, request);
      default:
        return { status: 404, body: { error: "not_found" } };
    }
  }

  #api(request: ProcoreRequest): Answer {
    const { world, clock } = this.#parts;
    const token = goodToken(this.#parts, request);
    if (token === undefined) return this.#answer(unauthorized(), {});
    const rate = this.#windows.take(token.clientId, clock.now(), world.switches.count429);
    if (!rate.isAllowed) {
      const wait = Math.max(1, rate.resetAt - Math.floor(clock.now() / 1000));
      return this.#text(429, limitText, {
        ...rate.headers,
        ...(world.switches.retryAfterOn429 ? { "Retry-After": String(wait) } : {}),
      });
    }
    if ((request.headers["procore-company-id"] ?? "") === "") {
      return this.#text(world.switches.missingCompanyHeaderStatus, missingCompanyText, rate.headers);
    }
    return this.#route(request, world.clients.first("clientId", token.clientId), serviceAccount, rate.headers);
  }

  #route(
    request: ProcoreRequest,
    client: Client | undefined,
    actor: Actor,
    rateHeaders: Readonly<Record<string, string>> = {},
  ): Answer {
    const { world, clock, random } = this.#parts;
    const savepoint = world.savepoint();
    try {
      const company = world.companies.get(integerOf(request.headers["procore-company-id"]));
      if (client === undefined || company === undefined || company.id !== client.companyId || client.isConnected === false) {
        throw new Refusal(403, { base: ["App is not connected to this company."] }, "list");
      }
      const route = matchRoute(request.method, request.path);
      if (route === undefined) throw new Refusal(404, { base: ["Not found"] }, "error");
      const body = request.method === "GET" ? {} : parseBody(request.body, route.template.endsWith("/triggers/bulk"));
      const projectId = integerOf(route.params.project_id ?? request.query.get("project_id") ?? body.project_id);
      if (!actor.isPerson) refuseWithoutRight(world, request.method, route.template, projectId);
      const delivers = this.#parts.postman !== undefined;
      const call = {
        actor,
        delivers,
        request,
        params: route.params,
        query: request.query,
        body,
        client,
        company,
        world,
        clock,
        random,
      };
      return this.#answer(route.handler(call), rateHeaders);
    } catch (error) {
      world.rollBackTo(savepoint);
      if (error instanceof Refusal) {
        return this.#answer({ status: error.status, body: error.body(), headers: error.headers }, rateHeaders);
      }
      this.stats.failed(error);
      return this.#answer({ status: 500, body: { errors: "Internal Server Error" } }, rateHeaders);
    }
  }

  /** What was written and what it announces go into one line of the journal. */
  #commit(actor: Actor): void {
    const announced = publish(this.#parts, actor, this.world.moves);
    this.#parts.journal.append(this.world.takeChanges());
    if (announced > 0) this.#parts.postman?.wake();
  }

  #count(request: ProcoreRequest, status: number | undefined): void {
    const template = matchRoute(request.method, request.path)?.template;
    const shown = template ?? (request.path.startsWith("/oauth/") ? request.path : "(no such route)");
    this.stats.called(`${request.method} ${shown}`, status);
  }

  #answer(reply: Reply, headers: Readonly<Record<string, string>>): Answer {
    const body = reply.body === undefined ? "" : JSON.stringify(reply.body);
    const type: Record<string, string> = reply.body === undefined ? {} : { "Content-Type": "application/json; charset=utf-8" };
    return {
      kind: "answer",
      status: reply.status,
      body,
      headers: { ...this.#standing(), ...type, ...headers, ...reply.headers },
    };
  }

  #text(status: number, body: string, headers: Readonly<Record<string, string>>): Answer {
    return {
      kind: "answer",
      status,
      body,
      headers: { ...this.#standing(), "Content-Type": "text/plain; charset=utf-8", ...headers },
    };
  }

  #standing(): Record<string, string> {
    return { Date: new Date(this.#parts.clock.now()).toUTCString(), "x-request-id": randomId(this.#parts.random) };
  }
}
