/**
 * What we send in a sync row, and whether Procore's answer says the same. Bodies stand in Procore's own field names, as core plans them; a
 * field that the resource does not know, or a date Procore would quietly drop, is a bug of ours and stops before it leaves. The comparison
 * looks only at fields that we sent and Procore echoed, by value: `12.5` is `12.50`, `vendor_id` is `vendor.id`.
 */
import { z } from "zod";
import { assert } from "../core/index.ts";
import { decimalNumber, toDecimalText } from "./exact-json.ts";
import { isCalendarDate } from "./schema.ts";

export type SyncRow = { readonly originId: string; readonly body: Readonly<Record<string, unknown>> };

export type Difference = { readonly field: string; readonly sent: string; readonly found: string };

const plainDecimal = z.string().regex(/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/, "is no plain decimal");

export const sent = {
  text: z.string().optional(),
  flag: z.boolean().optional(),
  id: z.number().int().positive().optional(),
  // A malformed date is stored as null without an error (procore 3 [A]).
  date: z.string().refine(isCalendarDate, "is no calendar date").optional(),
  /** Decimal text, sent as a string. */
  decimal: plainDecimal.optional(),
  /** Decimal text, sent as a JSON number, digit by digit. */
  number: plainDecimal.transform(decimalNumber).optional(),
};

/** The body as it leaves. */
export function toWire({
  endpoint,
  row,
  schema,
}: {
  endpoint: string;
  row: SyncRow;
  schema: z.ZodType;
}): Record<string, unknown> {
  const parsed = schema.safeParse(row.body);
  const issue = parsed.error?.issues[0];
  assert(parsed.success, `${endpoint}: row ${row.originId}, field "${issue?.path.join(".")}": ${issue?.message}`);
  return { ...(parsed.data as Record<string, unknown>), origin_id: row.originId };
}

const decimalFields = new Set(["amount", "quantity", "unit_cost", "retainage_percent"]);

export function differencesOf(body: SyncRow["body"], entity: unknown): Difference[] {
  if (typeof entity !== "object" || entity === null) return [];
  const found = entity as Record<string, unknown>;
  return Object.entries(body).flatMap(([field, value]) => {
    const echo = echoOf(found, field);
    if (value === undefined || echo === undefined) return [];
    const [left, right] = [plainText(field, value), plainText(field, echo)];
    return left === right ? [] : [{ field, sent: left, found: right }];
  });
}

/** `vendor_id` comes back as `vendor_id` or in `vendor: {id}`. Undefined: Procore does not say. */
function echoOf(found: Record<string, unknown>, field: string): unknown {
  if (found[field] !== undefined || !field.endsWith("_id")) return found[field];
  const embedded = found[field.slice(0, -"_id".length)];
  if (embedded === null) return null;
  return typeof embedded === "object" && embedded !== undefined && "id" in embedded ? embedded.id : undefined;
}

function plainText(field: string, value: unknown): string {
  if (value === null) return "";
  const decimal = decimalFields.has(field) ? toDecimalText(value) : undefined;
  if (decimal !== undefined) return withoutZeros(decimal);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  // Descriptions may come back as HTML (procore 3 [A]).
  return field === "description"
    ? text
        .replace(/<[^>]*>/g, " ")
        .replace(/\s+/g, " ")
        .trim()
    : text.trim();
}

/** `-0.00` is `0`, `012.50` is `12.5`. */
export function withoutZeros(decimal: string): string {
  const [, sign = "", whole = "0", fraction = ""] = /^(-?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(decimal) ?? [];
  if (whole === "0" && fraction === "") return "0";
  return fraction === "" ? sign + whole : `${sign}${whole}.${fraction}`;
}
