/**
 * agent.yaml as a schema: what the agent's machine alone knows. The hub never sees any of it. `policy` is the allow-list that the agent enforces
 * and the hub cannot widen (design section 5); it must name everything that the flows read.
 */
import { z } from "zod";
import { fieldsFiltered, fieldsRead, standardReaders, zReaderDefault } from "../sap/index.ts";

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

const policy = z.strictObject({
  functions: z.array(z.string().min(1)).min(1),
  tables: z.record(z.string(), z.union([z.literal("*"), z.array(z.string().min(1)).min(1)])),
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
  sap: z.strictObject({
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
    /** System time zone of the ECC, minutes east of UTC. */
    timeZoneMinutes: z.number().int().min(-720).max(840).default(0),
    /** FI documents entered before this day (YYYY-MM-DD) are not read. */
    costsFrom: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/, "is not a date such as 2026-01-31")
      .optional(),
    /** Calls at a time, at most; the governor starts at 3. */
    concurrencyMax: z.number().int().min(1).max(50).default(8),
    /** Certificate of the company's own authority. */
    caFile: z.string().min(1).optional(),
    /** Plain HTTP is refused but for this machine: Basic sends the password readable. */
    allowPlainHttp: z.boolean().default(false),
    controlCharacters: z.enum(["refuse", "replace"]).default("replace"),
    readers: readers.prefault({}),
  }),
  policy: policy.default(policyOfFlows),
});

export type AgentSettings = z.infer<typeof agentSettings>;
