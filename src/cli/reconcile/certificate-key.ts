/** The key that certificates are signed with: made once, sealed like every secret. Whoever verifies is handed its public half. */
import { generateKeyPairSync } from "node:crypto";
import type { Secrets } from "../../ports/index.ts";

const secretName = "hub.certificate-key";

export async function readCertificateKey(secrets: Secrets): Promise<string> {
  const known = await secrets.read(secretName);
  if (known !== undefined) return known;
  const { privateKey } = generateKeyPairSync("ed25519");
  await secrets.write(secretName, privateKey.export({ format: "pem", type: "pkcs8" }).toString());
  // Another process may have written meanwhile: what is kept counts.
  const kept = await secrets.read(secretName);
  if (kept === undefined) throw new Error("Assertion failed: a secret that was written is there");
  return kept;
}
