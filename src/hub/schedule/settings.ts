/** `calendar` and `schedules` of a connection, as schemas. Which of several kinds a schedule is, stands as one key in it: exactly one. */
import { z } from "zod";
import { flows, isTimeZoneName, parseIsoDate } from "../../core/index.ts";

const timeZone = z.string().refine(isTimeZoneName, "is no time zone by region and city such as Europe/Berlin, or UTC");
const day = z.string().refine((text) => parseIsoDate(text) !== undefined, "is no day such as 2026-12-25");
const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'is no time of the day such as "06:30"');
const businessDays = z.number().int().min(-10).max(10);
const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "is no name: lower-case letters, digits and dashes");

export const calendarSettings = z
  .strictObject({
    timeZone: timeZone.default("UTC"),
    weekend: z
      .array(z.number().int().min(1).max(7))
      .max(6)
      .default([6, 7])
      .describe("Days that are no business days; 1 is Monday, 7 Sunday."),
    holidays: z.array(day).max(2_000).default([]),
    variant: z
      .string()
      .regex(/^(?:calendar-months|[A-Z0-9]{2})$/, "is no fiscal year variant (T009-PERIV) such as V3, and not calendar-months")
      .default("calendar-months")
      .describe(
        "Fiscal year variant of schedules that name none. Other ones than calendar-months need `t009` and `t009b`, or `reference: after-costs` and the agent's kinds fiscal-year-variant and fiscal-period.",
      ),
    t009: z.string().min(1).optional().describe("CSV of table T009, relative to this file: `ml-connector sap read T009 --csv`."),
    t009b: z.string().min(1).optional().describe("CSV of table T009B, relative to this file."),
  })
  .prefault({});

const kinds = ["cron", "fiscal", "fiscalWeek", "billingCycle", "manual", "onIdoc"] as const;

const schedule = z
  .strictObject({
    cron: z.string().optional().describe("Minute, hour, day of the month, month, day of the week."),
    fiscal: z
      .strictObject({ businessDays, at: time })
      .optional()
      .describe("Business days from a fiscal period's end: 0 its last one, -2 two before that, 3 the third after it."),
    fiscalWeek: z
      .strictObject({ at: time })
      .optional()
      .describe("The first day of each fiscal period and each seventh after it."),
    billingCycle: z
      .strictObject({
        endDay: z.number().int().min(1).max(31).optional(),
        of: z.literal("procore").optional(),
        businessDays,
        at: time,
      })
      .refine(({ endDay, of }) => (endDay === undefined) !== (of === undefined), "has exactly one of endDay and of")
      .optional()
      .describe(
        "Business days from the end of billing periods: monthly ones that end on `endDay` (31 is the month's last), or, with `of: procore`, those that the mapped projects have in Procore, read once a day.",
      ),
    manual: z.literal(true).optional().describe("Only by `ml-connector schedule run`."),
    onIdoc: z.literal(true).optional().describe("When SAP sent an IDoc (docs/idocs.md) that touched an object of its flows."),
    flows: z
      .array(z.enum(flows))
      .min(1)
      .default([...flows]),
    mode: z.enum(["delta", "full"]).default("delta"),
    timeZone: timeZone.optional(),
    variant: z.string().optional(),
    quietHours: z
      .strictObject({ from: time, to: time })
      .refine(({ from, to }) => from !== to, "begin when they end; leave them out or take `manual`")
      .optional()
      .describe("Nothing is asked for in them; what opened meanwhile runs once at their end."),
    closingDays: z
      .strictObject({ before: z.number().int().min(0).max(10), after: z.number().int().min(0).max(10), cron: z.string() })
      .optional()
      .describe("A second cron on a fiscal period's last and first business days."),
  })
  .superRefine((given, context) => {
    const stated = kinds.filter((kind) => given[kind] !== undefined);
    if (stated.length === 1) return;
    const what = stated.length === 0 ? "says not when" : `has ${stated.join(" and ")}`;
    context.addIssue({ code: "custom", message: `${what}; give exactly one of ${kinds.join(", ")}` });
  });

export const schedulesSettings = z
  .record(name, schedule)
  .default({})
  .describe("When runs are asked for while `ml-connector start` lives.");

export type CalendarSettings = z.infer<typeof calendarSettings>;
export type ScheduleSettings = z.infer<typeof schedule>;
