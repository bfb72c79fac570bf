/**
 * What Procore says when it refuses, whatever the shape: eight are documented (procore 3 [A]) and an edge proxy adds HTML. All become
 * a list of `{field?, messages}`. Guarantees: never throws, bounded in number and length. It classifies by status first and by wording
 * only where one status covers several cases; those wordings are reports, not promises (procore 7.5 [D]), so they stand in one table.
 */
import type { ProcoreCode } from "./faults.ts";

export type Complaint = { readonly field?: string; readonly messages: readonly string[] };

const complaintsMax = 50;
const messageLengthMax = 300;
const depthMax = 6;

type Found = { field: string; message: string };

const shorten = (text: string) => (text.length > messageLengthMax ? `${text.slice(0, messageLengthMax)}…` : text);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `{field: ["text"]}`, `["text"]`, `"text"`, and the same nested one in another (`line_items: [{amount: ["…"]}]`). */
function flatten(value: unknown, field: string, found: Found[], depth = 0): void {
  if (found.length >= complaintsMax || depth > depthMax) return;
  if (typeof value === "string" || typeof value === "number") {
    if (String(value).trim() !== "") found.push({ field, message: shorten(String(value).trim()) });
  } else if (Array.isArray(value)) {
    for (const entry of value) flatten(entry, field, found, depth + 1);
  } else if (isRecord(value)) {
    for (const [name, entry] of Object.entries(value)) flatten(entry, field === "" ? name : `${field}.${name}`, found, depth + 1);
  }
}

/** v2: `{error: {code, message, details: [{reason_code, message, source}]}}`. */
function readVersion2(error: Record<string, unknown>, found: Found[]): void {
  flatten(error.message, "", found);
  if (!Array.isArray(error.details)) return;
  for (const detail of error.details) {
    if (isRecord(detail))
      flatten(detail.message ?? detail.reason_code, typeof detail.source === "string" ? detail.source : "", found);
  }
}

function readObject(body: Record<string, unknown>, found: Found[]): void {
  if (body.errors !== undefined) flatten(body.errors, "", found);
  if (isRecord(body.error)) readVersion2(body.error, found);
  else flatten(body.error, "", found);
  for (const key of ["error_description", "message", "reason", "exception"]) flatten(body[key], "", found);
  // ErrorDoc: `fields` names the field, in no documented form (procore 3 [A]).
  if (typeof body.fields === "string") flatten(body.fields, "fields", found);
}

function readText(text: string, found: Found[]): void {
  const isHtml = /^\s*<(?:!doctype|html|head|body)\b/i.test(text);
  const title = isHtml ? /<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1] : undefined;
  const plain = title ?? text.slice(0, 4_000).replace(/<[^>]*>/g, " ");
  flatten(plain.replace(/\s+/g, " "), "", found);
}

function gather(found: readonly Found[]): Complaint[] {
  const byField = new Map<string, string[]>();
  for (const { field, message } of found) {
    const messages = byField.get(field) ?? [];
    if (!messages.includes(message)) messages.push(message);
    byField.set(field, messages);
  }
  return [...byField].map(([field, messages]) => (field === "" ? { messages } : { field, messages }));
}

/** From a decoded JSON body, or from the text where it was no JSON. */
export function readComplaints(body: unknown): Complaint[] {
  const found: Found[] = [];
  if (typeof body === "string") readText(body, found);
  else if (Array.isArray(body)) flatten(body, "", found);
  else if (isRecord(body)) readObject(body, found);
  return gather(found);
}

/** The `errors` of one sync row. */
export function readRowComplaints(errors: unknown): Complaint[] {
  const found: Found[] = [];
  flatten(errors, "", found);
  return gather(found);
}

export function describeComplaints(complaints: readonly Complaint[]): string {
  const texts = complaints.map(({ field, messages }) =>
    field === undefined ? messages.join("; ") : `${field}: ${messages.join("; ")}`,
  );
  return shorten(texts.join("; "));
}

const wordings = {
  appNotConnected: /not connected to this company/i,
  noCompanyHeader: /missing procore-company-id/i,
  taken: /already (?:been )?(?:taken|exists|used|in use|assigned)|must be unique|duplicate|not unique/i,
  locked:
    /\blocked\b|synced with erp|not editable|(?:cannot|can't|can not|may not) be (?:changed|edited|modified|updated|deleted)|is approved|status (?:is )?approved/i,
} as const;

const isOriginField = (field: string | undefined) => field !== undefined && /(?:^|\.)origin_id$/.test(field);

/** Why one record (or one whole call, for 400, 409 and 422) was refused. */
export function classifyComplaints(
  complaints: readonly Complaint[],
): "procore.duplicate-origin-id" | "procore.locked" | "procore.validation" {
  const says = (pattern: RegExp) => complaints.some(({ messages }) => messages.some((message) => pattern.test(message)));
  const originTaken = complaints.some(
    ({ field, messages }) =>
      messages.some((message) => wordings.taken.test(message)) &&
      (isOriginField(field) || messages.some((message) => /origin[_ ]id/i.test(message))),
  );
  if (originTaken) return "procore.duplicate-origin-id";
  return says(wordings.locked) ? "procore.locked" : "procore.validation";
}

/** A 4xx that is no 401 renewal, no 408 and no 429: definite, nothing was done (procore 3 [A]). */
export function classifyRefusal(facts: { status: number; complaints: readonly Complaint[]; isInProject: boolean }): ProcoreCode {
  const says = (pattern: RegExp) => facts.complaints.some(({ messages }) => messages.some((message) => pattern.test(message)));
  // The code of a missing company header is undocumented: 400, 403 or 404 (procore 1 [A]).
  if (says(wordings.noCompanyHeader)) return "procore.validation";
  switch (facts.status) {
    case 401:
      return "procore.unauthorised";
    case 403:
      if (says(wordings.appNotConnected)) return "procore.app-not-connected";
      return facts.isInProject ? "procore.project-not-permitted" : "procore.unauthorised";
    case 404:
      return "procore.not-found";
    case 409: {
      const code = classifyComplaints(facts.complaints);
      return code === "procore.validation" ? "procore.conflict" : code;
    }
    case 413:
      return "procore.too-large";
    default:
      return classifyComplaints(facts.complaints);
  }
}
