/**
 * What a service of the simulated Gateway is: a JSON file in `<world>/ecc/odata`, as a developer would have built it in SEGW. Entity sets
 * stand on dictionary tables; conversions, what of the query options was coded (sap-data 5.4) and how links look (5.1) are theirs to say.
 */
import { z } from "zod";

export const edmTypes = [
  "String",
  "Decimal",
  "Byte",
  "Int16",
  "Int32",
  "Int64",
  "Double",
  "Boolean",
  "DateTime",
  "DateTimeOffset",
  "Time",
  "Guid",
  "Binary",
] as const;
export type EdmType = (typeof edmTypes)[number];

/** sap-data 5.3: each property leaves in one of these forms. */
const conversions = {
  /** ALPHA and its kin: `0000100001` or `100001`. */
  keys: z.enum(["padded", "stripped"]).optional(),
  /** CURR as the table keeps it, with two decimals, or moved by TCURX. */
  amounts: z.enum(["raw", "shifted"]).optional(),
  /** Currencies, units, languages: SAP's or ISO's code. */
  codes: z.enum(["sap", "iso"]).optional(),
};

const option = z.enum(["honoured", "ignored", "refused"]);

/** sap-data 5.4: what the developer coded. What is not said is honoured. */
const supportsFields = {
  filter: z.enum(["all", "listed", "ignored", "refused"]),
  /** Properties whose conditions are honoured where `filter` is `listed`, if they stand alone between `and`. */
  filterable: z.array(z.string()),
  otherFilters: z.enum(["ignored", "refused"]),
  top: option,
  skip: option,
  orderby: option,
  select: z.enum(["honoured", "ignored"]),
  /** `page` and `unfiltered` are wrong counts, as seen. */
  inlinecount: z.enum(["honoured", "ignored", "refused", "page", "unfiltered"]),
  count: z.enum(["honoured", "refused", "page", "unfiltered"]),
  single: z.enum(["honoured", "refused"]),
  /** Rows of a page that the server itself makes; 0 is without. */
  pageSize: z.int().min(0),
  /** ODP: `Prefer: odata.maxpagesize=N`. */
  prefersPageSize: z.boolean(),
  skiptoken: z.enum(["position", "key"]),
  /** `stuck` links each page to itself, `lost` ends after the first page without a word. */
  next: z.enum(["works", "stuck", "lost"]),
  order: z.enum(["key", "none"]),
  delta: z.boolean(),
  /** A token older than this is answered 410; 0 is without end. */
  deltaSeconds: z.int().min(0),
  /** sap-data 5.4: in JSON the form is the service's own [K]; `untold` leaves deletions out. */
  tombstones: z.enum(["marked", "untold"]),
  requiresFilter: z.boolean(),
  /** sap-data 5.4: `true` ones, none at all (then everything counts as possible), or `false` for all, as generated services declare. */
  annotations: z.enum(["truth", "absent", "all-false"]),
  /** A day such as 20201364 is null, or breaks the answer with SY/530. */
  invalidDates: z.enum(["null", "fail"]),
};
export const supportsShape = z.strictObject(supportsFields).partial();
const wholeSupports = z.strictObject(supportsFields);
export type Supports = z.infer<typeof wholeSupports>;

export const allSupported: Supports = {
  filter: "all",
  filterable: [],
  otherFilters: "ignored",
  top: "honoured",
  skip: "honoured",
  orderby: "honoured",
  select: "honoured",
  inlinecount: "honoured",
  count: "honoured",
  single: "honoured",
  pageSize: 0,
  prefersPageSize: false,
  skiptoken: "position",
  next: "works",
  order: "key",
  delta: false,
  deltaSeconds: 0,
  tombstones: "marked",
  requiresFilter: false,
  annotations: "truth",
  invalidDates: "null",
};

const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a letter, then letters, digits and underscores");

const propertyShape = z.strictObject({
  field: z.string(),
  /** Without it, the CamelCased field name. */
  name: name.optional(),
  /** Without it, what the dictionary's type becomes. A packed number of 15 digits as DateTime is a UTC time stamp. */
  edm: z.enum(edmTypes).optional(),
  ...conversions,
});
export type PropertyDefinition = z.infer<typeof propertyShape>;

const entitySetShape = z.strictObject({
  name,
  /** Without it, the set's name less `Set`. */
  type: name.optional(),
  table: z.string(),
  /** Without it, every field of the table but the client. */
  properties: z.array(propertyShape).min(1).optional(),
  /** Names of properties; without it, the table's key. */
  key: z.array(name).min(1).optional(),
  ...conversions,
  supports: supportsShape.default({}),
});
export type EntitySetDefinition = z.infer<typeof entitySetShape>;

export const serviceShape = z.strictObject({
  namespace: z.string().regex(/^[A-Za-z0-9_]+$/),
  name,
  version: z.int().min(1).max(9999).default(1),
  title: z.string().default(""),
  ...conversions,
  supports: supportsShape.default({}),
  /** sap-data 5.3 [V]: keys and filters in the URL are compared with what the table keeps; `converted` is a careful developer's service. */
  url: z.enum(["raw", "converted"]).default("raw"),
  links: z
    .strictObject({
      /** Scheme, host and port that links name, `https://sapecc01.corp.example:8443`. Without it, the request's own. */
      base: z.string().optional(),
      /** sap-data 5.1: followed links have lost sap-client. */
      keepClient: z.boolean().default(false),
      keepFormat: z.boolean().default(true),
    })
    .prefault({}),
  entitySets: z.array(entitySetShape).min(1),
});
export type ServiceDefinition = z.infer<typeof serviceShape>;
