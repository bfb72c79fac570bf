/**
 * One native RFC child: its start, its calls in flight, its end. Guarantees: a line that is not the protocol's ends the child; when it ends, however it
 * does, every call in flight fails as CHILD_LOST, whose outcome nobody knows; a call that is not even cancelled in time ends it, too. What it said
 * on standard error is kept for the failure, without the password.
 */
import type {
  Child,
  ChildProgram,
  Clock,
  RfcCall,
  RfcFailure,
  RfcOutcome,
  RfcParameters,
  RfcTableRows,
  StartChild,
} from "../../ports/index.ts";
import { type ControlCharacters, failure } from "../rfc/index.ts";
import { createComplaints } from "./complaints.ts";
import { cleanRows, cleanValues } from "./forbidden-characters.ts";
import { createLineReader } from "./line-reader.ts";
import { type ChildMessage, protocolVersion, readChildLine } from "./messages.ts";
import { fromNative } from "./native-failure.ts";

export type NativeChildOptions = {
  start: StartChild;
  program: ChildProgram;
  clock: Clock;
  connection: Readonly<Record<string, string>>;
  password: string;
  sessions: number;
  /** Of a whole answer, and of all the rows of a streamed one. */
  limits: { bytesMax: number; streamBytesMax: number };
  controlCharacters: ControlCharacters;
};

/** `isSessionLost`: the next call of the session begins on a new connection. */
export type Exchanged = { outcome: RfcOutcome; isSessionLost: boolean };

export type NativeChild = {
  /** Undefined once it is ready; else why it will never be. */
  readonly ready: Promise<RfcFailure | undefined>;
  isAlive(): boolean;
  exchange(session: number, call: RfcCall): Promise<Exchanged>;
  /** Closes the session's connection, in whatever state. */
  forget(session: number): void;
  /** Ends it once nothing is in flight. */
  retire(): void;
  /** Ends it now. */
  close(): Promise<void>;
};

type Pending = {
  call: RfcCall;
  session: number;
  streamedBytes: number;
  settle(exchanged: Exchanged): void;
  /** A defect of whoever takes the rows. */
  fail(error: unknown): void;
};

const forbiddenText =
  'The answer holds a character that no record can carry. Read the table with another reader, or set control characters to "replace".';
const readyTimeoutMs = 30_000;
/** How long after its time limit a call may take to be cancelled. */
const graceMs = 5_000;
const endTimeoutMs = 3_000;

export function startNativeChild(options: NativeChildOptions): NativeChild {
  const { clock, connection, password, sessions, limits, controlCharacters } = options;
  const pending = new Map<number, Pending>();
  /** Calls that were given up here: what still comes of them is dropped. */
  const givenUp = new Set<number>();
  const complaints = createComplaints(password);
  const ended = new AbortController();
  let end: RfcFailure | undefined;
  let lastId = 0;
  let isReady = false;
  let isRetiring = false;
  let settleReady: (failed: RfcFailure | undefined) => void = () => undefined;
  const ready = new Promise<RfcFailure | undefined>((resolve) => {
    settleReady = resolve;
  });

  const lose = (why: RfcFailure) => {
    if (end !== undefined) return;
    end = why;
    settleReady(why);
    for (const each of pending.values()) each.settle({ outcome: why, isSessionLost: true });
    pending.clear();
  };
  const break_ = (detail: string) => {
    lose(failure("communication", "CHILD_LOST", `The RFC child ${detail}, and was ended.`));
    child.kill();
  };
  const endSoon = async () => {
    child.endInput();
    await clock.sleep(endTimeoutMs, ended.signal);
    if (!ended.signal.aborted) child.kill();
  };
  const settle = (id: number, exchanged: Exchanged) => {
    const call = pending.get(id);
    pending.delete(id);
    call?.settle(exchanged);
    if (isRetiring && pending.size === 0) void endSoon();
  };
  const giveUp = (id: number, outcome: RfcFailure) => {
    const call = pending.get(id);
    if (call === undefined) return;
    givenUp.add(id);
    write({ type: "forget", session: call.session });
    settle(id, { outcome, isSessionLost: true });
  };
  const tooLarge = (id: number, bytesMax: number) =>
    giveUp(id, failure("protocol", "TOO_LARGE", `The answer is longer than ${bytesMax} bytes; read less at a time.`));

  const refused = failure("protocol", "CONTROL_CHARACTER", forbiddenText);

  const takeRows = (id: number, call: Pending, rows: RfcTableRows, line: string) => {
    const { stream } = call.call;
    if (stream === undefined) return break_("sent rows that nobody asked for");
    call.streamedBytes += line.length;
    if (call.streamedBytes > limits.streamBytesMax) return tooLarge(id, limits.streamBytesMax);
    const cleaned = cleanRows(line, rows, controlCharacters);
    if (cleaned.kind === "refused") return giveUp(id, refused);
    try {
      for (const row of cleaned.value) stream.row(row);
    } catch (error) {
      call.fail(error);
      giveUp(id, refused);
    }
  };
  const takeAnswer = (id: number, call: Pending, values: RfcParameters, line: string) => {
    const cleaned = cleanValues(line, values, controlCharacters);
    const outcome = cleaned.kind === "refused" ? refused : answerOf(call.call, cleaned.value);
    settle(id, { outcome, isSessionLost: false });
  };
  const take = (message: ChildMessage, line: string) => {
    if (message.type === "ready") {
      isReady = true;
      return settleReady(undefined);
    }
    // Before it was ready: another start would end alike.
    if (message.type === "fatal") {
      const detail = `The RFC child gave up: ${message.key}, ${complaints.scrub(message.detail)}`;
      return lose(failure("communication", isReady ? "CHILD_LOST" : "CHILD_FAILED", detail));
    }
    const { id } = message;
    if (givenUp.has(id)) {
      if (message.type !== "rows") givenUp.delete(id);
      return;
    }
    const call = pending.get(id);
    if (call === undefined) return break_("answered a call that was not made");
    switch (message.type) {
      case "rows":
        return takeRows(id, call, message.rows, line);
      case "answer":
        return takeAnswer(id, call, message.values, line);
      case "failure": {
        const facts = { ...message.facts, message: complaints.scrub(message.facts.message) };
        return settle(id, { outcome: fromNative(facts), isSessionLost: message.isSessionLost });
      }
    }
  };
  const reader = createLineReader({
    lineBytesMax: limits.bytesMax,
    events: {
      line(text) {
        if (end !== undefined) return;
        const message = readChildLine(text);
        if (message === undefined) return break_("wrote a line that is not the protocol's");
        take(message, text);
      },
      tooLong(beginning) {
        const id = Number(/^\{"type":"(?:answer|rows|failure)","id":(\d{1,15})[,}]/.exec(beginning)?.[1] ?? Number.NaN);
        if (givenUp.delete(id)) return;
        if (!pending.has(id)) return break_("wrote a line without an end");
        tooLarge(id, limits.bytesMax);
        // Its answer has come and gone: nothing follows that would have to be dropped.
        givenUp.delete(id);
      },
      broken: break_,
    },
  });

  const child: Child = options.start(options.program, {
    output: (chunk) => reader.push(chunk),
    complaint: (chunk) => complaints.take(chunk),
    ended(how) {
      lose(failure("communication", "CHILD_LOST", `The RFC child ${how}${complaints.lastLine()}.`));
      ended.abort();
    },
  });
  const write = (message: object) => child.write(`${JSON.stringify(message)}\n`);
  write({ type: "open", version: protocolVersion, connection, ...(password === "" ? {} : { password }), sessions });
  void clock.sleep(readyTimeoutMs, AbortSignal.any([ended.signal, whenReady(ready)])).then(() => {
    if (end === undefined && !isReady) break_(`was not ready within ${readyTimeoutMs / 1_000} s${complaints.lastLine()}`);
  });

  return {
    ready,
    isAlive: () => end === undefined && !isRetiring,
    exchange(session, call) {
      if (end !== undefined) return Promise.resolve({ outcome: end, isSessionLost: true });
      lastId += 1;
      const id = lastId;
      call.stream?.begin();
      return new Promise<Exchanged>((resolve, reject) => {
        const done = new AbortController();
        const settleCall = (exchanged: Exchanged) => {
          done.abort();
          resolve(exchanged);
        };
        const fail = (error: unknown) => {
          done.abort();
          reject(error);
        };
        pending.set(id, { call, session, streamedBytes: 0, settle: settleCall, fail });
        write(callMessage(id, session, call));
        void clock.sleep(call.timeoutMs + graceMs, done.signal).then(() => {
          if (!pending.has(id)) return;
          // This one asks for a smaller range; the others only shared the child.
          const outcome = failure(
            "communication",
            "TIMEOUT",
            "The call was not even cancelled in time; the RFC child was ended.",
          );
          settle(id, { outcome, isSessionLost: true });
          break_("did not cancel a call in time");
        });
      });
    },
    forget: (session) => write({ type: "forget", session }),
    retire() {
      isRetiring = true;
      if (pending.size === 0) void endSoon();
    },
    async close() {
      lose(failure("communication", "CLOSED", "The connection to SAP was closed."));
      write({ type: "close" });
      await endSoon();
    },
  };
}

function whenReady(ready: Promise<unknown>): AbortSignal {
  const signal = new AbortController();
  void ready.then(() => signal.abort());
  return signal.signal;
}

function callMessage(id: number, session: number, call: RfcCall): object {
  const { parameters, tables, timeoutMs, stream } = call;
  const rowsOf = stream === undefined ? {} : { rowsOf: stream.table };
  return { type: "call", id, session, function: call.function, parameters, tables, timeoutMs: Math.ceil(timeoutMs), ...rowsOf };
}

/** A table that was asked for is there, as over SOAP; the rows of a streamed one have gone already. */
function answerOf(call: RfcCall, values: RfcParameters): RfcOutcome {
  const missing = call.tables.filter((name) => values[name] === undefined);
  if (missing.length === 0) return { kind: "answer", values };
  const [first = ""] = missing;
  if (missing.length === 1 && first === call.stream?.table) return { kind: "answer", values: { ...values, [first]: [] } };
  return failure("protocol", "TABLE_MISSING", `The answer lacks table ${first}, which was asked for.`);
}
