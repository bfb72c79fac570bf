// The policy's rows of a day, seen from the hub: slices that end one another are read one at a time on the next day, and one for which no day
// is enough is said by name instead of being read for ever.
import { zstdCompressSync } from "node:zlib";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { leaseTask } from "../../src/hub/ingest/tasks.ts";
import type { Lease } from "../../src/wire/index.ts";
import { enrolFake, postSigned } from "../support/fake-agent.ts";
import { type Bench, openBench } from "../support/hub-bench.ts";

let bench: Bench;
let identity: Awaited<ReturnType<typeof enrolFake>>;
beforeEach(async () => {
  bench = await openBench({ withoutAgent: true });
  identity = await enrolFake(bench.hub.url, await bench.hub.createEnrolmentCode("main"));
});
afterEach(async () => {
  await bench.close();
});

const lease = (day: string) =>
  bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    leaseTask(tx, { tenant: "main", connection: "main", agent: identity.agent, now: new Date(), day }),
  );
/** As many loops of an agent as there are, all at once. */
const leases = async (day: string) =>
  (await Promise.all([lease(day), lease(day), lease(day)])).filter((each): each is Lease => each !== null);
const labelOf = (given: Lease | null) => (given?.work.kind === "objects" ? given.work.label : given?.work.kind);

async function upload(given: Lease, day: string, outcome: Record<string, unknown>): Promise<Lease | null> {
  const detail = { day, inFlightMax: 1, halvings: 0, functions: [], readers: [] };
  const header = {
    task: given.task,
    epoch: given.epoch,
    outcome,
    records: 0,
    receipt: { calls: 1, rows: 50, callMs: 1, detail },
  };
  const body = zstdCompressSync(`${JSON.stringify(header)}\n`);
  const answer = await postSigned(bench.hub.url, "/agent/v1/upload", identity, body);
  expect(answer.status).toBe(200);
  return answer.body.next as Lease | null;
}
const spent = {
  kind: "failed",
  code: "sap.row-budget",
  place: "LFA1",
  detail: "100 rows of rowsPerDay 100 are read",
  retry: true,
};
/** The agent takes nothing more on that day: what came with the answer goes back. */
async function endDay(given: Lease, day: string): Promise<void> {
  await upload(given, day, spent);
  await postSigned(bench.hub.url, "/agent/v1/lease", identity, Buffer.from(JSON.stringify({ holds: [], isLeaving: true })));
}

async function open(labels: readonly string[]): Promise<{ run: Promise<unknown> }> {
  const run = bench.sync(["vendors"]);
  run.catch(() => undefined);
  let opening: Lease | null = null;
  while (opening === null) opening = await lease("1");
  const slices = labels.map((label) => ({ kind: "objects", flow: "vendors", label, slice: { keys: [] } }));
  await upload(opening, "0", { kind: "complete", slices });
  await postSigned(bench.hub.url, "/agent/v1/lease", identity, Buffer.from(JSON.stringify({ holds: [], isLeaving: true })));
  return { run };
}

describe("slices that a day's rows ended", () => {
  it("are first and alone on the next day, whoever asks at the same moment", async () => {
    const { run } = await open(["a", "b", "c", "d"]);
    const first = await leases("1");
    expect(first.map(labelOf).sort()).toEqual(["a", "b", "c"]);
    const [a, b, c] = first.toSorted((left, right) => (String(labelOf(left)) < String(labelOf(right)) ? -1 : 1));
    if (!a || !b || !c) throw new Error("three leases");
    // The first of them is done within what is left; the others are not.
    await upload(a, "1", { kind: "complete", digest: "a", slices: [] });
    await upload(b, "1", spent);
    await endDay(c, "1");

    const [alone, ...others] = await leases("2");
    expect([labelOf(alone ?? null), others]).toEqual(["b", []]);
    if (!alone) throw new Error("one lease");
    const next = await upload(alone, "2", { kind: "complete", digest: "b", slices: [] });
    expect([labelOf(next), await leases("2")]).toEqual(["c", []]);
    if (!next) throw new Error("the next lease");
    const last = await upload(next, "2", { kind: "complete", digest: "c", slices: [] });
    expect(labelOf(last)).toBe("d");
    if (!last) throw new Error("the last lease");
    await upload(last, "2", { kind: "complete", digest: "d", slices: [] });
    expect(await run).toMatchObject({ state: "finished" });
  });

  it("on three days are said by name, and are tried again when the run goes on", async () => {
    const { run } = await open(["a"]);
    for (const day of ["1", "1", "2", "3"]) {
      const [given] = await leases(day);
      expect(labelOf(given ?? null)).toBe("a");
      if (given) await endDay(given, day);
    }
    expect(await run).toMatchObject({
      state: "paused",
      code: "sap.row-budget-too-small",
      detail: "a: on 3 days it could not be finished; the last: 100 rows of rowsPerDay 100 are read",
    });
    const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql<{ attempts: number; state: string }>`select state, attempts from task where label = 'a'`.execute(tx),
    );
    expect(rows).toEqual([{ state: "failed", attempts: 0 }]);
    const again = bench.sync(["vendors"]);
    let given: Lease | null = null;
    while (given === null) given = await lease("4");
    await upload(given, "4", { kind: "complete", digest: "a", slices: [] });
    expect(await again).toMatchObject({ state: "finished" });
  });
});
