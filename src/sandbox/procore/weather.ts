/**
 * Faults on demand: what happens to the next requests that match. The sandbox's user orders them at `/sandbox/weather`; they are not
 * durable. "after-commit" kinds do the work and lose the answer; `late-commit` answers nothing and does the work some time later, or
 * right after a look-up (`until`) has said that it is not there.
 */
import { type BulkWeather, readBulk } from "./fates.ts";
import type { ErrorShape } from "./refusal.ts";
import { isRow, type Row } from "./values.ts";

const kinds = [
  "timeout-after-commit",
  "cut-before",
  "cut-after-commit",
  /** The head and half of the body, then the end of the socket. */
  "cut-body",
  "slow",
  "late-commit",
  "500",
  "502-html",
  "503",
  "429",
  /** Any `status` in any `shape` of procore 3. */
  "refuse",
  /** procore 3 [A, C]: a scope that Procore does not accept is often 200 with nothing. */
  "empty",
  /** Rows of a bulk write refused, lost, done and not named, named twice, or named with another's origin id. */
  "bulk",
  "headers-missing",
  "headers-wrong",
  "expire-token",
  /** Rights change just before this request: `flip` is what `/sandbox/rights` takes. */
  "flip",
] as const;

type WeatherKind = (typeof kinds)[number];

const shapes = ["fields", "list", "text", "doc", "exception", "error", "v2", "plain", "html"] as const;
export type WeatherShape = ErrorShape | "plain" | "html";

type Pattern = { readonly path: RegExp; readonly method: string | undefined };

export type Front = Pattern & {
  readonly how: WeatherKind;
  readonly delayMs: number;
  /** For failures: the work is done all the same. */
  readonly committed: boolean;
  readonly status: number;
  readonly shape: WeatherShape;
  readonly message: string;
  readonly until: Pattern | undefined;
  readonly bulk: BulkWeather;
  readonly flip: Row;
  skip: number;
  times: number;
};

const isMet = (pattern: Pattern, method: string, path: string): boolean =>
  pattern.path.test(path) && (pattern.method === undefined || pattern.method === method);

export class Weather {
  readonly #fronts: Front[] = [];
  #waiting: { until: Pattern; commit: () => void }[] = [];

  add(front: Front): void {
    this.#fronts.push(front);
  }

  clear(): void {
    this.#fronts.length = 0;
  }

  /** The fault that this request meets, if any; counts it. */
  meet(method: string, path: string): Front | undefined {
    for (const front of this.#fronts) {
      if (front.times <= 0 || !isMet(front, method, path)) continue;
      if (front.skip > 0) {
        front.skip -= 1;
        continue;
      }
      front.times -= 1;
      return front;
    }
    return undefined;
  }

  /** Work that waits for somebody to look. */
  defer(until: Pattern, commit: () => void): void {
    this.#waiting.push({ until, commit });
  }

  /** What waited for this look; it happens after the look was answered. */
  looked(method: string, path: string): readonly (() => void)[] {
    const due = this.#waiting.filter(({ until }) => isMet(until, method, path));
    if (due.length > 0) this.#waiting = this.#waiting.filter((one) => !due.includes(one));
    return due.map(({ commit }) => commit);
  }

  show(): unknown {
    return this.#fronts.map(({ path, method, how, times, skip }) => ({ on: { path: path.source, method }, how, times, skip }));
  }
}

/** `{on: {path, method}, times, how, skip, delayMs, …}`; answers a sentence when it cannot be read. */
export function parseFront(body: unknown): Front | string {
  if (!isRow(body)) return "Weather is a JSON object {on: {path, method}, times, how}.";
  const how = kinds.find((kind) => kind === body.how);
  if (how === undefined) return `Weather "how" is one of ${kinds.join(", ")}, not ${JSON.stringify(body.how)}.`;
  const on = patternOf(isRow(body.on) ? body.on : { path: body.on });
  if (on === undefined) return `Weather "on.path" is a regular expression, not ${JSON.stringify(body.on)}.`;
  const until = body.until === undefined ? undefined : patternOf(isRow(body.until) ? body.until : { path: body.until });
  if (body.until !== undefined && until === undefined) return `Weather "until.path" is a regular expression.`;
  const numbers = [body.times ?? 1, body.skip ?? 0, body.delayMs ?? 5000, body.status ?? 422].map(wholeNumber);
  const [times, skip, delayMs, status] = numbers;
  if (
    times === undefined ||
    skip === undefined ||
    delayMs === undefined ||
    status === undefined ||
    status < 200 ||
    status > 599
  ) {
    return "Weather's times, skip and delayMs are whole numbers from 0, and its status is one of HTTP's.";
  }
  const shape = shapes.find((one) => one === (body.shape ?? "list"));
  if (shape === undefined) return `Weather "shape" is one of ${shapes.join(", ")}.`;
  const bulk = readBulk(body);
  if (typeof bulk === "string") return bulk;
  const message = typeof body.message === "string" ? body.message : "You do not have sufficient access to complete that action";
  const flip = isRow(body.flip) ? body.flip : {};
  return { ...on, how, times, skip, delayMs, status, shape, message, until, bulk, flip, committed: body.committed === true };
}

function patternOf(value: Row): Pattern | undefined {
  const path = expressionOf(value.path ?? ".*");
  const method = typeof value.method === "string" ? value.method.toUpperCase() : undefined;
  return path === undefined ? undefined : { path, method };
}

function expressionOf(value: unknown): RegExp | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return new RegExp(value);
  } catch {
    return undefined;
  }
}

export const wholeNumber = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
