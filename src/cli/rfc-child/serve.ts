/**
 * The child's side of the line protocol (docs/native-rfc.md): opens, keeps and closes one client of the library for each session, cancels a call at its time limit,
 * and answers in the protocol's words. It ends with its input.
 */
import type { Clock } from "../../ports/index.ts";
import { type CallRequest, type CallValues, callThrough } from "./call.ts";
import type { ClientModule, RfcLibraryClient } from "./client-module.ts";
import { createDescriptions } from "./describe.ts";
import { canceled, type Facts, factsOf, losesSession } from "./failure.ts";
import { type CallLine, connectionKeys, readParentLine } from "./parent-line.ts";
import { rowLines } from "./row-lines.ts";
import { abapDate, abapTime, dateText, timeText } from "./values.ts";

export type ServeOptions = {
  lines: AsyncIterable<string>;
  /** Settles when more may be written. */
  write(line: string): Promise<void>;
  clock: Pick<Clock, "sleep">;
  load(): { kind: "loaded"; module: ClientModule } | { kind: "missing"; detail: string };
};

const clientOptions = {
  // The ABAP session is kept between calls.
  stateless: false,
  bcd: "string",
  date: { fromABAP: dateText, toABAP: abapDate },
  time: { fromABAP: timeText, toABAP: abapTime },
  // RFC_IMPORT: what was sent does not come back.
  filter: 1,
};

/** The exit code. */
export async function serve({ lines, write, clock, load }: ServeOptions): Promise<number> {
  const send = (message: object) => write(`${JSON.stringify(message)}\n`);
  const fatal = async (key: string, detail: string) => {
    await send({ type: "fatal", key, detail });
    return 1;
  };
  let sessions: ReturnType<typeof createSessions> | undefined;
  for await (const text of lines) {
    const line = readParentLine(text);
    if (line === undefined) return fatal(sessions === undefined ? "BAD_OPEN" : "BAD_LINE", "a line is not the protocol's");
    if (line.type === "close") break;
    if (line.type === "open") {
      const unknown = Object.keys(line.connection).find((key) => !connectionKeys.has(key));
      if (sessions !== undefined || unknown !== undefined) return fatal("BAD_OPEN", `connection key ${unknown ?? "given twice"}`);
      const loaded = load();
      if (loaded.kind === "missing") return fatal("NO_LIBRARY", loaded.detail);
      const { connection, password } = line;
      const parameters = { ...connection, ...(password === undefined ? {} : { passwd: password }) };
      sessions = createSessions({ open: () => loaded.module.create(parameters, clientOptions), clock, send });
      await send({ type: "ready", version: 1, driver: "node-rfc", library: loaded.module.version });
    } else if (sessions === undefined) return fatal("BAD_OPEN", "the first line is not open");
    else if (line.type === "forget") sessions.forget(line.session);
    else void sessions.call(line);
  }
  await sessions?.closeAll();
  return 0;
}

type Session = { client: RfcLibraryClient; opening: Promise<unknown>; running?: AbortController };

type SessionsOptions = { open(): RfcLibraryClient; clock: Pick<Clock, "sleep">; send(message: object): Promise<void> };

function createSessions({ open, clock, send }: SessionsOptions) {
  const sessions = new Map<number, Session>();
  const descriptions = createDescriptions();

  const sessionOf = (number: number): Session => {
    const known = sessions.get(number);
    if (known !== undefined) return known;
    const client = open();
    const session = { client, opening: client.open() };
    sessions.set(number, session);
    return session;
  };
  /** Whatever became of it: nobody waits for a connection that is given up. */
  const drop = (number: number) => {
    const session = sessions.get(number);
    if (session === undefined) return;
    sessions.delete(number);
    session.running?.abort();
    const { client } = session;
    const isRunning = session.running !== undefined;
    void (async () => {
      if (isRunning) await client.cancel?.();
      await client.close();
    })().catch(() => undefined);
  };
  const run = async (session: Session, call: CallRequest): Promise<CallValues> => {
    await session.opening;
    return callThrough(session.client, call, descriptions);
  };
  const fail = (line: CallLine, facts: Facts) => {
    const isSessionLost = losesSession(facts);
    if (isSessionLost) drop(line.session);
    return send({ type: "failure", id: line.id, ...facts, isSessionLost });
  };
  const answer = async ({ id, rowsOf }: CallLine, values: CallValues) => {
    const rows = rowsOf === undefined ? undefined : values[rowsOf];
    if (rowsOf === undefined || !Array.isArray(rows)) return send({ type: "answer", id, values });
    for (const part of rowLines(rows)) await send({ type: "rows", id, rows: part });
    return send({ type: "answer", id, values: { ...values, [rowsOf]: [] } });
  };

  return {
    async call(line: CallLine): Promise<void> {
      const done = new AbortController();
      try {
        const session = sessionOf(line.session);
        session.running = done;
        const limit = clock.sleep(line.timeoutMs, done.signal).then(() => "late" as const);
        const outcome = await Promise.race([run(session, line), limit]);
        // Forgotten meanwhile: the answer is nobody's.
        if (done.signal.aborted) return;
        if (outcome === "late") return await fail(line, canceled);
        delete session.running;
        done.abort();
        await answer(line, outcome);
      } catch (error) {
        if (done.signal.aborted) return;
        delete sessions.get(line.session)?.running;
        done.abort();
        await fail(line, factsOf(error));
      }
    },
    forget: drop,
    async closeAll(): Promise<void> {
      const all = [...sessions.values()];
      sessions.clear();
      await Promise.all(all.map(({ client }) => Promise.resolve(client.close()).catch(() => undefined)));
    },
  };
}
