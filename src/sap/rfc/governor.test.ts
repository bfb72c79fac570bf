import { describe, expect, it } from "vitest";
import type { Clock, Random, RfcCall, RfcClient, RfcFailure, RfcOutcome } from "../../ports/index.ts";
import { asksForSmallerRange, createGovernor, type GovernorOptions, isRetriable, retryOf } from "./governor.ts";

/** Time that moves only when everybody waits. */
function virtualClock(): Clock & { sleeps: number[]; advance(ms: number): void } {
  let now = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    advance: (ms) => {
      now += ms;
    },
    now: () => now,
    monotonic: () => now,
    sleep: async (ms) => {
      sleeps.push(ms);
      now += ms;
    },
  };
}

const random = (fraction: number): Random => ({ bytes: (count) => new Uint8Array(count), fraction: () => fraction });
const answer: RfcOutcome = { kind: "answer", values: {} };
const fail = (kind: RfcFailure["class"], key = ""): RfcFailure => ({ kind: "failure", class: kind, key, detail: "" });
const call: RfcCall = { function: "RFC_READ_TABLE", parameters: {}, tables: [], timeoutMs: 1 };

function govern(
  answerOne: (call: RfcCall, index: number) => RfcOutcome | Promise<RfcOutcome>,
  options: Partial<GovernorOptions> = {},
) {
  const clock = virtualClock();
  let calls = 0;
  const client: RfcClient = {
    call: async (each) => {
      calls += 1;
      return answerOne(each, calls);
    },
    serverTime: () => 42,
    close: async () => undefined,
  };
  const governor = createGovernor({ clock, random: random(0.5), cap: 10, ...options });
  return { clock, governor, client: governor.govern(client), calls: () => calls };
}

/** Calls that are answered one by one, by the test. */
function heldCalls() {
  const waiting: ((outcome: RfcOutcome) => void)[] = [];
  const calm = async () => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  const settle = async (outcome: RfcOutcome = answer) => {
    await calm();
    const answerOne = waiting.shift();
    if (answerOne === undefined) throw new Error("no call waits");
    answerOne(outcome);
    await calm();
  };
  return { calm, hold: () => new Promise<RfcOutcome>((resolve) => waiting.push(resolve)), waiting, settle };
}

describe("calls in flight", () => {
  it("begin at three, rise by one a round, and stay below the cap", async () => {
    const held = heldCalls();
    const { client, governor } = govern(held.hold, { cap: 5 });
    const calls = Array.from({ length: 60 }, () => client.call(call));
    await held.settle(fail("exception", "TABLE_NOT_AVAILABLE"));
    expect(governor.limit()).toBe(3);
    const seen: number[] = [];
    while (held.waiting.length > 0) {
      seen.push(held.waiting.length);
      await held.settle();
    }
    await Promise.all(calls);
    expect(Math.max(...seen)).toBe(5);
    expect(seen.slice(0, 3)).toEqual([3, 3, 3]);
    expect(governor.receipt()).toMatchObject({ calls: 60, inFlightMax: 5, failures: 1 });
  });

  it("halve once for calls that fail together, and go on", async () => {
    const held = heldCalls();
    const { client, governor } = govern(held.hold, { cap: 50, start: 8, triesMax: 1 });
    const calls = Array.from({ length: 8 }, () => client.call(call));
    await held.settle();
    for (let left = 0; left < 7; left += 1) await held.settle(fail("overload", "HTTP_503"));
    expect(governor.limit()).toBe(4);
    expect(governor.receipt().halvings).toBe(1);
    await Promise.all(calls);
    const more = Array.from({ length: 20 }, () => client.call(call));
    await held.calm();
    expect(held.waiting).toHaveLength(4);
    while (held.waiting.length > 0) await held.settle();
    await Promise.all(more);
  });

  it("never fall below one", async () => {
    const { client, governor } = govern(() => fail("overload"), { triesMax: 1 });
    for (let at = 0; at < 10; at += 1) await client.call(call);
    expect(governor.limit()).toBe(1);
  });

  it("halve when calls grow slower, but not because answers grow larger", async () => {
    const rows = (count: number): RfcOutcome => ({
      kind: "answer",
      values: { DATA: Array.from({ length: count }, () => ({ WA: "" })) },
    });
    let spent = 30;
    let count = 0;
    const { client, governor, clock } = govern(() => {
      clock.advance(spent);
      return rows(count);
    });
    const read = { ...call, tables: ["DATA"] };
    for (let at = 0; at < 100; at += 1) await client.call(read);
    expect(governor.limit()).toBe(10);
    [spent, count] = [30 * 11, 10_000];
    for (let at = 0; at < 20; at += 1) await client.call(read);
    expect(governor.receipt().halvings).toBe(0);
    [spent, count] = [300, 0];
    for (let at = 0; at < 10; at += 1) await client.call(read);
    expect(governor.receipt().halvings).toBe(1);
  });

  it.each([0, 51, 1.5])("refuse a cap of %d", (cap) => {
    expect(() => createGovernor({ clock: virtualClock(), random: random(0), cap })).toThrow(RangeError);
  });
});

describe("retries", () => {
  it("wait longer each time, half of it jitter, five tries in all", async () => {
    for (const [fraction, wanted] of [
      [0, [1_000, 2_000, 4_000, 8_000]],
      [0.5, [1_500, 3_000, 6_000, 12_000]],
    ] as const) {
      const { client, clock, calls, governor } = govern(() => fail("communication", "RESET"), { random: random(fraction) });
      expect(await client.call(call)).toMatchObject({ class: "communication" });
      expect(calls()).toBe(5);
      expect(clock.sleeps).toEqual(wanted);
      expect(governor.receipt()).toMatchObject({ calls: 5, retries: 4, failures: 5 });
    }
  });

  it("never wait longer than the cap", async () => {
    const { client, clock } = govern(() => fail("overload"), { random: random(1), triesMax: 12 });
    await client.call(call);
    expect(Math.max(...clock.sleeps)).toBe(120_000);
  });

  it("end with the first answer", async () => {
    const { client, calls } = govern((_, index) => (index < 3 ? fail("communication", "UNREACHABLE") : answer));
    expect(await client.call(call)).toBe(answer);
    expect(calls()).toBe(3);
  });

  it.each<[RfcFailure["class"], string]>([
    ["logon", "LOGON_FAILED"],
    ["logon", "LOGON_BREAKER"],
    ["exception", "FIELD_NOT_VALID"],
    ["authorization", "NOT_AUTHORIZED"],
    ["not-active", "HTTP_403"],
    ["message", "FL 046"],
    ["protocol", "MALFORMED"],
    ["dump", "SAPSQL_PARSE_ERROR"],
    ["dump", "TIME_OUT"],
    ["communication", "TLS"],
    ["communication", "CLOSED"],
    ["communication", "ABORTED"],
    ["communication", "CANCELED"],
    ["communication", "TIMEOUT"],
    ["resting", "POLICY_QUIET_HOURS"],
  ])("do not happen for %s %s", async (kind, key) => {
    const { client, calls } = govern(() => fail(kind, key));
    await client.call(call);
    expect(calls()).toBe(1);
    expect(isRetriable(fail(kind, key))).toBe(false);
  });

  it.each<[string, RfcFailure["class"], string, ReturnType<typeof retryOf>, boolean]>([
    // The matrix of sap-rfc 2.1.4, line by line: what it says, class, key, what is done, whether the caller is to ask for less.
    ["communication failure", "communication", "RESET", "backoff", false],
    ["conversation limit, rc 466", "overload", "CONVERSATION_LIMIT", "after-own-release", false],
    ["CPIC 230, gateway or dispatcher queue full", "overload", "RESOURCE_FAILURE", "backoff", false],
    ["logon failure", "logon", "LOGON_FAILED", "never", false],
    ["dump TIME_OUT", "dump", "TIME_OUT", "never", true],
    ["dump TSV_TNEW_PAGE_ALLOC_FAILED", "dump", "TSV_TNEW_PAGE_ALLOC_FAILED", "never", true],
    ["other dump", "dump", "SAPSQL_DATA_LOSS", "never", false],
    ["application exception", "exception", "DATA_BUFFER_EXCEEDED", "never", false],
    ["cancelled by us", "communication", "CANCELED", "never", true],
    ["timed out by us", "communication", "TIMEOUT", "never", true],
    ["invalid handle", "communication", "INVALID_HANDLE", "reopen-once", false],
  ])("follow the matrix for %s", (_, kind, key, retry, isSmaller) => {
    expect(retryOf(fail(kind, key))).toBe(retry);
    expect(asksForSmallerRange(fail(kind, key))).toBe(isSmaller);
  });

  it("reopen an invalid handle once, without waiting", async () => {
    const { client, clock, calls } = govern(() => fail("communication", "INVALID_HANDLE"));
    await client.call(call);
    expect([calls(), clock.sleeps]).toEqual([2, []]);
  });

  it("wait slower for a system that is full", async () => {
    const { client, clock } = govern(() => fail("overload", "RESOURCE_FAILURE"), { random: random(0) });
    await client.call(call);
    expect(clock.sleeps).toEqual([2_000, 4_000, 8_000, 16_000]);
  });

  it("at the conversation limit wait for a call of our own to end, and for nothing else", async () => {
    const held = heldCalls();
    const { client, clock, governor } = govern(held.hold);
    const [first, second] = [client.call(call), client.call(call)];
    await held.calm();
    held.waiting.reverse();
    await held.settle(fail("overload", "CONVERSATION_LIMIT"));
    expect(held.waiting).toHaveLength(1);
    await held.settle();
    expect(held.waiting).toHaveLength(1);
    await held.settle();
    expect([await first, await second]).toEqual([answer, answer]);
    expect(clock.sleeps).toEqual([]);
    expect(governor.receipt()).toMatchObject({ calls: 3, retries: 1, halvings: 1 });
    // With none in flight nothing of ours will be released.
    const alone = govern(() => fail("overload", "CONVERSATION_LIMIT"));
    expect(await alone.client.call(call)).toMatchObject({ key: "CONVERSATION_LIMIT" });
    expect(alone.calls()).toBe(1);
  });

  it("end at the total deadline, which also shortens the last try", async () => {
    const timeouts: number[] = [];
    const { client, clock, calls } = govern(
      (each) => {
        timeouts.push(each.timeoutMs);
        clock.advance(each.timeoutMs);
        return fail("communication", "RESET");
      },
      { deadlineMs: 10_000, random: random(0) },
    );
    await client.call({ ...call, timeoutMs: 6_000 });
    expect(calls()).toBe(2);
    expect(timeouts).toEqual([6_000, 3_000]);
    expect(clock.now()).toBe(10_000);
  });

  it("leave calls that are too large to the caller", () => {
    expect(asksForSmallerRange(fail("dump", "TIME_OUT"))).toBe(true);
    expect(asksForSmallerRange(fail("dump", "TSV_TNEW_PAGE_ALLOC_FAILED"))).toBe(true);
    expect(asksForSmallerRange(fail("dump", "HTTP_500"))).toBe(true);
    expect(asksForSmallerRange(fail("communication", "TIMEOUT"))).toBe(true);
    expect(asksForSmallerRange(fail("dump", "SAPSQL_DATA_LOSS"))).toBe(false);
    expect(asksForSmallerRange(fail("communication", "RESET"))).toBe(false);
  });

  it("begin the stream anew, and count the rows that were answered", async () => {
    const seen: string[] = [];
    const stream = {
      table: "DATA",
      begin: () => seen.splice(0),
      row: (row: Readonly<Record<string, string>>) => seen.push(row.WA ?? ""),
    };
    const { client, governor } = govern((each, index) => {
      each.stream?.begin();
      each.stream?.row({ WA: `try ${index}` });
      if (index === 1) return fail("communication", "ANSWER_CUT");
      each.stream?.row({ WA: "more" });
      return { kind: "answer", values: { FIELDS: [{ FIELDNAME: "A" }], DATA: [] } };
    });
    await client.call({
      ...call,
      tables: ["DATA", "FIELDS"],
      stream: { ...stream, begin: () => void stream.begin(), row: (row) => void stream.row(row) },
    });
    expect(seen).toEqual(["try 2", "more"]);
    expect(governor.receipt().rows).toBe(1 + 3);
  });
});

it("counts by function module, and the peak since it was last asked", async () => {
  const { client, governor } = govern((each) =>
    each.function === "RFC_PING" ? fail("exception", "X") : { ...answer, values: {}, serverMs: 12.5 },
  );
  await Promise.all([client.call(call), client.call(call), client.call({ ...call, function: "RFC_PING" })]);
  const { functions, ...total } = governor.receipt();
  expect(functions).toMatchObject({
    RFC_READ_TABLE: { calls: 2, failures: 0, serverMilliseconds: 25 },
    RFC_PING: { calls: 1, failures: 1, serverMilliseconds: 0 },
  });
  expect(total).toMatchObject({ calls: 3, failures: 1, serverMilliseconds: 25, inFlightMax: 3 });
  expect([governor.takePeak(), governor.takePeak()]).toEqual([3, 0]);
  await client.call(call);
  expect(governor.takePeak()).toBe(1);
});

it("a client that throws frees its place", async () => {
  const { client } = govern((_, index) => {
    if (index <= 3) throw new Error("bug");
    return answer;
  });
  for (let at = 0; at < 3; at += 1) await expect(client.call(call)).rejects.toThrow("bug");
  expect(await client.call(call)).toBe(answer);
});
