/**
 * Certificate pinning: the server's own certificate must carry one of the named public keys (SHA-256 of the SPKI, base64, as HPKP had it).
 * It comes on top of the chain and the host name, never instead: who pins a self-signed certificate gives it as `caFile` too. Only the
 * leaf counts, since a peer may send any other certificate along.
 */
import { createHash, X509Certificate } from "node:crypto";
import { checkServerIdentity, type PeerCertificate } from "node:tls";

/** In the form of tls's own check; the code is the one by which a failure is told to be TLS's. */
export function checkPinnedKey(pinnedKeys: readonly string[]): (host: string, certificate: PeerCertificate) => Error | undefined {
  const wanted = new Set(pinnedKeys);
  return (host, certificate) => {
    const wrong = checkServerIdentity(host, certificate);
    if (wrong) return wrong;
    return wanted.has(pinOf(certificate.raw))
      ? undefined
      : Object.assign(new Error(`the public key of ${host} is none of those that are pinned`), { code: "CERT_KEY_NOT_PINNED" });
  };
}

export function pinOf(certificate: string | Buffer): string {
  const spki = new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(spki).digest("base64");
}
