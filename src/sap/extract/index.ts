import type { Flow } from "../../core/index.ts";
import { createCostExtract } from "./costs/index.ts";
import type { ExtractSource, FlowExtract } from "./flow-extract.ts";
import { createInvoiceExtract } from "./invoices.ts";
import { createPurchaseOrderExtract } from "./purchase-orders.ts";
import { createVendorExtract } from "./vendors.ts";

export {
  type ChangedField,
  type ChangeObjectClass,
  readChangedFields,
  readChangedObjects,
  readChangedVendors,
  readChangePointers,
} from "./change-triggers.ts";
export { type ControlTotalSettings, createControlTotalExtract } from "./control-totals/index.ts";
export { controlTotalLookUps, controlTotalTables } from "./control-totals/sources.ts";
export {
  costSourceFields,
  costSourceFieldsFiltered,
  fieldsFiltered,
  fieldsRead,
  invoiceFields,
  triggerFields,
} from "./fields-read.ts";
export {
  type DeltaSettings,
  type Discovery,
  deltaDefaults,
  type ExtractSettings,
  type ExtractSource,
  type FlowExtract,
  type ObjectsRead,
  type OpenRequest,
  type SliceOffer,
} from "./flow-extract.ts";

export { createInvoiceExtract } from "./invoices.ts";
export { languageLetter } from "./language-letter.ts";
export { type Leaf, type LeavesAsked, readLeaves } from "./read-leaves.ts";
export { createReferenceExtract, type ReferenceSettings } from "./reference/index.ts";
export { referenceFields } from "./reference/sources.ts";

/** One extract a flow, over one reader. */
export function createExtracts(source: ExtractSource): Readonly<Record<Flow, FlowExtract>> {
  return {
    vendors: createVendorExtract(source),
    "purchase-orders": createPurchaseOrderExtract(source),
    invoices: createInvoiceExtract(source),
    costs: createCostExtract(source),
  };
}
