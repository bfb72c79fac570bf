// Records as an agent would upload them, with one field changed at a time by the test.
import type {
  ControlTotalRecord,
  CostDocumentRecord,
  CostLine,
  CostObject,
  InvoiceLine,
  InvoiceRecord,
  PurchaseOrderItem,
  PurchaseOrderRecord,
  VendorRecord,
} from "../../src/core/index.ts";

export function vendorRecord(key: string, change: Partial<VendorRecord> = {}): VendorRecord {
  return {
    kind: "vendor",
    key,
    accountGroup: "KRED",
    isOneTime: false,
    names: [`Vendor ${key}`],
    street: "1 Quay",
    city: "Boston",
    postalCode: "02110",
    region: "MA",
    country: "US",
    phone: "",
    fax: "",
    email: "",
    taxNumber2: "",
    vatId: "",
    isDeleted: false,
    isBlocked: false,
    isPurchasingBlocked: false,
    companies: [{ companyCode: "1000", isDeleted: false, isBlocked: false, paymentTerms: "0001" }],
    ...change,
  };
}

export function itemRecord(item: string, netValue: string, change: Partial<PurchaseOrderItem> = {}): PurchaseOrderItem {
  return {
    item,
    deletion: "",
    description: `Item ${item}`,
    material: "",
    materialGroup: "STEEL",
    plant: "P100",
    quantity: "1.000",
    unit: "EA",
    netPrice: netValue,
    priceUnit: "1",
    netValue,
    nonDeductibleTax: "0.00",
    itemCategory: "0",
    accountAssignmentCategory: "P",
    distribution: "",
    isReturn: false,
    isDeliveryComplete: false,
    isFinallyInvoiced: false,
    assignments: [
      {
        assignment: "01",
        quantity: "1.000",
        percent: "0.0",
        netValue: "",
        account: "0000400000",
        object: { kind: "wbs", key: "P-1" },
      },
    ],
    ...change,
  };
}

export function orderRecord(
  key: string,
  items: readonly PurchaseOrderItem[],
  change: Partial<PurchaseOrderRecord> = {},
): PurchaseOrderRecord {
  return {
    kind: "purchase-order",
    key,
    companyCode: "1000",
    category: "F",
    documentType: "NB",
    vendor: "0000100001",
    supplyingPlant: "",
    isIncomplete: false,
    deletion: "",
    currency: "USD",
    exchangeRate: "1.00000",
    companyCurrency: "USD",
    documentDate: "20261001",
    createdOn: "20261001",
    paymentTerms: "0001",
    isReleasePending: false,
    yourReference: "",
    items,
    ...change,
  };
}

export function lineRecord(line: string, amount: string, change: Partial<CostLine> = {}): CostLine {
  return {
    line,
    account: "0000400000",
    amount,
    object: { kind: "wbs", key: "P-1" },
    costElementCategory: "1",
    transactionKey: "",
    specialGl: "",
    purchaseOrder: "",
    purchaseOrderItem: "",
    assignment: "",
    vendor: "",
    text: "",
    ...change,
  };
}

/** A line that balances: no object, so it is no cost. */
export function offsetLine(line: string, amount: string, change: Partial<CostLine> = {}): CostLine {
  const { object: _, ...rest } = lineRecord(line, amount, { account: "0000160000", costElementCategory: "", ...change });
  return rest;
}

export function documentRecord(
  number: string,
  lines: readonly CostLine[],
  change: Partial<CostDocumentRecord> = {},
): CostDocumentRecord {
  return {
    kind: "cost-document",
    source: "bseg",
    key: `1000.${number}.2026`,
    companyCode: "1000",
    documentNumber: number,
    fiscalYear: 2026,
    period: 10,
    postingDate: "20261015",
    documentDate: "20261015",
    entryDate: "20261016",
    documentType: "SA",
    status: "",
    currency: "USD",
    reference: "",
    headerText: "",
    reversalOf: "",
    lines,
    ...change,
  };
}

export function invoiceLineRecord(line: string, amount: string, change: Partial<InvoiceLine> = {}): InvoiceLine {
  return {
    line,
    purchaseOrder: "4500000001",
    item: "00010",
    assignment: "01",
    amount,
    quantity: "1.000",
    unit: "EA",
    conditionType: "",
    isSubsequent: false,
    taxCode: "",
    receipt: "",
    retention: "0.00",
    ...change,
  };
}

export function invoiceRecord(number: string, lines: readonly InvoiceLine[], change: Partial<InvoiceRecord> = {}): InvoiceRecord {
  return {
    kind: "invoice",
    key: `${number}.2026`,
    companyCode: "1000",
    vendor: "0000100001",
    documentType: "RE",
    isInvoice: true,
    status: "5",
    documentDate: "20261018",
    postingDate: "20261020",
    entryDate: "20261020",
    entryTime: "120000",
    reference: `V-${number}`,
    headerText: "",
    currency: "USD",
    exchangeRate: "1.00000",
    grossAmount: "0.00",
    taxAmount: "0.00",
    unplannedCosts: "0.00",
    paymentTerms: "0001",
    paymentBlock: "",
    cancellation: "",
    lines,
    ...change,
  };
}

/** A row of COSP for what came from FI, unless the test says otherwise. `periods`: number and amount. */
export function totalRecord(
  account: string,
  periods: readonly (readonly [number, string])[],
  change: Omit<Partial<ControlTotalRecord>, "costObject"> & { costObject?: CostObject | undefined } = {},
): ControlTotalRecord {
  const { costObject = "costObject" in change ? undefined : ({ kind: "wbs", key: "P-1" } as const), ...rest } = change;
  const source = rest.source ?? "COSP";
  return {
    kind: "control-total",
    source,
    key: `${source}:${rest.object ?? "PR00000001"}/${account}/2026/${periods.map(([period]) => period).join("-")}`,
    companyCode: "1000",
    controllingArea: "1000",
    object: "PR00000001",
    transaction: "COIN",
    account,
    fiscalYear: 2026,
    currency: "USD",
    total: "0.00",
    periods: periods.map(([period, amount]) => ({ period, amount })),
    ...(costObject ? { costObject } : {}),
    ...rest,
  };
}
