import type { Flow } from "../../core/index.ts";
import { createCostExtract } from "./costs.ts";
import type { ExtractSource, FlowExtract } from "./flow-extract.ts";
import { createPurchaseOrderExtract } from "./purchase-orders.ts";
import { createVendorExtract } from "./vendors.ts";

export { fieldsFiltered, fieldsRead } from "./fields-read.ts";
export type {
  Discovery,
  ExtractSettings,
  ExtractSource,
  FlowExtract,
  ObjectsRead,
  OpenRequest,
  SliceOffer,
} from "./flow-extract.ts";

/** One extract a flow, over one reader. */
export function createExtracts(source: ExtractSource): Readonly<Record<Flow, FlowExtract>> {
  return {
    vendors: createVendorExtract(source),
    "purchase-orders": createPurchaseOrderExtract(source),
    costs: createCostExtract(source),
  };
}
