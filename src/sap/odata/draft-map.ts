/**
 * A first mapping file from what a service says of itself and from a few of its rows. It looks for the tables that the product reads: by the properties'
 * names, which in Gateway are the dictionary's in another spelling (`PsPspPnr`), and by the set's. What rows do not tell stays `unknown`, for the
 * customer to say; what was not found is named, and nothing is made up.
 */
import type { EdmProperty, EntitySet, ServiceMetadata } from "./metadata.ts";
import { isEdmType, type MappedField, type MappedTable } from "./service-map.ts";

export type Wanted = Readonly<Record<string, readonly string[]>>;
export type Samples = Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;

export type DraftedTable = { readonly table: string; readonly mapped: MappedTable; readonly missing: readonly string[] };
export type Draft = {
  readonly tables: readonly DraftedTable[];
  /** Tables that the product reads and no set holds. */
  readonly notFound: readonly string[];
  readonly unusedSets: readonly string[];
};

/** Below it a set that shares a few common names (BUKRS, WAERS) would pass for a table. */
const shareMin = 0.6;
const amountDecimals = 2;

export const fold = (name: string): string => name.replaceAll("_", "").toUpperCase();

/** `PsPspPnr` to `PS_PSP_PNR`, for keys that the product does not read. */
const dictionaryName = (property: string): string => property.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();

type Found = { set: EntitySet; table: string; byField: ReadonlyMap<string, EdmProperty>; share: number; isNamedSo: boolean };

function compare(set: EntitySet, table: string, wanted: readonly string[]): Found {
  const byFold = new Map([...set.properties.values()].map((property) => [fold(property.name), property]));
  const byField = new Map(
    wanted.flatMap((field) => {
      const property = byFold.get(fold(field));
      return property ? [[field, property] as const] : [];
    }),
  );
  const isNamedSo = fold(set.name.replace(/(?:Set|Collection)$/, "")) === fold(table);
  return { set, table, byField, share: wanted.length === 0 ? 0 : byField.size / wanted.length, isNamedSo };
}

function better(one: Found, other: Found): number {
  if (one.isNamedSo !== other.isNamedSo) return one.isNamedSo ? -1 : 1;
  return other.share - one.share;
}

/** Fields of the tables that the product reads whose domain is NUMC or has the conversion exit ALPHA [K]: only these can lose zeros. */
const numbered: ReadonlySet<string> = new Set(
  (
    "ADDRNUMBER ADRNR APLZL AUFNR AUFPL AWREF BELNR BUZEI CONSNUMBER DOCLN DOCNR EBELN EBELP ETENR EXTROW FIPOS GJAHR HKONT INTROW KATYP KOSTL KSTAR " +
    "LFBNR LFGJA LFPOS LIFNR MATNR MONAT NPLNR PACKNO PERIO PERSNUMBER PROJK PROJN PSPEL PSPHI PSPNR PS_PSP_PNR RACCT RBUSA REBZG SAKNR SAKTO STBLG STJAH " +
    "SUB_PACKNO VRTKZ ZEKKN"
  ).split(" "),
);

/** A number that lost its zeros is shorter than its field; one that has them all is as long. */
function keyFormOf(
  field: string,
  { name, maxLength }: EdmProperty,
  rows: readonly Readonly<Record<string, string>>[],
): MappedField["keyForm"] {
  if (!numbered.has(field)) return "padded";
  const values = rows.map((row) => row[name] ?? "").filter((value) => /^\d+$/.test(value));
  if (values.some((value) => value.length < (maxLength ?? 0))) return "stripped";
  if (values.some((value) => value.startsWith("0"))) return "padded";
  return values.length > 0 || maxLength === undefined || maxLength < 4 ? "padded" : "unknown";
}

/** Amounts among the fields that the product reads [K]: CURR, of two decimals in the table whatever `$metadata` prints for people. */
const amounts: ReadonlySet<string> = new Set(
  "ARBWR BEZNK BNKAN BRTWR DMBTR HSL NAVNW NETPR NETWR RETAMT_FC RMWWR WKGBTR WMWST1 WOGBTR WRBTR WTGBTR".split(" "),
);
/** In the company code's currency, which stands in T001. */
const inLocalCurrency: ReadonlySet<string> = new Set(["DMBTR", "HSL"]);

function currencyOf(field: string, property: EdmProperty, { set, byField }: Found): MappedField["currency"] {
  if (inLocalCurrency.has(field)) {
    const by = ["BUKRS", "RBUKRS"].find((name) => byField.has(name));
    return by === undefined ? undefined : { table: "T001", by, field: "WAERS" };
  }
  const unit = property.unit === undefined ? undefined : set.properties.get(property.unit);
  return [...byField].find(([, each]) => each.name === unit?.name)?.[0];
}

function isOfCurrency({ unit }: EdmProperty, { set }: Found): boolean {
  return unit !== undefined && set.properties.get(unit)?.semantics === "currency-code";
}

/** A date says Precision 0, and has eight characters all the same. */
function lengthOf({ type, maxLength, precision }: EdmProperty): number {
  if (type === "Edm.DateTime" || type === "Edm.DateTimeOffset") return 8;
  if (type === "Edm.Time") return 6;
  return Math.max(1, maxLength ?? precision ?? 30);
}

function fieldOf(
  field: string,
  property: EdmProperty,
  found: Found,
  rows: readonly Readonly<Record<string, string>>[],
): MappedField {
  const { name, type, scale, isFilterable } = property;
  const isAmount = type === "Edm.Decimal" && (amounts.has(field) || isOfCurrency(property, found));
  const currency = isAmount ? currencyOf(field, property, found) : undefined;
  return {
    property: name,
    type: type as MappedField["type"],
    length: lengthOf(property),
    decimals: isAmount ? amountDecimals : (scale ?? 0),
    isKey: found.set.keys.includes(name),
    keyForm: type === "Edm.String" ? keyFormOf(field, property, rows) : "padded",
    amount: isAmount ? "unknown" : "raw",
    ...(currency === undefined ? {} : { currency }),
    isFilterable,
  };
}

function tableOf(found: Found, wanted: readonly string[], rows: readonly Readonly<Record<string, string>>[]): DraftedTable {
  const { set, table, byField } = found;
  const taken = new Set([...byField.values()].map(({ name }) => name));
  const keys = set.keys.filter((key) => !taken.has(key) && fold(key) !== "MANDT");
  const fields = new Map<string, EdmProperty>(byField);
  for (const key of keys) {
    const property = set.properties.get(key);
    if (property) fields.set(dictionaryName(key), property);
  }
  const usable = [...fields].filter(([, { type }]) => isEdmType(type));
  const used = new Set(usable.map(([, { name }]) => name));
  const mapped: MappedTable = {
    set: set.name,
    pageSize: 1_000,
    paging: "next",
    count: false,
    filter: "honoured",
    rowsMax: 20_000,
    delta: false,
    fields: Object.fromEntries(usable.map(([field, property]) => [field, fieldOf(field, property, found, rows)])),
    ignored: [...set.properties.keys()].filter((name) => !used.has(name)),
  };
  return { table, mapped, missing: wanted.filter((field) => !usable.some(([name]) => name === field)) };
}

export function draftMap(metadata: ServiceMetadata, wanted: Wanted, samples: Samples): Draft {
  const pairs = [...metadata.sets.values()].flatMap((set) =>
    Object.entries(wanted).map(([table, fields]) => compare(set, table, fields)),
  );
  const likely = pairs.filter(({ share }) => share >= shareMin).sort(better);
  const tables = new Map<string, DraftedTable>();
  const sets = new Set<string>();
  for (const found of likely) {
    const { table, set } = found;
    if (tables.has(table) || sets.has(set.name)) continue;
    tables.set(table, tableOf(found, wanted[table] ?? [], samples[set.name] ?? []));
    sets.add(set.name);
  }
  return {
    tables: [...tables.values()].sort((one, other) => (one.table < other.table ? -1 : 1)),
    notFound: Object.keys(wanted).filter((table) => !tables.has(table)),
    unusedSets: [...metadata.sets.keys()].filter((name) => !sets.has(name)),
  };
}
