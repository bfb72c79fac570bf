// Procore's part, a process of its own: posts deliveries when they are due, by the clock and not by the answers, so that a slow answer delays
// nobody and its whole delay is counted.
import { Agent, request } from "undici";

export type Sent = {
  acknowledged: number;
  repeated: number;
  full: number;
  other: number;
  perSecond: number;
  latencyMs: Record<string, number>;
};

const [url = "", rateText = "", firstText = "", countText = ""] = process.argv.slice(2);
const rate = Number(rateText);
const first = Number(firstText);
const count = Number(countText);
/** Kept-alive, as a platform's delivery service has them. */
const dispatcher = new Agent({ connections: 64, pipelining: 1 });
const tally = { acknowledged: 0, repeated: 0, full: 0, other: 0 };
const latencies: number[] = [];

function bodyOf(number: number): string {
  return JSON.stringify({
    id: number,
    ulid: `01BENCH${String(number).padStart(19, "0")}`,
    timestamp: "2026-10-15T08:00:00.123456Z",
    metadata: {
      source_user_id: 4711,
      source_project_id: 810,
      source_operation_id: null,
      source_company_id: 77,
      source_application_id: null,
    },
    user_id: 4711,
    company_id: 77,
    project_id: 810,
    api_version: "v2",
    event_type: "update",
    resource_name: "Purchase Order Contracts",
    resource_id: number,
  });
}

async function post(number: number, dueMs: number, isRepeat: boolean): Promise<void> {
  let status = 0;
  try {
    const answer = await request(`${url}/webhooks/procore/main`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer bench" },
      body: bodyOf(number),
      dispatcher,
    });
    await answer.body.dump();
    status = answer.statusCode;
  } catch {
    status = 0;
  }
  latencies.push(performance.now() - dueMs);
  if (isRepeat) tally.repeated += 1;
  else if (status === 204) tally.acknowledged += 1;
  else if (status === 503) tally.full += 1;
  if (status !== 204 && status !== 503) tally.other += 1;
}

const startMs = performance.now();
const posts: Promise<void>[] = [];
for (let index = 0; index < count; ) {
  const due = Math.min(count, Math.floor(((performance.now() - startMs) / 1_000) * rate) + 1);
  for (; index < due; index += 1) {
    const dueMs = startMs + (index / rate) * 1_000;
    posts.push(post(first + index, dueMs, false));
    if (index % 10 === 0) posts.push(post(first + index, dueMs, true));
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}
await Promise.all(posts);
const elapsed = (performance.now() - startMs) / 1_000;
latencies.sort((left, right) => left - right);
const at = (share: number) =>
  Math.round((latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0) * 10) / 10;
const latencyMs = { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) };
process.send?.({ ...tally, perSecond: Math.round(count / elapsed), latencyMs } satisfies Sent);
await dispatcher.close();
process.disconnect?.();
