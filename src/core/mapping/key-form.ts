/**
 * The keys that rules are written in: their widths, and which of them SAP pads with zeros (ALPHA, sap-data 1). A key of digits is a number:
 * ranges of numbers hold numbers only, ranges of text hold text only (decision 0015), so that "1000..1999" never catches "1A00".
 */
import { type CostObjectKind, costObjectKinds } from "../records/index.ts";

export type KeyForm = { readonly width: number; readonly isPadded: boolean };

/** In ruling 29's order: what is compared first stands first. */
export const dimensions = ["object", "account", "materialGroup", "companyCode"] as const;
export type Dimension = (typeof dimensions)[number];

// Widths of KOSTL, AUFNR (networks are orders), POSID, WERKS, SAKNR, MATKL, BUKRS (sap-data 1).
export const objectForms: Readonly<Record<CostObjectKind, KeyForm>> = {
  "cost-center": { width: 10, isPadded: true },
  order: { width: 12, isPadded: true },
  network: { width: 12, isPadded: true },
  wbs: { width: 24, isPadded: false },
  plant: { width: 4, isPadded: false },
};
export const accountForm: KeyForm = { width: 10, isPadded: true };
export const materialGroupForm: KeyForm = { width: 9, isPadded: false };
export const companyCodeForm: KeyForm = { width: 4, isPadded: false };

export function formOf(dimension: Dimension, kind: CostObjectKind): KeyForm {
  switch (dimension) {
    case "object":
      return objectForms[kind];
    case "account":
      return accountForm;
    case "materialGroup":
      return materialGroupForm;
    case "companyCode":
      return companyCodeForm;
  }
}

export function isObjectKind(text: string): text is CostObjectKind {
  return costObjectKinds.some((kind) => kind === text);
}

/** More digits, with the mark of their length before them, are no safe integer. */
export const numberDigitsMax = 15;

/**
 * A key of digits as an integer that orders by length first (a one is set before the digits); -1 for any other key. In a padded form only keys
 * of the full width count: SAP has no others. Runs for each look-up, hence no regular expression.
 */
export function numberOf(key: string, form: KeyForm): number {
  const { length } = key;
  if (length === 0 || length > numberDigitsMax || (form.isPadded && length !== form.width)) return -1;
  let value = 1;
  for (let index = 0; index < length; index++) {
    const digit = key.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
