/**
 * Faults on demand: what happens to the next requests that match. The sandbox's user orders them at `/sandbox/weather`; they are not
 * durable. "after-commit" kinds do the work and lose the answer; `late-commit` answers nothing and does the work some time later.
 */
import { isRow } from "./values.ts";

const kinds = [
  "timeout-after-commit",
  "cut-before",
  "cut-after-commit",
  "500",
  "502-html",
  "503",
  "429",
  "expire-token",
  "late-commit",
] as const;

type WeatherKind = (typeof kinds)[number];

export type Front = {
  readonly path: RegExp;
  readonly method: string | undefined;
  readonly how: WeatherKind;
  readonly delayMs: number;
  skip: number;
  times: number;
};

export class Weather {
  readonly #fronts: Front[] = [];

  add(front: Front): void {
    this.#fronts.push(front);
  }

  clear(): void {
    this.#fronts.length = 0;
  }

  /** The fault that this request meets, if any; counts it. */
  meet(method: string, path: string): Front | undefined {
    for (const front of this.#fronts) {
      if (front.times <= 0 || !front.path.test(path) || (front.method !== undefined && front.method !== method)) continue;
      if (front.skip > 0) {
        front.skip -= 1;
        continue;
      }
      front.times -= 1;
      return front;
    }
    return undefined;
  }

  show(): unknown {
    return this.#fronts.map(({ path, method, how, times, skip }) => ({ on: { path: path.source, method }, how, times, skip }));
  }
}

/** `{on: {path, method}, times, how, skip, delayMs}`; answers a sentence when it cannot be read. */
export function parseFront(body: unknown): Front | string {
  if (!isRow(body)) return "Weather is a JSON object {on: {path, method}, times, how}.";
  const on = isRow(body.on) ? body.on : { path: body.on };
  const how = kinds.find((kind) => kind === body.how);
  if (how === undefined) return `Weather "how" is one of ${kinds.join(", ")}, not ${JSON.stringify(body.how)}.`;
  const path = patternOf(on.path ?? ".*");
  if (path === undefined) return `Weather "on.path" is a regular expression, not ${JSON.stringify(on.path)}.`;
  const method = typeof on.method === "string" ? on.method.toUpperCase() : undefined;
  const [times, skip, delayMs] = [body.times ?? 1, body.skip ?? 0, body.delayMs ?? 5000].map(wholeNumber);
  if (times === undefined || skip === undefined || delayMs === undefined) {
    return "Weather's times, skip and delayMs are whole numbers from 0.";
  }
  return { path, method, how, times, skip, delayMs };
}

function patternOf(value: unknown): RegExp | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return new RegExp(value);
  } catch {
    return undefined;
  }
}

const wholeNumber = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
