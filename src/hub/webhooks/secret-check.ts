/**
 * Whether a header carries one of a connection's secrets: two of them while one is being rotated. Compared as hashes of one length, and each of
 * them always, so that the time tells neither which one fitted nor how much of it. What was read is kept for a moment: a thousand deliveries a
 * second do not read a file a thousand times, and a rotation by another process is seen soon enough.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../ports/index.ts";

/** Whoever rotates waits longer than this before Procore is told the new one. */
const secretsKeptMs = 2_000;

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** `Bearer x` or `x`: what stands behind the scheme is the secret. */
const bare = (header: string): string => header.replace(/^Bearer +/i, "");

export function carriesSecret(header: string | undefined, secrets: readonly string[]): boolean {
  const given = digest(bare(header ?? ""));
  let isOurs = false;
  for (const secret of secrets) isOurs = (timingSafeEqual(given, digest(secret)) && secret !== "") || isOurs;
  return isOurs;
}

export function keepSecrets(clock: Clock, read: () => Promise<readonly string[]>): () => Promise<readonly string[]> {
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<readonly string[]> = Promise.resolve([]);
  return () => {
    if (clock.monotonic() - readAt < secretsKeptMs) return reading;
    readAt = clock.monotonic();
    reading = read();
    reading.catch(() => {
      readAt = Number.NEGATIVE_INFINITY;
    });
    return reading;
  };
}
