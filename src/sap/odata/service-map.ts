/**
 * The mapping file of a customer's Gateway service (sap-data 5.6): which entity set holds the rows of which table, which property is which field, and
 * in which form the service writes it. Everything about a service is said here and nothing is guessed at run time; what only the customer can know
 * (`unknown` in a draft) must be filled in before anything is read.
 */
import { z } from "zod";
import { Fault } from "../../core/index.ts";
import type { TableDescription } from "../rfc/index.ts";

const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, "is no name of an entity set or property");
const abapName = z.string().regex(/^[A-Z][A-Z0-9_]{0,29}$/, "is no name of a table or field such as EKPO");

/** Types of OData that a field can have, and what the dictionary would say of it. */
const abapTypes = {
  "Edm.String": { abapType: "C", dataType: "CHAR" },
  "Edm.Boolean": { abapType: "C", dataType: "CHAR" },
  "Edm.DateTime": { abapType: "D", dataType: "DATS" },
  "Edm.DateTimeOffset": { abapType: "D", dataType: "DATS" },
  "Edm.Time": { abapType: "T", dataType: "TIMS" },
  "Edm.Decimal": { abapType: "P", dataType: "DEC" },
  "Edm.Byte": { abapType: "I", dataType: "INT1" },
  "Edm.SByte": { abapType: "I", dataType: "INT1" },
  "Edm.Int16": { abapType: "I", dataType: "INT2" },
  "Edm.Int32": { abapType: "I", dataType: "INT4" },
  "Edm.Int64": { abapType: "8", dataType: "INT8" },
} as const;
const edmTypes = Object.keys(abapTypes) as (keyof typeof abapTypes)[];

export function isEdmType(type: string): type is keyof typeof abapTypes {
  return Object.hasOwn(abapTypes, type);
}

const currency = z.union([
  abapName.describe("The field of the same table that holds the currency."),
  z.strictObject({
    table: abapName,
    by: abapName.describe("A field of this table, and the key of that one."),
    field: abapName,
  }),
]);

const field = z
  .strictObject({
    property: name,
    type: z.enum(edmTypes),
    /** Characters or digits in SAP's dictionary. */
    length: z.number().int().min(1).max(1_333).default(30),
    decimals: z.number().int().min(0).max(14).default(0),
    isKey: z.boolean().default(false),
    keyForm: z
      .enum(["padded", "stripped", "unknown"])
      .default("padded")
      .describe("Whether a number such as 0000100001 comes with its zeros, or without (a conversion exit)."),
    amount: z
      .enum(["raw", "shifted", "unknown"])
      .default("raw")
      .describe("Of an amount: as the table holds it (1,000 yen are 10.00), or as people read it (1000)."),
    currency: currency.optional(),
    codes: z
      .record(z.string(), z.string())
      .optional()
      .describe("SAP's code by what the service writes, where it writes ISO codes."),
    isFilterable: z.boolean().default(true),
  })
  .superRefine((given, context) => {
    if (given.amount === "shifted" && given.currency === undefined)
      context.addIssue({ code: "custom", path: ["currency"], message: "is needed where amount is shifted" });
  });

const table = z.strictObject({
  /** Where it is not the file's. */
  service: z.string().optional(),
  set: name,
  pageSize: z.number().int().min(1).max(50_000).default(1_000),
  paging: z
    .enum(["next", "skip"])
    .default("next")
    .describe("Whether the service names the next page (__next), or is asked for it ($top, $skip and $orderby)."),
  count: z
    .boolean()
    .default(false)
    .describe("Whether the service counts what a request finds ($inlinecount): fewer rows than that are then refused."),
  filter: z
    .enum(["honoured", "ignored"])
    .default("honoured")
    .describe("A service that ignores $filter sends everything each time; then only small tables can be read."),
  /** Of a table whose filter is ignored. */
  rowsMax: z.number().int().min(1).max(1_000_000).default(20_000),
  delta: z
    .boolean()
    .default(false)
    .describe(
      "Whether the last page of the whole set names a link (__delta) by which changes are read: then change documents are not needed.",
    ),
  fields: z.record(abapName, field),
  ignored: z.array(name).default([]).describe("Properties that are known and not read: any other one that appears is told."),
});

export const serviceMapSchema = z.strictObject({
  version: z.literal(1).default(1),
  service: z
    .string()
    .regex(/^\/sap\/opu\/odata\/[\w./;=-]+$/, "is no path of a service such as /sap/opu/odata/sap/ZMLC_SRV")
    .describe("Its path on the SAP system, without a host."),
  tables: z.record(abapName, table),
});

export type ServiceMap = z.infer<typeof serviceMapSchema>;
export type MappedTable = ServiceMap["tables"][string];
export type MappedField = MappedTable["fields"][string];

const refuse = (place: string, detail: string): never => {
  throw new Fault("config.invalid", { place, detail });
};

function checkCurrency(map: ServiceMap, place: string, own: MappedTable, { currency: from }: MappedField): void {
  if (from === undefined) return;
  const [held, by] =
    typeof from === "string"
      ? [own.fields[from], own.fields[from]]
      : [map.tables[from.table]?.fields[from.field], own.fields[from.by]];
  if (!held || !by) refuse(place, `the currency's field ${JSON.stringify(from)} is not among the tables`);
  if (!map.tables.TCURX) refuse(place, "amount: shifted needs TCURX among the tables");
}

/** Refuses what is not decided yet, and what leads nowhere. */
export function checkServiceMap(map: ServiceMap, file: string): ServiceMap {
  for (const [tableName, own] of Object.entries(map.tables)) {
    if (own.delta && own.paging !== "next")
      refuse(`${file}: ${tableName}`, "delta: true needs paging: next, for only a whole read ends with a link for changes");
    if (!Object.values(own.fields).some(({ isKey }) => isKey)) refuse(`${file}: ${tableName}`, "no field is a key");
    for (const [fieldName, each] of Object.entries(own.fields)) {
      const place = `${file}: ${tableName}.${fieldName}`;
      if (each.keyForm === "unknown") refuse(place, "keyForm: unknown; say padded or stripped");
      if (each.amount === "unknown")
        refuse(place, "amount: unknown; compare one document in yen with SAP (1000 yen: 10.00 is raw, 1000 is shifted)");
      if (each.amount === "shifted") checkCurrency(map, place, own, each);
    }
  }
  return map;
}

/** The table as a reader needs to know it. */
export function describeTable(table: string, { fields: mapped }: MappedTable): TableDescription {
  const fields = Object.entries(mapped).map(([fieldName, { type, length, decimals, isKey }]) => ({
    name: fieldName,
    ...abapTypes[type],
    length,
    decimals,
    offset: 0,
    internalLength: 0,
    isKey,
    text: "",
    referenceTable: "",
    referenceField: "",
  }));
  return { table, objectType: "TRANSP", fields, byName: new Map(fields.map((each) => [each.name, each])) };
}
