/**
 * Reference data: what mapping and display need to know of SAP and what writes nothing (design section 4). One shape for all kinds: the padded
 * key, the span of days in which it holds, the texts in the best language, and named attributes as SAP stores them.
 */
export const referenceKinds = [
  "company-code",
  "controlling-area",
  "cost-center",
  "cost-element",
  "gl-account",
  "gl-account-in-company",
  "project",
  "wbs-element",
  "order",
  "network-activity",
  "material",
  "employee",
  "document-type",
  "material-group",
  "currency",
  "exchange-rate",
  "fiscal-year-variant",
  "fiscal-period",
  "posting-period",
  "unit",
] as const;
export type ReferenceKind = (typeof referenceKinds)[number];

export type ReferenceRecord = {
  readonly kind: "reference";
  readonly of: ReferenceKind;
  /** `<kind>:` and the key fields, padded, joined by slashes. */
  readonly key: string;
  /** `YYYYMMDD`; empty where the kind knows no time. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly text: string;
  readonly longText: string;
  /** Language of the texts, one character as SAP keeps it; empty where there are none. */
  readonly language: string;
  readonly attributes: Readonly<Record<string, string>>;
};
