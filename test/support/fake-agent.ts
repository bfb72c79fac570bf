// An agent that reads nothing: it enrols, takes leases and answers them with records given by the test. Speaks the wire by itself, so that
// the hub is tested by another hand than the product's agent.
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import { request } from "undici";
import type { RunFlow, UploadedRecord } from "../../src/core/index.ts";
import type { Lease, UploadAnswer } from "../../src/wire/index.ts";

export type FakeAgent = { stop(): Promise<void>; readonly uploads: number };
export type Given = () => Partial<Record<RunFlow, readonly UploadedRecord[]>>;

function signed(agent: string, key: KeyObject, path: string, body: Buffer, timeMs: number): Record<string, string> {
  const contentHash = createHash("sha256").update(body).digest("hex");
  const text = `ml-connector/1\nPOST\n${path}\n${timeMs}\n${contentHash}`;
  return {
    "x-ml-agent": agent,
    "x-ml-time": String(timeMs),
    "x-ml-content-sha256": contentHash,
    "x-ml-wire-version": "1",
    "x-ml-signature": sign(null, Buffer.from(text), key).toString("base64"),
  };
}

export async function enrolFake(hubUrl: string, code: string): Promise<{ agent: string; key: KeyObject }> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const spki = publicKey.export({ format: "der", type: "spki" }).toString("base64");
  const answer = await request(`${hubUrl}/agent/v1/enrol`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code, name: "fake", publicKey: spki }),
  });
  const body = (await answer.body.json()) as { agent: string; message?: string };
  if (answer.statusCode !== 200) throw new Error(`enrolment: ${answer.statusCode} ${body.message}`);
  return { agent: body.agent, key: privateKey };
}

export async function postSigned(
  hubUrl: string,
  path: string,
  identity: { agent: string; key: KeyObject },
  body: Buffer,
  timeMs = Date.now(),
) {
  const answer = await request(`${hubUrl}${path}`, {
    method: "POST",
    headers: { "content-type": "application/x-ndjson", ...signed(identity.agent, identity.key, path, body, timeMs) },
    body,
  });
  return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
}

export function uploadBody(lease: Lease, outcome: Record<string, unknown>, records: readonly UploadedRecord[]): Buffer {
  const header = {
    task: lease.task,
    epoch: lease.epoch,
    outcome,
    records: records.length,
    receipt: { calls: 1, rows: records.length, callMs: 1 },
  };
  return zstdCompressSync([header, ...records].map((line) => `${JSON.stringify(line)}\n`).join(""));
}

/** What a read was, where the agent says it; unsaid, it counts as a sweep. And whether its slices have keys and digests, as a real agent's have. */
export type Saying = () => { how?: "sweep" | "changes"; isDigested?: boolean };

/** A digest of what is given; where it is the last one no records follow. */
function digested(lease: Lease, records: readonly UploadedRecord[], digestBefore: string | undefined): Buffer {
  const digest = createHash("sha256").update(JSON.stringify(records)).digest("hex");
  const same = digest === digestBefore;
  return uploadBody(lease, { kind: "complete", slices: [], digest, same }, same ? [] : records);
}

function answerOf(lease: Lease, given: ReturnType<Given>, { how, isDigested }: ReturnType<Saying>): Buffer {
  const { work } = lease;
  const records = given[work.flow] ?? [];
  if (work.kind === "open") {
    const slice = isDigested === true ? { keys: records.map(({ key }) => key) } : {};
    const slices = [{ kind: "objects", flow: work.flow, label: `all ${work.flow}`, slice }];
    const reading = how === undefined ? {} : { reading: { how, why: "the test says so" } };
    return uploadBody(lease, { kind: "complete", slices, watermark: "20261124", ...reading }, []);
  }
  if (isDigested === true) return digested(lease, records, work.kind === "objects" ? work.digest : undefined);
  return uploadBody(lease, { kind: "complete", slices: [] }, records);
}

export function runFakeAgent(
  hubUrl: string,
  identity: { agent: string; key: KeyObject },
  given: Given,
  how: Saying = () => ({}),
): FakeAgent {
  let isStopping = false;
  const state = { uploads: 0 };
  const loop = async () => {
    let lease: Lease | null = null;
    while (!isStopping) {
      if (!lease) {
        const answer = await postSigned(hubUrl, "/agent/v1/lease", identity, Buffer.from("{}"));
        lease = (answer.body as { lease: Lease | null }).lease;
        continue;
      }
      const answer = await postSigned(hubUrl, "/agent/v1/upload", identity, answerOf(lease, given(), how()));
      if (answer.status !== 200) throw new Error(`upload: ${answer.status} ${JSON.stringify(answer.body)}`);
      state.uploads += 1;
      lease = (answer.body as UploadAnswer).next;
    }
  };
  // Whatever ends the loop while the hub goes down is no finding; before that it is.
  const running = loop().then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    get uploads() {
      return state.uploads;
    },
    async stop() {
      const wasStopping = isStopping;
      isStopping = true;
      const error = await running;
      if (error && !wasStopping && !(error instanceof Error && "code" in error)) throw error;
    },
  };
}
