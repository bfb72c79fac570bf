/** What a connection may say about webhooks, and what becomes of a person's edit by kind and field. */
import { z } from "zod";

const policy = z.enum(["ask", "re-assert", "accept"]);
/** What is posted is never rewritten (rulings 17 and 22). */
const policyOfPosted = z.enum(["ask", "accept"]);
export type EditPolicy = z.infer<typeof policy>;

const byField = <T extends z.ZodType>(of: T) =>
  z.record(z.string().regex(/^(?:\*|[a-z][a-z_]*)$/, "is no field of Procore's such as payment_terms, nor *"), of).default({});

export const webhookSettings = z
  .strictObject({
    publicUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        "Where Procore reaches this hub, without a path: https://hooks.example.com. Needed by `ml-connector webhooks setup`.",
      ),
    namespace: z
      .string()
      .regex(/^[a-z0-9-]+$/, "has lower-case letters, digits and dashes only")
      .default("ml-connector"),
    payloadVersion: z.enum(["v2.0", "v3.0", "v4.0"]).default("v3.0").describe("v3.0 names the contract of a line."),
    header: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]*$/, "is no header name")
      .default("Authorization"),
    queueMax: z
      .number()
      .int()
      .min(1)
      .max(10_000_000)
      .default(100_000)
      .describe("How many hints may wait; then Procore is told to come again."),
    quotaPercent: z
      .number()
      .int()
      .min(1)
      .max(90)
      .default(20)
      .describe(
        "How much of Procore's hourly quota hints may cost. What does not fit waits, and what it names is not written meanwhile.",
      ),
    hooksCheckedPerRun: z
      .number()
      .int()
      .min(0)
      .max(1_000)
      .default(20)
      .describe("How many hooks' discarded deliveries a run looks for, one call each, the longest unlooked first."),
    onBudgetChange: z
      .enum(["replay", "next-run"])
      .default("replay")
      .describe(
        "When a project's budget changes, records held for a missing budget code are decided anew at once, at most every 15 minutes, or in the next run.",
      ),
    edits: z
      .strictObject({
        vendors: byField(policy),
        contracts: byField(policy),
        contractLines: byField(policy),
        requisitions: byField(policyOfPosted),
        directCosts: byField(policyOfPosted),
        directCostLines: byField(policyOfPosted),
      })
      .prefault({})
      .describe("What becomes of a person's edit, by kind and Procore's field; `*` is every other field. Without a word: ask."),
  })
  .prefault({})
  .describe("Webhooks from Procore: hints of what people change (docs/webhooks.md).");
