import { describe, expect, it } from "vitest";
import type { Clock, Random, Secrets } from "../../ports/index.ts";
import { ensureSecret, forgetSecret, rotateSecret, webhookSecretName, webhookSecrets } from "./webhook-secrets.ts";

function room() {
  const kept = new Map<string, string>();
  let nowMs = 1_000_000;
  let drawn = 0;
  const secrets: Secrets = {
    read: async (name) => kept.get(name),
    write: async (name, value) => void kept.set(name, value),
  };
  const clock = { now: () => nowMs } as Clock;
  const random = { bytes: (count: number) => new Uint8Array(count).fill(++drawn) } as unknown as Random;
  return { kept, secrets, tools: { clock, random }, clock, pass: (ms: number) => (nowMs += ms) };
}

describe("a connection's webhook secret", () => {
  it("is made once, of 32 random bytes", async () => {
    const { secrets, tools, clock } = room();
    expect(await webhookSecrets(secrets, clock, "main")).toEqual([]);
    const made = await ensureSecret(secrets, tools, "main");
    expect(made).toEqual({ secret: "01".repeat(32), isNew: true });
    expect(await ensureSecret(secrets, tools, "main")).toEqual({ ...made, isNew: false });
    expect(await webhookSecrets(secrets, clock, "main")).toEqual([made.secret]);
    expect(await webhookSecrets(secrets, clock, "other")).toEqual([]);
  });

  it("is taken for a day after it was rotated, and no longer", async () => {
    const { secrets, tools, clock, pass } = room();
    const { secret: former } = await ensureSecret(secrets, tools, "main");
    const { secret, isNew } = await rotateSecret(secrets, tools, "main");
    expect(isNew).toBe(true);
    pass(24 * 3_600_000 - 1);
    expect(await webhookSecrets(secrets, clock, "main")).toEqual([secret, former]);
    pass(1);
    expect(await webhookSecrets(secrets, clock, "main")).toEqual([secret]);
  });

  it("opens nothing once it is forgotten, and may be given bare by the environment", async () => {
    const { kept, secrets, tools, clock } = room();
    await ensureSecret(secrets, tools, "main");
    await forgetSecret(secrets, "main");
    expect(await webhookSecrets(secrets, clock, "main")).toEqual([]);
    kept.set(webhookSecretName("main"), "from-the-environment");
    expect(await webhookSecrets(secrets, clock, "main")).toEqual(["from-the-environment"]);
  });
});
