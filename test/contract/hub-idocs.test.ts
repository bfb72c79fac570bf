// IDocs from SAP's port to the next run: the receiver's answers over sockets, what the hub keeps of them, and that each object touched is asked for once
// it can be read. SAP takes anything but a 2xx for not sent, so what matters is when the 200 comes.
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { request } from "undici";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createHubClient, enrolAgent, type IDocListener, listenForIDocs, watchFolder } from "../../src/agent/index.ts";
import { createHttpClient, systemClock } from "../../src/cli/platform/index.ts";
import { readIDocState } from "../../src/hub/index.ts";
import { type Lease, type Work, work as workSchema } from "../../src/wire/index.ts";
import { enrolFake, postSigned, uploadBody } from "../support/fake-agent.ts";
import { type Bench, openBench } from "../support/hub-bench.ts";

const http = createHttpClient();
const password = "Idoc-Pass-1";
let bench: Bench;
let listener: IDocListener;
let hub: ReturnType<typeof createHubClient>;
let reader: Awaited<ReturnType<typeof enrolFake>>;
let breaksAt: string | undefined;
let nextNumber = 1;

beforeAll(async () => {
  const faultPoint = (name: string) => {
    if (name !== breaksAt) return;
    breaksAt = undefined;
    throw new Error("the hub broke off");
  };
  bench = await openBench({ withoutAgent: true, faultPoint });
  const code = await bench.hub.createEnrolmentCode("main");
  const identity = await enrolAgent({ hubUrl: bench.hub.url, code, name: "receiver", http });
  hub = createHubClient({ hubUrl: bench.hub.url, identity, http, clock: systemClock });
  reader = await enrolFake(bench.hub.url, await bench.hub.createEnrolmentCode("main"));
  listener = await listenForIDocs({
    host: "127.0.0.1",
    port: 0,
    path: "/idoc",
    user: "SAPIDOC",
    readPassword: async () => password,
    bodyBytesMax: 200_000,
    hub,
    log: () => undefined,
  });
});
afterAll(async () => {
  await listener.close();
  await bench.close();
  await http.close();
});
beforeEach(async () => {
  await query(sql`delete from idoc`);
  await query(sql`delete from idoc_touched`);
});

const query = async <T>(text: ReturnType<typeof sql<T>>): Promise<T[]> =>
  (await bench.postgres.store.transact({ tenant: "main" }, (tx) => text.execute(tx))).rows;
const state = () => readIDocState(bench.postgres.store, { tenant: "main", connection: "main" }, 50);

type Given = { lifnr?: string; number?: string; serial?: string; message?: string; name?: string };
function idoc({
  lifnr = "0000100001",
  number = String(nextNumber++),
  serial = "20261124101500",
  message = "CREMAS",
  name = "Acme",
}: Given): string {
  return `<IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><MANDT>100</MANDT><DOCNUM>${number.padStart(16, "0")}</DOCNUM><DIRECT>1</DIRECT><MESTYP>${message}</MESTYP>
    <IDOCTYP>CREMAS05</IDOCTYP><SNDPRN>S01CLNT100</SNDPRN><SERIAL>${serial}</SERIAL></EDI_DC40><E1LFA1M SEGMENT="1"><LIFNR>${lifnr}</LIFNR><NAME1>${name}</NAME1></E1LFA1M></IDOC>`;
}
const pack = (...idocs: string[]) => `<CREMAS05>${idocs.join("")}</CREMAS05>`;

async function send(
  body: string,
  { auth = `SAPIDOC:${password}`, type = "text/xml" } = {},
): Promise<{ status: number; text: string; type: string }> {
  const answer = await request(listener.url, {
    method: "POST",
    headers: { "content-type": type, authorization: `Basic ${Buffer.from(auth).toString("base64")}` },
    body,
  });
  return { status: answer.statusCode, text: await answer.body.text(), type: String(answer.headers["content-type"]) };
}

/** The opening of a flow as an agent gets it. */
async function openingOf(flow: "vendors"): Promise<{ lease: Lease; work: Extract<Work, { kind: "open" }>; run: string }> {
  const run = await bench.hub.requestRun({ connection: "main", flows: [flow], mode: "delta" });
  const answer = await postSigned(bench.hub.url, "/agent/v1/lease", reader, Buffer.from("{}"));
  const { lease } = answer.body as { lease: Lease };
  const work = workSchema.parse(lease.work);
  if (work.kind !== "open") throw new Error(`a lease to ${work.kind}`);
  return { lease, work, run };
}

async function finish({ lease, run }: Awaited<ReturnType<typeof openingOf>>) {
  const done = await postSigned(
    bench.hub.url,
    "/agent/v1/upload",
    reader,
    uploadBody(lease, { kind: "complete", slices: [], watermark: "w" }, []),
  );
  expect(done.status).toBe(200);
  expect(await bench.hub.awaitRun(run)).toMatchObject({ state: "finished" });
}

it("are acknowledged when they are kept, and their objects are asked for by the next run, once", async () => {
  expect(await send(pack(idoc({}), idoc({ lifnr: "100002" })))).toMatchObject({
    status: 200,
    text: expect.stringContaining("2 received"),
  });
  const opening = await openingOf("vendors");
  expect(opening.work.touched).toEqual(["0000100001", "0000100002"]);
  await finish(opening);
  expect((await state()).waiting).toEqual({});
  const next = await openingOf("vendors");
  expect(next.work.touched).toBeUndefined();
  await finish(next);
});

it("that come while their flow is read wait for the next run", async () => {
  await send(pack(idoc({})));
  const opening = await openingOf("vendors");
  await send(pack(idoc({ serial: "20261124101600", name: "Changed again" })));
  await finish(opening);
  const next = await openingOf("vendors");
  expect(next.work.touched).toEqual(["0000100001"]);
  await finish(next);
});

it("that come again touch nothing again, in whichever package", async () => {
  const [one, two] = [idoc({}), idoc({ lifnr: "100002" })];
  await send(pack(one));
  await finish(await openingOf("vendors"));
  expect(await send(pack(one, one, two))).toMatchObject({ status: 200, text: expect.stringContaining("1 received, 2 known") });
  expect((await state()).messages).toMatchObject([{ message: "CREMAS", idocs: 2, again: 1 }]);
  expect((await state()).waiting).toEqual({ vendors: 1 });
});

it("that are older than the last one told of their object touch nothing", async () => {
  await send(pack(idoc({ serial: "20261124120000" })));
  await finish(await openingOf("vendors"));
  expect(await send(pack(idoc({ serial: "20261124110000" })))).toMatchObject({ status: 200 });
  expect((await state()).waiting).toEqual({});
  await send(pack(idoc({ serial: "20261124130000" })));
  expect((await state()).waiting).toEqual({ vendors: 1 });
});

it("with the number of another and other content are kept apart for a person, also within one package", async () => {
  await send(pack(idoc({ number: "77" })));
  await finish(await openingOf("vendors"));
  const copies = [idoc({ number: "77", name: "Other" }), idoc({ number: "78", name: "A" }), idoc({ number: "78", name: "B" })];
  expect(await send(pack(...copies))).toMatchObject({
    status: 200,
    text: expect.stringContaining("1 received, 0 known, 0 parked, 2 quarantined"),
  });
  const { odd } = await state();
  expect(odd.map(({ number, state: of }) => [number, of])).toEqual([
    ["0000000000000077", "quarantined"],
    ["0000000000000078", "quarantined"],
  ]);
  const audited = await query(sql<{ n: bigint }>`select count(*) as n from audit where action = 'idoc.quarantined'`);
  expect(Number(audited[0]?.n)).toBe(2);
});

it("that are bad are parked, and the good ones of their package are not held up", async () => {
  const bad = [idoc({ message: "MATMAS" }), idoc({ lifnr: "" })];
  expect(await send(pack(...bad, idoc({ lifnr: "100003" })))).toMatchObject({
    status: 200,
    text: expect.stringContaining("1 received, 0 known, 2 parked"),
  });
  expect((await state()).odd.map(({ reason }) => reason).sort()).toEqual([
    "it names no object, or one of its segments does not",
    expect.stringContaining("message type MATMAS is none of"),
  ]);
  expect((await state()).waiting).toEqual({ vendors: 1 });
});

it.each([
  ["before the hub has committed", "idocs.before-commit", 0],
  ["after it, when the answer is lost", "idocs.after-commit", 1],
])("are not acknowledged %s, and are there once when they come again", async (_, fault, kept) => {
  breaksAt = fault;
  const package_ = pack(idoc({ lifnr: "100009" }));
  expect((await send(package_)).status).toBe(503);
  expect((await state()).messages.length).toBe(kept);
  expect(await send(package_)).toMatchObject({ status: 200 });
  expect((await state()).messages).toMatchObject([{ idocs: 1 }]);
  expect((await state()).waiting).toEqual({ vendors: 1 });
});

it.each([
  ["a wrong password", pack(idoc({})), { auth: "SAPIDOC:wrong" }, 401],
  ["no IDoc", "<html/>", {}, 400],
  ["a cut body", pack(idoc({})).slice(0, -30), {}, 400],
  ["too large a body", pack(idoc({ name: "x".repeat(300_000) })), {}, 413],
])("are refused with %s, and nothing is kept", async (_, body, options, status) => {
  expect((await send(body, options)).status).toBe(status);
  expect((await state()).messages).toEqual([]);
});

it("get an envelope back where SAP sent one", async () => {
  const soap = (inner: string) =>
    `<SOAP:Envelope xmlns:SOAP="http://schemas.xmlsoap.org/soap/envelope/"><SOAP:Body>${inner}</SOAP:Body></SOAP:Envelope>`;
  const good = await send(soap(pack(idoc({}))));
  expect([good.status, good.type.startsWith("text/xml"), good.text.includes("Fault")]).toEqual([200, true, false]);
  const bad = await send(soap("<nothing/>"));
  expect([bad.status, bad.text.includes("Fault")]).toEqual([400, true]);
});

it("come from a folder when their file is whole, and are renamed when they are kept", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mlc-idocs-"));
  const control = (number: string) =>
    `${"EDI_DC40".padEnd(10)}100${number.padStart(16, "0")}${"".padEnd(6)}1${"".padEnd(3)}${"CREMAS05".padEnd(30)}${"".padEnd(30)}${"CREMAS".padEnd(30)}`;
  const data = (number: string) => `${"E2LFA1M005".padEnd(30)}100${number.padStart(16, "0")}0000010000000200${"50000100001"}`;
  const text = (number: string) => `${control(number)}\n${data(number)}\n`;
  const lookEveryMs = 20;
  const watching = watchFolder({ folder, lookEveryMs, fileBytesMax: 100_000, hub, clock: systemClock, log: () => undefined });
  try {
    writeFileSync(join(folder, "half"), text("501").slice(0, -10));
    writeFileSync(join(folder, ".hidden"), text("502"));
    writeFileSync(join(folder, "broken"), "hello\n");
    writeFileSync(join(folder, "one.tmp"), text("503"));
    renameSync(join(folder, "one.tmp"), join(folder, "one"));
    const until = Date.now() + 10_000;
    while (!(existsSync(join(folder, "one.done")) && existsSync(join(folder, "broken.refused"))) && Date.now() < until)
      await systemClock.sleep(20);
    expect(readdirSync(folder).sort()).toEqual([".hidden", "broken.refused", "half", "one.done"]);
    writeFileSync(join(folder, "half"), text("501"));
    while (!existsSync(join(folder, "half.done")) && Date.now() < until) await systemClock.sleep(20);
    expect(readdirSync(folder).sort()).toEqual([".hidden", "broken.refused", "half.done", "one.done"]);
    expect((await state()).messages).toMatchObject([{ message: "CREMAS", idocs: 2 }]);
    expect(await query(sql<{ key: string }>`select key from idoc_touched`)).toEqual([{ key: "0000100001" }]);
  } finally {
    await watching.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

it("are told by a receiver that the hub knows, and by no other", async () => {
  const body = Buffer.from(JSON.stringify({ idocs: [] }));
  const stranger = { ...reader, agent: createHash("sha256").update("x").digest("hex").slice(0, 32) };
  expect((await postSigned(bench.hub.url, "/agent/v1/idocs", stranger, body)).status).toBe(401);
  expect((await postSigned(bench.hub.url, "/agent/v1/idocs", reader, body)).status).toBe(400);
});
