/**
 * `RfcClient` over native RFC: a library of SAP's in a child process behind one line protocol (docs/native-rfc.md), so that its crash is a failed call
 * that may be tried again. As many sessions as slots, each a connection with its ABAP context, one call at a time; logons by the rules of
 * `logon-gate.ts`. It does not retry and does not pace calls: `governor.ts` does. It paces the starts of children: one a second.
 */
import type { ChildProgram, Clock, RfcCall, RfcClient, RfcFailure, RfcOutcome, StartChild } from "../../ports/index.ts";
import { answerBytesMax, type ControlCharacters, createLogonGate, createPool, failure, type LogonGate } from "../rfc/index.ts";
import { type Exchanged, type NativeChild, startNativeChild } from "./native-child.ts";

export type NativeRfcOptions = {
  start: StartChild;
  program: ChildProgram;
  clock: Clock;
  /** In the RFC library's own lower-case names: ashost, sysnr, client, user, lang, snc_mode, … */
  connection: Readonly<Record<string, string>>;
  /** Where SNC logs on there is no password. */
  readPassword: () => Promise<string | undefined>;
  sessions: number;
  limits?: { bytesMax?: number; streamBytesMax?: number };
  controlCharacters?: ControlCharacters;
};

/** One session kept for several calls. After a failure that lost it every call fails as SESSION_LOST: another session knows nothing of it. */
export type PinnedSession = Pick<RfcClient, "call" | "serverTime"> & { end(): void };

export type NativeRfcClient = RfcClient &
  Pick<LogonGate, "reset" | "blockedBy"> & {
    pin(): Promise<PinnedSession | RfcFailure>;
  };

type Slot = { number: number };
const startEveryMs = 1_000;
const deathsMax = 3;

export function openNativeRfc(options: NativeRfcOptions): NativeRfcClient {
  const { connection } = options;
  const pool = createPool<Slot>(Array.from({ length: options.sessions }, (_, at) => ({ number: at + 1 })));
  const gate = createLogonGate({
    user: connection["user"] ?? connection["snc_myname"] ?? "",
    readPassword: options.readPassword,
  });
  const children = createChildren(options);
  const busy = () => failure("overload", "POOL_QUEUE", "Too many calls wait for a connection to SAP.");

  return {
    async call(call) {
      const slot = await pool.acquire();
      if (slot === undefined) return busy();
      try {
        return await gate.pass(async (password) => {
          const child = await children.take(password);
          return "kind" in child ? child : (await child.exchange(slot.number, call)).outcome;
        });
      } finally {
        pool.release(slot);
      }
    },
    async pin() {
      const slot = await pool.acquire();
      return slot === undefined ? busy() : pinnedOn(slot, { gate, children, release: () => pool.release(slot) });
    },
    // RFC has no header that says what time it is there: whoever needs SAP's day asks for it (extract/server-date.ts).
    serverTime: () => undefined,
    reset: () => gate.reset(),
    blockedBy: () => gate.blockedBy(),
    async close() {
      gate.close();
      await children.close();
      await pool.drain();
    },
  };
}

type Pin = { gate: LogonGate; children: Children; release(): void };

function pinnedOn(slot: Slot, { gate, children, release }: Pin): PinnedSession {
  let mine: NativeChild | undefined;
  let isLost = false;
  let isEnded = false;
  const lost = () => failure("communication", "SESSION_LOST", "The session that this call belongs to is gone.");
  const exchange = async (call: RfcCall, password: string): Promise<Exchanged> => {
    const child = await children.take(password);
    if ("kind" in child) return { outcome: child, isSessionLost: mine !== undefined };
    if (mine === undefined) {
      // Whatever its last user left in the context.
      child.forget(slot.number);
      mine = child;
    }
    if (mine !== child) return { outcome: lost(), isSessionLost: true };
    return child.exchange(slot.number, call);
  };
  return {
    call: (call) =>
      isLost || isEnded
        ? Promise.resolve<RfcOutcome>(lost())
        : gate.pass(async (password) => {
            const { outcome, isSessionLost } = await exchange(call, password);
            isLost ||= isSessionLost;
            return outcome;
          }),
    serverTime: () => undefined,
    end() {
      if (isEnded) return;
      isEnded = true;
      // What was not committed is rolled back with it.
      if (mine?.isAlive() === true) mine.forget(slot.number);
      release();
    },
  };
}

type Children = {
  /** The child that logs on with this password, started where there is none. */
  take(password: string): Promise<NativeChild | RfcFailure>;
  close(): Promise<void>;
};

function createChildren(options: NativeRfcOptions): Children {
  const { clock, limits = {}, controlCharacters = "refuse" } = options;
  const { bytesMax = answerBytesMax.whole, streamBytesMax = answerBytesMax.streamed } = limits;
  let current: { child: NativeChild; password: string } | undefined;
  let starting: Promise<NativeChild | RfcFailure> | undefined;
  let deaths = 0;
  let lastStartAt: number | undefined;
  const closing = new AbortController();
  const closed = () => failure("communication", "CLOSED", "The connection to SAP was closed.");

  /** What ended it before it was ready, three times in a row or by its own word, another try does not mend. */
  const noteDeath = (failed: RfcFailure): RfcFailure => {
    deaths += 1;
    if (failed.key === "CHILD_FAILED" || deaths < deathsMax) return failed;
    return failure("communication", "CHILD_FAILED", `It ended ${deaths} times before it was ready. ${failed.detail}`);
  };
  const startOne = async (password: string): Promise<NativeChild | RfcFailure> => {
    current?.child.retire();
    current = undefined;
    const waitMs = lastStartAt === undefined ? 0 : lastStartAt + startEveryMs - clock.monotonic();
    if (waitMs > 0) await clock.sleep(waitMs, closing.signal);
    if (closing.signal.aborted) return closed();
    lastStartAt = clock.monotonic();
    const { start, program, connection, sessions } = options;
    const settings = { start, program, clock, connection, sessions, controlCharacters };
    const child = startNativeChild({ ...settings, password, limits: { bytesMax, streamBytesMax } });
    current = { child, password };
    const failed = await child.ready;
    if (failed === undefined) {
      deaths = 0;
      return child;
    }
    current = undefined;
    return closing.signal.aborted ? closed() : noteDeath(failed);
  };
  return {
    async take(password) {
      // Who waits for a start shares its failure: as many starts as callers would help nobody.
      while (starting !== undefined) {
        const started = await starting;
        if ("kind" in started) return started;
      }
      if (current?.child.isAlive() === true && current.password === password) return current.child;
      starting = startOne(password);
      try {
        return await starting;
      } finally {
        starting = undefined;
      }
    },
    async close() {
      closing.abort();
      await current?.child.close();
    },
  };
}
