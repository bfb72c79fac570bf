// A company code whose documents came from one source takes none from another: the page rolls back whole, the run pauses and names both, and
// back on the former source it goes on. With the real store; the other side is a fake agent, or the test itself speaking for it.
import { sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { type CostDocumentRecord, type CostSource, costSourcePrefix, type SourceRecord } from "../../src/core/index.ts";
import type { Lease } from "../../src/wire/index.ts";
import { enrolFake, postSigned, uploadBody } from "../support/fake-agent.ts";
import { type Bench, openBench, project } from "../support/hub-bench.ts";
import { documentRecord, lineRecord, offsetLine } from "../support/records.ts";

let bench: Bench;
afterEach(() => bench.close());

function documentOf(source: CostSource, number: string, companyCode = "1000", ledger = "0L"): CostDocumentRecord {
  const area = { bseg: "", coep: "CA01:", faglflexa: `${ledger}:` }[source];
  const documentNumber = `${costSourcePrefix[source]}${area}${number}`;
  const lines = [lineRecord("001", "100.00"), offsetLine("002", "-100.00")];
  return documentRecord(documentNumber, lines, { source, companyCode, key: `${companyCode}.${documentNumber}.2026` });
}

function rejectedOf({ key }: CostDocumentRecord): SourceRecord {
  const unknown = { balance: "0", currency: "USD", period: "", detail: "" };
  return { kind: "rejected", flow: "costs", key, code: "amount-overflow", ...unknown };
}

async function rowsOf(text: string): Promise<string[]> {
  const { rows } = await bench.postgres.store.transact({ tenant: "main" }, (tx) =>
    sql<{ row: string }>`select ${sql.raw(text)} order by 1`.execute(tx),
  );
  return rows.map(({ row }) => row);
}
const documents = () => rowsOf("company_code || ' ' || document_number as row from cost_document");
const bound = () => rowsOf("company_code || ' ' || source as row from cost_source");
const read = () => rowsOf("distinct object_key as row from run_read");
const direct = async () => ((await bench.get(`/rest/v1.1/projects/${project}/direct_costs`)) as unknown[]).length;

const refusal = {
  state: "paused",
  code: "config.cost-source-changed",
  detail: "company code 1000: its documents here are from FI line items (bseg), what came now is from controlling (coep)",
};

describe("another source of a company code", () => {
  it("pauses the run, leaves the whole page out, and the former source goes on from there", async () => {
    bench = await openBench();
    bench.records.costs = [documentOf("bseg", "0100000001")];
    expect(await bench.sync(["costs"])).toMatchObject({ state: "finished" });
    const posted = await direct();
    const writes = await bench.writes();
    expect(posted).toBe(1);

    // A new company code is in the same page: it is not bound by what was never taken.
    bench.records.costs = [documentOf("coep", "0200000001", "1200"), documentOf("coep", "0200000002")];
    for (const _ of ["at first", "as long as nothing is changed"]) {
      expect(await bench.sync(["costs"])).toMatchObject(refusal);
      expect(await documents()).toEqual(["1000 0100000001"]);
      expect(await bound()).toEqual(["1000 bseg"]);
      expect(await read()).toEqual([]);
      expect(await bench.writes()).toBe(writes);
    }

    bench.records.costs = [
      documentOf("bseg", "0100000001"),
      documentOf("bseg", "0100000002"),
      documentOf("coep", "0200000001", "1200"),
    ];
    expect(await bench.sync(["costs"])).toMatchObject({ state: "finished" });
    expect(await bound()).toEqual(["1000 bseg", "1200 coep"]);
    expect(await direct()).toBe(posted + 2);
    expect(await documents()).toEqual(["1000 0100000001", "1000 0100000002", "1200 CO:CA01:0200000001"]);
    // The flow was opened again: one opening of the first run, three of the second.
    expect(await rowsOf("run || ' ' || state as row from task where kind = 'open'")).toEqual([
      "1 complete",
      "2 complete",
      "2 replaced",
      "2 replaced",
    ]);
  });

  it("is known by a rejected document too, whichever came first", async () => {
    bench = await openBench();
    bench.records.costs = [rejectedOf(documentOf("bseg", "0100000001"))];
    expect(await bench.sync(["costs"])).toMatchObject({ state: "finished" });
    bench.records.costs = [rejectedOf(documentOf("coep", "0200000001"))];
    expect(await bench.sync(["costs"])).toMatchObject(refusal);
    expect(await documents()).toEqual(["1000 0100000001"]);
  });
});

describe("another ledger of a company code", () => {
  it("is another source", async () => {
    bench = await openBench();
    for (const number of ["0100000001", "0100000002"]) {
      bench.records.costs = [documentOf("faglflexa", number)];
      expect(await bench.sync(["costs"])).toMatchObject({ state: "finished" });
    }
    bench.records.costs = [documentOf("faglflexa", "0100000001", "1000", "L1")];
    expect(await bench.sync(["costs"])).toMatchObject({
      ...refusal,
      detail:
        "company code 1000: its documents here are from the leading ledger (faglflexa) 0L, what came now is from the leading ledger (faglflexa) L1",
    });
    expect(await documents()).toEqual(["1000 GL:0L:0100000001", "1000 GL:0L:0100000002"]);
  });
});

describe("another valuation of a company code", () => {
  it("is another source: what is posted in one currency is not posted in another besides", async () => {
    bench = await openBench();
    const rejected = rejectedOf(documentOf("coep", "0200000009"));
    const ofArea = (number: string) => ({ ...documentOf("coep", number), valuation: "controlling-area" as const });
    // A rejected document tells none; the first that is whole does.
    bench.records.costs = [rejected];
    await bench.sync(["costs"]);
    bench.records.costs = [rejected, ofArea("0200000001")];
    expect(await bench.sync(["costs"])).toMatchObject({ state: "finished" });
    bench.records.costs = [rejected, documentOf("coep", "0200000002")];
    expect(await bench.sync(["costs"])).toMatchObject({
      state: "paused",
      code: "config.cost-source-changed",
      detail:
        "company code 1000: its documents here are from controlling (coep), valuation controlling-area, what came now is from controlling (coep)",
    });
    expect(await documents()).toEqual(["1000 CO:CA01:0200000001", "1000 CO:CA01:0200000009"]);
    bench.records.costs = [rejected, ofArea("0200000002")];
    expect(await bench.sync(["costs"])).toMatchObject({ state: "finished" });
    expect((await documents()).length).toBe(3);
  });
});

describe("at the agent's door", () => {
  type Who = Awaited<ReturnType<typeof enrolFake>>;
  let identity: Who;
  let run: string;
  const complete = { kind: "complete", slices: [] };
  const upload = (lease: Lease, records: readonly SourceRecord[], outcome: Record<string, unknown> = complete) =>
    postSigned(bench.hub.url, "/agent/v1/upload", identity, uploadBody(lease, outcome, records));

  async function lease(): Promise<Lease> {
    const answer = await postSigned(bench.hub.url, "/agent/v1/lease", identity, Buffer.from("{}"));
    const taken = (answer.body as { lease: Lease | null }).lease;
    if (!taken) throw new Error("no lease");
    return taken;
  }

  /** Leases of that many slices of one run. */
  async function leases(count: number): Promise<Lease[]> {
    run = await bench.hub.requestRun({ connection: "main", flows: ["costs"], mode: "full" });
    const slices = Array.from({ length: count }, (_, index) => ({
      kind: "objects",
      flow: "costs",
      label: `${index}`,
      slice: {},
    }));
    const taken = [((await upload(await lease(), [], { kind: "complete", slices })).body as { next: Lease }).next];
    while (taken.length < count) taken.push(await lease());
    return taken;
  }

  async function open(): Promise<void> {
    bench = await openBench({ withoutAgent: true });
    identity = await enrolFake(bench.hub.url, await bench.hub.createEnrolmentCode("main"));
  }

  it("an answer that got lost changes nothing, of a page that was taken and of one that was refused", async () => {
    await open();
    const [first, second] = await leases(2);
    if (!first || !second) throw new Error("no leases");
    for (const accepted of [true, false])
      expect((await upload(first, [documentOf("bseg", "0100000001")])).body).toMatchObject({ accepted });
    for (const accepted of [true, false])
      expect(await upload(second, [documentOf("coep", "0200000001")])).toMatchObject({ status: 200, body: { accepted } });
    expect(await bench.hub.awaitRun(run)).toMatchObject(refusal);
    expect(await documents()).toEqual(["1000 0100000001"]);

    // Whoever still holds a slice of the old opening comes too late; the flow begins with an opening.
    expect(await bench.hub.requestRun({ connection: "main", flows: ["costs"], mode: "full" })).toBe(run);
    const again = await lease();
    expect(again.work.kind).toBe("open");
    expect((await upload(second, [documentOf("bseg", "0100000009")])).body).toMatchObject({ accepted: false });
    await upload(again, []);
    expect(await bench.hub.awaitRun(run)).toMatchObject({ state: "finished" });
    expect(await documents()).toEqual(["1000 0100000001"]);
  });

  it("of two pages that come at once one is taken, with all of its documents, and the other's source is refused", async () => {
    await open();
    const [first, second] = await leases(2);
    if (!first || !second) throw new Error("no leases");
    const both = { bseg: "1000 bseg", coep: "1000 coep" };
    const pages = { bseg: ["1", "2", "3"].map((n) => documentOf("bseg", n)), coep: ["1", "2"].map((n) => documentOf("coep", n)) };
    await Promise.all([upload(first, pages.bseg), upload(second, pages.coep)]);
    expect(await bench.hub.awaitRun(run)).toMatchObject({ state: "paused", code: refusal.code });
    const winner = (await bound())[0] === both.bseg ? "bseg" : "coep";
    expect(await bound()).toEqual([both[winner]]);
    expect(await documents()).toEqual(pages[winner].map(({ documentNumber }) => `1000 ${documentNumber}`));
  });

  it("a page of two sources for one company code is refused, also where nothing was there", async () => {
    await open();
    const [only] = await leases(1);
    if (!only) throw new Error("no lease");
    await upload(only, [documentOf("faglflexa", "0100000001"), documentOf("coep", "0200000001")]);
    expect(await bench.hub.awaitRun(run)).toMatchObject({ state: "paused", code: refusal.code });
    expect([await documents(), await bound()]).toEqual([[], []]);
  });

  it("an agent that meets a slice of a source that is no more says so, and the next request opens the flow again", async () => {
    await open();
    const [only] = await leases(1);
    if (!only) throw new Error("no lease");
    const outcome = { kind: "failed", code: refusal.code, place: "sap.costSources", detail: "gone", retry: false };
    await upload(only, [], outcome);
    expect(await bench.hub.awaitRun(run)).toMatchObject({ state: "paused", code: refusal.code });
    await bench.hub.requestRun({ connection: "main", flows: ["costs"], mode: "full" });
    expect((await lease()).work.kind).toBe("open");
  });
});
