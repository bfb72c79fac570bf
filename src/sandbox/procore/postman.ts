/**
 * Delivers webhooks (procore 5 [A]): any 2xx within 5 seconds is success; at least once; no order is promised. One failure pauses the
 * whole endpoint, 1 s to 1 h, doubling; after 12 h of failure all that waits for it is discarded, and one success resets. One delivery at
 * a time for each endpoint. An attempt is journalled after its answer, so a crash between the two sends it again.
 */
import type { Clock, HttpClient, Random } from "../../ports/index.ts";
import type { Journal } from "./journal.ts";
import type { Delivery, DeliveryAttempt, Endpoint } from "./records.ts";
import type { World } from "./world.ts";

const limitMs = 5_000;
const firstPauseMs = 1_000;
const longestPauseMs = 3_600_000;
const patienceMs = 12 * 3_600_000;
/** How far a delivery may overtake others. */
const reorderDepth = 16;
const attemptsKept = 20;
const bodyCharsKept = 1_000;

export type PostmanParts = { world: World; journal: Journal; clock: Clock; random: Random; http: HttpClient };

export class Postman {
  readonly #parts: PostmanParts;
  readonly #busy = new Set<string>();
  readonly #stopping = new AbortController();
  #ring: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: PostmanParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Something to send, or a clock that was moved. */
  wake(): void {
    this.#ring();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#running;
  }

  /** The webhook clock: the sandbox's own, and as far ahead as a test has put it. */
  now(): number {
    return this.#parts.clock.now() + this.#parts.world.switches.webhookClockAheadMs;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const woken = new AbortController();
      const rung = new Promise<void>((resolve) => {
        this.#ring = () => {
          woken.abort();
          resolve();
        };
      });
      const waitMs = this.#sendDue();
      if (waitMs === undefined) await rung;
      else await Promise.race([rung, this.#parts.clock.sleep(waitMs, woken.signal)]);
    }
  }

  /** Starts what can start; answers how long the shortest pause still lasts. */
  #sendDue(): number | undefined {
    let shortest: number | undefined;
    for (const url of this.#parts.world.deliveries.keys("waiting")) {
      if (this.#busy.has(String(url))) continue;
      const waitMs = this.#pauseOf(String(url));
      if (waitMs <= 0) this.#begin(String(url));
      else shortest = Math.min(shortest ?? waitMs, waitMs);
    }
    return shortest;
  }

  #pauseOf(url: string): number {
    const endpoint = this.#endpoint(url);
    if (endpoint.failingSinceMs !== null && this.now() - endpoint.failingSinceMs >= patienceMs) {
      this.#flush(endpoint);
      return 0;
    }
    return (endpoint.pausedUntilMs ?? 0) - this.now();
  }

  #begin(url: string): void {
    const delivery = this.#pick(url);
    if (delivery === undefined) return;
    this.#busy.add(url);
    void this.#attempt(delivery)
      .then((attempt) => this.#record(delivery.id, url, attempt))
      .finally(() => {
        this.#busy.delete(url);
        this.wake();
      });
  }

  #pick(url: string): Delivery | undefined {
    const { world, random } = this.#parts;
    const near: Delivery[] = [];
    for (const delivery of world.deliveries.by("waiting", url)) {
      near.push(delivery);
      if (near.length >= reorderDepth) break;
    }
    return near[world.switches.webhookReorder ? Math.floor(random.fraction() * near.length) : 0];
  }

  async #attempt(delivery: Delivery): Promise<DeliveryAttempt> {
    const hook = this.#parts.world.hooks.get(delivery.hookId);
    const startedAtMs = this.now();
    const headers = {
      "Content-Type": "application/json",
      ...(hook?.authorization === null || hook === undefined ? {} : { Authorization: hook.authorization }),
    };
    const outcome = await this.#parts.http.request({
      method: "POST",
      url: delivery.url,
      headers,
      body: JSON.stringify(delivery.payload),
      timeoutMs: limitMs,
      signal: this.#stopping.signal,
    });
    if (outcome.kind === "failure") {
      return { success: false, status: null, body: outcome.reason, startedAtMs, completedAtMs: this.now() };
    }
    const read = await readText(outcome.body);
    const success = read !== undefined && outcome.status >= 200 && outcome.status < 300;
    return { success, status: outcome.status, body: read ?? "", startedAtMs, completedAtMs: this.now() };
  }

  #record(deliveryId: number, url: string, attempt: DeliveryAttempt): void {
    if (this.#stopping.signal.aborted) return;
    const { world } = this.#parts;
    const delivery = world.deliveries.get(deliveryId);
    if (delivery !== undefined) {
      const attempts = [...delivery.attempts, attempt].slice(-attemptsKept);
      const isLast = attempt.success && delivery.repeats === 0;
      const status = attempt.success ? (isLast ? "delivered" : "enqueued") : "retrying";
      const repeats = attempt.success ? Math.max(0, delivery.repeats - 1) : delivery.repeats;
      world.deliveries.put({ ...delivery, attempts, status, repeats });
    }
    const endpoint = this.#endpoint(url);
    if (attempt.success) world.endpoints.put({ ...endpoint, failures: 0, failingSinceMs: null, pausedUntilMs: null });
    else this.#pause(endpoint);
    this.#commit();
  }

  #pause(endpoint: Endpoint): void {
    const failures = endpoint.failures + 1;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 20));
    this.#parts.world.endpoints.put({
      ...endpoint,
      failures,
      failingSinceMs: endpoint.failingSinceMs ?? this.now(),
      pausedUntilMs: this.now() + pauseMs,
    });
  }

  #flush(endpoint: Endpoint): void {
    const { world } = this.#parts;
    for (const delivery of world.deliveries.by("waiting", endpoint.url)) {
      world.deliveries.put({ ...delivery, status: "discarded" });
      const hook = world.hooks.get(delivery.hookId);
      if (world.switches.webhookDeactivates && hook !== undefined) world.hooks.put({ ...hook, status: "disabled" });
    }
    world.endpoints.put({ ...endpoint, failures: 0, failingSinceMs: null, pausedUntilMs: null });
    this.#commit();
  }

  #endpoint(url: string): Endpoint {
    const { world } = this.#parts;
    const held = world.endpoints.first("url", url);
    return held ?? world.endpoints.put({ id: world.nextId(), url, failures: 0, failingSinceMs: null, pausedUntilMs: null });
  }

  #commit(): void {
    this.#parts.journal.append(this.#parts.world.takeChanges());
  }

  show(): unknown {
    const { world } = this.#parts;
    const byStatus: Record<string, number> = {};
    for (const { status } of world.deliveries.all()) byStatus[status] = (byStatus[status] ?? 0) + 1;
    const endpoints = [...world.endpoints.all()].map(({ url, failures, pausedUntilMs }) => ({
      url,
      failures,
      paused_ms: pausedUntilMs === null ? 0 : Math.max(0, pausedUntilMs - this.now()),
      busy: this.#busy.has(url),
    }));
    return { deliveries: byStatus, endpoints };
  }
}

/** A receiver that never ends its answer has not answered: the port's own limit cuts it. */
async function readText(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString("utf8").slice(0, bodyCharsKept);
}
