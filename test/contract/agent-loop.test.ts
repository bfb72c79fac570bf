// The product's agent against a hub written for this test alone: what it sends, when it tries again, when it stops. SAP's side is a fake
// extract, so that each answer and failure can be chosen.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Agent, type AgentIdentity, type AgentOptions, enrolAgent, startAgent } from "../../src/agent/index.ts";
import { createHttpClient, systemClock, systemRandom } from "../../src/cli/platform/index.ts";
import { Fault, type Flow } from "../../src/core/index.ts";
import type { Clock, HttpClient } from "../../src/ports/index.ts";
import type { FlowExtract } from "../../src/sap/index.ts";
import type { Lease, Work } from "../../src/wire/index.ts";
import { vendorRecord } from "../support/records.ts";
import { openScriptedHub, type ScriptedHub } from "../support/scripted-hub.ts";

const code = "ONE-TIME-CODE";
let hub: ScriptedHub;
let http: HttpClient;
let identity: AgentIdentity;
let agent: Agent | undefined;
let log: string[];

/** Waits are counted, not waited. */
let slept: number[];
const clock: Clock = {
  ...systemClock,
  sleep: async (ms) => {
    slept.push(ms);
  },
};

beforeEach(async () => {
  hub = await openScriptedHub(code);
  http = createHttpClient();
  identity = await enrolAgent({ hubUrl: hub.url, code, name: "test", http });
  agent = undefined;
  log = [];
  slept = [];
});
afterEach(async () => {
  await agent?.stop();
  await hub.close();
  await http.close();
  expect(hub.wrong).toEqual([]);
});

const idle: FlowExtract = {
  open: async () => ({ slices: [] }),
  discover: async () => ({ kind: "complete", slices: [] }),
  read: async () => ({ same: false, digest: "1:0:x", records: [] }),
};

function start(vendors: Partial<FlowExtract>, options: Partial<AgentOptions> = {}): void {
  const extracts: Record<Flow, FlowExtract> = {
    vendors: { ...idle, ...vendors },
    "purchase-orders": idle,
    invoices: idle,
    costs: idle,
  };
  let calls = 0;
  const receipt = () => {
    calls += 2;
    return { calls, rows: calls * 10, milliseconds: calls * 1.4 };
  };
  const ports = { http, clock, random: systemRandom };
  agent = startAgent({
    hubUrl: hub.url,
    identity,
    ...ports,
    extracts,
    receipt,
    parallel: 1,
    log: (line) => log.push(line),
    ...options,
  });
}

let tasks = 0;
const objects = { kind: "objects", flow: "vendors", label: "all", slice: { keys: [{ LIFNR: "1" }] } } as const;
const leaseOf = (work: Work = objects): Lease => ({ task: String(++tasks), epoch: 3, expiresInMs: 300_000, work });

describe("the agent", () => {
  it("opens, finds, reads; names task and epoch; and takes the next lease from the answer", async () => {
    const seen: unknown[] = [];
    const offer = { kind: "objects", flow: "vendors", label: "L", slice: { keys: [] } } as const;
    start({
      open: async (request) => {
        seen.push(request);
        return { slices: [{ ...offer, kind: "discover" }], watermark: "20261124" };
      },
      discover: async (label, slice) => {
        seen.push([label, slice]);
        return { kind: "split", slices: [offer, offer] };
      },
      read: async (slice, digest) => {
        seen.push([slice, digest]);
        return { same: false, digest: "1:1:y", records: [vendorRecord("0000100001")] };
      },
    });
    const leases = [
      leaseOf({ kind: "open", flow: "vendors", mode: "delta", since: "20261101", leaves: [{ label: "a", slice: 1 }] }),
      leaseOf({ kind: "discover", flow: "vendors", label: "D", slice: { ranges: [] } }),
      leaseOf({ ...objects, digest: "1:1:x" }),
    ];
    hub.leases.push(...leases);
    const uploads = await hub.uploaded(3);
    expect(seen).toEqual([
      { mode: "delta", since: "20261101", leaves: [{ label: "a", slice: 1 }] },
      ["D", { ranges: [] }],
      [{ keys: [{ LIFNR: "1" }] }, "1:1:x"],
    ]);
    expect(uploads.map(({ header }) => [header.task, header.epoch])).toEqual(leases.map(({ task, epoch }) => [task, epoch]));
    expect(uploads.map(({ header }) => header.outcome)).toEqual([
      { kind: "complete", slices: [{ ...offer, kind: "discover" }], watermark: "20261124" },
      { kind: "split", slices: [offer, offer] },
      { kind: "complete", same: false, digest: "1:1:y", slices: [] },
    ]);
    expect(uploads[2]?.records).toEqual([vendorRecord("0000100001")]);
    // What came on top since the upload before, in whole numbers that sum to the whole.
    expect(uploads.map(({ header }) => header.receipt)).toEqual([
      { calls: 2, rows: 20, callMs: 3 },
      { calls: 2, rows: 20, callMs: 3 },
      { calls: 2, rows: 20, callMs: 2 },
    ]);
    // One long poll for the first lease; the others came with the answers.
    expect(hub.leaseBodies[0]).toEqual({ holds: [] });
    expect(hub.leaseBodies.slice(1).every((body) => JSON.stringify(body) === "{}")).toBe(true);
  });

  it("says once that it begins anew, whatever the number of loops", async () => {
    start({}, { parallel: 3 });
    hub.leases.push(leaseOf());
    await hub.uploaded(1);
    while (hub.leaseBodies.length < 4) await new Promise<void>((resolve) => setImmediate(resolve));
    expect(hub.leaseBodies.filter((body) => JSON.stringify(body) !== "{}")).toEqual([{ holds: [] }]);
  });

  it("says what it holds after a request whose answer never came, and gives all back when it is stopped", async () => {
    const held = Promise.withResolvers<void>();
    start({ read: async () => held.promise.then(() => ({ same: false, digest: "d", records: [] })) }, { parallel: 2 });
    hub.misfortunes.push({ status: 502, take: true });
    const [lost, slow] = [leaseOf({ kind: "open", flow: "costs", mode: "full" }), leaseOf()];
    hub.leases.push(lost, slow);
    const told = () => hub.leaseBodies.slice(1).find((body) => JSON.stringify(body) !== "{}");
    while (!told()) await new Promise<void>((resolve) => setImmediate(resolve));
    expect(told()).toEqual({ holds: [slow.task] });
    held.resolve();
    await agent?.stop();
    expect(hub.leaseBodies.at(-1)).toEqual({ holds: [], isLeaving: true });
  });

  it("uploads nothing where the digest still holds", async () => {
    start({ read: async (_slice, digest) => ({ same: true, digest: digest ?? "", records: [] }) });
    hub.leases.push(leaseOf({ ...objects, digest: "1:9:z" }));
    const [upload] = await hub.uploaded(1);
    expect(upload).toMatchObject({
      header: { outcome: { kind: "complete", same: true, digest: "1:9:z" }, records: 0 },
      records: [],
    });
  });

  it("goes on with the next slice where its upload came too late", async () => {
    hub.accepted = false;
    start({});
    hub.leases.push(leaseOf(), leaseOf());
    expect((await hub.uploaded(2)).length).toBe(2);
    expect(log).toEqual([]);
  });

  it("sends the same bytes again where the answer got lost, and waits longer each time", async () => {
    hub.misfortunes.push({ status: 502, take: true }, { status: 503, take: true }, { status: 500, take: true });
    start({ read: async () => ({ same: false, digest: "d", records: [vendorRecord("0000100001")] }) });
    hub.leases.push(leaseOf());
    const uploads = await hub.uploaded(4);
    expect(new Set(uploads.map(({ raw }) => raw.toString("hex"))).size).toBe(1);
    expect(slept.length).toBe(3);
    for (const [index, ms] of slept.entries()) {
      expect(ms).toBeGreaterThanOrEqual(250 * 2 ** index);
      expect(ms).toBeLessThanOrEqual(500 * 2 ** index);
    }
  });

  it("leaves a slice to its lease's end after a named number of tries, and takes the next", async () => {
    hub.misfortunes.push(...Array.from({ length: 6 }, () => ({ status: 503, take: false })));
    start({});
    hub.leases.push(leaseOf(), leaseOf());
    const [upload] = await hub.uploaded(1);
    expect(upload?.header.task).toBe(String(tasks));
    expect(log.length).toBe(6);
  });

  it("says as a failure what the hub cannot read, once", async () => {
    hub.misfortunes.push({ status: 400, body: { code: "agent.record-invalid", message: "line 2: key" }, take: false });
    start({ read: async () => ({ same: false, digest: "d", records: [vendorRecord("0000100001")] }) });
    hub.leases.push(leaseOf());
    const [upload] = await hub.uploaded(1);
    expect(upload).toMatchObject({
      header: { outcome: { kind: "failed", code: "agent.record-invalid", retry: false }, records: 0 },
    });
    expect(upload?.header.outcome).toMatchObject({ detail: expect.stringContaining("line 2: key") });
  });

  it("reports a failure of SAP with its code, whether another try may help, and goes on", async () => {
    const faults = [
      new Fault("sap.overload", { place: "LFA1", detail: "busy" }),
      new Fault("sap.not-authorised", { place: "LFA1", detail: "NOT_AUTHORIZED" }),
      new TypeError("a defect"),
    ];
    start({
      read: async () => {
        throw faults.shift() ?? new Error("no more");
      },
    });
    hub.leases.push(leaseOf(), leaseOf(), leaseOf());
    expect((await hub.uploaded(3)).map(({ header }) => header.outcome)).toMatchObject([
      { kind: "failed", code: "sap.overload", place: "LFA1", detail: "busy", retry: true },
      { kind: "failed", code: "sap.not-authorised", place: "LFA1", detail: "NOT_AUTHORIZED", retry: false },
      { kind: "failed", code: "sap.protocol", place: "vendors", detail: "TypeError: a defect", retry: false },
    ]);
  });

  it("reports a refused logon, then leases no more", async () => {
    let reads = 0;
    start({
      read: async () => {
        reads += 1;
        throw new Fault("sap.logon", { place: "LFA1", detail: "LOGON_FAILED" });
      },
    });
    hub.leases.push(leaseOf(), leaseOf(), leaseOf());
    const [upload] = await hub.uploaded(1);
    expect(upload?.header.outcome).toMatchObject({ kind: "failed", code: "sap.logon", retry: false });
    await agent?.stop();
    expect(reads).toBe(1);
    expect(log.join("\n")).toContain("no further logon is tried");
  });

  it("stops where the hub knows it no more, and says so", async () => {
    hub.misfortunes.push({ status: 401, body: { code: "agent.refused", message: "revoked" }, take: false });
    start({});
    hub.leases.push(leaseOf(), leaseOf());
    while (log.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    await agent?.stop();
    expect(log).toEqual(["upload of vendors: HTTP 401 revoked"]);
    expect(hub.uploads).toEqual([]);
  });

  it("waits for a hub that is away, and takes up work when it is back", async () => {
    let isAway = true;
    const flaky: HttpClient = {
      ...http,
      request: async (request) => {
        if (isAway && slept.length < 4) return { kind: "failure", reason: "unreachable", requestSent: "no", detail: "away" };
        isAway = false;
        return http.request(request);
      },
    };
    start({}, { http: flaky });
    hub.leases.push(leaseOf());
    await hub.uploaded(1);
    expect(slept.length).toBe(4);
    // It still begins anew: none of those requests was answered.
    expect(hub.leaseBodies[0]).toEqual({ holds: [] });
  });

  it("offers what it has read while it is being stopped", async () => {
    const reading = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    start({
      read: async () => {
        begun.resolve();
        await reading.promise;
        return { same: false, digest: "d", records: [vendorRecord("0000100001")] };
      },
    });
    hub.leases.push(leaseOf(), leaseOf());
    await begun.promise;
    const stopped = agent?.stop();
    reading.resolve();
    await stopped;
    expect(hub.uploads.map(({ records }) => records.length)).toEqual([1]);
  });

  it("offers a slice that is too large for one upload in halves, with all that it says besides its keys", async () => {
    const keys = Array.from({ length: 3 }, (_, index) => ({ LIFNR: String(index) }));
    const long = { ...vendorRecord("0000100001"), names: ["x".repeat(9 * 1024 * 1024)] };
    start({ read: async () => ({ same: false, digest: "d", records: [long, long] }) });
    hub.leases.push(leaseOf({ ...objects, slice: { source: "coep", keys } }));
    const [upload] = await hub.uploaded(1);
    expect(upload?.records).toEqual([]);
    expect(upload?.header.outcome).toEqual({
      kind: "split",
      slices: [
        { kind: "objects", flow: "vendors", label: "all a", slice: { source: "coep", keys: keys.slice(0, 2) } },
        { kind: "objects", flow: "vendors", label: "all b", slice: { source: "coep", keys: keys.slice(2) } },
      ],
    });
  });

  it("passes its fault points in order", async () => {
    const points: string[] = [];
    start({}, { faultPoint: (name) => points.push(name) });
    hub.leases.push(leaseOf());
    await hub.uploaded(1);
    await agent?.stop();
    expect(points).toEqual(["agent.before-read", "agent.after-read", "agent.before-upload", "agent.after-upload"]);
  });
});

describe("enrolment", () => {
  it("refuses a wrong code with a sentence and without telling the code", async () => {
    const failed = enrolAgent({ hubUrl: hub.url, code: "WRONG-CODE", name: "test", http });
    await expect(failed).rejects.toMatchObject({ code: "agent.code-refused", detail: "HTTP 403" });
    await expect(failed).rejects.not.toThrow("WRONG-CODE");
  });

  it("makes a key of its own each time, and sends the public half only", async () => {
    const bodies: string[] = [];
    const listening: HttpClient = {
      ...http,
      request: (request) => {
        bodies.push(String(request.body));
        return http.request(request);
      },
    };
    const other = await enrolAgent({ hubUrl: hub.url, code, name: "test", http: listening });
    expect(other.privateKey).toContain("PRIVATE KEY");
    expect(other.privateKey).not.toBe(identity.privateKey);
    const secret = other.privateKey.split("\n")[1] ?? "";
    expect(secret.length).toBeGreaterThan(20);
    expect(bodies.join("")).not.toContain(secret);
  });
});
