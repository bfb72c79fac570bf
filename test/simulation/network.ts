// What lies between the processes and the systems: every request travels for a while, arrives or not, and its answer likewise. Weather is made by
// the simulators themselves; what the way does is made here.
import type { HttpClient, HttpFailure, HttpOutcome, HttpRequest, HttpResponse } from "../../src/ports/index.ts";
import { type Actor, never } from "./actor.ts";
import type { Dice } from "./dice.ts";

/** What comes back over the way: an answer, nothing, or the end of the connection. `arriveLate`: the request itself is under way for so long. */
export type Passage =
  | {
      kind: "answer";
      status: number;
      headers: Readonly<Record<string, string | readonly string[]>>;
      body: Uint8Array;
      isCut?: boolean;
      delayMs?: number;
    }
  | { kind: "silence" }
  | { kind: "cut" };

export type Server = {
  /** Before it leaves: what the way does to this request. */
  fate(request: HttpRequest): { kind: "calm" } | { kind: "cut-before" } | { kind: "late"; delayMs: number };
  /** On arrival. `reply` is called once or never. */
  serve(request: HttpRequest, reply: (passage: Passage) => void): void;
};

const failure = (reason: HttpFailure["reason"], requestSent: HttpFailure["requestSent"], detail: string): HttpFailure => ({
  kind: "failure",
  reason,
  requestSent,
  detail,
});

async function* bodyOf({ body, isCut }: Extract<Passage, { kind: "answer" }>): AsyncGenerator<Uint8Array> {
  if (isCut !== true) {
    yield body;
    return;
  }
  yield body.subarray(0, body.length >> 1);
  throw Object.assign(new Error("the answer was cut"), failure("reset", "maybe", "the answer was cut"));
}

function responseOf(passage: Extract<Passage, { kind: "answer" }>): HttpResponse {
  const headers = Object.fromEntries(Object.entries(passage.headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { kind: "response", status: passage.status, headers, body: bodyOf(passage) };
}

/** No secret, no id that chance made: the method and the path without its query. */
const nameOf = (request: HttpRequest) => `${request.method} ${new URL(request.url).pathname}`;

export function httpOf(actor: Actor, dice: Dice, servers: (url: URL) => Server | undefined): HttpClient {
  const travelMs = () => 1 + dice.fraction() * 30;

  function request(ask: HttpRequest): Promise<HttpOutcome> {
    if (!actor.isAlive) return never();
    return new Promise((resolve) => {
      let isOver = false;
      const end = (outcome: HttpOutcome) => {
        if (isOver || !actor.isAlive) return;
        isOver = true;
        ask.signal?.removeEventListener("abort", abort);
        resolve(outcome);
      };
      const abort = () => end(failure("aborted", "maybe", "aborted"));
      if (ask.signal?.aborted) return end(failure("aborted", "no", "aborted"));
      ask.signal?.addEventListener("abort", abort, { once: true });
      actor.scheduler.after(ask.timeoutMs, "", () => end(failure("timeout", "maybe", `no answer in ${ask.timeoutMs} ms`)));
      const server = servers(new URL(ask.url));
      if (server === undefined) {
        actor.scheduler.after(travelMs(), "", () => end(failure("unreachable", "no", "nobody listens there")));
        return;
      }
      const back = (passage: Passage) => {
        if (passage.kind === "silence") return;
        const delayMs = travelMs() + (passage.kind === "answer" ? (passage.delayMs ?? 0) : 0);
        const what = passage.kind === "answer" ? String(passage.status) : "cut";
        actor.scheduler.after(delayMs, `${actor.name} hears ${what} to ${nameOf(ask)}`, () =>
          end(passage.kind === "answer" ? responseOf(passage) : failure("reset", "maybe", "the connection was cut")),
        );
      };
      const fate = server.fate(ask);
      if (fate.kind === "cut-before") return back({ kind: "cut" });
      const delayMs = fate.kind === "late" ? fate.delayMs : travelMs();
      // It arrives whatever becomes of its sender: what has left cannot be called back.
      actor.scheduler.after(delayMs, `${actor.name} reaches ${nameOf(ask)}`, () => server.serve(ask, back));
    });
  }
  return { request, close: () => Promise.resolve() };
}
