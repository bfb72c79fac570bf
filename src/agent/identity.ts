/** Who the agent is to the hub: an id and an Ed25519 key of its own making. The private half never leaves the agent's machine. */
import { createHash, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { Fault } from "../core/index.ts";
import type { HttpClient } from "../ports/index.ts";
import { enrolAnswer, signedText, wireHeaders, wireVersion } from "../wire/index.ts";
import { readJson } from "./read-json.ts";

export type AgentIdentity = {
  agent: string;
  connection: string;
  /** PKCS#8, PEM. */
  privateKey: string;
};

const enrolTimeoutMs = 30_000;

/** Buys an identity with a one-time code. The caller keeps it, readable by nobody else. */
export async function enrolAgent(options: {
  hubUrl: string;
  code: string;
  name: string;
  http: HttpClient;
}): Promise<AgentIdentity> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const body = JSON.stringify({
    code: options.code,
    name: options.name,
    publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64"),
  });
  const outcome = await options.http.request({
    method: "POST",
    url: `${options.hubUrl}/agent/v1/enrol`,
    headers: { "content-type": "application/json" },
    body,
    timeoutMs: enrolTimeoutMs,
  });
  if (outcome.kind === "failure") throw new Fault("agent.code-refused", { place: options.hubUrl, detail: outcome.detail });
  const answer = await readJson(outcome);
  const parsed = enrolAnswer.safeParse(answer);
  if (outcome.status !== 200 || !parsed.success)
    throw new Fault("agent.code-refused", { place: options.hubUrl, detail: `HTTP ${outcome.status}` });
  return { ...parsed.data, privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString() };
}

export type Signer = (request: { path: string; body: Uint8Array; timeMs: number }) => Record<string, string>;

/** Headers that prove who sent these very bytes, and when. */
export function createSigner(identity: AgentIdentity): Signer {
  const key = createPrivateKey(identity.privateKey);
  return ({ path, body, timeMs }) => {
    const time = String(timeMs);
    const contentHash = createHash("sha256").update(body).digest("hex");
    const text = signedText({ method: "POST", path, time, contentHash });
    return {
      [wireHeaders.agent]: identity.agent,
      [wireHeaders.time]: time,
      [wireHeaders.contentHash]: contentHash,
      [wireHeaders.version]: String(wireVersion),
      [wireHeaders.signature]: sign(null, Buffer.from(text), key).toString("base64"),
    };
  };
}
