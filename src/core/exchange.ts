/**
 * What is kept of an exchange with Procore that did not go well: enough to see at night what was sent and what was answered, and never a
 * secret. Values under names that tell of secrets or tax ids are left out, also where Procore repeats them; texts and the whole are cut.
 */
import type { Canonical } from "./fingerprint.ts";

const textLengthMax = 300;
const entriesMax = 40;
const depthMax = 5;
const wholeLengthMax = 4_000;
/** A shorter value would blot out innocent text. */
const repeatedLengthMin = 4;

const secretName = /secret|password|token|authori[sz]ation|api_?key|tax|ssn|vat|ein$|identifier|iban|bank|account_number/i;
export const leftOutText = "(left out)";

type Json = Canonical | undefined;

function cutText(text: string): string {
  return text.length > textLengthMax ? `${text.slice(0, textLengthMax)}… (${text.length} characters)` : text;
}

function redactValue(value: unknown, depth: number): Json {
  if (value === null || typeof value === "boolean" || typeof value === "number") return value as Json;
  if (typeof value === "string") return cutText(value);
  if (typeof value !== "object") return undefined;
  if (depth >= depthMax) return "…";
  if (Array.isArray(value)) return value.slice(0, entriesMax).map((each) => redactValue(each, depth + 1) ?? null);
  const fields = Object.entries(value).slice(0, entriesMax);
  return Object.fromEntries(
    fields.map(([name, each]) => [name, secretName.test(name) ? leftOutText : redactValue(each, depth + 1)]),
  );
}

/** A body as it may be kept: no secret, and no longer than a page. */
export function redactBody(body: unknown): Json {
  const redacted = redactValue(body, 0);
  const text = JSON.stringify(redacted) ?? "";
  return text.length > wholeLengthMax ? `${text.slice(0, wholeLengthMax)}… (${text.length} characters)` : redacted;
}

/** What stands under names that are left out: it is taken out of Procore's words too. */
export function secretValuesOf(body: unknown, depth = 0): readonly string[] {
  if (typeof body !== "object" || body === null || depth >= depthMax) return [];
  return Object.entries(body).flatMap(([name, value]) => {
    if (typeof value === "object") return secretValuesOf(value, depth + 1);
    const text = String(value);
    return secretName.test(name) && text.length >= repeatedLengthMin ? [text] : [];
  });
}

export function redactText(text: string, secrets: readonly string[]): string {
  return cutText(secrets.reduce((left, secret) => left.replaceAll(secret, leftOutText), text));
}
