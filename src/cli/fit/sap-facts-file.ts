/** SAP's half of the fit check as a file: made on the agent's machine, carried by a person, checked field by field where it is judged. */
import { z } from "zod";
import {
  costObjectKinds,
  costSources,
  type ErrorCode,
  Fault,
  isErrorCode,
  type SapFacts,
  type VendorRecord,
} from "../../core/index.ts";
import { recordSchema } from "../../wire/index.ts";
import { readText } from "../config/read-text.ts";

const text = z.string().max(2_000);
const count = z.number().int().min(0);
const code = z.custom<ErrorCode>((value) => typeof value === "string" && isErrorCode(value), "is no code of the registry");
const skipped = z.strictObject({ what: text, why: text });
const trouble = z.strictObject({ what: text, code, place: text, detail: text });
const rows = z.strictObject({ rows: count, how: z.enum(["counted", "at-least"]) });
const table = z.discriminatedUnion("state", [
  z.strictObject({ table: text, state: z.literal("readable"), reader: text, rows: rows.optional() }),
  z.strictObject({
    table: text,
    state: z.literal("refused"),
    barrier: z.enum(["table-right", "function-right", "policy", "no-reader", "field", "other"]),
    code,
    key: text,
    detail: text,
  }),
]);
const window = { from: text, until: text, isWhole: z.boolean() };
const currency = z.string().regex(/^[A-Z0-9]{0,5}$/);
const spend = z.strictObject({
  ...window,
  documents: count,
  rejected: count,
  lines: z.array(
    z.strictObject({
      companyCode: text,
      objectKind: z.enum(costObjectKinds),
      object: text,
      account: text,
      day: text,
      currency,
      source: z.enum(costSources),
      transaction: text,
      category: text,
      isCommitment: z.boolean(),
      lines: count,
      sizeMinor: z.string().regex(/^\d{1,30}$/),
    }),
  ),
});
const vendor = recordSchema.transform((record, context): VendorRecord => {
  // JSON has no `undefined`: a part is there, or its key is not.
  if (record.kind === "vendor") return record as VendorRecord;
  context.addIssue({ code: "custom", message: "is no vendor" });
  return z.NEVER;
});

const sapFacts: z.ZodType<SapFacts> = z.strictObject({
  version: z.literal(1),
  takenAt: text,
  scope: z.strictObject({
    companyCodes: z.array(text),
    costSources: z.record(text, z.enum(costSources)),
    costsFrom: text,
    zoneMinutes: z.array(z.number().int()).optional(),
  }),
  system: z
    .strictObject({
      systemId: text,
      client: text,
      user: text,
      release: text,
      kernel: text,
      host: text,
      database: text,
      isUnicodeSafe: z.boolean(),
      timeZoneSeconds: z.number().int().optional(),
    })
    .optional(),
  readers: z.array(z.strictObject({ reader: text, isPresent: z.boolean(), why: text })),
  tables: z.array(table),
  samples: z.array(z.strictObject({ what: text, rows: count, milliseconds: z.number().min(0) })),
  vendors: z.strictObject({ isWhole: z.boolean(), records: z.array(vendor) }).optional(),
  spend: spend.optional(),
  controlling: spend.optional(),
  invoices: z.strictObject({ ...window, invoices: count, creditMemos: count, cancelled: count }).optional(),
  load: z.strictObject({ calls: count, rows: count, milliseconds: z.number().min(0) }),
  trouble: z.array(trouble),
  skipped: z.array(skipped),
});

export async function readSapFacts(file: string): Promise<SapFacts> {
  const written = await readText(file, "config.invalid");
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch (cause) {
    throw new Fault("config.invalid", { place: file, detail: "is no JSON; `ml-connector fit sap --out` writes it", cause });
  }
  const parsed = sapFacts.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Fault("config.invalid", { place: file, detail: `${issue?.path.join(".")}: ${issue?.message}` });
}

export const sapFactsText = (facts: SapFacts): string => `${JSON.stringify(facts)}\n`;
