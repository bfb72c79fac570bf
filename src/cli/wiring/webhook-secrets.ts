/**
 * The secret that Procore's deliveries carry, sealed as one value with its predecessor, so that rotation is one step. The former one is still taken
 * for a day: Procore repeats a delivery for twelve hours, and whether a waiting one carries the header of when it was made is not documented.
 */
import { z } from "zod";
import type { Clock, Random, Secrets } from "../../ports/index.ts";

const shape = z.strictObject({ current: z.string(), previous: z.string().optional(), rotatedAtMs: z.number().optional() });
type Kept = z.infer<typeof shape>;

const formerForMs = 24 * 3_600_000;
const secretBytes = 32;

export const webhookSecretName = (connection: string): string => `${connection}.webhooks.secrets`;

async function read(secrets: Secrets, connection: string): Promise<Kept | undefined> {
  const text = await secrets.read(webhookSecretName(connection));
  if (!text) return undefined;
  // Given by a variable of the environment, it is the secret itself.
  return text.startsWith("{") ? shape.parse(JSON.parse(text)) : { current: text };
}

/** Those that a delivery may carry now. */
export async function webhookSecrets(secrets: Secrets, clock: Clock, connection: string): Promise<readonly string[]> {
  const kept = await read(secrets, connection);
  if (!kept || kept.current === "") return [];
  const { current, previous, rotatedAtMs = 0 } = kept;
  return previous !== undefined && clock.now() - rotatedAtMs < formerForMs ? [current, previous] : [current];
}

export type SecretChange = { secret: string; isNew: boolean };

async function renew(
  secrets: Secrets,
  tools: { clock: Clock; random: Random },
  connection: string,
  previous?: string,
): Promise<SecretChange> {
  const secret = Buffer.from(tools.random.bytes(secretBytes)).toString("hex");
  const kept: Kept = previous === undefined ? { current: secret } : { current: secret, previous, rotatedAtMs: tools.clock.now() };
  await secrets.write(webhookSecretName(connection), JSON.stringify(kept));
  return { secret, isNew: true };
}

export async function ensureSecret(
  secrets: Secrets,
  tools: { clock: Clock; random: Random },
  connection: string,
): Promise<SecretChange> {
  const kept = await read(secrets, connection);
  return kept && kept.current !== "" ? { secret: kept.current, isNew: false } : renew(secrets, tools, connection);
}

export async function rotateSecret(
  secrets: Secrets,
  tools: { clock: Clock; random: Random },
  connection: string,
): Promise<SecretChange> {
  const kept = await read(secrets, connection);
  return renew(secrets, tools, connection, kept?.current || undefined);
}

export async function forgetSecret(secrets: Secrets, connection: string): Promise<void> {
  await secrets.write(webhookSecretName(connection), JSON.stringify({ current: "" }));
}
