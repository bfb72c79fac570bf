/**
 * The records of core as schemas: the hub trusts no agent's shape. Money and quantities are text; what the text means is core's to parse.
 * The check at the end makes the compiler refuse a schema that drifts from core's types.
 */
import { z } from "zod";
import {
  controlTotalSources,
  costObjectKinds,
  costSources,
  costValuations,
  flows,
  referenceKinds,
  rejectionCodes,
  type UploadedRecord,
} from "../core/index.ts";

/**
 * As many as SAP's keys can name, so that no object of SAP's is too long: EBELP has five digits, ETENR four, ZEKKN two and a little room. BUZEI
 * has three (six in RSEG), and a ledger may split a line into several. A purchasing history has a sum by VGABE (one letter or digit) and ZEKKN. Company
 * codes, purchasing organisations and service lines (INTROW, ten digits) have no such end; theirs is far above what is seen. How many bytes
 * they make is `uploadLimits`' to say.
 */
const many = {
  items: 99_999,
  assignments: 1_000,
  deliveries: 9_999,
  services: 99_999,
  history: 5_000,
  invoiceLines: 999_999,
  documentLines: 10_000,
  organisations: 5_000,
} as const;

const text = z.string().max(300);
const key = z.string().min(1).max(60);
const object = z.strictObject({ kind: z.enum(costObjectKinds), key });

const vendor = z.strictObject({
  kind: z.literal("vendor"),
  key,
  accountGroup: text,
  isOneTime: z.boolean(),
  names: z.array(text).max(4),
  street: text,
  city: text,
  postalCode: text,
  region: text,
  country: text,
  phone: text,
  fax: text,
  email: text,
  taxNumber2: text,
  vatId: text,
  isDeleted: z.boolean(),
  isBlocked: z.boolean(),
  isPurchasingBlocked: z.boolean(),
  companies: z
    .array(z.strictObject({ companyCode: text, isDeleted: z.boolean(), isBlocked: z.boolean(), paymentTerms: text }))
    .max(many.organisations),
  purchasing: z
    .array(
      z.strictObject({
        organisation: text,
        isDeleted: z.boolean(),
        isBlocked: z.boolean(),
        currency: text,
        paymentTerms: text,
      }),
    )
    .max(many.organisations)
    .optional(),
  address: z
    .strictObject({
      names: z.array(text).max(4),
      street: text,
      houseNumber: text,
      supplement: text,
      district: text,
      city: text,
      postalCode: text,
      poBox: text,
      region: text,
      country: text,
      timeZone: text,
      taxJurisdiction: text,
    })
    .optional(),
  paymentTermsTexts: z.record(z.string().max(4), text).optional(),
});

const assignment = z.strictObject({
  assignment: text,
  quantity: text,
  percent: text,
  netValue: text,
  account: text,
  object: object.optional(),
});

const item = z.strictObject({
  item: text,
  deletion: text,
  description: text,
  material: text,
  materialGroup: text,
  plant: text,
  quantity: text,
  unit: text,
  netPrice: text,
  priceUnit: text,
  netValue: text,
  nonDeductibleTax: text,
  itemCategory: text,
  accountAssignmentCategory: text,
  distribution: text,
  isReturn: z.boolean(),
  isDeliveryComplete: z.boolean(),
  isFinallyInvoiced: z.boolean(),
  assignments: z.array(assignment).max(many.assignments),
  deliveries: z
    .array(z.strictObject({ date: text, quantity: text }))
    .max(many.deliveries)
    .optional(),
  services: z
    .array(z.strictObject({ line: text, service: text, text, quantity: text, unit: text, netValue: text }))
    .max(many.services)
    .optional(),
  history: z
    .array(z.strictObject({ category: text, assignment: text, quantity: text, amount: text }))
    .max(many.history)
    .optional(),
});

const purchaseOrder = z.strictObject({
  kind: z.literal("purchase-order"),
  key,
  companyCode: text,
  category: text,
  documentType: text,
  vendor: text,
  supplyingPlant: text,
  isIncomplete: z.boolean(),
  deletion: text,
  currency: text,
  exchangeRate: text,
  companyCurrency: text,
  documentDate: text,
  createdOn: text,
  paymentTerms: text,
  isReleasePending: z.boolean(),
  yourReference: text,
  items: z.array(item).max(many.items),
});

const invoiceLine = z.strictObject({
  line: text,
  purchaseOrder: text,
  item: text,
  assignment: text,
  amount: text,
  quantity: text,
  unit: text,
  conditionType: text,
  isSubsequent: z.boolean(),
  taxCode: text,
  receipt: text,
  retention: text.optional(),
  shares: z
    .array(z.strictObject({ assignment: text, quantity: text, amount: text }))
    .max(many.assignments)
    .optional(),
});

const retentionItem = z.strictObject({
  item: text,
  specialGl: text,
  amount: text,
  clearing: z
    .strictObject({ date: text, document: text, by: z.enum(["clearing", "reversal", "unknown"]), residual: text })
    .optional(),
});

const invoice = z.strictObject({
  kind: z.literal("invoice"),
  key,
  companyCode: text,
  vendor: text,
  documentType: text,
  isInvoice: z.boolean(),
  status: text,
  documentDate: text,
  postingDate: text,
  entryDate: text,
  entryTime: text,
  reference: text,
  headerText: text,
  currency: text,
  exchangeRate: text,
  grossAmount: text,
  taxAmount: text,
  unplannedCosts: text,
  paymentTerms: text,
  paymentBlock: text,
  cancellation: text,
  lines: z.array(invoiceLine).max(many.invoiceLines),
  retentionItems: z.array(retentionItem).max(many.items).optional(),
});

const line = z.strictObject({
  line: text,
  account: text,
  amount: text,
  object: object.optional(),
  costElementCategory: text,
  transactionKey: text,
  specialGl: text,
  purchaseOrder: text,
  purchaseOrderItem: text,
  assignment: text,
  vendor: text,
  text,
});

const costDocument = z.strictObject({
  kind: z.literal("cost-document"),
  source: z.enum(costSources),
  key,
  companyCode: text,
  documentNumber: text,
  fiscalYear: z.number().int().min(1900).max(9999),
  period: z.number().int().min(1).max(16),
  postingDate: text,
  documentDate: text,
  entryDate: text,
  documentType: text,
  status: text,
  currency: text,
  valuation: z.enum(costValuations).optional(),
  reference: text,
  headerText: text,
  reversalOf: text,
  lines: z.array(line).max(many.documentLines),
});

const rejected = z.strictObject({
  kind: z.literal("rejected"),
  flow: z.enum(flows),
  key,
  code: z.enum(rejectionCodes),
  detail: text,
  balance: text,
  currency: text,
  period: text,
});

const controlTotal = z.strictObject({
  kind: z.literal("control-total"),
  source: z.enum(controlTotalSources),
  /** Long where SAP's is: COSP has thirteen key fields. */
  key: z.string().min(1).max(200),
  companyCode: text,
  controllingArea: text,
  object: text,
  costObject: object.optional(),
  transaction: text,
  account: text,
  fiscalYear: z.number().int().min(0).max(9999),
  currency: text,
  total: text,
  /** The carried balance and sixteen periods. */
  periods: z.array(z.strictObject({ period: z.number().int().min(0).max(16), amount: text })).max(17),
});

const reference = z.strictObject({
  kind: z.literal("reference"),
  of: z.enum(referenceKinds),
  /** A rate's has four fields, a personnel record's seven. */
  key: z.string().min(1).max(200),
  validFrom: text,
  validTo: text,
  text,
  longText: text,
  language: z.string().max(1),
  attributes: z.record(z.string().max(40), text),
});

export const recordSchema = z.discriminatedUnion("kind", [
  vendor,
  purchaseOrder,
  invoice,
  costDocument,
  rejected,
  controlTotal,
  reference,
]);

type Same<Left, Right> = [Left] extends [Right] ? ([Right] extends [Left] ? true : never) : never;
type Writable<T> = T extends readonly (infer Each)[]
  ? Writable<Each>[]
  : T extends object
    ? { -readonly [Name in keyof T]: Writable<T[Name]> }
    : T;
type WithoutUndefined<T> = T extends readonly (infer Each)[]
  ? WithoutUndefined<Each>[]
  : T extends object
    ? { [Name in keyof T]: WithoutUndefined<Exclude<T[Name], undefined>> }
    : T;
true satisfies Same<WithoutUndefined<z.infer<typeof recordSchema>>, WithoutUndefined<Writable<UploadedRecord>>>;
