/**
 * The access token of a developer managed service account: client_credentials, 5,400 s, no refresh token (procore 1 [A]). Guarantees:
 * one request at a time however many ask (single flight), renewal after 4,800 s of 5,400, and the secret is read anew each time, sent in
 * the body only, and kept nowhere. It does not decide when a 401 deserves a renewal: the caller does, once a call.
 */
import { z } from "zod";
import { assert, err, ok, type Result } from "../core/index.ts";
import type { Clock, HttpClient, Random } from "../ports/index.ts";
import { readBody } from "./body.ts";
import { describeComplaints, readComplaints } from "./complaints.ts";
import { parseExactJson, writeJson } from "./exact-json.ts";
import { fault, type ProcoreFault } from "./faults.ts";
import type { Limits } from "./limits.ts";
import type { CallRecord } from "./record.ts";

export type Tokens = {
  current(): Promise<Result<string, ProcoreFault>>;
  /** After a 401 with this token. If it was replaced meanwhile, the replacement is the answer. */
  renew(refused: string): Promise<Result<string, ProcoreFault>>;
  /** Blanks the token where a text repeats it. */
  scrub(text: string): string;
};

export type TokenOptions = {
  authUrl: URL;
  clientId: string;
  companyId: number;
  readClientSecret: () => Promise<string | undefined>;
  http: HttpClient;
  clock: Clock;
  random: Random;
  limits: Limits;
  observe: (record: CallRecord) => void;
};

type Held = { text: string; renewAt: number };

const template = "/oauth/token";
const endpoint = `POST ${template}`;
const lifetimeDefaultS = 5_400;
/** 4,800 of 5,400 s: about 90 % of its life (procore 1 [D]). */
const renewalShare = 4_800 / 5_400;

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().int().positive().nullish(),
});

export function createTokens(options: TokenOptions): Tokens {
  const { clock } = options;
  let held: Held | undefined;
  let flight: Promise<Result<string, ProcoreFault>> | undefined;

  function fetchOnce(): Promise<Result<string, ProcoreFault>> {
    flight ??= fetchToken(options).then((result) => {
      flight = undefined;
      held = result.ok ? result.value : undefined;
      return result.ok ? ok(result.value.text) : result;
    });
    return flight;
  }

  return {
    async current() {
      return held !== undefined && clock.monotonic() < held.renewAt ? ok(held.text) : fetchOnce();
    },
    async renew(refused) {
      return held !== undefined && held.text !== refused ? ok(held.text) : fetchOnce();
    },
    scrub(text) {
      return held === undefined ? text : text.replaceAll(held.text, "[token]");
    },
  };
}

async function fetchToken(options: TokenOptions): Promise<Result<Held, ProcoreFault>> {
  const { limits, clock, random } = options;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await askForToken(options);
    if (answer.ok || !isWorthAnotherTry(answer.error) || attempt >= limits.triesMax) return answer;
    const span = Math.min(limits.backoffMaxMs, limits.backoffFirstMs * 2 ** (attempt - 1));
    await clock.sleep(Math.ceil(span / 2 + (span / 2) * random.fraction()));
  }
}

const isWorthAnotherTry = ({ code }: ProcoreFault) => code === "procore.unreachable" || code === "procore.server";

async function askForToken(options: TokenOptions): Promise<Result<Held, ProcoreFault>> {
  const { clock, http, limits, authUrl } = options;
  const secret = await options.readClientSecret();
  if (secret === undefined || secret === "") {
    return err(
      fault({ code: "procore.token", endpoint, detail: `There is no client secret stored for client ${options.clientId}.` }),
    );
  }
  const startedAt = clock.monotonic();
  const record = (status: number | undefined, outcome: CallRecord["outcome"]) =>
    options.observe({
      method: "POST", template, status, requestId: undefined, durationMs: clock.monotonic() - startedAt, outcome,
      companyId: options.companyId, projectId: undefined, attempt: 1,
    }); // biome-ignore format: a row
  const outcome = await http.request({
    method: "POST",
    url: new URL(template, authUrl).href,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: writeJson({ grant_type: "client_credentials", client_id: options.clientId, client_secret: secret }),
    timeoutMs: limits.tokenTimeoutMs,
  });
  if (outcome.kind === "failure") {
    record(undefined, outcome.requestSent === "no" ? "notSent" : "unknown");
    return err(fault({ code: "procore.unreachable", endpoint, detail: `${authUrl.host}: ${outcome.detail}` }));
  }
  const body = await readBody(outcome, 1024 * 1024);
  const status = outcome.status;
  const read = readTokenAnswer({ status, text: body.kind === "text" ? body.text.replaceAll(secret, "[secret]") : "", startedAt });
  record(status, read.ok ? "answered" : status >= 500 ? "unknown" : "refused");
  return read;
}

function readTokenAnswer({
  status,
  text,
  startedAt,
}: {
  status: number;
  text: string;
  startedAt: number;
}): Result<Held, ProcoreFault> {
  const body = parseOrText(text);
  if (status >= 200 && status < 300) {
    const parsed = tokenAnswer.safeParse(body);
    if (!parsed.success)
      return err(fault({ code: "procore.unreadable", endpoint, status, detail: "The answer holds no access_token." }));
    const lifetimeS = parsed.data.expires_in ?? lifetimeDefaultS;
    assert(lifetimeS > 0, "a token lives");
    return ok({ text: parsed.data.access_token, renewAt: startedAt + lifetimeS * renewalShare * 1000 });
  }
  const complaints = readComplaints(body);
  const code = status >= 500 || status === 429 ? "procore.server" : "procore.token";
  return err(fault({ code, endpoint, status, detail: describeComplaints(complaints) || `Status ${status}.`, complaints }));
}

function parseOrText(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return text;
  }
}
