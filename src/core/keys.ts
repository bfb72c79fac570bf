/**
 * Source keys in SAP's inner form and the origin ids made of them (ruling 1). Canonicalised once, at the edge: two spellings of one
 * vendor must never become two Procore records. An origin id is unique per Procore company, so it carries system and client.
 */
import { err, ok, type Result } from "./result.ts";

export type KeyProblem = { code: "key.too-long" | "key.empty" | "key.forbidden-character"; value: string };

/**
 * Conversion exit ALPHA, input side (sap-data 1): digits only are padded with zeros on the left, anything else is upper-cased and
 * left as it is. A value wider than the field is invalid input.
 */
export function toAlpha(value: string, width: number): Result<string, KeyProblem> {
  const trimmed = value.trim();
  if (trimmed === "") return err({ code: "key.empty", value });
  if (trimmed.length > width) return err({ code: "key.too-long", value });
  return ok(/^\d+$/.test(trimmed) ? trimmed.padStart(width, "0") : trimmed.toUpperCase());
}

/** Output side of ALPHA: digits lose their leading zeros, for people's eyes only. */
export function fromAlpha(value: string): string {
  return /^\d+$/.test(value) ? value.replace(/^0+(?=\d)/, "") : value;
}

/** One SAP client: `S01`, `100`. */
export type SapClient = { readonly systemId: string; readonly client: string };

/** `CO` and `CL` are commitment change orders and their lines: Procore gives them no `origin_id`, so ours stands in a field of theirs (decision 17). */
export type OriginKind = "VN" | "PO" | "PL" | "CO" | "CL" | "RQ" | "DC" | "DL";

declare const originIdBrand: unique symbol;
export type OriginId = string & { readonly [originIdBrand]: true };

// Procore documents no limit or alphabet for origin_id; 255 and printable ASCII without blanks is the cautious reading (procore 3 [D]).
const originIdLengthMax = 255;

/** `S01.100.PO.4500012345.810`. The parts stand in padded form; a part with a dot, a blank or a control character is refused. */
export function originId(client: SapClient, kind: OriginKind, parts: readonly (string | number)[]): Result<OriginId, KeyProblem> {
  const texts = parts.map(String);
  for (const part of texts) {
    if (part === "") return err({ code: "key.empty", value: texts.join(".") });
    if (!/^[!-~]+$/.test(part) || part.includes(".")) return err({ code: "key.forbidden-character", value: part });
  }
  const id = [client.systemId, client.client, kind, ...texts].join(".");
  return id.length > originIdLengthMax ? err({ code: "key.too-long", value: id }) : ok(id as OriginId);
}

/** Whether an origin id in Procore was made by this connection's SAP client; a foreign one is never overwritten (ruling 5). */
export function isOwnOriginId(client: SapClient, id: string): boolean {
  return id.startsWith(`${client.systemId}.${client.client}.`);
}
