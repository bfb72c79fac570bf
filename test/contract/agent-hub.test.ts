// The agent's door, from outside: who may enter, what is taken once, and what is refused before anything is written. A fake agent with its own
// signing stands on the other side; the product's agent meets the same hub in the chaos and end-to-end suites.
import { createHash, generateKeyPairSync } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Lease } from "../../src/wire/index.ts";
import { enrolFake, postSigned, uploadBody } from "../support/fake-agent.ts";
import { type Bench, openBench } from "../support/hub-bench.ts";
import { vendorRecord } from "../support/records.ts";

let bench: Bench;
let identity: Awaited<ReturnType<typeof enrolFake>>;
let run: string;

beforeEach(async () => {
  bench = await openBench({ withoutAgent: true });
  identity = await enrolFake(bench.hub.url, await bench.hub.createEnrolmentCode("main"));
  run = await bench.hub.requestRun({ connection: "main", flows: ["vendors"], mode: "full" });
});
afterEach(async () => {
  await bench.close();
});

const lease = async (who = identity): Promise<Lease> => {
  const answer = await postSigned(bench.hub.url, "/agent/v1/lease", who, Buffer.from("{}"));
  expect(answer.status).toBe(200);
  const taken = (answer.body as { lease: Lease | null }).lease;
  if (!taken) throw new Error("no lease");
  return taken;
};
const upload = (body: Buffer, who = identity) => postSigned(bench.hub.url, "/agent/v1/upload", who, body);
const count = async (table: string): Promise<number> => {
  const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    sql<{ n: bigint }>`select count(*) as n from ${sql.table(table)}`.execute(tx),
  );
  return Number(rows[0]?.n);
};
const objects = { kind: "objects", flow: "vendors", label: "all", slice: {} };
const open = async () => {
  const first = await lease();
  const answer = await upload(uploadBody(first, { kind: "complete", slices: [objects] }, []));
  return (answer.body as { next: Lease }).next;
};

describe("enrolment", () => {
  it("takes a code once", async () => {
    const code = await bench.hub.createEnrolmentCode("main");
    await enrolFake(bench.hub.url, code);
    await expect(enrolFake(bench.hub.url, code)).rejects.toThrow("403");
    await expect(enrolFake(bench.hub.url, "NOT-A-CODE-OF-OURS")).rejects.toThrow("code");
    const answer = await postSigned(
      bench.hub.url,
      "/agent/v1/enrol",
      identity,
      Buffer.from(JSON.stringify({ code, name: "x", publicKey: "A".repeat(60) })),
    );
    expect(answer).toMatchObject({ status: 403, body: { code: "agent.code-refused" } });
  });

  it("refuses a code that is too old", async () => {
    const code = await bench.hub.createEnrolmentCode("main");
    await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql`update enrolment_code set expires_at = '2020-01-01'`.execute(tx),
    );
    await expect(enrolFake(bench.hub.url, code)).rejects.toThrow("403");
  });

  it("keeps the code's hash only", async () => {
    const code = await bench.hub.createEnrolmentCode("main");
    const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql<{ code_hash: string }>`select code_hash from enrolment_code`.execute(tx),
    );
    expect(rows.map((row) => row.code_hash)).toContain(createHash("sha256").update(code).digest("hex"));
    expect(JSON.stringify(rows)).not.toContain(code);
  });
});

describe("who may enter", () => {
  const refused = { status: 401, body: { code: "agent.refused" } };

  it("is an agent with its own key, now, for this very body", async () => {
    const stranger = { agent: identity.agent, key: generateKeyPairSync("ed25519").privateKey };
    expect(await postSigned(bench.hub.url, "/agent/v1/lease", stranger, Buffer.from("{}"))).toMatchObject(refused);
    expect(
      await postSigned(bench.hub.url, "/agent/v1/lease", { ...identity, agent: "agent-nobody" }, Buffer.from("{}")),
    ).toMatchObject(refused);
    expect(await postSigned(bench.hub.url, "/agent/v1/lease", identity, Buffer.from("{}"), Date.now() - 600_000)).toMatchObject(
      refused,
    );
  });

  it("is nobody who was revoked", async () => {
    await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql`update agent set revoked_at = '2026-01-01' where agent = ${identity.agent}`.execute(tx),
    );
    expect(await postSigned(bench.hub.url, "/agent/v1/lease", identity, Buffer.from("{}"))).toMatchObject(refused);
  });
});

describe("an upload", () => {
  it("is taken once: the same bytes again change nothing", async () => {
    const taken = await open();
    const body = uploadBody(taken, { kind: "complete", slices: [] }, [vendorRecord("0000100001")]);
    expect((await upload(body)).body).toMatchObject({ accepted: true });
    expect((await upload(body)).body).toMatchObject({ accepted: false });
    expect(await count("source_record")).toBe(1);
  });

  it("is refused under an epoch that was taken over", async () => {
    const taken = await open();
    await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
      sql`update task set leased_until = '2020-01-01' where state = 'leased'`.execute(tx),
    );
    const second = await enrolFake(bench.hub.url, await bench.hub.createEnrolmentCode("main"));
    const again = await lease(second);
    expect(again.task).toBe(taken.task);
    expect(again.epoch).toBe(taken.epoch + 1);
    const late = await upload(uploadBody(taken, { kind: "complete", slices: [] }, [vendorRecord("0000100001")]));
    expect(late.body).toMatchObject({ accepted: false });
    expect(await count("source_record")).toBe(0);
    const good = await upload(uploadBody(again, { kind: "complete", slices: [] }, [vendorRecord("0000100002")]), second);
    expect(good.body).toMatchObject({ accepted: true });
    expect((await bench.hub.awaitRun(run)).flows.vendors?.read).toBe(1);
  });

  it("that is damaged, or is no record, is refused whole", async () => {
    const taken = await open();
    const damaged = { status: 503, body: { code: "agent.upload-damaged" } };
    expect(await upload(Buffer.from("no zstd"))).toMatchObject(damaged);
    const short = zstdCompressSync(
      `${JSON.stringify({ task: taken.task, epoch: taken.epoch, outcome: { kind: "complete", slices: [] }, records: 2, receipt: { calls: 0, rows: 0, callMs: 0 } })}\n${JSON.stringify(vendorRecord("0000100001"))}\n`,
    );
    expect(await upload(short)).toMatchObject(damaged);
    const invalid = { status: 400, body: { code: "agent.record-invalid" } };
    const half = { ...vendorRecord("0000100001"), key: undefined } as never;
    expect(await upload(uploadBody(taken, { kind: "complete", slices: [] }, [vendorRecord("0000100002"), half]))).toMatchObject(
      invalid,
    );
    const stranger = {
      kind: "rejected",
      flow: "costs",
      key: "1.2.2026",
      code: "amount-overflow",
      detail: "",
      balance: "0",
      currency: "USD",
      period: "",
    } as const;
    expect(await upload(uploadBody(taken, { kind: "complete", slices: [] }, [stranger]))).toMatchObject(invalid);
    expect(await count("source_record")).toBe(0);
  });

  it("whose slice failed for good pauses the run with the agent's code, and the next request tries it anew", async () => {
    const taken = await open();
    const outcome = { kind: "failed", code: "sap.not-authorised", place: "LFA1", detail: "NOT_AUTHORIZED", retry: false };
    await upload(uploadBody(taken, outcome, []));
    expect(await bench.hub.awaitRun(run)).toMatchObject({
      state: "paused",
      code: "sap.not-authorised",
      detail: "LFA1: NOT_AUTHORIZED",
    });
    expect(await bench.hub.requestRun({ connection: "main", flows: ["vendors"], mode: "full" })).toBe(run);
    const again = await lease();
    expect(again.task).toBe(taken.task);
    await upload(uploadBody(again, { kind: "complete", slices: [] }, []));
    expect((await bench.hub.awaitRun(run)).state).toBe("finished");
  });

  it("of an agent that begins anew are free at once, and its former self's upload is not taken", async () => {
    const before = await open();
    // Still under its lease of minutes, the slice would otherwise wait for its end.
    const fresh = await postSigned(bench.hub.url, "/agent/v1/lease", identity, Buffer.from('{"holds":[]}'));
    const again = (fresh.body as { lease: Lease }).lease;
    expect(again).toMatchObject({ task: before.task, epoch: before.epoch + 1 });
    const late = await upload(uploadBody(before, { kind: "complete", slices: [] }, [vendorRecord("0000100001")]));
    expect(late.body).toMatchObject({ accepted: false });
    expect(await count("source_record")).toBe(0);
    await upload(uploadBody(again, { kind: "complete", slices: [] }, [vendorRecord("0000100001")]));
    expect((await bench.hub.awaitRun(run)).state).toBe("finished");
  });

  it("of another agent stay leased when one begins anew", async () => {
    const held = await open();
    const other = await enrolFake(bench.hub.url, await bench.hub.createEnrolmentCode("main"));
    const waiting = postSigned(bench.hub.url, "/agent/v1/lease", other, Buffer.from('{"holds":[]}'));
    const first = await upload(uploadBody(held, { kind: "complete", slices: [] }, [vendorRecord("0000100001")]));
    expect(first.body).toMatchObject({ accepted: true });
    expect((await bench.hub.awaitRun(run)).state).toBe("finished");
    await bench.hub.requestRun({ connection: "main", flows: ["vendors"], mode: "full" });
    expect((await waiting).body).toMatchObject({ lease: { work: { kind: "open" } } });
  });

  it("that failed for now is leased again, a named number of times", async () => {
    let taken: Lease | null = await open();
    const outcome = { kind: "failed", code: "sap.overload", place: "LFA1", detail: "busy", retry: true };
    let tries = 0;
    for (; taken && tries < 20; tries++)
      taken = ((await upload(uploadBody(taken, outcome, []))).body as { next: Lease | null }).next;
    expect(tries).toBe(5);
    expect(await bench.hub.awaitRun(run)).toMatchObject({ state: "paused", code: "sap.overload" });
  });

  it("may split its slice, and the digest of a complete one comes back with the next run's lease", async () => {
    const taken = await open();
    const halves = ["a", "b"].map((label) => ({ kind: "objects", flow: "vendors", label, slice: { part: label } }));
    let next = ((await upload(uploadBody(taken, { kind: "split", slices: halves }, []))).body as { next: Lease }).next;
    const seen: unknown[] = [];
    for (const digest of ["1:x", "1:y"]) {
      seen.push((next.work as { label: string }).label);
      const answer = await upload(
        uploadBody(next, { kind: "complete", digest, slices: [] }, [vendorRecord(`000010000${digest.length}${seen.length}`)]),
      );
      next = (answer.body as { next: Lease }).next;
    }
    expect(seen).toEqual(["a", "b"]);
    expect((await bench.hub.awaitRun(run)).state).toBe("finished");
    await bench.hub.requestRun({ connection: "main", flows: ["vendors"], mode: "delta" });
    const opened = await lease();
    const answer = await upload(uploadBody(opened, { kind: "complete", slices: [halves[1]] }, []));
    expect((answer.body as { next: Lease }).next.work).toMatchObject({ label: "b", digest: "1:y" });
  });
});

describe("a hub without an agent", () => {
  it("pauses the run and says so, instead of waiting without a word", async () => {
    await bench.close();
    bench = await openBench({ withoutAgent: true, settings: { limits: { agentAbsentMs: 300 } } });
    const waiting = await bench.hub.requestRun({ connection: "main", flows: ["vendors"], mode: "full" });
    expect(await bench.hub.awaitRun(waiting)).toMatchObject({ state: "paused", code: "agent.absent" });
  });
});
