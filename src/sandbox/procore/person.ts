/**
 * A person at work in the web UI, over the control door: `{user_id, company_id, method, path, query, body}` is done as that user would
 * do it: every project is open to them, no quota counts, Procore's rules hold, and what is synced with ERP is closed (procore 0.13 [A]).
 */
import type { Actor, ProcoreRequest } from "./exchange.ts";
import type { Client } from "./records.ts";
import { integerOf, isRow, textOf } from "./values.ts";
import type { World } from "./world.ts";

/** Somebody of the company, where the caller does not say who. */
const somebody = 900;

export type Errand = { readonly request: ProcoreRequest; readonly client: Client; readonly actor: Actor };

export function actorOf(body: unknown): Actor {
  return { userId: integerOf(isRow(body) ? body.user_id : undefined) ?? somebody, isPerson: true };
}

export function readErrand(world: World, request: ProcoreRequest): Errand | string {
  const sentence = "A person's errand is {user_id, method, path, query, body}.";
  const body = readBody(request.body);
  if (!isRow(body)) return sentence;
  const method = textOf(body.method)?.toUpperCase() ?? "";
  const path = textOf(body.path) ?? "";
  if (!["GET", "POST", "PATCH", "DELETE"].includes(method) || !path.startsWith("/rest/")) return sentence;
  const companyId = integerOf(body.company_id) ?? [...world.clients.all()][0]?.companyId;
  if (companyId === undefined || world.companies.get(companyId) === undefined) return "There is no such company.";
  const query = isRow(body.query) ? Object.entries(body.query).map(([key, value]): [string, string] => [key, String(value)]) : [];
  return {
    request: {
      ...request,
      method,
      path,
      query: new URLSearchParams(query),
      headers: { ...request.headers, "procore-company-id": String(companyId) },
      body: body.body === undefined ? "" : JSON.stringify(body.body),
    },
    client: { id: 0, clientId: "", clientSecret: "", companyId, permittedProjectIds: "all" },
    actor: actorOf(body),
  };
}

export function readBody(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text);
  } catch {
    return undefined;
  }
}
