/**
 * The two hashes of a record (ruling 34): *source* (did SAP change) and *desired* (would Procore change, over the fields that we
 * write). Both are SHA-256 over canonical JSON and carry a version: when the canonical form changes, the version rises, and records
 * are re-based without a write. Equal content in another key order has an equal hash; `undefined` counts as absent.
 */
import { hash } from "node:crypto";
import type { SapClient } from "./keys.ts";

export const sourceHashVersion = 2;
export const desiredHashVersion = 1;

/** JSON-like values. Money and quantities stand as text; a number must be a safe integer. */
export type Canonical =
  | string
  | number
  | boolean
  | null
  | readonly Canonical[]
  | { readonly [name: string]: Canonical | undefined };

export function canonicalText(value: Canonical): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new Error(`Assertion failed: ${value} is no safe integer; write it as text`);
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  const fields = Object.entries(value as Record<string, Canonical | undefined>)
    .filter((entry): entry is [string, Canonical] => entry[1] !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonicalText(field)}`).join(",")}}`;
}

/** 64 hexadecimal digits. */
export function fingerprint(value: Canonical, version: number): string {
  return hash("sha256", `${version}\n${canonicalText(value)}`, "hex");
}

export function sourceHash(record: Canonical): string {
  return fingerprint(record, sourceHashVersion);
}

export function desiredHash(body: Canonical): string {
  return fingerprint(body, desiredHashVersion);
}

const base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Upper-case base32 (RFC 4648) of the first 80 bits of a SHA-256: 16 characters. */
function base32Of80Bits(text: string): string {
  const bytes = hash("sha256", text, "buffer");
  let bits = 0n;
  for (const byte of bytes.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte);
  let id = "";
  for (let index = 0; index < 16; index++) id = base32Alphabet.charAt(Number((bits >> BigInt(5 * index)) & 31n)) + id;
  return id;
}

declare const referenceNumberBrand: unique symbol;
/** 16 characters, what REF_DOC_NO / BKPF-XBLNR holds. */
export type ReferenceNumber = string & { readonly [referenceNumberBrand]: true };

/**
 * Ruling 3: derived from (source key, posting version), so that a retry computes the same one. Two SAP clients number their documents alike, so
 * the client is part of the source key.
 */
export function referenceNumber(client: SapClient, sourceKey: string, postingVersion: number): ReferenceNumber {
  return base32Of80Bits(`ref\n${client.systemId}.${client.client}\n${sourceKey}\n${postingVersion}`) as ReferenceNumber;
}

/** Names a group of cost lines (ruling 22) by its key's content: 16 characters, safe inside an origin id. */
export function groupId(groupKey: Canonical): string {
  return base32Of80Bits(`group\n${canonicalText(groupKey)}`);
}
