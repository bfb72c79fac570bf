/**
 * agent.yaml as a schema: what the agent's machine alone knows. The hub never sees any of it. `policy` is what the agent enforces and the
 * hub cannot widen (design section 5): the allow-list, which must name everything that the flows read, and how much SAP is asked and when.
 * It may stand in a file of its own (`policyFile`), so that it can belong to somebody else than the rest.
 */
import { z } from "zod";
import { isTimeZoneName } from "../core/index.ts";
import { answerBytesMax, fieldsFiltered, fieldsRead, standardReaders, zReaderDefault } from "../sap/index.ts";
import { weekdays } from "./quiet-hours.ts";

const companyCode = z.string().min(1).max(4);

/** The narrowest policy under which the flows work: what the extracts read, and nothing else. */
export const policyOfFlows = {
  functions: [
    "RFC_PING",
    "RFC_SYSTEM_INFO",
    "STFC_CONNECTION",
    "DDIF_FIELDINFO_GET",
    "RFC_GET_FUNCTION_INTERFACE",
    zReaderDefault,
    ...standardReaders,
    // What the table readers cannot pass: percentages and large exchange rates (docs/decisions/0004).
    "BAPI_PO_GETDETAIL1",
  ],
  tables: Object.fromEntries(
    Object.entries(fieldsRead).map(([table, fields]): [string, string[]] => {
      const filtered: Readonly<Record<string, readonly string[]>> = fieldsFiltered;
      return [table, [...fields, ...(filtered[table] ?? [])]];
    }),
  ),
};

/** A slice of 1,000 documents is their headers twice, two lines each and more, and look-ups: below this none may ever be finished. */
const rowsPerDayMin = 10_000;

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day such as "22:30"');
const cell = z
  .string()
  .min(1)
  .max(40)
  .regex(/^[^\p{C}]+$/u, "holds a control character");
const fieldName = z.string().regex(/^[A-Z][A-Z0-9_]{0,29}$/, "is not a field of a SAP table such as BUKRS");
const rowFilter = z.union([
  z.strictObject({ field: fieldName, values: z.array(cell).min(1).max(100) }),
  z.strictObject({ field: fieldName, from: cell, to: cell }),
]);

/** `policyFile`, or the key `policy` of agent.yaml. */
export const policySettings = z.strictObject({
  functions: z.array(z.string().min(1)).min(1),
  tables: z.record(z.string(), z.union([z.literal("*"), z.array(z.string().min(1)).min(1)])),
  rowFilters: z
    .record(z.string(), z.array(rowFilter).min(1))
    .optional()
    .describe(
      "By table: conditions that every read of it gets, all of them. Rows that they leave out do not exist for the product: an order whose items are filtered away is held as incomplete, so filter the tables that belong together alike.",
    ),
  quietHours: z
    .array(
      z.strictObject({
        days: z
          .array(z.enum(weekdays))
          .min(1)
          .default([...weekdays]),
        from: time,
        to: time.describe("Not included; at or before `from` it is of the next day."),
      }),
    )
    .optional()
    .describe("No call to SAP begins in these hours, by the clock of the SAP system (sap.timeZone)."),
  rowsPerDay: z
    .number()
    .int()
    .min(rowsPerDayMin, `is less than ${rowsPerDayMin}, which a single slice may need; leave it out for no limit`)
    .optional()
    .describe(
      "Rows read in one day of the SAP system through this connection, by the agent and by people with `ml-connector sap` on its machine together; then a run waits for the next day. The calls that are under way may go over it.",
    ),
});

/** Which function modules read tables, where the order of preference is not what the customer wants. */
const readers = z
  .strictObject({
    /** The customer's own reader (docs/sap), where it was installed under another name; the policy must name it, too. */
    zReader: z
      .string()
      .regex(/^(?:\/[A-Z0-9_]{1,10}\/|[ZY])[A-Z0-9_]{1,29}$/, "is no name of a customer's function module")
      .max(30)
      .default(zReaderDefault),
    /** Tried first, in this order; the others follow. */
    prefer: z.array(z.string()).max(10).default([]),
    /** The only reader for a table, by table. */
    tables: z.record(z.string(), z.string()).default({}),
  })
  .superRefine(({ zReader, prefer, tables }, context) => {
    const known: readonly string[] = [zReader, ...standardReaders];
    const check = (reader: string, path: (string | number)[]) => {
      if (!known.includes(reader))
        context.addIssue({ code: "custom", path, message: `is none of the readers ${known.join(", ")}` });
    };
    for (const [at, reader] of prefer.entries()) check(reader, ["prefer", at]);
    for (const [table, reader] of Object.entries(tables)) check(reader, ["tables", table]);
  });

export const agentSettings = z.strictObject({
  version: z.literal(1).default(1),
  /** Shown at the hub. */
  name: z.string().min(1).max(100).default("agent"),
  sap: z
    .strictObject({
      transport: z.literal("soap-rfc").default("soap-rfc"),
      /** The whole address, `https://host:44300/sap/bc/soap/rfc`. */
      url: z.string().min(1),
      client: z.string().regex(/^\d{3}$/, 'is not a SAP client such as "100" (quote it: YAML reads 100 as a number)'),
      language: z
        .string()
        .regex(/^[A-Z]{2}$/, "is not a logon language such as EN")
        .default("EN"),
      user: z.string().min(1),
      /** Name of the sealed secret that holds the password; by default the connection's own. */
      passwordSecret: z.string().min(1).default("sap.password"),
      companyCodes: z.array(companyCode).default([]),
      timeZone: z
        .string()
        .refine(isTimeZoneName, "is no time zone by region and city such as Europe/Berlin; without one give timeZoneMinutes")
        .optional()
        .describe(
          "System time zone of the ECC (transaction STZAC) by its IANA name, with its changes to summer time; UTC without it and timeZoneMinutes.",
        ),
      timeZoneMinutes: z
        .number()
        .int()
        .min(-720)
        .max(840)
        .optional()
        .describe("Instead of timeZone, for a system without summer time: minutes east of UTC."),
      /** FI documents entered before this day (YYYY-MM-DD) are not read. */
      costsFrom: z
        .string()
        .regex(/^\d{4}-\d{2}-\d{2}$/, "is not a date such as 2026-01-31")
        .optional(),
      /** Calls at a time, at most; the governor starts at 3. */
      concurrencyMax: z.number().int().min(1).max(50).default(8),
      /** Certificate of the company's own authority. */
      caFile: z.string().min(1).optional(),
      pinnedKeys: z
        .array(z.string().regex(/^[A-Za-z0-9+/]{43}=$/, "is not a SHA-256 in base64 (44 characters)"))
        .default([])
        .describe("SHA-256 of the SPKI of SAP's own certificate, base64: one of them it must be, besides being trusted."),
      proxy: z
        .strictObject({
          url: z
            .string()
            .regex(
              /^https?:\/\/[^/?#@\s]+\/?$/,
              "is not an address such as http://proxy.example.com:3128, without user and path",
            ),
          user: z.string().min(1).optional(),
          passwordSecret: z
            .string()
            .min(1)
            .default("sap.proxy-password")
            .describe("Name of the sealed secret, where `user` is given."),
          noProxy: z.array(z.string().min(1)).default([]).describe("Hosts reached directly, in the manner of NO_PROXY."),
        })
        .optional(),
      answerBytesMax: z
        .strictObject({
          whole: z.number().int().min(1_048_576).max(1_073_741_824).default(answerBytesMax.whole),
          streamed: z.number().int().min(1_048_576).max(1_099_511_627_776).default(answerBytesMax.streamed),
        })
        .prefault({})
        .describe(
          "Bytes of one answer of SAP, unpacked: one that is held in memory, and one whose rows are handed on as they come.",
        ),
      /** Plain HTTP is refused but for this machine: Basic sends the password readable. */
      allowPlainHttp: z.boolean().default(false),
      controlCharacters: z.enum(["refuse", "replace"]).default("replace"),
      readers: readers.prefault({}),
    })
    .refine(({ timeZone, timeZoneMinutes }) => timeZone === undefined || timeZoneMinutes === undefined, {
      path: ["timeZone"],
      message: "is given beside timeZoneMinutes; keep one of them",
    }),
  policy: policySettings.default(policyOfFlows),
  policyFile: z
    .string()
    .min(1)
    .optional()
    .describe("The policy in a file of its own, relative to this one; then `policy` is left out."),
});

export type AgentSettings = z.infer<typeof agentSettings>;
