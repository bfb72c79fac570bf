// The one who lets time pass. Everything that could happen at its own pace (a sleep's end, a request's arrival, an answer, a transaction) is an
// event at a virtual moment; one event happens at a time, and the next one only after all that it set off in this process has come to rest. What
// waits for a real answer (PostgreSQL) is awaited within its event. So the same seed gives the same history, and the trace proves it.
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

type Happening = { at: number; order: number; what: string; happen: () => void | Promise<void> };

export class Scheduler {
  #nowMs = 0;
  #order = 0;
  #happened = 0;
  readonly #heap: Happening[] = [];
  readonly #hash = createHash("sha256");
  readonly #tell: ((line: string) => void) | undefined;

  constructor(tell?: (line: string) => void) {
    this.#tell = tell;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get happened(): number {
    return this.#happened;
  }

  /** A line of the history. Nothing in it may come from real time or real chance. */
  note(line: string): void {
    const text = `${this.#nowMs.toFixed(1)} ${line}`;
    this.#hash.update(text).update("\n");
    this.#tell?.(text);
  }

  /** Ends the history. */
  trace(): string {
    return this.#hash.digest("hex");
  }

  /** `what` is empty where the history needs no line of it. */
  after(delayMs: number, what: string, happen: () => void | Promise<void>): void {
    this.#order += 1;
    push(this.#heap, { at: this.#nowMs + Math.max(0, delayMs), order: this.#order, what, happen });
  }

  /** Lets things happen until `work` has settled. */
  async until<T>(work: Promise<T>, mostMs: number): Promise<T> {
    let isSettled = false;
    const settled = work.finally(() => {
      isSettled = true;
    });
    settled.catch(() => undefined);
    const latest = this.#nowMs + mostMs;
    for (;;) {
      await this.#rest();
      if (isSettled) return settled;
      const next = pop(this.#heap);
      if (next === undefined) throw new Error("everybody waits, and nobody for a moment");
      if (next.at > latest) throw new Error(`not over after ${mostMs} ms of virtual time`);
      this.#nowMs = Math.max(this.#nowMs, next.at);
      this.#happened += 1;
      if (next.what !== "") this.note(next.what);
      await next.happen();
    }
  }

  /** Two turns of the event loop in which nobody set off anything: all that can go on without an event has gone on. */
  async #rest(): Promise<void> {
    for (let quiet = 0, seen = this.#order; quiet < 2; quiet += 1) {
      await setImmediate();
      if (this.#order === seen) continue;
      seen = this.#order;
      quiet = -1;
    }
  }
}

const isBefore = (left: Happening, right: Happening) => left.at < right.at || (left.at === right.at && left.order < right.order);

function push(heap: Happening[], item: Happening): void {
  let at = heap.length;
  heap.push(item);
  for (let parent = (at - 1) >> 1; at > 0; at = parent, parent = (at - 1) >> 1) {
    const above = heap[parent] as Happening;
    if (!isBefore(item, above)) break;
    heap[at] = above;
    heap[parent] = item;
  }
}

function pop(heap: Happening[]): Happening | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    const [left, right] = [heap[child] as Happening, heap[child + 1]];
    const smaller = right !== undefined && isBefore(right, left) ? child + 1 : child;
    const below = heap[smaller] as Happening;
    if (!isBefore(below, last)) break;
    heap[at] = below;
    at = smaller;
  }
  heap[at] = last;
  return first;
}
