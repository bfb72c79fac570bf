/**
 * A certificate: what a period's statement and the commitments to date said, signed by the hub that made it (Ed25519). The file is one canonical text: there is exactly one way
 * to write what it says, so any changed byte is refused, even one that would change no meaning. Whoever verifies brings the key that is trusted:
 * the key in the file only names itself. Its form has a version, which is signed with it: those of earlier ones are verified as ever, and only the latest is
 * written. Pure: no store, no network, no clock.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { type Canonical, canonicalText } from "../fingerprint.ts";
import { err, ok, type Result } from "../result.ts";
import { type CertificateVersion, tieOut } from "./tie-out.ts";

const versions: readonly CertificateVersion[] = [1, 2];
const latestVersion: CertificateVersion = 2;
const signedFor = "ml-connector certificate";
/** Below the longest text that the runtime can hold. */
export const certificateBytesMax = 256 * 1024 * 1024;

export type CertificateContent = { readonly [name: string]: Canonical };

export type CertificateProblem =
  | "too-large"
  | "not-a-certificate"
  | "not-canonical"
  | "version-unknown"
  | "other-key"
  | "signature-wrong"
  | "sums-differ";

const bytesOf = (content: string, version: CertificateVersion): Buffer => Buffer.from(`${signedFor} ${version}\n${content}`);

const spkiText = (key: KeyObject): string => key.export({ format: "der", type: "spki" }).toString("base64");

/** SPKI, base64: what is handed to whoever verifies. Private keys are PKCS#8, PEM. */
export function publicKeyOf(privateKey: string): string {
  return spkiText(createPublicKey(createPrivateKey(privateKey)));
}

/** Names a public key, for people to compare: SHA-256 of its text, 16 digits. */
export function keyNameOf(publicKey: string): string {
  return createHash("sha256").update(publicKey).digest("hex").slice(0, 16);
}

type Seal = { key: string; signature: string; version: CertificateVersion };

const fileOf = (content: string, { key, signature, version }: Seal): string =>
  `{"certificate":${content},"key":${JSON.stringify(key)},"signature":${JSON.stringify(signature)},"version":${version}}\n`;

export function signCertificate(content: CertificateContent, privateKey: string): string {
  const text = canonicalText(content);
  const signature = sign(null, bytesOf(text, latestVersion), createPrivateKey(privateKey)).toString("base64");
  const key = keyNameOf(publicKeyOf(privateKey));
  return fileOf(text, { key, signature, version: latestVersion });
}

/** As `publicKeyOf` gives it, or the same as PEM. */
function readKey(publicKey: string): KeyObject | undefined {
  try {
    const der = Buffer.from(publicKey.replace(/-----[A-Z ]+-----/g, ""), "base64");
    const key = createPublicKey({ key: der, format: "der", type: "spki" });
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    return undefined;
  }
}

type Parsed = Seal & { certificate: CertificateContent };

function parse(text: string): Result<Parsed, CertificateProblem> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err("not-a-certificate");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return err("not-a-certificate");
  const { certificate, key, signature, version } = value as Record<string, unknown>;
  if (typeof certificate !== "object" || certificate === null || Array.isArray(certificate)) return err("not-a-certificate");
  if (typeof key !== "string" || typeof signature !== "string") return err("not-a-certificate");
  const known = versions.find((each) => each === version);
  if (known === undefined) return err("version-unknown");
  return ok({ certificate: certificate as CertificateContent, key, signature, version: known });
}

/** The one text that says this; undefined where it says what no certificate can say. */
function rewrite({ certificate, ...seal }: Parsed): { content: string; file: string } | undefined {
  try {
    const content = canonicalText(certificate);
    return { content, file: fileOf(content, seal) };
  } catch {
    return undefined;
  }
}

/**
 * `publicKey` is the trusted one, from elsewhere. Checked in this order: that the bytes are the one way to write it, that the key is named, that the
 * key signed it, and that the sums it states are those of its own rows.
 */
export function verifyCertificate(file: Uint8Array, publicKey: string): Result<CertificateContent, CertificateProblem> {
  if (file.length > certificateBytesMax) return err("too-large");
  const text = Buffer.from(file).toString("utf8");
  const parsed = parse(text);
  if (!parsed.ok) return parsed;
  const { certificate, key, signature, version } = parsed.value;
  const canonical = rewrite(parsed.value);
  const signed = Buffer.from(signature, "base64");
  if (!canonical || !Buffer.from(canonical.file).equals(file) || signed.toString("base64") !== signature)
    return err("not-canonical");
  const trusted = readKey(publicKey);
  if (!trusted || key !== keyNameOf(spkiText(trusted))) return err("other-key");
  if (!verify(null, bytesOf(canonical.content, version), trusted, signed)) return err("signature-wrong");
  return tieOut(certificate, version) ? ok(certificate) : err("sums-differ");
}
