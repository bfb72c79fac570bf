/**
 * How an agent signs (design section 10): Ed25519 over method, path, time and the body's SHA-256. The hub refuses a time that is too far
 * off, so that a recorded request is of no use later.
 */
export const wireVersion = 1;

export const wireHeaders = {
  agent: "x-ml-agent",
  time: "x-ml-time",
  signature: "x-ml-signature",
  version: "x-ml-wire-version",
  contentHash: "x-ml-content-sha256",
} as const;

export function signedText(parts: { method: string; path: string; time: string; contentHash: string }): string {
  return `ml-connector/${wireVersion}\n${parts.method}\n${parts.path}\n${parts.time}\n${parts.contentHash}`;
}
