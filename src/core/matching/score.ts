/**
 * Points for and against two records being one company, each with its reason in words, so that a person can follow them. The sum is compared with
 * thresholds that are settings; the points themselves are fixed and stand in docs/vendors.md.
 */
import { compareNames, type Likeness } from "./company-name.ts";
import type { CompanyParty, SapParty } from "./party.ts";
import { describeTaxId, isSlipOf } from "./tax-id.ts";

export const matchPoints = {
  sameTaxId: 100,
  otherTaxId: -50,
  sameName: 60,
  sameNameWithoutForm: 55,
  sameNameOtherForm: 30,
  sameWords: 45,
  almostSameName: 40,
  nameBegins: 25,
  namesUnlike: -20,
  sameNumber: 50,
  sameEmail: 30,
  sameDomain: 20,
  samePhone: 20,
  sameAddress: 25,
  sameTown: 5,
  otherCountry: -30,
} as const;

export type Reason = { readonly points: number; readonly text: string };
export type Score = { readonly points: number; readonly reasons: readonly Reason[]; readonly hasSameTaxId: boolean };

/** Phone numbers, domains and streets that many share (a switchboard, an office park): they say nothing. */
export type Common = (kind: "phone" | "domain" | "email" | "street", value: string) => boolean;

const likenessOrder: readonly Likeness[] = [
  "same",
  "same-without-form",
  "other-order",
  "almost",
  "same-other-form",
  "begins",
  "unlike",
];

const nameReasons: Readonly<Record<Likeness, Reason>> = {
  same: { points: matchPoints.sameName, text: "same name" },
  "same-without-form": { points: matchPoints.sameNameWithoutForm, text: "same name, legal form given on one side only" },
  "other-order": { points: matchPoints.sameWords, text: "same words of the name in another order" },
  almost: { points: matchPoints.almostSameName, text: "almost the same name" },
  "same-other-form": { points: matchPoints.sameNameOtherForm, text: "same name, another legal form" },
  begins: { points: matchPoints.nameBegins, text: "one name begins like the other" },
  unlike: { points: matchPoints.namesUnlike, text: "the names have nothing in common" },
};

function nameReason(sap: SapParty, company: CompanyParty): Reason | undefined {
  const found = sap.names.flatMap((left) => company.names.map((right) => compareNames(left, right)));
  const best = likenessOrder.find((likeness) => found.includes(likeness));
  return best && nameReasons[best];
}

function taxReason(sap: SapParty, company: CompanyParty): Reason | undefined {
  const [left, right] = [sap.taxId, company.taxId];
  if (!left || !right || left.type !== right.type) return undefined;
  if (left.identifier === right.identifier)
    return { points: matchPoints.sameTaxId, text: `same tax id (${describeTaxId(left)})` };
  if (isSlipOf(left, right)) return { points: 0, text: "the tax ids differ in one digit, or two are swapped" };
  return {
    points: matchPoints.otherTaxId,
    text: `another tax id (${describeTaxId(left)} in SAP, ${right.identifier.slice(-4)} in Procore)`,
  };
}

const same = (left: string | undefined, right: string | undefined) => left !== undefined && left === right;

function mailReason(sap: SapParty, company: CompanyParty, isCommon: Common): Reason | undefined {
  if (same(sap.email, company.email) && !isCommon("email", sap.email ?? ""))
    return { points: matchPoints.sameEmail, text: "same e-mail address" };
  const { domain } = sap;
  if (domain === undefined || domain !== company.domain || isCommon("domain", domain)) return undefined;
  return { points: matchPoints.sameDomain, text: `same e-mail domain (${domain})` };
}

function placeReasons(sap: SapParty, company: CompanyParty, isCommon: Common): readonly Reason[] {
  const reasons: Reason[] = [];
  const isSameTown = same(sap.zip, company.zip) || same(sap.city, company.city);
  if (isSameTown && same(sap.street, company.street) && !isCommon("street", sap.street ?? ""))
    reasons.push({ points: matchPoints.sameAddress, text: "same address" });
  else if (isSameTown) reasons.push({ points: matchPoints.sameTown, text: "same town" });
  if (sap.country !== undefined && company.country !== undefined && sap.country !== company.country)
    reasons.push({ points: matchPoints.otherCountry, text: `another country (${sap.country}, ${company.country})` });
  return reasons;
}

export function score(sap: SapParty, company: CompanyParty, isCommon: Common): Score {
  const tax = taxReason(sap, company);
  const isSamePhone = same(sap.phone, company.phone) && !isCommon("phone", sap.phone ?? "");
  const reasons = [
    tax,
    nameReason(sap, company),
    same(sap.number, company.number)
      ? { points: matchPoints.sameNumber, text: "its origin code is the SAP vendor number" }
      : undefined,
    mailReason(sap, company, isCommon),
    isSamePhone ? { points: matchPoints.samePhone, text: "same telephone number" } : undefined,
    ...placeReasons(sap, company, isCommon),
  ].filter((reason) => reason !== undefined);
  const points = reasons.reduce((sum, reason) => sum + reason.points, 0);
  return { points, reasons, hasSameTaxId: tax !== undefined && tax.points === matchPoints.sameTaxId };
}
