/**
 * One exchange with the simulated Procore, as values: a request as the socket shell read it, and what becomes of it. `handle` is pure
 * in this sense: world, clock and randomness come in, an outcome goes out; the shell only moves bytes.
 */
import type { Clock, Random } from "../../ports/index.ts";
import type { BulkWeather } from "./fates.ts";
import type { Client, Company } from "./records.ts";
import type { World } from "./world.ts";

export type ProcoreRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Scheme and host as the client addressed us: `Link` headers are absolute. */
  readonly origin: string;
  readonly isLoopback: boolean;
  /** Another direct-cost write to the same item is still being answered. */
  readonly overlaps: boolean;
  /** What the weather does to the rows of a bulk write. */
  readonly bulk?: BulkWeather;
};

export type Answer = {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How long the shell waits before it writes. */
  readonly delayMs?: number;
  /** The socket ends in the middle of the body. */
  readonly isCut?: boolean;
};

/** Work that the server does although its client heard nothing: it commits `delayMs` later. */
type Later = { readonly delayMs: number; readonly commit: () => void };

export type Outcome =
  | Answer
  | { readonly kind: "silence"; readonly later?: Later }
  | { readonly kind: "cut"; readonly later?: Later };

/** Who does it: the service account over the API, or a person in the web UI. */
export type Actor = { readonly userId: number; readonly isPerson: boolean; readonly clientId?: string };

/** The user that Procore makes for the service account. */
export const serviceAccount: Actor = { userId: 1, isPerson: false };

/** What a route's handler sees. */
export type Call = {
  readonly actor: Actor;
  /** Whether webhooks are delivered by this sandbox. */
  readonly delivers: boolean;
  readonly request: ProcoreRequest;
  /** The placeholders of the route's template. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly client: Client;
  readonly company: Company;
  readonly world: World;
  readonly clock: Clock;
  readonly random: Random;
};

export type Reply = { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };
export type Handler = (call: Call) => Reply;
export type Route = readonly [method: string, template: string, handler: Handler];

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const created = (body: unknown): Reply => ({ status: 201, body });

/** procore 3 [A]: timestamps are ISO 8601 UTC with `Z`; whole seconds, so that no client leans on more. */
export function stampOf(clock: Clock): string {
  return `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
}
