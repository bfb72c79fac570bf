// The client against a child that says whatever a test wants, in virtual time: what must hold whatever a library or its process does.
import { describe, expect, it } from "vitest";
import { type ParentLine, readyLine, type ScriptedChild, scriptedChildren } from "../../../test/support/scripted-child.ts";
import { VirtualTime } from "../../../test/support/virtual-time.ts";
import type { RfcCall } from "../../ports/index.ts";
import { retryOf } from "../rfc/index.ts";
import { openNativeRfc } from "./open-native-rfc.ts";

const ping: RfcCall = { function: "RFC_PING", parameters: {}, tables: [], timeoutMs: 60_000 };
const read: RfcCall = { ...ping, function: "RFC_READ_TABLE", tables: ["DATA"] };
const password = 'Pass"word1';

type Play = (line: ParentLine, child: ScriptedChild, nth: number) => void;

function bench(
  play: Play,
  changed: { sessions?: number; bytesMax?: number; streamBytesMax?: number; passwords?: () => string | undefined } = {},
) {
  const time = new VirtualTime(1_000_000);
  const { start, children } = scriptedChildren((line, child) => play(line, child, children.indexOf(child)));
  const { bytesMax, streamBytesMax } = changed;
  const client = openNativeRfc({
    start,
    program: { file: "java", args: ["JcoBridge.java"] },
    clock: time,
    connection: { ashost: "sap", sysnr: "00", client: "100", user: "MLC", lang: "EN" },
    readPassword: async () => (changed.passwords ? changed.passwords() : password),
    sessions: changed.sessions ?? 2,
    limits: { ...(bytesMax === undefined ? {} : { bytesMax }), ...(streamBytesMax === undefined ? {} : { streamBytesMax }) },
  });
  const calls = () => children.flatMap(({ heard }) => heard.filter(({ type }) => type === "call"));
  return { time, client, children, calls, pass: <T>(work: Promise<T>) => time.pass(work) };
}

const answering =
  (values: object = {}): Play =>
  (line, child) => {
    if (line.type === "open") child.say(readyLine);
    if (line.type === "call") child.say({ type: "answer", id: line.id, values });
  };
const failure = (id: unknown, facts: object) => ({
  type: "failure",
  id,
  group: 4,
  code: "RFC_COMMUNICATION_FAILURE",
  key: "RFC_COMMUNICATION_FAILURE",
  message: "",
  isSessionLost: true,
  ...facts,
});

describe("a native RFC client", () => {
  it("starts one child, tells it the password on its input alone, and answers", async () => {
    const { client, children, pass } = bench(answering({ RESULT: "x", LINE: { A: "1" }, DATA: [{ WA: "ä" }] }));
    expect(await pass(client.call(read))).toEqual({
      kind: "answer",
      values: { RESULT: "x", LINE: { A: "1" }, DATA: [{ WA: "ä" }] },
    });
    await pass(client.call(read));
    expect(children).toHaveLength(1);
    const [child] = children;
    expect(child?.heard[0]).toMatchObject({ type: "open", version: 1, password, sessions: 2 });
    expect(JSON.stringify(child?.program)).not.toContain("word1");
    expect(client.serverTime()).toBeUndefined();
    await pass(client.close());
    expect(child?.heard.at(-1)).toEqual({ type: "close" });
    expect(await pass(client.call(ping))).toMatchObject({ class: "communication", key: "CLOSED" });
  });

  it("logs on without a password where SNC does it", async () => {
    const { client, children, pass } = bench(answering(), { passwords: () => "" });
    expect(await pass(client.call(ping))).toMatchObject({ kind: "answer" });
    expect(children[0]?.heard[0]).not.toHaveProperty("password");
    const without = bench(answering(), { passwords: () => undefined });
    expect(await without.pass(without.client.call(ping))).toMatchObject({ class: "logon", key: "NO_PASSWORD" });
    expect(without.children).toHaveLength(0);
  });

  it("gives each session one call at a time, and no more sessions than it has", async () => {
    const busy = new Set<unknown>();
    let busiest = 0;
    const run = bench(
      (line, child) => {
        if (line.type === "open") child.say(readyLine);
        if (line.type !== "call") return;
        expect(busy.has(line.session)).toBe(false);
        busy.add(line.session);
        busiest = Math.max(busiest, busy.size);
        void run.time.sleep(5).then(() => {
          busy.delete(line.session);
          child.say({ type: "answer", id: line.id, values: {} });
        });
      },
      { sessions: 3 },
    );
    const { client, pass } = run;
    // The first one logs on alone.
    await pass(client.call(ping));
    const all = await pass(Promise.all(Array.from({ length: 20 }, () => client.call(ping))));
    expect(all.every(({ kind }) => kind === "answer")).toBe(true);
    expect(busiest).toBe(3);
  });

  it("hands on rows as they come; those of a call that failed are followed by a new beginning", async () => {
    const seen: string[] = [];
    const stream = { table: "DATA", begin: () => seen.push("begin"), row: (row: object) => seen.push(JSON.stringify(row)) };
    let attempts = 0;
    const { client, pass } = bench((line, child) => {
      if (line.type === "open") child.say(readyLine);
      if (line.type !== "call") return;
      attempts += 1;
      expect(line.rowsOf).toBe("DATA");
      child.say({ type: "rows", id: line.id, rows: [{ WA: "1" }, { WA: "2" }] });
      if (attempts === 1) child.say(failure(line.id, {}));
      else child.say({ type: "answer", id: line.id, values: {} });
    });
    const call = { ...read, stream };
    expect(await pass(client.call(call))).toMatchObject({ class: "communication", key: "RESET" });
    expect(await pass(client.call(call))).toEqual({ kind: "answer", values: { DATA: [] } });
    expect(seen).toEqual(["begin", '{"WA":"1"}', '{"WA":"2"}', "begin", '{"WA":"1"}', '{"WA":"2"}']);
  });

  it("fails by the defect of whoever takes the rows, and by nothing else", async () => {
    const { client, children, pass } = bench((line, child) => {
      if (line.type === "open") child.say(readyLine);
      if (line.type !== "call") return;
      if (line.rowsOf !== undefined) child.say({ type: "rows", id: line.id, rows: [{ WA: "1" }] });
      child.say({ type: "answer", id: line.id, values: {} });
    });
    const row = () => {
      throw new RangeError("our own");
    };
    await expect(pass(client.call({ ...read, stream: { table: "DATA", begin: () => undefined, row } }))).rejects.toThrow(
      "our own",
    );
    expect(await pass(client.call(ping))).toMatchObject({ kind: "answer" });
    expect(children).toHaveLength(1);
  });

  it("gives up an answer that is too large, whole or in rows, and forgets its session alone", async () => {
    const { client, children, pass } = bench(
      (line, child) => {
        if (line.type === "open") child.say(readyLine);
        if (line.type !== "call") return;
        if (line.rowsOf !== undefined)
          for (let at = 0; at < 5; at += 1) child.say({ type: "rows", id: line.id, rows: [{ WA: "x".repeat(300) }] });
        child.say({
          type: "answer",
          id: line.id,
          values: { DATA: line.function === "RFC_PING" ? [] : [{ WA: "y".repeat(2_000) }] },
        });
      },
      { bytesMax: 1_000, streamBytesMax: 1_000 },
    );
    expect(await pass(client.call(read))).toMatchObject({ class: "protocol", key: "TOO_LARGE" });
    let rows = 0;
    const row = () => {
      rows += 1;
    };
    const stream = { table: "DATA", begin: () => undefined, row };
    expect(await pass(client.call({ ...read, stream }))).toMatchObject({ class: "protocol", key: "TOO_LARGE" });
    expect(rows).toBeLessThan(5);
    expect(await pass(client.call(ping))).toMatchObject({ kind: "answer" });
    expect(children).toHaveLength(1);
    expect(children[0]?.heard.filter(({ type }) => type === "forget")).toHaveLength(2);
  });

  it("takes a table that was asked for and did not come for no empty one", async () => {
    const { client, pass } = bench(answering({}));
    expect(await pass(client.call(read))).toMatchObject({ class: "protocol", key: "TABLE_MISSING" });
  });
});

describe("a child that goes wrong", () => {
  it("in the middle of calls fails all of them as lost, which may be tried again, and the next call has a new one", async () => {
    const { client, children, calls, pass } = bench((line, child, nth) => {
      if (line.type === "open") child.say(readyLine);
      if (line.type !== "call") return;
      if (nth > 0 || line.function === "RFC_PING") child.say({ type: "answer", id: line.id, values: { DATA: [] } });
      else if (calls().length === 3) child.end("was ended by SIGSEGV");
    });
    await pass(client.call(ping));
    const lost = await pass(Promise.all([client.call(read), client.call(read)]));
    for (const each of lost) {
      expect(each).toMatchObject({ kind: "failure", class: "communication", key: "CHILD_LOST" });
      if (each.kind === "failure") expect(retryOf(each)).toBe("backoff");
    }
    expect(await pass(client.call(read))).toMatchObject({ kind: "answer" });
    expect(children).toHaveLength(2);
  });

  it.each([
    ["no JSON", "hello"],
    ["another shape", '{"type":"answer","id":1,"values":{"A":1}}'],
    ["a row within a row", '{"type":"answer","id":1,"values":{"A":[{"B":{}}]}}'],
    ["an answer to nothing", '{"type":"answer","id":99,"values":{}}'],
    ["rows that nobody asked for", '{"type":"rows","id":1,"rows":[]}'],
    ["half a failure", '{"type":"failure","id":1,"code":"X"}'],
  ])("by %s is ended, for it cannot be believed any more", async (_, text) => {
    const { client, children, pass } = bench((line, child) => {
      if (line.type === "open") child.say(readyLine);
      if (line.type === "call") child.put(Buffer.from(`${text}\n`));
    });
    expect(await pass(client.call(ping))).toMatchObject({ class: "communication", key: "CHILD_LOST" });
    expect(children[0]?.isKilled).toBe(true);
  });

  it("by not cancelling in time is ended five seconds after the call's time; that call asks for less, the others are lost", async () => {
    const { client, children, time, pass } = bench((line, child) => {
      if (line.type === "open") child.say(readyLine);
      if (line.type === "call" && line.function === "RFC_PING") child.say({ type: "answer", id: line.id, values: {} });
    });
    await pass(client.call(ping));
    const from = time.now();
    const outcomes = pass(Promise.all([client.call({ ...read, timeoutMs: 1_000 }), client.call(read)]));
    expect(await outcomes).toMatchObject([{ key: "TIMEOUT" }, { key: "CHILD_LOST" }]);
    expect(time.now() - from).toBe(6_000);
    expect(children[0]?.isKilled).toBe(true);
  });

  it("before it is ready is started at most once a second, and after three times the failure says what it said", async () => {
    const startedAt: number[] = [];
    const { client, time, pass } = bench((line, child) => {
      if (line.type !== "open") return;
      startedAt.push(time.now());
      child.complain(`Error: could not log ${password} on\n`);
      child.end("ended with exit code 1");
    });
    const outcomes = [];
    for (let tries = 0; tries < 3; tries += 1) outcomes.push(await pass(client.call(ping)));
    expect(outcomes).toMatchObject([
      { key: "CHILD_LOST" },
      { key: "CHILD_LOST" },
      { class: "communication", key: "CHILD_FAILED" },
    ]);
    const last = outcomes[2];
    if (last?.kind !== "failure") throw new Error("it answered");
    expect(retryOf(last)).toBe("never");
    expect(last.detail).toContain("Error: could not log *** on");
    expect(startedAt.map((at) => at - (startedAt[0] ?? 0))).toEqual([0, 1_000, 2_000]);
  });

  it("counts as started again once it was ready", async () => {
    const { client, pass } = bench((line, child, nth) => {
      if (line.type === "open" && nth === 2) child.say(readyLine);
      else if (line.type === "open") child.end("ended with exit code 1");
      else if (line.type === "call") child.end("was ended by SIGSEGV");
    });
    const keys = [];
    for (let tries = 0; tries < 6; tries += 1) {
      const outcome = await pass(client.call(ping));
      keys.push(outcome.kind === "failure" ? outcome.key : outcome.kind);
    }
    expect(keys).toEqual(["CHILD_LOST", "CHILD_LOST", "CHILD_LOST", "CHILD_LOST", "CHILD_LOST", "CHILD_FAILED"]);
  });

  it("and keeps running when it should end is ended", async () => {
    const time = new VirtualTime(0);
    const killed: number[] = [];
    const client = openNativeRfc({
      start: (_, events) => ({
        write: (text) => {
          if (text.includes('"open"')) queueMicrotask(() => events.output(Buffer.from(`${JSON.stringify(readyLine)}\n`)));
          if (text.includes('"call"')) queueMicrotask(() => events.output(Buffer.from('{"type":"answer","id":1,"values":{}}\n')));
        },
        endInput: () => undefined,
        kill: () => void killed.push(time.now()),
      }),
      program: { file: "x", args: [] },
      clock: time,
      connection: {},
      readPassword: async () => password,
      sessions: 1,
    });
    expect(await time.pass(client.call(ping))).toMatchObject({ kind: "answer" });
    await time.pass(client.close());
    expect(killed).toEqual([3_000]);
  });

  it("that says itself that it cannot, or is never ready, is told so", async () => {
    const given = bench((line, child) => {
      if (line.type === "open") child.say({ type: "fatal", key: "NO_LIBRARY", detail: "no sapjco3 in java.library.path" });
    });
    const detail = expect.stringContaining("NO_LIBRARY, no sapjco3");
    // All that waited for one start share its end.
    const all = await given.pass(Promise.all([given.client.call(ping), given.client.call(ping)]));
    expect(all[0]).toMatchObject({ key: "CHILD_FAILED", detail });
    const silent = bench(() => undefined);
    expect(await silent.pass(silent.client.call(ping))).toMatchObject({ key: "CHILD_LOST" });
    expect(silent.children[0]?.isKilled).toBe(true);
  });
});

describe("logons", () => {
  const refusing = (isRight: (password: unknown) => boolean): Play => {
    const passwords = new Map<ScriptedChild, unknown>();
    return (line, child) => {
      if (line.type === "open") {
        passwords.set(child, line.password);
        child.say(readyLine);
      }
      if (line.type !== "call") return;
      if (isRight(passwords.get(child))) child.say({ type: "answer", id: line.id, values: {} });
      else
        child.say(
          failure(line.id, {
            group: 3,
            code: "RFC_LOGON_FAILURE",
            message: `no logon with ${password}, ${JSON.stringify(password)}`,
          }),
        );
    };
  };

  it("are tried once with a wrong password, however many calls there are, and not again before there is another one", async () => {
    let now = password;
    const { client, calls, children, pass } = bench(
      refusing((given) => given === "right"),
      { passwords: () => now, sessions: 5 },
    );
    const outcomes = await pass(Promise.all(Array.from({ length: 10 }, () => client.call(ping))));
    expect(outcomes.every((each) => each.kind === "failure" && each.class === "logon")).toBe(true);
    expect(JSON.stringify(outcomes)).not.toContain("word1");
    expect(calls()).toHaveLength(1);
    expect(client.blockedBy()).toMatchObject({ key: "LOGON_FAILED" });
    now = "right";
    expect(await pass(client.call(ping))).toMatchObject({ kind: "answer" });
    // The child that knew the old one has gone.
    expect(children).toHaveLength(2);
    expect(children[0]?.isInputEnded).toBe(true);
  });
});

describe("a pinned session", () => {
  it("is one session for all its calls, with a fresh context, and is forgotten at its end", async () => {
    const { client, children, calls, pass } = bench(answering());
    await pass(client.call(ping));
    const pinned = await client.pin();
    if ("kind" in pinned) throw new Error(pinned.key);
    await pass(pinned.call(ping));
    await pass(Promise.all([client.call(ping), pinned.call(ping), client.call(ping)]));
    const [, first, ...others] = calls().map(({ session }) => session);
    expect(others.filter((session) => session === first)).toHaveLength(1);
    pinned.end();
    expect(children[0]?.heard.filter(({ type }) => type === "forget")).toEqual([
      { type: "forget", session: first },
      { type: "forget", session: first },
    ]);
    expect(await pinned.call(ping)).toMatchObject({ key: "SESSION_LOST" });
  });

  it("that was lost is never another one", async () => {
    let turn = 0;
    const { client, calls, pass } = bench((line, child) => {
      if (line.type === "open") child.say(readyLine);
      if (line.type !== "call") return;
      turn += 1;
      if (turn === 2) child.say(failure(line.id, {}));
      else child.say({ type: "answer", id: line.id, values: {} });
    });
    const pinned = await client.pin();
    if ("kind" in pinned) throw new Error(pinned.key);
    expect(await pass(pinned.call(ping))).toMatchObject({ kind: "answer" });
    expect(await pass(pinned.call(ping))).toMatchObject({ key: "RESET" });
    expect(await pass(pinned.call(ping))).toMatchObject({ key: "SESSION_LOST" });
    expect(calls()).toHaveLength(2);
    pinned.end();
  });

  it("does not outlive its child", async () => {
    const { client, children, calls, pass } = bench(answering());
    const pinned = await client.pin();
    if ("kind" in pinned) throw new Error(pinned.key);
    await pass(pinned.call(ping));
    children[0]?.end("was ended by SIGKILL");
    expect(await pass(pinned.call(ping))).toMatchObject({ key: "SESSION_LOST" });
    expect(calls()).toHaveLength(1);
    pinned.end();
  });
});
