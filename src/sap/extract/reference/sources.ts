/**
 * Where each kind of reference data stands in SAP (sap-data section 2), as data: table, key, attributes, texts, span of validity, and which stamps tell
 * a change. A new kind is one entry here and its name in core. Field names are the dictionary's; nothing is read that is not named.
 */
import type { ReferenceKind } from "../../../core/index.ts";

export type ReferenceSource = {
  kind: ReferenceKind;
  table: string;
  keyFields: readonly string[];
  /** The key field by which rows of a list of keys are asked for: the most selective one. */
  by: string;
  attributes: Readonly<Record<string, string>>;
  validFrom?: string;
  validTo?: string;
  /** sap-data 1: `validFrom` is kept as 99999999 - YYYYMMDD, so that the newest sorts first. */
  isFromInverted?: true;
  /** A text of the row itself. */
  ownText?: string;
  texts?: TextSource;
  /** Stamps of the day (sap-data 3); without them every read is a full one, compared by digest. */
  changed?: { created: string; changed: string };
};

export type TextSource = {
  table: string;
  language: string;
  /** Fields of the text table beside the language, and the field of the row that each must equal. */
  join: Readonly<Record<string, string>>;
  by: string;
  text: string;
  longText?: string;
  /** Key fields beside these: a reader asks for whole keys, so that a policy must allow them. */
  otherKeys?: readonly string[];
};

export const referenceSources: readonly ReferenceSource[] = [
  {
    kind: "company-code",
    table: "T001",
    keyFields: ["BUKRS"],
    by: "BUKRS",
    ownText: "BUTXT",
    attributes: {
      city: "ORT01",
      country: "LAND1",
      currency: "WAERS",
      chartOfAccounts: "KTOPL",
      fiscalYearVariant: "PERIV",
      postingPeriodVariant: "OPVAR",
    },
  },
  {
    kind: "controlling-area",
    table: "TKA01",
    keyFields: ["KOKRS"],
    by: "KOKRS",
    ownText: "BEZEI",
    attributes: { currency: "WAERS", chartOfAccounts: "KTOPL", fiscalYearVariant: "LMONA" },
  },
  {
    kind: "cost-center",
    table: "CSKS",
    keyFields: ["KOKRS", "KOSTL", "DATBI"],
    by: "KOSTL",
    validFrom: "DATAB",
    validTo: "DATBI",
    attributes: { companyCode: "BUKRS", category: "KOSAR", responsible: "VERAK", profitCenter: "PRCTR", group: "KHINR" },
    texts: {
      table: "CSKT",
      language: "SPRAS",
      join: { KOKRS: "KOKRS", KOSTL: "KOSTL", DATBI: "DATBI" },
      by: "KOSTL",
      text: "KTEXT",
      longText: "LTEXT",
    },
  },
  {
    kind: "cost-element",
    table: "CSKB",
    keyFields: ["KOKRS", "KSTAR", "DATBI"],
    by: "KSTAR",
    validFrom: "DATAB",
    validTo: "DATBI",
    attributes: { category: "KATYP" },
    // CSKU is kept per chart of accounts; a controlling area has one (TKA01-KTOPL), and the number decides the text [K].
    texts: {
      table: "CSKU",
      language: "SPRAS",
      join: { KSTAR: "KSTAR" },
      by: "KSTAR",
      text: "KTEXT",
      longText: "LTEXT",
      otherKeys: ["KTOPL"],
    },
  },
  {
    kind: "gl-account",
    table: "SKA1",
    keyFields: ["KTOPL", "SAKNR"],
    by: "SAKNR",
    attributes: { isBalanceSheet: "XBILK", group: "KTOKS", isMarkedForDeletion: "XLOEV", isBlocked: "XSPEB" },
    texts: {
      table: "SKAT",
      language: "SPRAS",
      join: { KTOPL: "KTOPL", SAKNR: "SAKNR" },
      by: "SAKNR",
      text: "TXT20",
      longText: "TXT50",
    },
  },
  {
    kind: "gl-account-in-company",
    table: "SKB1",
    keyFields: ["BUKRS", "SAKNR"],
    by: "SAKNR",
    attributes: { currency: "WAERS", reconciliation: "MITKZ", hasLineItems: "XKRES", isBlocked: "XSPEB" },
  },
  {
    kind: "project",
    table: "PROJ",
    keyFields: ["PSPNR"],
    by: "PSPNR",
    ownText: "POST1",
    changed: { created: "ERDAT", changed: "AEDAT" },
    attributes: {
      id: "PSPID",
      companyCode: "VBUKR",
      controllingArea: "VKOKR",
      currency: "PWHIE",
      plant: "WERKS",
      responsible: "VERNA",
      start: "PLFAZ",
      finish: "PLSEZ",
    },
  },
  {
    kind: "wbs-element",
    table: "PRPS",
    keyFields: ["PSPNR"],
    by: "PSPNR",
    ownText: "POST1",
    changed: { created: "ERDAT", changed: "AEDAT" },
    attributes: {
      id: "POSID",
      project: "PSPHI",
      level: "STUFE",
      companyCode: "PBUKR",
      controllingArea: "PKOKR",
      plant: "WERKS",
      isAccountAssignment: "BELKZ",
      isStatistical: "XSTAT",
      isMarkedForDeletion: "LOEVM",
      objectNumber: "OBJNR",
    },
  },
  {
    kind: "order",
    table: "AUFK",
    keyFields: ["AUFNR"],
    by: "AUFNR",
    ownText: "KTEXT",
    changed: { created: "ERDAT", changed: "AEDAT" },
    attributes: {
      type: "AUART",
      category: "AUTYP",
      companyCode: "BUKRS",
      controllingArea: "KOKRS",
      plant: "WERKS",
      wbsElement: "PSPEL",
      isStatistical: "ASTKZ",
      isMarkedForDeletion: "LOEKZ",
      objectNumber: "OBJNR",
    },
  },
  {
    kind: "network-activity",
    table: "AFVC",
    keyFields: ["AUFPL", "APLZL"],
    by: "AUFPL",
    ownText: "LTXA1",
    attributes: { number: "VORNR", wbsElement: "PROJN", objectNumber: "OBJNR" },
  },
  {
    kind: "material",
    table: "MARA",
    keyFields: ["MATNR"],
    by: "MATNR",
    changed: { created: "ERSDA", changed: "LAEDA" },
    attributes: { type: "MTART", group: "MATKL", unit: "MEINS", isMarkedForDeletion: "LVORM" },
    texts: { table: "MAKT", language: "SPRAS", join: { MATNR: "MATNR" }, by: "MATNR", text: "MAKTX" },
  },
  {
    // Name and organisation only: no date of birth, nothing of PA0002, no second line of PA0001 (sap-data 2.7).
    kind: "employee",
    table: "PA0001",
    keyFields: ["PERNR", "SUBTY", "OBJPS", "SPRPS", "ENDDA", "BEGDA", "SEQNR"],
    by: "PERNR",
    validFrom: "BEGDA",
    validTo: "ENDDA",
    ownText: "ENAME",
    attributes: { companyCode: "BUKRS", personnelArea: "WERKS", costCenter: "KOSTL", organisation: "ORGEH" },
  },
  {
    kind: "document-type",
    table: "T003T",
    keyFields: ["BLART"],
    by: "BLART",
    attributes: {},
    texts: { table: "T003T", language: "SPRAS", join: { BLART: "BLART" }, by: "BLART", text: "LTEXT" },
  },
  {
    kind: "material-group",
    table: "T023T",
    keyFields: ["MATKL"],
    by: "MATKL",
    attributes: {},
    texts: { table: "T023T", language: "SPRAS", join: { MATKL: "MATKL" }, by: "MATKL", text: "WGBEZ" },
  },
  { kind: "currency", table: "TCURX", keyFields: ["CURRKEY"], by: "CURRKEY", attributes: { decimals: "CURRDEC" } },
  {
    // UKURS negative is an indirect quotation.
    kind: "exchange-rate",
    table: "TCURR",
    keyFields: ["KURST", "FCURR", "TCURR", "GDATU"],
    by: "FCURR",
    validFrom: "GDATU",
    isFromInverted: true,
    attributes: { rate: "UKURS", fromFactor: "FFACT", toFactor: "TFACT" },
  },
  {
    kind: "fiscal-year-variant",
    table: "T009",
    keyFields: ["PERIV"],
    by: "PERIV",
    attributes: { isCalendarYear: "XKALE", isYearDependent: "XJABH", periods: "ANZBP", specialPeriods: "ANZSP" },
  },
  {
    kind: "fiscal-period",
    table: "T009B",
    keyFields: ["PERIV", "BDATJ", "BUMON", "BUTAG"],
    by: "PERIV",
    attributes: { period: "POPER", yearShift: "RELJR" },
  },
  {
    kind: "posting-period",
    table: "T001B",
    keyFields: ["RRCTY", "BUKRS", "MKOAR", "BKONT"],
    by: "BUKRS",
    attributes: {
      fromAccount: "VKONT",
      fromYear1: "FRYE1",
      fromPeriod1: "FRPE1",
      toYear1: "TOYE1",
      toPeriod1: "TOPE1",
      fromYear2: "FRYE2",
      fromPeriod2: "FRPE2",
      toYear2: "TOYE2",
      toPeriod2: "TOPE2",
    },
  },
  {
    kind: "unit",
    table: "T006",
    keyFields: ["MSEHI"],
    by: "MSEHI",
    attributes: { dimension: "DIMID", numerator: "ZAEHL", denominator: "NENNR", exponent: "EXP10", isoCode: "ISOCODE" },
    texts: { table: "T006A", language: "SPRAS", join: { MSEHI: "MSEHI" }, by: "MSEHI", text: "MSEH3", longText: "MSEHL" },
  },
];

/** What the extract reads of each table for these kinds: also what a policy must allow. */
export function referenceFields(kinds: readonly ReferenceKind[]): Readonly<Record<string, readonly string[]>> {
  const fields = new Map<string, Set<string>>();
  const add = (table: string, names: readonly (string | undefined)[]) => {
    const known = fields.get(table) ?? new Set<string>();
    for (const name of names) if (name !== undefined) known.add(name);
    fields.set(table, known);
  };
  for (const source of referenceSources.filter(({ kind }) => kinds.includes(kind))) {
    add(source.table, [...rowFields(source), source.changed?.created, source.changed?.changed]);
    const { texts } = source;
    if (texts) add(texts.table, textFields(texts));
  }
  return Object.fromEntries([...fields].map(([table, names]) => [table, [...names]]));
}

export function rowFields(source: ReferenceSource): string[] {
  const { keyFields, attributes, validFrom, validTo, ownText } = source;
  return [
    ...new Set([
      ...keyFields,
      ...Object.values(attributes),
      ...[validFrom, validTo, ownText].filter((each) => each !== undefined),
    ]),
  ];
}

export function textFields({ language, join, text, longText, otherKeys = [] }: TextSource): string[] {
  return [language, ...Object.keys(join), ...otherKeys, text, ...(longText === undefined ? [] : [longText])];
}
