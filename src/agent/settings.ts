/**
 * agent.yaml as a schema: what the agent's machine alone knows. The hub never sees any of it. `policy` is what the agent enforces and the
 * hub cannot widen (design section 5): the allow-list, which must name everything that the flows read, and how much SAP is asked and when.
 * It may stand in a file of its own (`policyFile`), so that it can belong to somebody else than the rest.
 */
import { z } from "zod";
import { controlTotalSources, costSources, costValuations, isTimeZoneName, referenceKinds } from "../core/index.ts";
import {
  answerBytesMax,
  deltaDefaults,
  fieldsFiltered,
  fieldsRead,
  invoiceFields,
  odataFunction,
  postingModuleDefault,
  serviceMapSchema,
  standardReaders,
  triggerFields,
  zReaderDefault,
} from "../sap/index.ts";
import { idocSettings } from "./idocs/settings.ts";
import { checkTransport, nativeSettings, transports } from "./native-settings.ts";
import { weekdays } from "./quiet-hours.ts";

const companyCode = z.string().min(1).max(4);

function allowedFields(parts: readonly Readonly<Record<string, readonly string[]>>[]): Record<string, string[]> {
  const tables = new Map<string, Set<string>>();
  for (const [table, fields] of parts.flatMap((part) => Object.entries(part)))
    tables.set(table, new Set([...(tables.get(table) ?? []), ...fields]));
  return Object.fromEntries([...tables].map(([table, fields]) => [table, [...fields]]));
}

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
    // The same tables and fields through SAP Gateway, where `sap.doors` says so.
    odataFunction,
  ],
  tables: allowedFields([fieldsRead, invoiceFields, { CDHDR: triggerFields.CDHDR }, fieldsFiltered]),
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
  ledgerPosting: z
    .strictObject({
      companyCodes: z.array(companyCode).min(1),
      documentTypes: z
        .array(z.string().regex(/^[A-Z0-9]{2}$/, "is not a document type such as SA"))
        .min(1)
        .optional(),
      functionModule: z
        .string()
        .regex(/^(?:\/[A-Z0-9_]{1,10}\/|[ZY])[A-Z0-9_]{1,29}$/, "is no name of a customer's function module")
        .max(30)
        .default(postingModuleDefault),
      through: z
        .enum(["module", "session"])
        .default("module")
        .describe(
          "module: the customer's own, with its lock and key in SAP. session: SAP's BAPIs with their commit on one session, which only native RFC has (docs/ledger.md).",
        ),
      dialogTimeLimitSeconds: z
        .number()
        .int()
        .min(1)
        .max(86_400)
        .default(600)
        .describe(
          "rdisp/max_wprun_time of the SAP system: so long a call that nobody heard of may still be running, and a tenth longer is waited before it is believed that it posted nothing.",
        ),
    })
    .optional()
    .describe(
      "Allows `ml-connector ledger post` on this machine to post journals to these company codes. Without it nothing is ever written to SAP; the hub cannot ask for it.",
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

/** Longer than this no sweep may wait: sap-data 3 has 35 days looked at again whatever the triggers say. */
const sweepDaysMax = 35;
const sweepDays = (days: number) => z.number().int().min(0).max(sweepDaysMax).default(days);

const delta = z.strictObject({
  overlapDays: z
    .number()
    .int()
    .min(1)
    .max(sweepDaysMax)
    .default(deltaDefaults.overlapDays)
    .describe("Days before the last run that are looked at again: what was committed late keeps its early stamp."),
  sweepDays: z
    .strictObject({
      vendors: sweepDays(deltaDefaults.sweepDays.vendors),
      purchaseOrders: sweepDays(deltaDefaults.sweepDays.purchaseOrders),
    })
    .prefault({})
    .describe(
      "Days after which a run reads everything again, for what change documents and stamps miss; 0: every run. The first run of a month does so anyway, and where CDHDR cannot be read every run does.",
    ),
  costRecheck: z
    .strictObject({
      everyDays: z.number().int().min(1).max(sweepDaysMax).default(deltaDefaults.costRecheck.everyDays),
      days: z.number().int().min(1).max(366).default(deltaDefaults.costRecheck.days),
    })
    .prefault({})
    .describe(
      "Every so many days, costs look so many days back: an update that was stopped and run again keeps its early stamps. The first run of a month reads all of them.",
    ),
  vendorPointers: z
    .array(z.string().regex(/^[A-Z0-9_/]{1,30}$/, "is not a message type such as CREMAS"))
    .max(10)
    .default([...deltaDefaults.vendorPointers])
    .describe(
      "Message types whose change pointers (BDCP2) count for vendors, such as CREMAS, where they are written and not deleted too soon; the policy must allow BDCP2 then.",
    ),
});

export const ledgerSentence =
  "FAGLFLEXA names no purchase order, so that cost of a purchase order that is a commitment in Procore would come as a direct cost too; set sap.acceptLedgerWithoutPurchaseOrders to true if that is known and wanted";

type SourcesGiven = {
  companyCodes: readonly string[];
  costSources: Readonly<Record<string, string>>;
  costValuations: Readonly<Record<string, string>>;
  acceptLedgerWithoutPurchaseOrders: boolean;
};

function checkSources(
  { companyCodes, costSources, costValuations: valuations, acceptLedgerWithoutPurchaseOrders }: SourcesGiven,
  context: z.RefinementCtx,
): void {
  for (const [code, source] of Object.entries(costSources)) {
    const refuse = (message: string) => context.addIssue({ code: "custom", path: ["costSources", code], message });
    if (companyCodes.length > 0 && !companyCodes.includes(code)) refuse("is not among sap.companyCodes");
    if (source === "faglflexa" && !acceptLedgerWithoutPurchaseOrders) refuse(ledgerSentence);
  }
  for (const [code, valuation] of Object.entries(valuations))
    if (valuation !== "company-code" && costSources[code] !== "coep") {
      const message = `FI's items and the ledger have amounts in the company code's currency only; ${valuation} needs coep in sap.costSources`;
      context.addIssue({ code: "custom", path: ["costValuations", code], message });
    }
}

const door = z.enum(["rfc", "odata"]).default("rfc");

const doors = z
  .strictObject({
    vendors: door,
    "purchase-orders": door,
    invoices: door,
    costs: door,
    reference: door,
    "control-totals": door,
  })
  .describe("By which door each kind of data is read: RFC (sap.url), or SAP Gateway (sap.odata).");

export const agentSettings = z.strictObject({
  version: z.literal(1).default(1),
  /** Shown at the hub. */
  name: z.string().min(1).max(100).default("agent"),
  sap: z
    .strictObject({
      transport: z
        .enum(transports)
        .default("soap")
        .describe(
          "How RFC is spoken: SOAP over HTTPS (sap.url), or native RFC (sap.native) through SAP's Java Connector (jco) or a module with node-rfc's interface.",
        ),
      url: z.string().min(1).optional().describe("For soap: the whole address, such as https://host:44300/sap/bc/soap/rfc."),
      native: nativeSettings.optional().describe("For jco and node-rfc (docs/native-rfc.md)."),
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
      costSources: z
        .record(companyCode, z.enum(costSources))
        .default({})
        .describe(
          "Where the cost lines of a company code come from, one source each (ruling 20): bseg without it. Choose before the first run: the hub keeps to the first source that came, and refuses another.",
        ),
      costValuations: z
        .record(companyCode, z.enum(costValuations))
        .default({})
        .describe(
          "In which currency a company code's cost is stated, one for good (ruling 25): company-code without it. Only controlling (coep) knows the others: object (a document in several is not taken) and controlling-area. Choose before the first run: the hub keeps to the first that came.",
        ),
      leadingLedger: z
        .string()
        .regex(/^[A-Z0-9]{2}$/, "is not a ledger such as 0L")
        .default("0L")
        .describe("The leading ledger, for company codes whose source is faglflexa."),
      controlTotals: z
        .array(z.enum(controlTotalSources))
        .default([])
        .describe(
          "Which of SAP's own totals are read for reconciliation where the hub asks for it: COSP (and COSS where a source is coep), and GLT0 or FAGLFLEXT, whichever this system keeps.",
        ),
      reference: z
        .array(z.enum(referenceKinds))
        .default([])
        .describe(
          "Which kinds of reference data are read where the hub asks for it (docs/mapping.md). Mapping proposals look at company-code, cost-center, cost-element, gl-account, project, wbs-element and order; calendars and periods at company-code, fiscal-year-variant, fiscal-period and posting-period.",
        ),
      doors: doors.prefault({}),
      odata: z
        .strictObject({
          url: z.string().optional().describe("Scheme, host and port of SAP Gateway, where it is another than that of sap.url."),
          services: z
            .string()
            .min(1)
            .optional()
            .describe("The mapping file of its services, relative to this one (docs/odata.md)."),
          map: serviceMapSchema.optional().describe("Instead of `services`: what would stand in that file."),
        })
        .refine(({ services, map }) => (services === undefined) !== (map === undefined), "give exactly one of services and map")
        .optional(),
      acceptLedgerWithoutPurchaseOrders: z
        .boolean()
        .default(false)
        .describe(
          "FAGLFLEXA names no purchase order: commitment cost may then be a direct cost too (ruling 21). true accepts it.",
        ),
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
      delta: delta.prefault({}),
    })
    .superRefine(checkSources)
    .superRefine(checkTransport)
    // Told beside whatever else is wrong: it is the first thing that somebody lacks.
    .refine(({ transport, url }) => (transport ?? "soap") !== "soap" || url !== undefined, {
      path: ["url"],
      message: "is missing; write https://host:44300/sap/bc/soap/rfc, or choose another sap.transport",
      when: ({ value }) => typeof value === "object" && value !== null,
    })
    .superRefine(({ doors: chosen, odata }, context) => {
      const [through] = Object.entries(chosen).find(([, each]) => each === "odata") ?? [];
      if (through !== undefined && odata === undefined)
        context.addIssue({ code: "custom", path: ["doors", through], message: "is odata, and there is no sap.odata" });
    })
    .refine(({ timeZone, timeZoneMinutes }) => timeZone === undefined || timeZoneMinutes === undefined, {
      path: ["timeZone"],
      message: "is given beside timeZoneMinutes; keep one of them",
    }),
  idocs: idocSettings.optional().describe("Where SAP's IDocs are received (docs/idocs.md)."),
  policy: policySettings.default(policyOfFlows),
  policyFile: z
    .string()
    .min(1)
    .optional()
    .describe("The policy in a file of its own, relative to this one; then `policy` is left out."),
});

export type AgentSettings = z.infer<typeof agentSettings>;
