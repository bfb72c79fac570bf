/**
 * The atoms that resources read Procore's objects with: tolerant to properties we do not know and to nulls, strict in the types of
 * what we use. An object that does not fit is an `unreadable` fault naming endpoint and field, never a guess.
 */
import { z } from "zod";
import { err, ok, type Result } from "../core/index.ts";
import { toDecimalText } from "./exact-json.ts";
import { fault, type ProcoreFault } from "./faults.ts";

/** Procore ids are 64-bit and below 2^53 (procore 1 [A + C]). */
export const id = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);
/** v2 writes ids as text (procore 3 [A]). */
export const textId = z
  .string()
  .regex(/^[1-9]\d{0,15}$/, "is no id")
  .transform(Number)
  .pipe(id);
export const text = z.string().nullish().transform(orNull);
export const flag = z.boolean().nullish().transform(orNull);
export const count = z.number().int().nullish().transform(orNull);
/** Money, quantities and prices: decimal text, whether Procore wrote a string or a number. */
export const decimal = z
  .unknown()
  .optional()
  .transform((value, context): string | null => {
    if (value === undefined || value === null || value === "") return null;
    const decimalText = toDecimalText(value);
    if (decimalText !== undefined) return decimalText;
    context.addIssue({ code: "custom", message: "is no decimal number" });
    return z.NEVER;
  });
export const idOrNull = id.nullish().transform(orNull);
/** `{id: …}` or null: an embedded object of which we keep the id. */
export const idOfObject = z
  .object({ id: id.nullish() })
  .nullish()
  .transform((value) => value?.id ?? null);

function orNull<T>(value: T | null | undefined): T | null {
  return value ?? null;
}

export type Reading<T> = { endpoint: string; requestId?: string | undefined; schema: z.ZodType<T> };

export function readItem<T>(item: unknown, { endpoint, requestId, schema }: Reading<T>): Result<T, ProcoreFault> {
  const parsed = schema.safeParse(item);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  const which =
    typeof item === "object" && item !== null && "id" in item && typeof item.id === "number" ? ` of id ${item.id}` : "";
  const detail = `Field "${field || "(whole item)"}"${which}: ${issue?.message ?? "does not fit"}.`;
  return err(
    fault({ code: "procore.unreadable", endpoint, requestId, detail, complaints: [{ field, messages: [issue?.message ?? ""] }] }),
  );
}

/** An ISO calendar date as Procore takes it. A malformed one is stored as null without an error (procore 3 [A]), so it must not leave. */
export function isCalendarDate(value: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const last = [31, (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][
    month - 1
  ];
  return last !== undefined && day >= 1 && day <= last;
}
