/**
 * Tax ids that both sides know: the US employer identification number and the Australian business number, which are all that a Procore business
 * register holds (procore 4.2 [A]). Ruling 6: a social security number is never one, however it came into STCD2; neither are placeholders.
 */
export type TaxId = { readonly type: "ein" | "abn"; readonly identifier: string };

/** IRS campus codes that were never given out as the first two digits of an EIN. */
const einPrefixesNeverUsed = new Set("00 07 08 09 17 18 19 28 29 49 69 70 78 79 89 96 97".split(" "));

const isPlaceholder = (digits: string) => /^(\d)\1+$/.test(digits) || digits === "123456789" || /^\d\d0{7}$/.test(digits);

/** `12-3456789` or nine digits; `123-45-6789` is how a social security number is written, and is refused. */
export function readEin(text: string): TaxId | undefined {
  const written = text.trim();
  if (!/^(?:\d{2}[- ]?\d{7})$/.test(written)) return undefined;
  const identifier = written.replace(/\D/g, "");
  if (isPlaceholder(identifier) || einPrefixesNeverUsed.has(identifier.slice(0, 2))) return undefined;
  return { type: "ein", identifier };
}

const abnWeights = [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19];

/** Eleven digits whose weighted sum, the first lowered by one, is divisible by 89. */
export function readAbn(text: string): TaxId | undefined {
  const identifier = text.replace(/\s/g, "");
  if (!/^[1-9]\d{10}$/.test(identifier)) return undefined;
  const sum = abnWeights.reduce(
    (total, weight, index) => total + weight * (Number(identifier[index]) - (index === 0 ? 1 : 0)),
    0,
  );
  return sum % 89 === 0 ? { type: "abn", identifier } : undefined;
}

/** Which SAP field holds an ABN differs between installations [D]; the check digits say it. */
export function readSapTaxId(vendor: { country: string; taxNumber2: string; vatId: string }): TaxId | undefined {
  if (vendor.country === "US") return readEin(vendor.taxNumber2);
  if (vendor.country === "AU") return readAbn(vendor.vatId) ?? readAbn(vendor.taxNumber2);
  return undefined;
}

export function readRegister(register: { type: string | null; identifier: string | null } | null): TaxId | undefined {
  if (register?.type === "ein") return readEin(register.identifier ?? "");
  if (register?.type === "abn") return readAbn(register.identifier ?? "");
  return undefined;
}

export const taxKey = ({ type, identifier }: TaxId): string => `${type} ${identifier}`;

/** For people: enough to recognise it, not enough to use it. */
export function describeTaxId({ type, identifier }: TaxId): string {
  return `${type.toUpperCase()} ending in ${identifier.slice(-4)}`;
}

/** A digit mistyped, or two neighbours swapped. */
export function isSlipOf(left: TaxId, right: TaxId): boolean {
  if (left.type !== right.type || left.identifier.length !== right.identifier.length) return false;
  const differing = left.identifier.split("").flatMap((digit, index) => (digit === right.identifier[index] ? [] : [index]));
  const [first = 0, second = 0] = differing;
  if (differing.length === 1) return true;
  const isSwap = left.identifier[first] === right.identifier[second] && left.identifier[second] === right.identifier[first];
  return differing.length === 2 && second === first + 1 && isSwap;
}
